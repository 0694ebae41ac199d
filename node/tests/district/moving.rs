//! A person moves to another office: history, what is written meanwhile, and who they are to others.

use crate::offices::{self, District, until};
use okrug_node::office::Refused;
use okrug_node::office::view::{ChatId, MessageKind, PersonState, Receive};
use okrug_protocol::ids::{OfficeId, UnitId};

const UNIT: ChatId = ChatId::Unit(UnitId(2));

fn receive() -> Receive {
    Receive { unit: UnitId(2), position: Some("Инспектор".to_owned()), login: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_moves_with_number_password_and_direct_messages_and_misses_nothing() {
    let mut district = District::start(3).await;
    let ann = district.person(1, "ann", 2).await;
    let eve = district.person(1, "eve", 2).await;
    let bob = district.person(3, "bob", 2).await;
    let (to_ann, to_bob) = (ChatId::Person(ann.person), ChatId::Person(bob.person));
    let heard = |office: u32, of: okrug_protocol::ids::PersonId| {
        let office = district.office(office).clone();
        move || office.whole_tree().people.iter().any(|person| person.id == of)
    };
    until(heard(3, ann.person)).await;
    until(heard(1, bob.person)).await;
    bob.say(to_ann, "до перехода").await;
    ann.reads(to_bob, &["до перехода"]).await;
    ann.say(to_bob, "ответ").await;
    ann.say(UNIT, "отделу").await;
    bob.reads(to_ann, &["до перехода", "ответ"]).await;
    let number = ann.person;

    // The third office does not hear of the move.
    district.switch_off(3).await;
    assert!(matches!(district.office(2).receive(number, receive()).await, Err(Refused::NoSuchPerson | Refused::NotReleased)));
    assert!(matches!(district.office(1).release(number, OfficeId(9)).await, Err(Refused::NoSuchOffice)));
    let letters = district.office(1).release(number, OfficeId(2)).await.unwrap();
    assert_eq!(letters, 2);
    assert!(matches!(district.office(1).login("ann", offices::PASSWORD).await, Err(Refused::WrongLogin)), "the old account has ended");
    let state =
        |office: u32| district.office(office).whole_tree().people.into_iter().find(|person| person.id == number).map(|person| person.state);
    assert_eq!(state(1), Some(PersonState::Moves));
    until(|| district.office(2).arrivals_of_people().unwrap().iter().any(|one| one.id == number && one.login.as_deref() == Some("ann")))
        .await;
    let received = district.office(2).receive(number, receive()).await.unwrap();
    assert_eq!((received.id, received.login.as_str(), received.position.as_str()), (number, "ann", "Инспектор"));
    assert!(district.office(2).arrivals_of_people().unwrap().is_empty());

    // Alone, the third office writes to where it believes the person to be.
    district.switch_off(2).await;
    district.switch_off(1).await;
    district.switch_on(3).await;
    let bob = district.log_in(3, "bob").await;
    bob.say(to_ann, "пока не знал").await;
    district.switch_on(1).await;
    district.switch_on(2).await;
    let ann = district.log_in(2, "ann").await;
    assert_eq!(ann.person, number);
    ann.reads(to_bob, &["до перехода", "ответ", "пока не знал"]).await;
    assert!(district.office(2).login("ann", offices::PASSWORD).await.is_ok(), "closed anew by the new node");

    // Who hears of it writes to the new office, and what she says there is hers everywhere.
    until(|| district.office(3).whole_tree().people.iter().any(|person| person.id == number && person.office == OfficeId(2))).await;
    bob.say(to_ann, "теперь знаю").await;
    ann.reads(to_bob, &["до перехода", "ответ", "пока не знал", "теперь знаю"]).await;
    ann.say(to_bob, "на новом месте").await;
    bob.reads(to_ann, &["до перехода", "ответ", "пока не знал", "теперь знаю", "на новом месте"]).await;
    ann.say(UNIT, "отделу с нового места").await;
    let eve = {
        drop(eve);
        district.log_in(1, "eve").await
    };
    eve.reads(UNIT, &["отделу", "отделу с нового места"]).await;
    for message in bob.messages(to_ann).into_iter().chain(eve.messages(UNIT)) {
        assert_eq!(message.kind, MessageKind::Text, "{message:?}");
        let old = ["ответ", "отделу"].contains(&message.text.as_str());
        if message.author.id == number {
            assert_eq!(message.author.office, OfficeId(if old { 1 } else { 2 }), "{message:?}");
        }
    }
    district.stop().await;
}

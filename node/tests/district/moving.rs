//! A person moves to another office: history, what is written meanwhile, and who they are to others.

use crate::offices::{self, District, until};
use okrug_node::clock;
use okrug_node::ledger::Draft;
use okrug_node::office::Refused;
use okrug_node::office::view::{ChatId, MessageKind, NewDeputy, PersonState, Receive, RightCode};
use okrug_protocol::entry::Kind;
use okrug_protocol::handover::{Account, Handover};
use okrug_protocol::ids::{OfficeId, Precedence, Topic, UnitId};
use okrug_protocol::transfer::TransferError;
use okrug_protocol::vault::Vault;

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

#[tokio::test(flavor = "multi_thread")]
async fn where_no_path_leads_to_the_new_office_a_file_carries_the_person_and_serves_once() {
    let district = District::start(3).await;
    // The new office hears of nothing.
    district.cut(2, true).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(1, "bob", 2).await);
    let (number, to_ann, to_bob) = (ann.person, ChatId::Person(ann.person), ChatId::Person(bob.person));
    bob.say(to_ann, "до перехода").await;
    ann.say(to_bob, "ответ").await;
    assert!(matches!(district.office(1).transfer(number), Err(Refused::NotReleased)));
    district.office(1).release(number, OfficeId(2)).await.unwrap();
    let file = district.office(1).transfer(number).unwrap();
    assert!(matches!(district.office(2).receive(number, receive()).await, Err(Refused::NoSuchPerson)));

    // For another office it is nothing, and neither is a changed one for this.
    for other in [1, 3] {
        let refused = district.office(other).take_transfer(&file).await;
        assert!(matches!(refused, Err(Refused::Transfer(TransferError::Elsewhere))), "{refused:?}");
    }
    for at in (0..file.len()).step_by(file.len() / 100) {
        let mut changed = file.clone();
        changed[at] ^= 4;
        let refused = district.office(2).take_transfer(&changed).await;
        assert!(matches!(refused, Err(Refused::Transfer(_))), "byte {at}: {refused:?}");
    }
    let refused = district.office(2).take_transfer(&file[..file.len() - 1]).await;
    assert!(matches!(refused, Err(Refused::Transfer(TransferError::Changed | TransferError::Elsewhere))), "{refused:?}");
    assert!(district.office(2).whole_tree().people.is_empty() && district.office(2).arrivals_of_people().unwrap().is_empty());

    // Twice before they are taken in changes nothing, and is asked for where something broke off.
    for _ in 0..2 {
        let arrival = district.office(2).take_transfer(&file).await.unwrap();
        assert_eq!((arrival.id, arrival.from, arrival.login.as_deref()), (number, OfficeId(1), Some("ann")));
    }
    let received = district.office(2).receive(number, receive()).await.unwrap();
    assert_eq!((received.id, received.login.as_str()), (number, "ann"));
    assert!(matches!(district.office(2).take_transfer(&file).await, Err(Refused::TransferUsed)));
    let ann = district.log_in(2, "ann").await;
    ann.reads(to_bob, &["до перехода", "ответ"]).await;
    let shown = ann.messages(to_bob);
    assert!(shown.iter().all(|message| message.kind == MessageKind::Text && message.author.name == "Дежурный"), "{shown:?}");
    let away = ann.say(to_bob, "на новом месте").await;
    assert_eq!(away.author.office, OfficeId(2));

    // A path is there again: the same comes over the mesh, and nothing is there twice.
    district.cut(2, false).await;
    bob.reads(to_ann, &["до перехода", "ответ", "на новом месте"]).await;
    until(|| district.office(1).whole_tree().people.iter().any(|person| person.id == number && person.office == OfficeId(2))).await;
    bob.say(to_ann, "теперь по сети").await;
    ann.reads(to_bob, &["до перехода", "ответ", "на новом месте", "теперь по сети"]).await;
    // All that the old office handed over in the new one's inbox.
    let handed = |at| district.heads(at, 1).into_iter().filter(|head| head.log.topic == Topic::Inbox(OfficeId(2))).collect::<Vec<_>>();
    until(|| !handed(1).is_empty() && handed(2) == handed(1)).await;
    assert_eq!(ann.history(to_bob).len(), 4);
    assert!(district.office(2).arrivals_of_people().unwrap().is_empty());
    assert!(matches!(district.office(2).take_transfer(&file).await, Err(Refused::TransferUsed)));
    assert!(matches!(district.office(1).transfer(number), Err(Refused::NotReleased)));
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_strange_vault_nor_the_password_of_a_locked_account_opens_at_the_new_office() {
    let district = District::start(2).await;
    let (ann, eve, bob) = (district.person(1, "ann", 2).await, district.person(1, "eve", 2).await, district.person(2, "bob", 2).await);
    // What was said for her stays said by right, wherever she is at home later.
    let until_tomorrow = NewDeputy { by: eve.person, from: None, until: clock::now().plus(24 * 3_600_000) };
    district.office(1).name_deputy(ann.person, Some(until_tomorrow)).await.unwrap();
    eve.say_for(UNIT, "за неё", &ann.person.to_string()).await.unwrap();
    bob.reads(UNIT, &["за неё"]).await;
    district.office(1).reset(eve.person, None).await.unwrap();
    district.office(1).release(eve.person, OfficeId(2)).await.unwrap();
    let number = ann.person;
    district.office(1).release(number, OfficeId(2)).await.unwrap();
    let came = || district.office(2).arrivals_of_people().unwrap().into_iter().find(|one| one.id == number).and_then(|one| one.login);
    until(|| came().as_deref() == Some("ann")).await;
    // The old office hands over another vault, with keys and a password of its own making.
    let vault = Vault::seal(b"known to the office", &[7; 32], &[9; 64], &mut clock::rng());
    let account = Account { person: number, login: "other".to_owned(), vault: vault.encode(), share: [7; 32] };
    let plain = Handover::Account(account).encode();
    let draft = Draft { topic: Topic::Inbox(OfficeId(2)), precedence: Precedence::Routine, kind: Kind::HANDOVER, plain, tag: None };
    district.ledger(1).write(draft).await.unwrap();
    until(|| came().as_deref() == Some("other")).await;
    district.office(2).receive(number, receive()).await.unwrap();
    assert_eq!(bob.messages(UNIT)[0].behalf.as_ref().map(|of| of.right), Some(RightCode::Holds));
    assert!(matches!(district.office(2).login("other", "known to the office").await, Err(Refused::WrongLogin)));
    until(|| district.office(2).arrivals_of_people().unwrap().iter().any(|one| one.id == eve.person && one.login.is_some())).await;
    district.office(2).receive(eve.person, receive()).await.unwrap();
    assert!(matches!(district.office(2).login("eve", offices::PASSWORD).await, Err(Refused::WrongLogin)));
    district.office(2).reset(eve.person, None).await.unwrap();
    district.stop().await;
}

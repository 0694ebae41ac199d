//! Roles and deputies among three offices, over real sockets, journals and stores.

use crate::offices::{District, Official, until};
use okrug_node::office::Refused;
use okrug_node::office::view::{ChatId, MessageKind, NewDeputy, NewHolder, NewRole, RightCode, Role};
use okrug_protocol::behalf::Right;
use okrug_protocol::clock::Millis;
use okrug_protocol::evidence::{Evidence, Said};
use okrug_protocol::ids::{OfficeId, PersonId, RoleId, UnitId};

const DUTY: RoleId = RoleId(20_001);

/// A role of the second office.
async fn found(district: &District) -> Role {
    let new = NewRole { title: "Дежурный по отделению".to_owned(), unit: UnitId(2) };
    let role = district.office(2).add_role(new).await.unwrap();
    assert_eq!((role.id, role.version, role.holders.len()), (DUTY, 1, 0));
    role
}

async fn assign(district: &District, person: &Official) -> Role {
    district.office(2).assign_role(DUTY, NewHolder { person: person.person, from: None, until: None }).await.unwrap()
}

/// Waits until an office has heard of an edition of the role.
async fn heard(district: &District, office: u32, version: u32) {
    until(|| district.office(office).role(DUTY).is_ok_and(|role| role.version >= version)).await;
}

fn desk_with(person: PersonId) -> ChatId {
    ChatId::Desk(DUTY, person)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_written_to_and_answered_for_by_those_who_have_its_duty() {
    let district = District::start(3).await;
    let ann = district.person(1, "ann", 2).await;
    let (bob, carl, dan) = (district.person(2, "bob", 2).await, district.person(2, "carl", 2).await, district.person(2, "dan", 2).await);
    found(&district).await;
    assign(&district, &bob).await;
    assign(&district, &dan).await;
    heard(&district, 1, 3).await;
    ann.say(ChatId::Role(DUTY), "Прошу принять").await;
    for holder in [&bob, &dan] {
        holder.reads(desk_with(ann.person), &["Прошу принять"]).await;
        assert!(holder.chats().iter().any(|chat| chat.id == desk_with(ann.person) && chat.unread == 1 && chat.can_post));
    }
    assert!(carl.messages(desk_with(ann.person)).is_empty() && carl.chats().iter().all(|chat| chat.id != desk_with(ann.person)));

    let answer = bob.say(desk_with(ann.person), "Принято, выезжаем").await;
    assert_eq!(answer.behalf.as_ref().map(|of| (of.name.as_str(), of.right)), Some(("Дежурный по отделению", RightCode::Holds)));
    ann.reads(ChatId::Role(DUTY), &["Прошу принять", "Принято, выезжаем"]).await;
    let shown = ann.messages(ChatId::Role(DUTY)).pop().unwrap();
    let behalf = shown.behalf.unwrap();
    assert_eq!((shown.kind, shown.author.id, behalf.id.to_string().as_str()), (MessageKind::Text, bob.person, "r20001"));
    assert_eq!((behalf.name.as_str(), behalf.right), ("Дежурный по отделению", RightCode::Holds));
    dan.reads(desk_with(ann.person), &["Прошу принять", "Принято, выезжаем"]).await;

    // Either end shows the letters to whoever has the charter alone, with the right to speak for the role.
    let charter = district.sample().id();
    for (who, chat) in [(&ann, ChatId::Role(DUTY)), (&dan, desk_with(ann.person))] {
        let report = Evidence::decode(&who.evidence(chat)).unwrap().verify(charter).unwrap();
        let texts: Vec<_> = report.messages.iter().map(|message| message.said.clone()).collect();
        let letter = |text: &str| Said::Letter { role: DUTY, with: ann.person, text: text.to_owned() };
        assert_eq!(texts, [letter("Прошу принять"), letter("Принято, выезжаем")]);
        assert!(report.messages[0].on_behalf.is_none());
        let shown = report.messages[1].on_behalf.as_ref().unwrap();
        assert_eq!((shown.right, shown.name.as_deref(), shown.newest), (Right::Holds, Some("Дежурный по отделению"), Some(3)));
        assert_eq!(shown.announced.as_ref().unwrap().log.office, OfficeId(2));
    }

    // In a department's conversation too; and not by who has no duty.
    bob.say_for(ChatId::Unit(UnitId(2)), "Сводка за сутки", "r20001").await.unwrap();
    until(|| ann.history(ChatId::Unit(UnitId(2))) == ["Сводка за сутки"]).await;
    assert_eq!(ann.messages(ChatId::Unit(UnitId(2)))[0].behalf.as_ref().map(|of| of.right), Some(RightCode::Holds));
    let refused = carl.say_for(ChatId::Unit(UnitId(2)), "Тоже за дежурного", "r20001").await;
    assert!(matches!(refused, Err(Refused::MayNotSpeakFor)), "{refused:?}");
    let refused = carl.say_for(desk_with(ann.person), "Тоже за дежурного", "r20001").await;
    assert!(matches!(refused, Err(Refused::NoSuchChat)), "{refused:?}");
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_of_a_role_stays_with_it_whoever_has_the_duty_and_while_nobody_has() {
    let mut district = District::start(2).await;
    let ann = district.person(1, "ann", 2).await;
    let (bob, carl) = (district.person(2, "bob", 2).await, district.person(2, "carl", 2).await);
    found(&district).await;
    heard(&district, 1, 1).await;
    ann.say(ChatId::Role(DUTY), "один").await;
    assign(&district, &bob).await;
    bob.reads(desk_with(ann.person), &["один"]).await;
    bob.say(desk_with(ann.person), "принято").await;
    district.office(2).dismiss_from_role(DUTY, bob.person).await.unwrap();
    assert!(bob.messages(desk_with(ann.person)).is_empty() && bob.who().acts_for.is_empty());
    heard(&district, 1, 3).await;
    ann.say(ChatId::Role(DUTY), "два").await;
    until(|| ann.history(ChatId::Role(DUTY)) == ["один", "принято", "два"]).await;
    // What lies on the disk is all that is needed.
    district.switch_off(2).await;
    district.switch_on(2).await;
    assign(&district, &carl).await;
    let carl = district.log_in(2, "carl").await;
    carl.reads(desk_with(ann.person), &["один", "принято", "два"]).await;
    assert_eq!(carl.who().acts_for.iter().map(|of| of.id.to_string()).collect::<Vec<_>>(), ["r20001"]);
    // Of what was said by who had the duty then, nothing changes.
    let rights = carl.messages(desk_with(ann.person)).into_iter().filter_map(|message| message.behalf.map(|of| of.right));
    assert_eq!(rights.collect::<Vec<_>>(), [RightCode::Holds]);
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_term_ends_by_itself_and_its_holder_is_given_no_newer_key() {
    let district = District::start(1).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(1, "bob", 2).await);
    let role = district.office(1).add_role(NewRole { title: "Приёмная".to_owned(), unit: UnitId(2) }).await.unwrap().id;
    let until_soon = okrug_node::clock::now().plus(1_500);
    let holder = NewHolder { person: bob.person, from: None, until: Some(until_soon) };
    let before = district.office(1).assign_role(role, holder).await.unwrap();
    assert_eq!((before.version, before.holders[0].until), (2, Some(until_soon)));
    ann.say(ChatId::Role(role), "заявление").await;
    until(|| bob.who().acts_for.is_empty()).await;
    assert!(bob.messages(ChatId::Desk(role, ann.person)).is_empty());
    district.office(1).renew_roles().await.unwrap();
    let after = district.office(1).role(role).unwrap();
    assert_eq!((after.version, after.holders.len()), (3, 0));
    district.office(1).renew_roles().await.unwrap();
    assert_eq!(district.office(1).role(role).unwrap().version, 3, "nothing is due any more");
    // A term in the past, an end before the beginning, a stranger.
    let now = okrug_node::clock::now();
    for (from, until) in [(None, Some(Millis(1))), (Some(now.plus(2_000_000)), Some(now.plus(1_000_000)))] {
        let refused = district.office(1).assign_role(role, NewHolder { person: bob.person, from, until }).await;
        assert!(matches!(refused, Err(Refused::BadTerm)), "{refused:?}");
    }
    let stranger = NewHolder { person: PersonId(20_001), from: None, until: None };
    assert!(matches!(district.office(1).assign_role(role, stranger).await, Err(Refused::NotOurPerson)));
    // Closed: its number is gone, nobody writes to it.
    district.office(1).close_role(role).await.unwrap();
    let closed = ann.say_for(ChatId::Role(role), "ещё", "r10001").await;
    assert!(matches!(closed, Err(Refused::MayNotPost)), "{closed:?}");
    let next = district.office(1).add_role(NewRole { title: "Приёмная".to_owned(), unit: UnitId(2) }).await.unwrap();
    assert_eq!((next.id, ann.tree().roles.len()), (RoleId(10_002), 1));
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_writes_for_the_absent_until_the_date_and_reads_nothing_of_theirs() {
    let district = District::start(2).await;
    let (ann, chief, deputy) =
        (district.person(1, "ann", 2).await, district.person(2, "chief", 2).await, district.person(2, "deputy", 2).await);
    until(|| ann.tree().people.len() == 3).await;
    let now = okrug_node::clock::now();
    let new = NewDeputy { by: deputy.person, from: None, until: now.plus(3_600_000) };
    // By the office's administrator, for whoever is away; and by oneself.
    district.office(2).name_deputy(chief.person, Some(new)).await.unwrap().unwrap();
    assert_eq!(deputy.who().acts_for.iter().map(|of| of.id.to_string()).collect::<Vec<_>>(), [chief.person.to_string()]);
    deputy.say_for(ChatId::Unit(UnitId(2)), "Отвечаю за начальника", &chief.person.to_string()).await.unwrap();
    until(|| ann.history(ChatId::Unit(UnitId(2))) == ["Отвечаю за начальника"]).await;
    let shown = ann.messages(ChatId::Unit(UnitId(2))).remove(0);
    assert_eq!(
        (shown.author.id, shown.behalf.map(|of| (of.id.to_string(), of.right))),
        (deputy.person, Some((chief.person.to_string(), RightCode::Holds)))
    );
    until(|| {
        ann.tree().people.iter().any(|person| person.id == chief.person && person.deputy.as_ref().is_some_and(|of| of.by == deputy.person))
    })
    .await;

    // What is for the absent person stays theirs.
    ann.say(ChatId::Person(chief.person), "лично начальнику").await;
    chief.reads(ChatId::Person(ann.person), &["лично начальнику"]).await;
    assert!(deputy.history(ChatId::Person(ann.person)).is_empty());

    chief.name_deputy(None).await.unwrap();
    let refused = deputy.say_for(ChatId::Unit(UnitId(2)), "Уже нет", &chief.person.to_string()).await;
    assert!(matches!(refused, Err(Refused::MayNotSpeakFor)), "{refused:?}");
    assert!(matches!(chief.name_deputy(None).await, Err(Refused::NoDeputy)));
    let own = NewDeputy { by: chief.person, ..new };
    assert!(matches!(chief.name_deputy(Some(own)).await, Err(Refused::BadTerm)));
    assert!(matches!(district.office(1).name_deputy(chief.person, Some(new)).await, Err(Refused::NotOurPerson)));
    assert_eq!(ann.messages(ChatId::Unit(UnitId(2)))[0].author.office, OfficeId(2));
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_who_is_revoked_is_given_no_key_of_the_next_edition() {
    let mut district = District::start(2).await;
    let (bob, carl) = (district.person(2, "bob", 2).await, district.person(2, "carl", 2).await);
    found(&district).await;
    assign(&district, &bob).await;
    assert_eq!(assign(&district, &carl).await.version, 3);
    let person = bob.person;
    district.publish(2, |sample| drop(sample.revoke(&[], &[person], &[]))).await;
    district.office(2).renew_roles().await.unwrap();
    let role = district.office(2).role(DUTY).unwrap();
    assert_eq!((role.version, role.holders.iter().map(|holder| holder.person).collect::<Vec<_>>()), (4, vec![carl.person]));
    let refused = district.office(2).assign_role(DUTY, NewHolder { person, from: None, until: None }).await;
    assert!(matches!(refused, Err(Refused::NotOurPerson)), "{refused:?}");
    district.stop().await;
}

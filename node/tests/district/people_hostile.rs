//! What offices that do as they please write about people, roles and deputies, and what the others make of it.

use crate::offices::{District, Official, until};
use okrug_node::clock;
use okrug_node::ledger::Draft;
use okrug_node::office::view::{ChatId, MessageKind, PersonState, RightCode};
use okrug_protocol::behalf::{Behalf, OnBehalf, Term};
use okrug_protocol::clock::Millis;
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{OfficeId, PersonId, Precedence, RoleId, Topic, UnitId};
use okrug_protocol::message::{Content, Letter, Lines, Setting, Unsigned};
use okrug_protocol::person::PersonRecord;
use okrug_protocol::role::RoleRecord;
use okrug_protocol::sample::{SamplePerson, opening};
use okrug_protocol::seal::SealKey;

const DUTY: RoleId = RoleId(20_001);
const UNIT: ChatId = ChatId::Unit(UnitId(2));
const HOUR: u64 = 3_600_000;

/// A district whose second office is in somebody else's hands, and a listener at each of the others.
struct Scene {
    district: District,
    listeners: [Official; 2],
    now: Millis,
}

impl Scene {
    async fn begin() -> Self {
        let district = District::start(3).await;
        let listeners = [district.person(1, "ann", 2).await, district.person(3, "eve", 2).await];
        Self { district, listeners, now: clock::now() }
    }

    /// Writes an entry as an office, past all that its own node would say to it.
    async fn write(&self, office: u32, topic: Topic, kind: Kind, plain: Vec<u8>) {
        let draft = Draft { topic, precedence: Precedence::Routine, kind, plain, tag: None };
        self.district.ledger(office).write(draft).await.unwrap();
    }

    /// A person of an office whose keys are in other hands.
    async fn person(&self, office: u32, n: u32) -> SamplePerson {
        let person = self.district.sample().person(OfficeId(office), n, UnitId(2));
        self.write(office, Topic::District, Kind::PERSON, person.signed.encode()).await;
        person
    }

    fn ago(&self, hours: u64) -> Millis {
        Millis(self.now.0 - hours * HOUR)
    }

    /// An edition of the role, as `office` writes it.
    async fn edition(&self, office: u32, role: RoleId, version: u32, since: Millis, holders: Vec<Term>) {
        let record = RoleRecord {
            role,
            unit: UnitId(2),
            title: "Дежурный".to_owned(),
            version,
            since,
            active: true,
            holders,
            seal: SealKey([0; 32]),
            boxes: Vec::new(),
            before: None,
        };
        let locked = record.lock(self.district.sample().id(), &opening("role", version), &[], None, &mut clock::rng()).unwrap();
        self.write(office, Topic::District, Kind::ROLE, locked.encode()).await;
    }

    /// Says something as a person of an office, signed as it should be; `said` is what the person claims of the time.
    async fn say(&self, office: u32, who: &SamplePerson, counter: u64, text: &str, said: Millis, on: OnBehalf) {
        let topic = Topic::Unit(UnitId(2));
        self.post(office, topic, who, counter, Content::Text(text.to_owned()), said, Some(on)).await;
    }

    #[expect(clippy::too_many_arguments, reason = "all that a message is")]
    async fn post(
        &self,
        office: u32,
        topic: Topic,
        who: &SamplePerson,
        counter: u64,
        content: Content,
        time: Millis,
        on: Option<OnBehalf>,
    ) {
        let setting = Setting { district: self.district.sample().id(), office: OfficeId(office), topic };
        let record = &who.signed.record;
        let said = Unsigned { person: record.person, key_version: record.version, counter, time, reply_to: None, content, on_behalf: on };
        self.write(office, topic, Kind::MESSAGE, said.sign(&setting, &who.sign_key).unwrap().encode()).await;
    }

    /// What both listeners make of all that was said in the department, once they have so much of it.
    async fn made_of(&self, messages: usize) -> Vec<(String, RightCode)> {
        let shown = |listener: &Official| -> Vec<(String, RightCode)> {
            listener.messages(UNIT).into_iter().map(|message| (message.text, message.behalf.unwrap().right)).collect()
        };
        let [ann, eve] = &self.listeners;
        until(|| shown(ann).len() == messages && shown(eve).len() == messages).await;
        assert_eq!(shown(ann), shown(eve), "every office makes the same of it");
        shown(ann)
    }
}

fn for_role(version: u32) -> OnBehalf {
    OnBehalf { of: Behalf::Role(DUTY), version }
}

fn made(all: &[(&str, RightCode)]) -> Vec<(String, RightCode)> {
    all.iter().map(|(text, right)| ((*text).to_owned(), *right)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_under_a_record_that_says_that_the_person_has_left_is_invalid_everywhere() {
    let scene = Scene::begin().await;
    let serving = scene.person(2, 51).await;
    let text = |text: &str| Content::Text(text.to_owned());
    let topic = Topic::Unit(UnitId(2));
    scene.post(2, topic, &serving, 1, text("на службе"), scene.now, None).await;
    let left = PersonRecord { version: 2, active: false, ..serving.signed.record.clone() };
    let gone = SamplePerson { signed: serving.signed.amend(left).unwrap(), ..serving.clone() };
    scene.write(2, Topic::District, Kind::PERSON, gone.signed.encode()).await;
    scene.post(2, topic, &gone, 2, text("уже уволен"), scene.now, None).await;
    // Back again, under a record of its own.
    let back = PersonRecord { version: 3, active: true, ..serving.signed.record.clone() };
    let back = SamplePerson { signed: serving.signed.amend(back).unwrap(), ..serving };
    scene.write(2, Topic::District, Kind::PERSON, back.signed.encode()).await;
    scene.post(2, topic, &back, 3, text("снова на службе"), scene.now, None).await;
    let person = gone.signed.record.person;
    for listener in &scene.listeners {
        let state = || listener.tree().people.iter().find(|one| one.id == person).map(|one| one.state);
        until(|| state() == Some(PersonState::Serves) && listener.messages(UNIT).len() == 3).await;
        let holds = |text: &str| (MessageKind::Text, text.to_owned());
        let expected = [holds("на службе"), (MessageKind::Invalid, String::new()), holds("снова на службе")];
        let shown = || -> Vec<_> { listener.messages(UNIT).into_iter().map(|message| (message.kind, message.text)).collect() };
        until(|| shown() == expected).await;
    }
    scene.district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_former_holder_cannot_speak_for_the_role_by_an_old_edition_or_a_moved_clock() {
    let scene = Scene::begin().await;
    let former = scene.person(2, 51).await;
    let next = scene.person(2, 52).await;
    let (former_id, next_id) = (former.signed.record.person, next.signed.record.person);
    // Three hours ago without an end; an hour ago the duty went to the next.
    scene.edition(2, DUTY, 1, scene.ago(3), vec![Term { person: former_id, from: scene.ago(3), until: None }]).await;
    scene.edition(2, DUTY, 2, scene.ago(1), vec![Term { person: next_id, from: scene.ago(1), until: None }]).await;
    let [ann, eve] = &scene.listeners;
    until(|| [ann, eve].iter().all(|listener| listener.tree().roles.iter().any(|role| role.version == 2))).await;
    scene.say(2, &next, 1, "по праву", scene.now, for_role(2)).await;
    scene.say(2, &former, 1, "по старой редакции", scene.now, for_role(1)).await;
    scene.say(2, &former, 2, "по чужой редакции", scene.now, for_role(2)).await;
    scene.say(2, &former, 3, "часы переведены назад", scene.ago(2), for_role(1)).await;
    scene.say(2, &next, 2, "часы переведены вперёд", scene.now.plus(5 * HOUR), for_role(2)).await;
    scene.say(2, &former, 4, "по редакции, которой нет", scene.now, for_role(7)).await;
    // Whoever has no home at the role's office never has its duty, whatever its own office says.
    let stranger = scene.person(3, 53).await;
    scene.edition(3, DUTY, 3, scene.ago(1), vec![Term { person: stranger.signed.record.person, from: scene.ago(1), until: None }]).await;
    scene.say(3, &stranger, 1, "чужое отделение", scene.now, for_role(3)).await;
    let lacks = RightCode::Lacks;
    let mut shown = scene.made_of(7).await;
    shown.sort_by_key(|(text, _)| text.clone());
    let mut expected = made(&[
        ("по праву", RightCode::Holds),
        ("по старой редакции", lacks),
        ("по чужой редакции", lacks),
        ("часы переведены назад", lacks),
        // The clock of who still has the duty may be wrong: what was said is theirs all the same.
        ("часы переведены вперёд", RightCode::Holds),
        ("по редакции, которой нет", RightCode::Unknown),
        ("чужое отделение", lacks),
    ]);
    expected.sort_by_key(|(text, _)| text.clone());
    assert_eq!(shown, expected);
    assert!(ann.tree().roles.iter().all(|role| role.version == 2), "another office's edition of the role is none");
    scene.district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_speaks_for_the_absent_until_the_date_and_by_their_own_office_alone() {
    let scene = Scene::begin().await;
    let (absent, deputy) = (scene.person(2, 51).await, scene.person(2, 52).await);
    let (absent_id, deputy_id) = (absent.signed.record.person, deputy.signed.record.person);
    let record = |office, version, from: u64, until: u64| {
        let term = Term { person: deputy_id, from: scene.ago(from), until: Some(scene.ago(until)) };
        DeputyRecord { person: absent_id, office: OfficeId(office), version, since: scene.ago(from), deputy: vec![term] }.encode()
    };
    let on = |version| OnBehalf { of: Behalf::Person(absent_id), version };
    // By the home office until an hour ago; by another one, which has no say, up to now and longer.
    scene.write(2, Topic::District, Kind::DEPUTY, record(2, 1, 3, 1)).await;
    let foreign = Term { person: deputy_id, from: scene.ago(3), until: Some(scene.now.plus(HOUR)) };
    let foreign = DeputyRecord { person: absent_id, office: OfficeId(3), version: 2, since: scene.ago(3), deputy: vec![foreign] };
    scene.write(3, Topic::District, Kind::DEPUTY, foreign.encode()).await;
    scene.say(2, &deputy, 1, "после срока", scene.now, on(1)).await;
    scene.say(2, &deputy, 2, "после срока, часы назад", scene.ago(2), on(1)).await;
    scene.say(2, &deputy, 3, "по слову чужого отделения", scene.now, on(2)).await;
    let lacks = RightCode::Lacks;
    let expected = [("после срока", lacks), ("после срока, часы назад", lacks), ("по слову чужого отделения", RightCode::Unknown)];
    assert_eq!(scene.made_of(3).await, made(&expected));
    scene.district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_one_role_is_shown_in_no_other_and_nobody_puts_words_into_another_conversation() {
    let scene = Scene::begin().await;
    let holder = scene.person(2, 51).await;
    let holder_id = holder.signed.record.person;
    let other = RoleId(20_002);
    let term = Term { person: holder_id, from: scene.ago(1), until: None };
    scene.edition(2, DUTY, 1, scene.ago(1), vec![term]).await;
    scene.edition(2, other, 1, scene.ago(1), vec![term]).await;
    let [ann, _] = &scene.listeners;
    until(|| ann.tree().roles.len() == 2).await;
    let ann_key = scene.district.office(2);
    until(|| ann_key.whole_tree().people.iter().any(|person| person.id == ann.person)).await;
    // A letter to ann about the role `role`, signed on behalf of DUTY.
    let topic = Topic::Inbox(OfficeId(1));
    let setting = Setting { district: scene.district.sample().id(), office: OfficeId(2), topic };
    let letter = |role, with: PersonId, text: &str| {
        let lines = Lines { setting, from: holder_id, role, edition: 1, with };
        // Sealed to nobody who matters here: what counts is where it is shown.
        let key = opening("nobody", 1).public();
        Content::Letter(Letter::seal(&lines, text, &key, &key, &mut clock::rng()).unwrap())
    };
    let on = Some(for_role(1));
    scene.post(2, topic, &holder, 1, letter(other, ann.person, "под видом другой роли"), scene.now, on).await;
    scene.post(2, topic, &holder, 2, letter(DUTY, ann.person, "без роли"), scene.now, None).await;
    scene.post(2, Topic::Unit(UnitId(2)), &holder, 3, letter(DUTY, ann.person, "не в том журнале"), scene.now, on).await;
    scene.post(2, topic, &holder, 4, letter(DUTY, ann.person, "как следует"), scene.now, on).await;
    until(|| !ann.messages(ChatId::Role(DUTY)).is_empty()).await;
    let shown = ann.messages(ChatId::Role(DUTY));
    assert_eq!(shown.iter().map(|message| message.behalf.as_ref().map(|of| of.right)).collect::<Vec<_>>(), [Some(RightCode::Holds)]);
    assert!(ann.messages(ChatId::Role(other)).is_empty() && ann.messages(UNIT).is_empty());
    assert_eq!(ann.chats().iter().filter(|chat| matches!(chat.id, ChatId::Role(_) | ChatId::Desk(..))).count(), 1);
    scene.district.stop().await;
}

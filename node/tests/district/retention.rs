//! What is past keeping, as people see it: in its place stands that it was erased, and an office that comes later reads on behind it.

use okrug_node::clock::Clock;
use okrug_node::documents::Documents;
use okrug_node::home::{Home, Owner};
use okrug_node::ledger::{Data, Filed, Filing, Setup};
use okrug_node::office::view::{ChatId, MessageKind, Receive};
use okrug_node::office::{Office, OfficeKeys};
use okrug_node::rest::Rest;
use okrug_node::store::{Batch, Limits, Store, Tree};
use okrug_protocol::ids::{LogId, OfficeId, Seq, UnitId};
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::seal::SharedKey;

use crate::offices::{District, until};

const UNIT: ChatId = ChatId::Unit(UnitId(2));
const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// Files as the office does, and has heard that everybody has everything.
struct AllHaveIt(Box<dyn Filing>);

impl Filing for AllHaveIt {
    fn file(&mut self, filed: &Filed<'_>, batch: &mut Batch) {
        self.0.file(filed, batch);
    }
    fn filed(&mut self) {
        self.0.filed();
    }
    fn undone(&mut self) {
        self.0.undone();
    }
    fn erasing(&mut self, log: &LogId, seq: Seq, batch: &mut Batch) -> bool {
        self.0.erasing(log, seq, batch)
    }
    fn delivered(&self, _log: &LogId) -> Seq {
        Seq(u64::MAX)
    }
}

/// Lets days pass over the data of an office that is switched off; the authority signs on each of them.
async fn days_pass(folder: &std::path::Path, sample: &mut SampleDistrict, office: u32, days: u64) {
    let (at_rest, clock) = (SharedKey::from_bytes([2; 32]), Clock::default());
    let owner = Owner { district: sample.id(), office: OfficeId(office) };
    let home = Home::claim(folder, owner, &at_rest).unwrap();
    let limits = Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 };
    let own = usize::try_from(office - 1).unwrap();
    let setup = Setup {
        office: OfficeId(office),
        sign: sample.sign_keys[own].clone(),
        seal: sample.open_keys[own].clone(),
        directory: sample.directory(),
        threads: 0,
    };
    let data = Data::open(&home, &at_rest, limits).unwrap().with_clock(clock.clone());
    let documents = std::sync::Arc::new(Documents::open(&folder.join("documents")).unwrap().unwrap());
    let vault = SharedKey::from_bytes([10 + u8::try_from(office).unwrap(); 32]);
    let keys = OfficeKeys { vault, sign: setup.sign.clone(), seal: vec![setup.seal.clone()] };
    let filing = Office::open(setup.office, documents, data.store().clone(), keys).unwrap().filing();
    let (ledger, running) = data.start(setup, Box::new(AllHaveIt(filing))).unwrap();
    for _ in 0..days {
        clock.pass(DAY_MS);
        let now = clock.now();
        sample.amend(|chart| (chart.head.issued, chart.head.refresh_by) = (now, now.plus(DAY_MS)));
        ledger.adopt(sample.directory()).await;
        ledger.tend().await;
    }
    ledger.stop().await;
    drop(ledger);
    running.ended().await.unwrap();
    drop(home);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_message_says_so_in_its_place_and_a_late_office_reads_on_behind_it() {
    let mut sample = sample::district(3);
    sample.amend(|chart| chart.policy.retention_days = 3);
    // The third office comes later: it is cut off until then.
    let mut district = District::start_apart(sample, &[0, 0, 1], |_, _| ()).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await);
    ann.say(UNIT, "давнее").await;
    bob.reads(UNIT, &["давнее"]).await;
    for office in [1, 2] {
        district.switch_off(office).await;
    }
    for office in [1, 2] {
        let folder = district.folder(office).to_owned();
        days_pass(&folder, district.sample_mut(), office, 9).await;
    }
    for office in [1, 2] {
        district.switch_on(office).await;
    }
    let file = district.sample().file.encode();
    for office in [1, 2, 3] {
        district.office(office).district_file(&file).unwrap();
    }
    let (ann, bob) = (district.log_in(1, "ann").await, district.log_in(2, "bob").await);
    for reader in [&ann, &bob] {
        let shown = reader.messages(UNIT);
        assert_eq!(shown.len(), 1, "it stands where it stood");
        assert_eq!((shown[0].kind, shown[0].text.as_str(), shown[0].kept_days), (MessageKind::Erased, "", Some(3)));
    }
    ann.say(UNIT, "новое").await;
    let eve = district.person(3, "eve", 2).await;
    district.join(3, 0).await;
    until(|| eve.history(UNIT) == ["новое"]).await;
    let heads = district.heads(1, 1);
    until(|| district.heads(3, 1) == heads).await;
    assert!(heads.iter().all(|head| district.holds_from_beginning(3, head)), "every entry, with and without body");
    for head in &heads {
        assert_eq!(district.entry_id(3, head), district.entry_id(1, head));
    }
    district.stop().await;
}

/// Letters that other offices handed over to one that is switched off.
fn letters(folder: &std::path::Path) -> usize {
    let limits = Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 };
    let store = Store::open(folder, &Rest::new(&SharedKey::from_bytes([2; 32])), limits).unwrap();
    store.scan(Tree::Letters, &[]).rows(100).unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_over_with_a_person_goes_too_when_it_is_past_keeping() {
    let mut sample = sample::district(3);
    sample.amend(|chart| chart.policy.retention_days = 3);
    let mut district = District::start_with(sample, 3, |_, _| ()).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(3, "bob", 2).await);
    let (number, to_ann, to_bob) = (ann.person, ChatId::Person(ann.person), ChatId::Person(bob.person));
    let knows = |office: u32, of| {
        let office = district.office(office).clone();
        move || office.whole_tree().people.iter().any(|person| person.id == of)
    };
    until(knows(3, number)).await;
    until(knows(1, bob.person)).await;
    bob.say(to_ann, "до перехода").await;
    ann.reads(to_bob, &["до перехода"]).await;
    ann.say(to_bob, "ответ").await;
    bob.reads(to_ann, &["до перехода", "ответ"]).await;
    assert_eq!(district.office(1).release(number, OfficeId(2)).await.unwrap(), 2);
    until(|| district.office(2).arrivals_of_people().unwrap().iter().any(|one| one.id == number && one.login.is_some())).await;
    district.office(2).receive(number, Receive { unit: UnitId(2), position: None, login: None }).await.unwrap();
    district.log_in(2, "ann").await.reads(to_bob, &["до перехода", "ответ"]).await;
    for office in 1..=3 {
        district.switch_off(office).await;
    }
    let folder = district.folder(2).to_owned();
    assert_eq!(letters(&folder), 2);
    days_pass(&folder, district.sample_mut(), 2, 2).await;
    assert_eq!(letters(&folder), 2, "they are kept as long as the authority says");
    days_pass(&folder, district.sample_mut(), 2, 9).await;
    assert_eq!(letters(&folder), 0);
    let file = district.sample().file.encode();
    district.switch_on(2).await;
    district.office(2).district_file(&file).unwrap();
    let shown = district.log_in(2, "ann").await.messages(to_bob);
    assert!(shown.iter().all(|message| message.text.is_empty()), "{shown:?}");
    district.stop().await;
}

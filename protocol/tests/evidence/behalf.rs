//! The right to speak for another: proven by the home office's editions in their places, or said not to be.

use okrug_protocol::behalf::{Behalf, OnBehalf, Right, Term};
use okrug_protocol::clock::Millis;
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::entry::Kind;
use okrug_protocol::evidence::{EntryFault, Evidence, Run, ShownBehalf};
use okrug_protocol::ids::{OfficeId, RoleId, Seq, UnitId};
use okrug_protocol::message::Content;
use okrug_protocol::role::RoleRecord;
use okrug_protocol::sample::{self, SamplePerson};
use okrug_protocol::seal::SealKey;

use crate::scene::{Case, case};

const DUTY: RoleId = RoleId(10_001);

/// Far beyond what the clocks of the scene reach.
const LATER: Millis = Millis(1 << 40);

impl Case {
    /// Puts an edition of the role into the records.
    fn edition(&mut self, version: u32, since: Millis, holder: Option<&SamplePerson>) {
        let holders = holder.map(|holder| Term { person: holder.signed.record.person, from: since, until: None });
        let record = RoleRecord {
            role: DUTY,
            unit: UnitId(1),
            title: "Дежурный".to_owned(),
            version,
            since,
            active: true,
            holders: holders.into_iter().collect(),
            seal: SealKey([0; 32]),
            boxes: Vec::new(),
            before: None,
        };
        let key = sample::opening("role", version);
        let locked = record.lock(self.scene.district.id(), &key, &[], None, &mut self.scene.rng).unwrap();
        self.scene.say(&mut self.records, Kind::ROLE, &locked.encode());
    }

    fn deputy(&mut self, absent: &SamplePerson, deputy: &SamplePerson, until: Millis) {
        let term = Term { person: deputy.signed.record.person, from: Millis(1), until: Some(until) };
        let person = absent.signed.record.person;
        let record = DeputyRecord { person, office: OfficeId(1), version: 1, since: Millis(1), deputy: vec![term] };
        self.scene.say(&mut self.records, Kind::DEPUTY, &record.encode());
    }

    fn speak(&mut self, of: Behalf, version: u32) {
        let person = self.person.clone();
        let counter = self.unit.state.seq.0 + 1;
        self.scene.message_for(&mut self.unit, &person, counter, Content::Text("За дежурного".to_owned()), Some(OnBehalf { of, version }));
    }

    /// The last message with these entries of the records.
    fn with(&self, records: &[usize]) -> Evidence {
        let mut runs: Vec<Run> = vec![self.unit.run(vec![self.unit.opened(self.unit.entries.len())])];
        let mut exhibits = Vec::new();
        for seq in records[0]..=*records.last().unwrap() {
            exhibits.push(if records.contains(&seq) { self.records.opened(seq) } else { self.records.closed(seq) });
        }
        runs.push(self.records.run(exhibits));
        self.evidence(runs)
    }

    #[track_caller]
    fn shown(&self, records: &[usize]) -> ShownBehalf {
        self.judge(&self.with(records)).unwrap().messages.remove(0).on_behalf.unwrap()
    }
}

#[test]
fn the_right_to_speak_for_a_role_is_proven_by_the_edition_that_gives_it() {
    let mut case = case();
    let person = case.person.clone();
    case.edition(1, Millis(1), Some(&person));
    case.speak(Behalf::Role(DUTY), 1);
    let shown = case.shown(&[2, 3]);
    assert_eq!((shown.right, shown.name.as_deref(), shown.newest), (Right::Holds, Some("Дежурный"), Some(1)));
    let announced = shown.announced.unwrap();
    assert_eq!((announced.log, announced.seq, announced.id), (case.records.id, Seq(3), case.records.before(4)));
    // Without it the message is proven, and the right is said not to be.
    let without = case.shown(&[2]);
    assert_eq!((without.right, without.announced, without.newest), (Right::Unknown, None, None));
}

#[test]
fn an_edition_that_took_the_duty_away_is_seen_and_one_of_another_office_gives_none() {
    let mut case = case();
    let person = case.person.clone();
    case.edition(1, Millis(1), Some(&person));
    case.edition(2, Millis(2), None);
    case.speak(Behalf::Role(DUTY), 1);
    assert_eq!((case.shown(&[2, 3, 4]).right, case.shown(&[2, 3, 4]).newest), (Right::Lacks, Some(2)));
    // One that is later than the message takes nothing away.
    case.edition(3, LATER, Some(&person));
    case.speak(Behalf::Role(DUTY), 3);
    assert_eq!(case.shown(&[2, 5]).right, Right::Lacks, "it does not hold yet");
    case.speak(Behalf::Role(RoleId(20_001)), 1);
    assert_eq!((case.shown(&[2]).right, case.shown(&[2]).announced), (Right::Lacks, None), "another office's duty");
}

#[test]
fn a_deputy_is_proven_with_the_record_of_whom_they_stand_in_for() {
    let mut case = case();
    let absent = case.scene.district.person(OfficeId(1), 2, UnitId(1));
    let person = case.person.clone();
    case.scene.say(&mut case.records, Kind::PERSON, &absent.signed.encode());
    case.deputy(&absent, &person, LATER);
    let of = Behalf::Person(absent.signed.record.person);
    case.speak(of, 1);
    let shown = case.shown(&[2, 3, 4]);
    assert_eq!((shown.right, shown.name.as_deref()), (Right::Holds, Some("Сотрудник 2")));
    // Whose home the office is, the file must show; and no record is shown for nothing.
    case.refused(&case.with(&[2, 4]), EntryFault::Superfluous);
    assert_eq!(case.shown(&[2, 3]).right, Right::Unknown);
    case.speak(of, 2);
    assert_eq!(case.shown(&[2, 3]).right, Right::Unknown);
    case.refused(&case.with(&[2, 3, 4]), EntryFault::Superfluous);
}

#[test]
fn an_announcement_that_does_not_hold_or_that_nothing_needs_makes_the_file_worth_nothing() {
    let mut case = case();
    let person = case.person.clone();
    case.edition(1, Millis(1), Some(&person));
    case.edition(1, Millis(2), Some(&person));
    case.edition(2, LATER, None);
    case.speak(Behalf::Role(DUTY), 2);
    case.refused(&case.with(&[2, 3, 5]), EntryFault::Superfluous);
    case.refused(&case.with(&[2, 3, 4, 5]), EntryFault::Announcement);
    case.speak(Behalf::Role(DUTY), 1);
    assert_eq!(case.shown(&[2, 3, 5]).right, Right::Holds);
    // Another office's log is no place for it.
    let mut other = case.scene.log(2, okrug_protocol::ids::Topic::District);
    let forged = {
        let before = case.records.entries.len();
        case.edition(3, Millis(3), Some(&person));
        okrug_protocol::epoch::open_body(
            &case.records.key,
            &case.scene.place(&case.records, 1),
            Seq(u64::try_from(before + 1).unwrap()),
            &case.records.entries[before].body,
        )
        .unwrap()
    };
    case.scene.say(&mut other, Kind::ROLE, &forged);
    let mut evidence = case.with(&[2, 3]);
    evidence.runs.push(other.run(vec![other.opened(2)]));
    evidence.runs.sort_by_key(|run| (run.exhibits[0].header.log, run.exhibits[0].header.seq));
    case.refused(&evidence, EntryFault::Announcement);
}

//! What a log takes and what it refuses.

use proptest::prelude::*;

use super::*;
use crate::entry::tests::log;
use crate::epoch::KeyBox;
use crate::ids::{Hash32, Topic, UnitId};
use crate::revocations::CutOff;
use crate::sample::{self, SampleDistrict};

/// Office 3 writes to unit 2, which every office hosts.
fn home() -> LogId {
    LogId { topic: Topic::Unit(UnitId(2)), ..log() }
}

fn draft(kind: Kind, epoch: u32, time: u64) -> Draft {
    Draft { kind, epoch: Epoch(epoch), time: Timestamp(time), body: vec![1, 2, 3] }
}

/// The body of a rekey entry with a box, which nobody opens here, for each of `members`.
fn rekey(members: &[OfficeId]) -> Vec<u8> {
    let boxes = members.iter().map(|office| KeyBox { office: *office, key: 0, sealed: [7; 80] }).collect();
    Rekey { commitment: Hash32([7; 32]), boxes, delegated: Vec::new() }.encode().unwrap()
}

fn due(directory: &Directory) -> Vec<u8> {
    rekey(&epoch::members(directory, &home(), &directory.known()))
}

/// A rekey entry and so many messages.
fn written(district: &SampleDistrict, messages: u64) -> Vec<Entry> {
    let directory = district.trust.directory();
    let mut state = LogState::EMPTY;
    let first = Draft { body: due(&directory), ..draft(Kind::REKEY, 1, 10) };
    let drafts = [first].into_iter().chain((1..=messages).map(|n| draft(Kind::MESSAGE, 1, 10 + n)));
    let write = |draft| {
        let entry = write(home(), &state, draft, &directory, &district.sign_keys[2]).unwrap();
        state = Candidate::next(entry.clone(), &state, &directory).unwrap().state().clone();
        entry
    };
    drafts.map(write).collect()
}

fn append(state: &LogState, entry: &Entry, directory: &Directory) -> Result<LogState, Refusal> {
    Ok(Candidate::next(entry.clone(), state, directory)?.verify(directory)?.state().clone())
}

#[test]
fn what_was_written_is_appended_in_its_order_only() {
    let district = sample::district(4);
    let directory = district.trust.directory();
    let entries = written(&district, 3);
    let mut state = LogState::EMPTY;
    assert_eq!(append(&state, &entries[1], &directory), Err(Refusal::Gap { head: Seq(0) }));
    for entry in &entries {
        state = append(&state, entry, &directory).unwrap();
    }
    assert_eq!(state.seq, Seq(4));
    assert_eq!(append(&state, &entries[3], &directory), Err(Refusal::Known { head: Seq(4) }));
}

#[test]
fn each_broken_rule_has_its_own_verdict() {
    let district = sample::district(4);
    let directory = district.trust.directory();
    let entries = written(&district, 1);
    let state = append(&LogState::EMPTY, &entries[0], &directory).unwrap();
    let judged = |change: &dyn Fn(&mut Entry)| {
        let mut entry = entries[1].clone();
        change(&mut entry);
        append(&state, &entry, &directory).err()
    };
    let newer = Version(directory.version().0 + 1);
    assert_eq!(judged(&|e| e.header.directory = newer), Some(Refusal::Pending(newer)));
    assert_eq!(judged(&|e| e.header.revocations = Version(9)), Some(Refusal::Pending(Version(9))));
    assert_eq!(judged(&|e| e.header.log.office = OfficeId(99)), Some(Refusal::UnknownOffice));
    assert_eq!(judged(&|e| e.header.log.topic = Topic::Unit(UnitId(5))), Some(Refusal::MayNotWrite));
    assert_eq!(judged(&|e| e.header.time = Timestamp(10)), Some(Refusal::TimeNotRising));
    assert_eq!(judged(&|e| e.header.directory = Version(0)), Some(Refusal::UnknownOffice));
    assert_eq!(judged(&|e| e.header.epoch = Epoch(2)), Some(Refusal::EpochOutOfTurn));
    assert_eq!(judged(&|e| e.header.kind = Kind::REKEY), Some(Refusal::EpochOutOfTurn));
    assert_eq!(judged(&|e| e.body[0] = 9), Some(Refusal::BadSignature));
    assert_eq!(judged(&|_| ()), None);
    let sealed = write(home(), &LogState::EMPTY, draft(Kind::MESSAGE, 0, 10), &directory, &district.sign_keys[2]).unwrap();
    assert_eq!(append(&LogState::EMPTY, &sealed, &directory), Err(Refusal::EpochOutOfTurn));
}

#[test]
fn an_entry_is_judged_by_the_version_that_it_names_however_new_the_chart() {
    let mut district = sample::district(4);
    let old = written(&district, 2);
    district.amend(|chart| chart.offices[2].hosts.retain(|unit| *unit != UnitId(2)));
    district.amend(|chart| drop(chart.offices.remove(2)));
    let newest = district.directory();
    let mut state = LogState::EMPTY;
    for entry in &old {
        state = append(&state, entry, &newest).unwrap();
    }
    // The same writer may not do it again once it knew.
    let knew = |version: u32| {
        let mut entry = old[2].clone();
        entry.header.seq = state.seq.next();
        entry.header.time = Timestamp(99);
        entry.header.directory = Version(version);
        entry.signature = entry.signed_part(state.id).sign(&district.sign_keys[2]);
        append(&state, &entry, &newest).err()
    };
    assert_eq!((knew(1), knew(2), knew(3)), (None, Some(Refusal::MayNotWrite), Some(Refusal::UnknownOffice)));
}

#[test]
fn a_suspended_writer_that_knew_says_nothing_and_goes_on_reading() {
    let mut district = sample::district(4);
    let key = district.sign_keys[2].clone();
    let old = written(&district, 2);
    district.amend(|chart| chart.suspended = vec![OfficeId(3)]);
    let silent = district.directory();
    district.amend(|chart| chart.suspended.clear());
    let resumed = district.directory();
    let mut state = LogState::EMPTY;
    for entry in &old {
        // What it said before it knew counts, whatever is known here.
        assert_eq!(append(&state, entry, &silent), append(&state, entry, &resumed));
        state = append(&state, entry, &silent).unwrap();
    }
    for (kind, epoch) in [(Kind::MESSAGE, 1), (Kind::PERSON, 1), (Kind::ROLE, 1), (Kind::HANDOVER, 1), (Kind(99), 1), (Kind::REKEY, 2)] {
        let body = if kind == Kind::REKEY { due(&silent) } else { vec![1] };
        let entry = write(home(), &state, Draft { body, ..draft(kind, epoch, 50) }, &silent, &key).unwrap();
        // The verdict is that of the edition which it names, however new the one that is held.
        assert_eq!(append(&state, &entry, &silent).err(), Some(Refusal::Suspended), "{kind:?}");
        assert_eq!(append(&state, &entry, &resumed).err(), Some(Refusal::Suspended), "{kind:?}");
    }
    for kind in [Kind::SEALING_KEY, Kind::CHECKPOINT, Kind::ACT, Kind::RESEAL_REQUEST, Kind::RESEAL, Kind::FORK] {
        let entry = write(home(), &state, draft(kind, 1, 50), &silent, &key).unwrap();
        assert!(append(&state, &entry, &silent).is_ok() && append(&state, &entry, &resumed).is_ok(), "{kind:?}");
    }
    assert!(next(&state, draft(Kind::MESSAGE, 1, 60), &resumed, &key).is_ok());
}

/// The verdict on the next entry of a log by somebody who knows `directory`.
fn next(state: &LogState, draft: Draft, directory: &Directory, key: &SecretKey) -> Result<LogState, Refusal> {
    append(state, &write(home(), state, draft, directory, key).unwrap(), directory)
}

#[test]
fn whoever_knew_of_a_removal_begins_an_epoch_without_the_removed() {
    let mut district = sample::district(4);
    let key = district.sign_keys[2].clone();
    let said = |time| draft(Kind::MESSAGE, 1, time);
    let begin = |body, time| Draft { body, ..draft(Kind::REKEY, 2, time) };
    let mut state = LogState::EMPTY;
    for entry in written(&district, 1) {
        state = append(&state, &entry, &district.directory()).unwrap();
    }
    let before = due(&district.directory());
    let removals: [&dyn Fn(&mut SampleDistrict); 3] = [
        &|district| drop(district.revoke(&[OfficeId(4)], &[], &[])),
        &|district| drop(district.amend(|chart| chart.offices[3].hosts.clear())),
        &|district| drop(district.amend(|chart| drop(chart.offices.pop()))),
    ];
    for (i, remove) in removals.iter().enumerate() {
        let mut district = district.clone();
        remove(&mut district);
        let directory = district.directory();
        assert_eq!(next(&state, said(20), &directory, &key).err(), Some(Refusal::DeadEpoch), "removal {i}");
        assert_eq!(next(&state, begin(before.clone(), 20), &directory, &key).err(), Some(Refusal::WrongReaders), "removal {i}");
        let few = rekey(&[OfficeId(1), OfficeId(3)]);
        assert_eq!(next(&state, begin(few, 20), &directory, &key).err(), Some(Refusal::WrongReaders), "removal {i}");
        let begun = next(&state, begin(due(&directory), 20), &directory, &key).unwrap();
        assert!(next(&begun, draft(Kind::MESSAGE, 2, 30), &directory, &key).is_ok(), "removal {i}");
    }
    // Who comes to a topic, or leaves another one, ends no epoch of this one.
    district.amend(|chart| chart.offices[1].hosts.retain(|unit| *unit != UnitId(4)));
    assert!(next(&state, said(20), &district.directory(), &key).is_ok());
}

#[test]
fn a_removal_that_the_writer_had_not_heard_of_changes_no_verdict() {
    let mut district = sample::district(4);
    let entries = written(&district, 3);
    district.revoke(&[OfficeId(4)], &[], &[]);
    district.amend(|chart| chart.offices[1].hosts.clear());
    let newest = district.directory();
    let mut state = LogState::EMPTY;
    for entry in &entries {
        state = append(&state, entry, &newest).unwrap();
    }
    assert_eq!(state.seq, Seq(4));
}

#[test]
fn a_revoked_writer_counts_up_to_its_end_and_never_after_it_knew() {
    let mut district = sample::district(4);
    let key = district.sign_keys[2].clone();
    let (before, entries) = (district.directory(), written(&district, 4));
    let states: Vec<LogState> = entries.iter().fold(vec![LogState::EMPTY], |mut states, entry| {
        states.push(append(states.last().unwrap(), entry, &before).unwrap());
        states
    });
    let all = |directory: &Directory| {
        let mut state = LogState::EMPTY;
        entries.iter().map_while(|entry| append(&state, entry, directory).map(|next| state = next).ok()).count()
    };
    // Nobody has said where it ends: what was written without knowing goes on counting.
    district.revoke(&[OfficeId(3)], &[], &[]);
    let open = district.directory();
    assert_eq!(all(&open), 5);
    assert_eq!(next(&states[5], draft(Kind::MESSAGE, 1, 90), &open, &key).err(), Some(Refusal::Revoked));
    let ends = |seq: usize, id| [CutOff { log: home(), seq: Seq(u64::try_from(seq).unwrap()), id }];
    let mut elsewhere = district.clone();
    district.revoke(&[], &[], &ends(3, states[3].id));
    assert_eq!(all(&district.directory()), 3);
    assert_eq!(append(&states[3], &entries[3], &district.directory()), Err(Refusal::BeyondEnd { end: Seq(3) }));
    // The end is an entry, and not another in its place.
    elsewhere.revoke(&[], &[], &ends(3, states[2].id));
    assert_eq!(all(&elsewhere.directory()), 2);
}

#[test]
fn every_flipped_bit_of_an_entry_is_refused() {
    let district = sample::district(4);
    let directory = district.trust.directory();
    let entries = written(&district, 1);
    let state = append(&LogState::EMPTY, &entries[0], &directory).unwrap();
    let bytes = entries[1].encode();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let appended = Entry::decode(&flipped).is_ok_and(|entry| append(&state, &entry, &directory).is_ok());
        assert!(!appended, "bit {bit}");
    }
}

#[test]
fn two_entries_for_one_place_are_a_fork_and_the_proof_convinces_others() {
    let district = sample::district(4);
    let directory = district.trust.directory();
    let state = append(&LogState::EMPTY, &written(&district, 1)[0], &directory).unwrap();
    let entry = |body: u8, key: usize| {
        let draft = Draft { body: vec![body], ..draft(Kind::MESSAGE, 1, 20) };
        write(home(), &state, draft, &directory, &district.sign_keys[key]).unwrap()
    };
    let proof = fork_proof(&entry(1, 2), &entry(2, 2), state.id, &directory).unwrap();
    let read: ForkProof = codec::decode_canonical(&codec::encode(&proof), 4_096).unwrap();
    assert!(read.holds(&directory));
    assert_eq!(fork_proof(&entry(1, 2), &entry(1, 2), state.id, &directory), None);
    assert_eq!(fork_proof(&entry(1, 2), &entry(2, 1), state.id, &directory), None);
}

proptest! {
    #[test]
    fn hostile_bytes_are_no_entry_and_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(entry) = Entry::decode(&bytes) {
            prop_assert_eq!(entry.encode(), bytes);
        }
    }
}

const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// Messages of a day, two days before the chart that keeps messages for a day; its writer's clock was right.
fn aged() -> (SampleDistrict, Vec<Entry>) {
    let mut district = sample::district(4);
    let directory = district.directory();
    let began = directory.issued().0;
    let mut state = LogState::EMPTY;
    let first = Draft { body: due(&directory), time: Timestamp::at(crate::clock::Millis(began)), ..draft(Kind::REKEY, 1, 0) };
    let later = (1..=5).map(|n| Draft { time: Timestamp::at(crate::clock::Millis(began + n * DAY_MS)), ..draft(Kind::MESSAGE, 1, 0) });
    let mut entries = Vec::new();
    for draft in [first].into_iter().chain(later) {
        let entry = write(home(), &state, draft, &directory, &district.sign_keys[2]).unwrap();
        state = Candidate::next(entry.clone(), &state, &directory).unwrap().state().clone();
        entries.push(entry);
    }
    district.amend(|chart| {
        chart.policy.retention_days = 1;
        chart.head.issued = crate::clock::Millis(began + 4 * DAY_MS);
        chart.head.refresh_by = chart.head.issued;
    });
    (district, entries)
}

#[test]
fn a_log_of_which_parts_are_erased_is_the_same_log_and_has_no_gap() {
    let (district, entries) = aged();
    let directory = district.directory();
    let mut state = LogState::EMPTY;
    // Days 1 and 2 are earlier than day 3; the rekey entry stays what it is.
    for (n, entry) in entries.iter().enumerate() {
        let left = if n < 3 { entry.clone().without_body() } else { entry.clone() };
        state = append(&state, &Entry::decode(&left.encode()).unwrap(), &directory).unwrap();
    }
    let whole = entries.iter().fold(LogState::EMPTY, |state, entry| append(&state, entry, &directory).unwrap());
    assert_eq!(state, whole);
}

#[test]
fn a_body_that_is_to_be_kept_is_not_done_without_and_a_wrong_hash_is_a_forgery() {
    let (district, entries) = aged();
    let directory = district.directory();
    let before = |n: usize| entries[..n].iter().fold(LogState::EMPTY, |state, entry| append(&state, entry, &directory).unwrap());
    for (n, entry) in entries.iter().enumerate().take(6).skip(3) {
        let left = entry.clone().without_body();
        assert_eq!(append(&before(n), &left, &directory), Err(Refusal::ErasedEarly), "day {n}");
        assert!(Candidate::again(left, &before(n), &directory).is_ok());
    }
    let mut forged = entries[1].clone().without_body();
    forged.erased = Some(Hash32([1; 32]));
    assert_eq!(append(&before(1), &forged, &directory), Err(Refusal::BadSignature));
}

#[test]
fn who_holds_a_later_chart_takes_what_was_erased_by_an_earlier_one_and_a_hold_keeps_the_rest() {
    let (mut district, entries) = aged();
    district.amend(|chart| {
        chart.policy.retention_days = 0;
        let hold = crate::chart::Hold {
            topic: home().topic,
            since: chart.head.issued,
            gone: crate::clock::Millis(0),
            reason: "Запрос".to_owned(),
        };
        chart.retention.holds = vec![hold];
        chart.head.issued = chart.head.issued.plus(100 * DAY_MS);
        chart.head.refresh_by = chart.head.issued;
    });
    let directory = district.directory();
    let mut state = append(&LogState::EMPTY, &entries[0], &directory).unwrap();
    for entry in &entries[1..3] {
        state = append(&state, &entry.clone().without_body(), &directory).unwrap();
    }
    assert_eq!(append(&state, &entries[3].clone().without_body(), &directory), Err(Refusal::ErasedEarly));
}

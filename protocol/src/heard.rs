//! What an office has shown that it had heard of, over all its logs: who pretends otherwise in one of them is found out.
//!
//! A log is judged by itself ([`crate::log`]): a writer who names old editions in it is believed, since nobody can prove
//! that somebody has heard. But an office has one clock and never forgets a document, so what it named in any log of one
//! incarnation it knows in every other one from then on. That matters most for delegated directories of which it is no part:
//! an entry names none of those, and an epoch may go on for a week after one of its readers was removed there.
//!
//! It is a cause for alarm and no verdict: which of two logs came first differs from office to office, and all must take
//! the same entries. The two entries prove it to everybody.
//!
//! Shapes:  an office's earlier entry may come after the one that it contradicts; then the next one of that epoch is found.
//!
//! Source:  FORMAT.md, section 5.2.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::directory::{Directory, Known};
use crate::entry::{Header, Kind};
use crate::epoch::Rekey;
use crate::ids::{Epoch, Incarnation, LogId, OfficeId, Seq, UnitId, Version};
use crate::log::{LogState, VerifiedEntry};

/// Steps of one office's knowledge that are remembered; editions are few, and the newest matter.
const KEPT: usize = 64;

/// An entry whose writer had shown before, in another log, that it knew of a removal which this one ignores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pretence {
    /// The log in which it pretends.
    pub log: LogId,
    /// The place in it.
    pub seq: Seq,
    /// The log that shows what it knew.
    pub knew: LogId,
    /// The place in that one.
    pub at: Seq,
}

/// What offices have shown that they knew, and when.
#[derive(Debug, Default)]
pub struct Heard {
    shown: BTreeMap<(OfficeId, Incarnation), Vec<Shown>>,
    /// The epoch of each log that was told of.
    told: BTreeMap<LogId, Epoch>,
}

#[derive(Debug)]
struct Shown {
    time: Timestamp,
    log: LogId,
    seq: Seq,
    known: Known,
}

impl Heard {
    /// Takes note of a log as it is: what its last entry named was known by then.
    pub fn take_up(&mut self, log: LogId, state: &LogState, directory: &Directory) {
        let header = (log, state.delegated, state.directory);
        let known = Known { chart: state.directory, revocations: state.revocations, ..state.rekeyed.clone() };
        self.note(Shown { time: state.time, log, seq: state.seq, known: with_own(known, header, directory) });
    }

    /// Takes note of what an entry shows, and gives what it contradicts. Each epoch of a log is told of once.
    pub fn learn(&mut self, entry: &VerifiedEntry, directory: &Directory) -> Option<Pretence> {
        let header = entry.header();
        let known = known_by(entry, directory);
        let found = self.pretence(header, &known, &entry.state().rekeyed, directory);
        self.note(Shown { time: header.time, log: header.log, seq: header.seq, known });
        found
    }

    fn pretence(&mut self, header: &Header, known: &Known, began: &Known, directory: &Directory) -> Option<Pretence> {
        let log = header.log;
        if !(header.kind == Kind::REKEY || header.kind.is_sealed()) || self.told.get(&log) == Some(&header.epoch) {
            return None;
        }
        let earlier = self.shown.get(&(log.office, log.incarnation))?.iter().take_while(|shown| shown.time < header.time);
        let mut joined = known.clone();
        for shown in earlier.filter(|shown| shown.log != log) {
            let more = join(joined.clone(), &shown.known, directory);
            if more == joined {
                continue;
            }
            joined = more;
            if directory.is_dead(log.topic, began, &joined) {
                self.told.insert(log, header.epoch);
                return Some(Pretence { log, seq: header.seq, knew: shown.log, at: shown.seq });
            }
        }
        None
    }

    /// Kept is what adds to all that was shown until then.
    fn note(&mut self, shown: Shown) {
        let all = self.shown.entry((shown.log.office, shown.log.incarnation)).or_default();
        let place = all.partition_point(|one| one.time <= shown.time);
        if all[..place].iter().any(|before| covers(&before.known, &shown.known)) {
            return;
        }
        all.insert(place, shown);
        if all.len() > KEPT {
            all.remove(0);
        }
    }
}

/// What an entry names: of its own subtree always, of others where it begins an epoch.
fn known_by(entry: &VerifiedEntry, directory: &Directory) -> Known {
    let header = entry.header();
    let rekey = (header.kind == Kind::REKEY).then(|| Rekey::decode(entry.body()).ok()).flatten();
    let delegated = rekey.map_or_else(|| entry.state().rekeyed.delegated.clone(), |rekey| rekey.delegated);
    let known = Known { chart: header.directory, revocations: header.revocations, delegated };
    with_own(known, (header.log, header.delegated, header.directory), directory)
}

fn with_own(known: Known, (log, own, chart): (LogId, Version, Version), directory: &Directory) -> Known {
    match directory.subtree_of(log.office, chart).filter(|_| own > Version(0)) {
        Some(unit) => known.with(unit, own),
        None => known,
    }
}

/// Whether whoever knew the one knew all of the other.
fn covers(one: &Known, other: &Known) -> bool {
    let editions = other.delegated.iter().all(|(unit, edition)| one.edition(*unit) >= *edition);
    one.chart >= other.chart && one.revocations >= other.revocations && editions
}

/// All that is known by either, but editions of delegated directories that the authority has taken back.
fn join(known: Known, other: &Known, directory: &Directory) -> Known {
    let chart = known.chart.max(other.chart);
    let stands = |unit: UnitId, edition: Version| {
        let row = directory.delegations().iter().find(|row| row.unit == unit);
        row.is_some_and(|row| row.since <= chart && row.withdrawn.is_none() && row.epoch <= edition.epoch())
    };
    let joined = Known { chart, revocations: known.revocations.max(other.revocations), ..known };
    other.delegated.iter().fold(joined, |joined, (unit, edition)| {
        if *edition > joined.edition(*unit) && stands(*unit, *edition) { joined.with(*unit, *edition) } else { joined }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Topic;
    use crate::log::{self, Candidate, Draft};
    use crate::sample::{self, SampleDistrict};

    /// Office 1 of the chart writes to the district, unit 1 and unit 2; unit 2 is delegated and lists office 201.
    fn delegated() -> SampleDistrict {
        let mut district = sample::district(3);
        district.delegate(2);
        district
    }

    fn log_of(topic: Topic) -> LogId {
        LogId { office: OfficeId(1), topic, ..crate::entry::tests::log() }
    }

    /// The logs of one office, each in its state.
    #[derive(Default)]
    struct Writer {
        states: BTreeMap<LogId, LogState>,
        time: u64,
    }

    impl Writer {
        fn put(&mut self, topic: Topic, kind: Kind, district: &SampleDistrict, knowing: &Directory) -> VerifiedEntry {
            let log = log_of(topic);
            let state = self.states.get(&log).cloned().unwrap_or(LogState::EMPTY);
            let body = if kind == Kind::REKEY {
                let known = knowing.known();
                let members = crate::epoch::members(knowing, &log, &known).into_iter();
                let boxes = members.map(|office| crate::epoch::KeyBox { office, key: 0, sealed: [7; 80] }).collect();
                Rekey { commitment: crate::ids::Hash32([7; 32]), boxes, delegated: known.delegated }.encode().unwrap()
            } else {
                vec![1]
            };
            self.time += 10;
            let epoch = Epoch(state.epoch.0 + u32::from(kind == Kind::REKEY));
            let draft = Draft { kind, epoch, time: Timestamp(self.time), body };
            let entry = log::write(log, &state, draft, knowing, &district.sign_keys[0]).unwrap();
            let newest = district.directory();
            let verified = Candidate::next(entry, &state, &newest).and_then(|candidate| candidate.verify(&newest)).unwrap();
            self.states.insert(log, verified.state().clone());
            verified
        }
    }

    /// What a sub-authority removes, what the chart removes, and what a list of revocations removes.
    fn removals() -> [fn(&mut SampleDistrict); 3] {
        [
            |district| drop(district.amend_delegated(2, |chart| chart.offices.clear())),
            |district| drop(district.amend(|chart| drop(chart.offices.pop()))),
            |district| drop(district.revoke(&[OfficeId(3)], &[], &[])),
        ]
    }

    #[test]
    fn who_goes_on_in_a_dead_epoch_after_naming_the_removal_elsewhere_is_found_out() {
        for (i, remove) in removals().into_iter().enumerate() {
            let mut district = delegated();
            let (mut writer, mut heard) = (Writer::default(), Heard::default());
            let before = district.directory();
            let mut learn = |entry: &VerifiedEntry, district: &SampleDistrict| heard.learn(entry, &district.directory());
            for kind in [Kind::REKEY, Kind::MESSAGE] {
                assert_eq!(learn(&writer.put(Topic::District, kind, &district, &before), &district), None);
            }
            remove(&mut district);
            // It has not shown yet that it heard: nobody can tell.
            assert_eq!(learn(&writer.put(Topic::District, Kind::MESSAGE, &district, &before), &district), None, "removal {i}");
            let elsewhere = Topic::Inbox(OfficeId(2));
            assert_eq!(learn(&writer.put(elsewhere, Kind::REKEY, &district, &district.directory()), &district), None);
            let found = learn(&writer.put(Topic::District, Kind::MESSAGE, &district, &before), &district);
            let pretence = Pretence { log: log_of(Topic::District), seq: Seq(4), knew: log_of(elsewhere), at: Seq(1) };
            assert_eq!(found, Some(pretence), "removal {i}");
            // Once for an epoch; again when it gives the key of the next one to the removed.
            assert_eq!(learn(&writer.put(Topic::District, Kind::MESSAGE, &district, &before), &district), None);
            assert!(learn(&writer.put(Topic::District, Kind::REKEY, &district, &before), &district).is_some(), "removal {i}");
            // And never again for who begins an epoch as it should.
            assert_eq!(learn(&writer.put(Topic::District, Kind::REKEY, &district, &district.directory()), &district), None);
            assert_eq!(learn(&writer.put(Topic::District, Kind::MESSAGE, &district, &district.directory()), &district), None);
        }
    }

    #[test]
    fn who_hears_later_or_of_what_does_not_concern_the_topic_is_not_blamed() {
        for remove in removals() {
            let mut district = delegated();
            let (mut writer, mut heard) = (Writer::default(), Heard::default());
            let before = district.directory();
            let inbox = Topic::Inbox(OfficeId(2));
            let mut entries =
                vec![writer.put(inbox, Kind::REKEY, &district, &before), writer.put(Topic::District, Kind::REKEY, &district, &before)];
            entries.push(writer.put(Topic::District, Kind::MESSAGE, &district, &before));
            remove(&mut district);
            entries.push(writer.put(Topic::District, Kind::REKEY, &district, &district.directory()));
            // The removed never read that inbox: its epoch goes on.
            entries.push(writer.put(inbox, Kind::MESSAGE, &district, &before));
            let directory = district.directory();
            assert!(entries.iter().all(|entry| heard.learn(entry, &directory).is_none()));
            // Whichever log comes first, and for whoever starts with the logs as they are.
            let mut other = Heard::default();
            let (late, early): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| entry.header().log.topic == inbox);
            assert!(early.iter().chain(&late).all(|entry| other.learn(entry, &directory).is_none()));
            let mut started = Heard::default();
            writer.states.iter().for_each(|(log, state)| started.take_up(*log, state, &directory));
            assert_eq!(started.learn(&writer.put(inbox, Kind::MESSAGE, &district, &before), &directory), None);
        }
    }

    #[test]
    fn what_was_known_before_a_restart_of_the_reader_counts_and_a_new_incarnation_may_know_less() {
        let mut district = delegated();
        let before = district.directory();
        let mut writer = Writer::default();
        writer.put(Topic::District, Kind::REKEY, &district, &before);
        district.amend_delegated(2, |chart| chart.offices.clear());
        writer.put(Topic::Inbox(OfficeId(2)), Kind::REKEY, &district, &district.directory());
        let directory = district.directory();
        let started = |states: &BTreeMap<LogId, LogState>| {
            let mut heard = Heard::default();
            states.iter().for_each(|(log, state)| heard.take_up(*log, state, &directory));
            heard
        };
        let mut restored = writer.states.clone();
        let said = writer.put(Topic::District, Kind::MESSAGE, &district, &before);
        assert!(started(&restored).learn(&said, &directory).is_some());
        // A backup that was restored has an older directory, and says so by its incarnation.
        let states = std::mem::take(&mut restored);
        let other = |log: LogId| LogId { incarnation: Incarnation(78), ..log };
        let elsewhere = states.into_iter().map(|(log, state)| (other(log), state)).collect();
        assert_eq!(started(&elsewhere).learn(&said, &directory), None);
    }
}

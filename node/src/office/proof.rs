//! Proof: entries as exhibits, in runs, with what they are judged by.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use okrug_protocol::behalf::Behalf;
use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::epoch::{self, Place as EpochPlace};
use okrug_protocol::evidence::{Evidence, Exhibit, Run, Shown};
use okrug_protocol::ids::{EntryId, LogId, OfficeId, PersonId, Seq, Topic};
use okrug_protocol::opening::Opening;
use okrug_protocol::person::SignedPerson;
use okrug_protocol::role::RoleRecord;
use okrug_protocol::seal::SharedKey;

use super::Refused;
use super::desk::Desk;
use crate::store::key::{entry_key, log_key, split_entry};
use crate::store::{Stored, Tree};

/// Entries between two messages of a log that are shown as being there, so that nothing can stand between unseen.
const MAX_CLOSED: u64 = 64;
/// Offices whose checkpoints are taken in as witnesses, for each stretch of a log.
const MAX_WITNESSES: usize = 3;

impl Desk {
    /// What opens one entry alone, and what it opens to.
    pub(crate) fn opening(&self, entry: &Entry) -> Option<(Opening, Vec<u8>)> {
        let (log, epoch) = (entry.header.log, entry.header.epoch);
        let key: SharedKey = self.store.epoch_key(&log, epoch).ok()??;
        let opening = Opening::of(&key, &entry.body).ok()?;
        let place = EpochPlace { district: self.directory().district(), log, epoch };
        let plain = epoch::open_body_by(&opening, &place, entry.header.seq, &entry.body).ok()?;
        Some((opening, plain))
    }

    /// Puts exhibits of one log that stand near each other into one run, with what is between them closed.
    pub(crate) fn runs(&self, exhibits: BTreeMap<(LogId, Seq), (EntryId, Exhibit)>) -> Result<Vec<Run>, Refused> {
        let mut runs: Vec<Run> = Vec::new();
        for ((log, seq), (previous, exhibit)) in exhibits {
            let near = runs.last_mut().filter(|run| {
                let last = run.exhibits.last().map(|last| &last.header);
                last.is_some_and(|last| last.log == log && seq.0 - last.seq.0 <= MAX_CLOSED + 1)
            });
            let Some(run) = near else {
                runs.push(Run { previous, exhibits: vec![exhibit] });
                continue;
            };
            let last = run.exhibits.last().map_or(seq, |last| last.header.seq);
            for between in last.0 + 1..seq.0 {
                let stored = self.store.entry(&log, Seq(between))?.ok_or(Refused::NoSuchMessage)?;
                run.exhibits.push(Exhibit::closed(&stored.entry));
            }
            run.exhibits.push(exhibit);
        }
        Ok(runs)
    }

    /// The records of people, editions of roles and deputies, and checkpoints that cover the ends of runs, from the logs
    /// for the district.
    pub(crate) fn supports(
        &self,
        people: &BTreeSet<PersonId>,
        behalves: &BTreeMap<Behalf, u32>,
        ends: &[(LogId, Seq)],
    ) -> Result<Vec<Run>, Refused> {
        let (mut exhibits, mut editions) = (BTreeMap::new(), BTreeSet::new());
        let mut witnesses: BTreeMap<((LogId, Seq), OfficeId), Stored> = BTreeMap::new();
        for (log, _) in self.store.logs()?.into_iter().filter(|(log, _)| log.topic == Topic::District) {
            self.each_entry(&log, |stored| match stored.entry.header.kind {
                Kind::PERSON => {
                    let Some((opening, plain)) = self.opening(&stored.entry) else { return };
                    let is_held = |signed: &SignedPerson| {
                        let record = &signed.record;
                        people.contains(&record.person) && self.people.read(|all| all.holds(signed))
                    };
                    if SignedPerson::read(&plain, self.directory().district()).is_ok_and(|signed| is_held(&signed)) {
                        let exhibit = Exhibit::of(&stored.entry, |body| Shown::Opened(body, opening));
                        exhibits.insert((log, stored.entry.header.seq), (stored.previous, exhibit));
                    }
                }
                Kind::ROLE | Kind::DEPUTY => {
                    let Some((opening, plain)) = self.opening(&stored.entry) else { return };
                    let edition = self.edition(&stored.entry, &plain);
                    let needed = |(of, _, version): &(Behalf, OfficeId, u32)| behalves.get(of).is_some_and(|lowest| lowest <= version);
                    // Of two that say the same, the first is enough.
                    if edition.is_some_and(|edition| needed(&edition) && editions.insert(edition)) {
                        let exhibit = Exhibit::of(&stored.entry, |body| Shown::Opened(body, opening));
                        exhibits.insert((log, stored.entry.header.seq), (stored.previous, exhibit));
                    }
                }
                Kind::CHECKPOINT => {
                    let Ok(checkpoint) = Checkpoint::decode(&stored.entry.body) else { return };
                    for end in ends.iter().filter(|(of, _)| of.office != log.office) {
                        if checkpoint.heads.iter().any(|(of, held)| *of == end.0 && *held >= end.1) {
                            let known = witnesses.get(&(*end, log.office));
                            if known.is_none_or(|known| stored.entry.header.time < known.entry.header.time) {
                                witnesses.insert((*end, log.office), stored.clone());
                            }
                        }
                    }
                }
                _ => {}
            })?;
        }
        let mut earliest: BTreeMap<(LogId, Seq), Vec<Stored>> = BTreeMap::new();
        for ((end, _), stored) in witnesses {
            earliest.entry(end).or_default().push(stored);
        }
        for mut all in earliest.into_values() {
            all.sort_by_key(|stored| stored.entry.header.time);
            for stored in all.into_iter().take(MAX_WITNESSES) {
                let at = (stored.entry.header.log, stored.entry.header.seq);
                exhibits.insert(at, (stored.previous, Exhibit::of(&stored.entry, Shown::Plain)));
            }
        }
        self.runs(exhibits)
    }

    /// Which edition an entry announces, where it is the one that counts here and its office might write it.
    fn edition(&self, entry: &Entry, plain: &[u8]) -> Option<(Behalf, OfficeId, u32)> {
        let (office, at, directory) = (entry.header.log.office, entry.header.at(), self.directory());
        if entry.header.kind == Kind::ROLE {
            let record = RoleRecord::read(plain).ok()?;
            let counts = self.duties.read(|duties| duties.counts_role(&record)) && directory.may_announce_at(office, &record, at).is_ok();
            return counts.then_some((Behalf::Role(record.role), office, record.version));
        }
        let record = DeputyRecord::read(plain).ok()?;
        let counts = self.duties.read(|duties| duties.counts_deputy(&record)) && directory.may_name_deputy_at(office, &record, at).is_ok();
        let at_home = self.people.read(|people| people.was_home(record.person, office));
        (counts && at_home).then_some((Behalf::Person(record.person), office, record.version))
    }

    /// Looks at all entries of a log, in order.
    pub(crate) fn each_entry(&self, log: &LogId, mut look: impl FnMut(Stored)) -> Result<(), Refused> {
        let mut damaged = false;
        self.store.scan(Tree::Entries, &log_key(log)).from(&entry_key(log, Seq(1))).each(|key, bytes| {
            match split_entry(key).and_then(|_| Stored::read(&bytes)) {
                Some(stored) => look(stored),
                None => damaged = true,
            }
            if damaged { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if damaged { Err(Refused::NoSuchMessage) } else { Ok(()) }
    }

    /// Runs with the documents by which they are judged.
    pub(crate) fn evidence_of(&self, mut runs: Vec<Run>) -> Evidence {
        let mut district = self.documents.file();
        district.bootstrap = None;
        let start = |run: &Run| run.exhibits.first().map(|first| (first.header.log, first.header.seq));
        runs.sort_by_key(start);
        Evidence { district, runs: joined(runs) }
    }
}

/// Runs of one log that meet are one; of an entry that is in two, what shows more of it stays.
fn joined(runs: Vec<Run>) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    for run in runs {
        let (Some(first), Some(before)) = (run.exhibits.first(), all.last_mut()) else {
            all.push(run);
            continue;
        };
        let last = before.exhibits.last().map(|last| (last.header.log, last.header.seq));
        let meets = last.is_some_and(|(log, seq)| log == first.header.log && first.header.seq <= seq.next());
        if !meets {
            all.push(run);
            continue;
        }
        for exhibit in run.exhibits {
            match before.exhibits.iter_mut().find(|known| known.header.seq == exhibit.header.seq) {
                Some(known) if matches!(known.shown, Shown::Closed(_)) => *known = exhibit,
                Some(_) => {}
                None => before.exhibits.push(exhibit),
            }
        }
    }
    all
}

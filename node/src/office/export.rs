//! Exporting: messages of a conversation, and acts, as files of evidence.
//!
//! A person shows what they themselves read; the text of a direct message only as one of its sides. What is exported
//! opens those entries and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use okrug_protocol::act::SealedAct;
use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::clock::Millis;
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::epoch::{self, Place as EpochPlace};
use okrug_protocol::evidence::{Evidence, Exhibit, Run, Shown};
use okrug_protocol::ids::{EntryId, LogId, OfficeId, PersonId, Seq, Topic};
use okrug_protocol::message::{Between, Content, End, Message, Side};
use okrug_protocol::opening::Opening;
use okrug_protocol::person::SignedPerson;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::timeline::Position;

use super::Refused;
use super::chat::ChatKey;
use super::desk::Desk;
use super::handle::Handle;
use super::index::Standing;
use super::sessions::{SessionId, Unlocked};
use super::view::{ChatId, MessageId};
use crate::store::key::{entry_key, log_key, split_entry};
use crate::store::{Stored, Tree};

/// Messages in one file.
const MAX_MESSAGES: usize = 10_000;
/// Entries between two messages of a log that are shown as being there, so that nothing can stand between unseen.
const MAX_CLOSED: u64 = 64;
/// Offices whose checkpoints are taken in as witnesses, for each stretch of a log.
const MAX_WITNESSES: usize = 3;

/// Which part of a conversation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Part {
    /// This message alone.
    pub message: Option<MessageId>,
    /// Not earlier than this.
    pub from: Option<Millis>,
    /// Before this.
    pub to: Option<Millis>,
}

/// What is shown, by log and place, and what is needed for it.
#[derive(Default)]
struct Stack {
    exhibits: BTreeMap<(LogId, Seq), (EntryId, Exhibit)>,
    people: BTreeSet<PersonId>,
}

impl Handle {
    /// A message, or a part of a conversation, as a file of evidence.
    ///
    /// # Errors
    /// [`Refused::NoSuchMessage`] when there is nothing to show.
    pub fn evidence(&self, session: SessionId, chat: ChatId, part: Part) -> Result<Vec<u8>, Refused> {
        let (keys, chat) = self.seen_chat(session, chat)?;
        let mut stack = Stack::default();
        for position in self.desk().part(&chat, &part)? {
            self.desk().take(&mut stack, position, &keys);
        }
        if stack.exhibits.is_empty() {
            return Err(Refused::NoSuchMessage);
        }
        let mut runs = self.desk().runs(stack.exhibits)?;
        let last: Vec<(LogId, Seq)> = runs.iter().filter_map(|run| run.exhibits.last()).map(|e| (e.header.log, e.header.seq)).collect();
        runs.extend(self.desk().supports(&stack.people, &last)?);
        self.desk().file(runs)
    }

    /// All acts of this office's administrators, in the whole of its logs for the district.
    ///
    /// # Errors
    /// [`Refused::NoSuchMessage`] when there is none.
    pub fn acts_evidence(&self) -> Result<Vec<u8>, Refused> {
        let desk = self.desk();
        let (act_desk, mut runs) = (desk.act_desk(), Vec::new());
        for (log, _) in desk.store.logs()?.into_iter().filter(|(log, _)| log.office == desk.me && log.topic == Topic::District) {
            let (mut run, mut acts) = (Run { previous: EntryId::ZERO, exhibits: Vec::new() }, false);
            desk.each_entry(&log, |stored| {
                let sealed = (stored.entry.header.kind == Kind::ACT).then(|| SealedAct::decode(&stored.entry.body).ok()).flatten();
                let key = sealed.map(|sealed| (sealed.key(&act_desk, self.act_key()), sealed));
                let opened = key.filter(|(key, sealed)| sealed.open(&act_desk, key).is_ok());
                acts |= opened.is_some();
                run.exhibits.push(match opened {
                    Some((key, _)) => Exhibit::of(&stored.entry, |body| Shown::Act(body, *key.bytes())),
                    None => Exhibit::closed(&stored.entry),
                });
            })?;
            if acts {
                runs.push(run);
            }
        }
        if runs.is_empty() { Err(Refused::NoSuchMessage) } else { desk.file(runs) }
    }
}

impl Desk {
    /// The places of a part of a conversation, oldest first.
    fn part(&self, chat: &ChatKey, part: &Part) -> Result<Vec<Position>, Refused> {
        let rows = self.rows_before(chat, None, usize::MAX)?;
        let wanted = |position: &Position| {
            let time = position.time.millis();
            part.message.is_none_or(|id| id.log == position.log && id.seq == position.seq)
                && part.from.is_none_or(|from| time >= from)
                && part.to.is_none_or(|to| time < to)
        };
        let holds = rows.into_iter().filter(|(position, row)| row.standing == Standing::Holds && wanted(position));
        let found: Vec<_> = holds.map(|(position, _)| position).collect();
        if found.len() > MAX_MESSAGES { Err(Refused::TooMany) } else { Ok(found) }
    }

    /// Takes in a message that `viewer` reads; one that they cannot open stays closed.
    fn take(&self, stack: &mut Stack, position: Position, viewer: &Unlocked) {
        let Some((stored, opening, message)) = self.opened_message(&position) else { return };
        let setting = self.setting(&position.log);
        let text = match &message.content {
            Content::Text(_) | Content::Unknown { .. } => None,
            Content::Direct(direct) => {
                let between = Between { setting, from: message.person, to: direct.to };
                let side = if direct.to == viewer.person { Side::Addressee } else { Side::Writer };
                Some(direct.key(&between, side, &viewer.open).ok())
            }
            Content::Letter(letter) => Some(letter.key(&setting, message.person, End::Person, &viewer.open).ok()),
        };
        let exhibit = match text {
            None => Exhibit::of(&stored.entry, |body| Shown::Opened(body, opening)),
            Some(Some(key)) => Exhibit::of(&stored.entry, |body| Shown::Twice(body, opening, *key.bytes())),
            Some(None) => return,
        };
        stack.people.insert(message.person);
        stack.exhibits.insert((position.log, position.seq), (stored.previous, exhibit));
    }

    fn opened_message(&self, position: &Position) -> Option<(Stored, Opening, Message)> {
        let stored = self.store.entry(&position.log, position.seq).ok()??;
        let (opening, plain) = self.opening(&stored.entry)?;
        Some((stored, opening, Message::decode(&plain).ok()?))
    }

    /// What opens one entry alone, and what it opens to.
    fn opening(&self, entry: &Entry) -> Option<(Opening, Vec<u8>)> {
        let (log, epoch) = (entry.header.log, entry.header.epoch);
        let key: SharedKey = self.store.epoch_key(&log, epoch).ok()??;
        let opening = Opening::of(&key, &entry.body).ok()?;
        let place = EpochPlace { district: self.directory().district(), log, epoch };
        let plain = epoch::open_body_by(&opening, &place, entry.header.seq, &entry.body).ok()?;
        Some((opening, plain))
    }

    /// Puts exhibits of one log that stand near each other into one run, with what is between them closed.
    fn runs(&self, exhibits: BTreeMap<(LogId, Seq), (EntryId, Exhibit)>) -> Result<Vec<Run>, Refused> {
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

    /// The records of people, and checkpoints that cover the ends of runs, from the logs for the district.
    fn supports(&self, people: &BTreeSet<PersonId>, ends: &[(LogId, Seq)]) -> Result<Vec<Run>, Refused> {
        let mut exhibits = BTreeMap::new();
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

    fn each_entry(&self, log: &LogId, mut look: impl FnMut(Stored)) -> Result<(), Refused> {
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

    fn file(&self, mut runs: Vec<Run>) -> Result<Vec<u8>, Refused> {
        let mut district = self.documents.file();
        district.bootstrap = None;
        let start = |run: &Run| run.exhibits.first().map(|first| (first.header.log, first.header.seq));
        runs.sort_by_key(start);
        let evidence = Evidence { district, runs: joined(runs) };
        evidence.encode().map_err(|_| Refused::TooMany)
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

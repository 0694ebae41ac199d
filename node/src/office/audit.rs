//! Reading the journal of administration, and looking whether it is whole.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use okrug_protocol::act::SealedAct;
use okrug_protocol::clock::Millis;
use okrug_protocol::directory::Directory;
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{EntryId, LogId, Seq, Topic};
use okrug_protocol::timeline::Position;

use super::Refused;
use super::acts::{ENDED, unended};
use super::handle::Handle;
use super::view::{ActView, Acts, AuditReport, AuditedLog, Broken, Cursor, MessageId};
use crate::store::Stored;
use crate::store::key::{position_key, split_position};
use crate::store::{StoreError, Tree};

/// Acts of one page.
const MAX_PAGE: usize = 200;

impl Handle {
    /// A part of the journal, oldest first, ending before `before` or at the end.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn acts(&self, before: Option<Cursor>, limit: usize) -> Result<Acts, Refused> {
        let limit = limit.clamp(1, MAX_PAGE);
        let mut scan = self.desk().store.scan(Tree::Acts, &[ENDED]).backward();
        if let Some(Cursor(position)) = before {
            scan = scan.before(&[&[ENDED][..], &position_key(&position)].concat());
        }
        let mut positions = Vec::new();
        scan.each(|key, _| {
            positions.extend(key.get(1..).and_then(split_position));
            if positions.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        positions.reverse();
        let before = positions.first().filter(|_| positions.len() == limit).map(|position| Cursor(*position));
        Ok(Acts { acts: positions.into_iter().map(|position| self.act_view(position)).collect(), before })
    }

    /// One act by the place of its entry; in the present log where only a number is named.
    ///
    /// # Errors
    /// [`Refused::NoSuchMessage`] when there is no act.
    pub fn act(&self, id: &MessageId) -> Result<ActView, Refused> {
        let stored = self.desk().store.entry(&id.log, id.seq)?.ok_or(Refused::NoSuchMessage)?;
        if id.log.office != self.desk().me || stored.entry.header.kind != Kind::ACT {
            return Err(Refused::NoSuchMessage);
        }
        Ok(self.act_view(Position { time: stored.entry.header.time, log: id.log, seq: id.seq }))
    }

    fn act_view(&self, position: Position) -> ActView {
        let desk = self.desk().act_desk();
        let stored = self.desk().store.entry(&position.log, position.seq).ok().flatten();
        let sealed = stored.and_then(|stored| SealedAct::decode(&stored.entry.body).ok());
        let opened = sealed.and_then(|sealed| sealed.open(&desk, &sealed.key(&desk, self.act_key())).ok());
        let id = MessageId { log: position.log, seq: position.seq };
        ActView { id, cursor: Cursor(position), written: position.time.millis(), act: opened.map(Into::into) }
    }

    /// Looks at the entries of this office's logs for the district, in every life of its store: all, or those from a time on.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn audit(&self, from: Option<Millis>) -> Result<AuditReport, Refused> {
        let desk = self.desk();
        let mut logs: BTreeSet<LogId> = desk.store.logs()?.into_iter().map(|(log, _)| log).collect();
        // What others say they hold of this office's logs may be more than what is here.
        logs.extend(desk.holdings.read(|holdings| holdings.logs_of(desk.me)));
        let mine = logs.into_iter().filter(|log| log.office == desk.me && log.topic == Topic::District);
        let logs = mine.map(|log| self.audit_log(log, from)).collect::<Result<_, _>>()?;
        Ok(AuditReport { logs, unended: unended(&desk.store)?.len() })
    }

    fn audit_log(&self, log: LogId, from: Option<Millis>) -> Result<AuditedLog, Refused> {
        let desk = self.desk();
        let directory = desk.directory();
        let head = desk.store.log_state(&log)?.map_or(Seq::ZERO, |state| state.seq);
        let held = desk.holdings.read(|holdings| holdings.furthest(&log)).unwrap_or(Seq::ZERO);
        let first = from.map_or(Seq(1), |from| self.first_from(&log, head, from));
        // What stands before the first that is looked at is taken from its own word.
        let previous = match desk.store.entry(&log, first) {
            Ok(Some(stored)) if first > Seq(1) => stored.previous,
            _ => EntryId::ZERO,
        };
        let mut walk = Walk { previous, next: first, acts: 0, opened: 0 };
        let mut broken = None;
        while walk.next <= head {
            let found = match desk.store.entry(&log, walk.next) {
                Ok(Some(stored)) => self.step(&mut walk, &stored, &directory),
                Ok(None) => Some("missing"),
                Err(StoreError::Damaged { .. }) => Some("unreadable"),
                Err(error) => return Err(error.into()),
            };
            if let Some(what) = found {
                broken = Some(Broken::at(walk.next, what));
                break;
            }
            walk.next = walk.next.next();
        }
        if broken.is_none() && held > head {
            broken = Some(Broken::at(head.next(), "behind"));
        }
        Ok(AuditedLog {
            office: log.office,
            incarnation: log.incarnation.0,
            precedence: log.precedence.to_string(),
            first: first.0,
            entries: head.0,
            acts: walk.acts,
            opened: walk.opened,
            broken,
            held_elsewhere: held.0,
        })
    }

    /// The first entry that was written at a time or later; the one behind the last when there is none. Times rise in a log.
    fn first_from(&self, log: &LogId, head: Seq, from: Millis) -> Seq {
        let (mut low, mut high) = (1, head.0.saturating_add(1));
        while low < high {
            let middle = low + (high - low) / 2;
            let before = matches!(self.desk().store.entry(log, Seq(middle)), Ok(Some(stored)) if stored.entry.header.time.millis() < from);
            // What cannot be read is looked at rather than passed over.
            if before { low = middle + 1 } else { high = middle }
        }
        Seq(low)
    }

    /// Looks at one entry; what is wrong with it, if anything.
    fn step(&self, walk: &mut Walk, stored: &Stored, directory: &Directory) -> Option<&'static str> {
        let header = &stored.entry.header;
        if header.seq != walk.next {
            return Some("rule");
        }
        let part = stored.entry.signed_part(walk.previous);
        if stored.previous != walk.previous {
            return Some("chain");
        }
        // By the key that it had then; who was not listed has none here, and the chain is looked at all the same.
        let key = directory.verifier_at(header.log.office, header.at());
        if key.is_some_and(|key| part.verify(&key, &stored.entry.signature).is_err()) {
            return Some("signature");
        }
        walk.previous = part.id();
        if header.kind == Kind::ACT {
            walk.acts += 1;
            let desk = self.desk().act_desk();
            let sealed = SealedAct::decode(&stored.entry.body);
            let Ok(sealed) = sealed else { return Some("act") };
            walk.opened += u64::from(sealed.open(&desk, &sealed.key(&desk, self.act_key())).is_ok());
        }
        None
    }
}

/// How far a log was looked at.
struct Walk {
    previous: EntryId,
    next: Seq,
    acts: u64,
    opened: u64,
}

//! Telling neighbours what was appended, as late and as seldom as is safe.
//!
//! Who got an entry tells first; who gave it speaks only when that did not happen in twice the
//! time, and then its own head is what shows the other that gossip lost something. The office that
//! wrote a log is always told: that is its receipt.

use std::collections::BTreeMap;

use super::Exchange;
use super::arrive::Brought;
use super::frames::Frame;
use super::input::{Config, Out};
use super::interest::share;
use crate::bounds::MAX_HEADS;
use crate::clock::Millis;
use crate::frontier::HeadOf;
use crate::ids::{LogId, OfficeId, Precedence, Seq};

/// What a head costs on the wire, roughly, for the budget of a thin link.
const HEAD_BYTES: u64 = 28;
/// A head that is to be told unless the neighbour says before that it holds as much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    /// When it is told at the latest.
    pub(super) at: Millis,
    /// Whether it may go earlier, with others.
    pub(super) joins: bool,
    /// It is told in any case.
    pub(super) receipt: bool,
    /// What the neighbour must be known to hold, or else be told.
    pub(super) seq: Seq,
}

/// What is to be told to one neighbour.
#[derive(Debug, Default)]
pub(super) struct Telling {
    due: BTreeMap<LogId, Due>,
    /// Nothing is due before this.
    soonest: Option<Millis>,
    /// What a comparison left to say waits until this for the neighbour to speak first.
    held: Option<Millis>,
    /// After what is due now, a comparison's heads are complete.
    closing: bool,
    /// When heads were last told, and when the neighbour's were heard.
    told: Option<Millis>,
    heard: Option<Millis>,
}

impl Telling {
    pub(super) fn len(&self) -> usize {
        self.due.len()
    }

    pub(super) fn soonest(&self) -> Option<Millis> {
        self.soonest
    }

    /// Says anew when something is due, after what has to wait has changed.
    pub(super) fn rearm(&mut self, least: Precedence) {
        self.soonest = self.due.iter().filter(|(log, _)| log.precedence <= least).map(|(_, due)| due.at).min();
    }

    /// Makes a head due; an earlier time stands.
    pub(super) fn schedule(&mut self, log: LogId, new: Due) {
        let due = self.due.entry(log).or_insert(new);
        if new.at < due.at {
            (due.at, due.seq) = (new.at, new.seq);
        }
        due.joins |= new.joins;
        due.receipt |= new.receipt;
        self.soonest = Some(self.soonest.map_or(new.at, |soonest| soonest.min(new.at)));
    }

    /// The neighbour has told heads.
    pub(super) fn heard(&mut self, now: Millis) {
        self.heard = Some(now);
    }

    /// How long a receipt of ours waits for company.
    fn patience(&self, now: Millis, delay: Delay) -> u64 {
        delay.after(self.told, now)
    }

    /// How long the neighbour's receipt may wait, as far as we can know.
    fn its_patience(&self, now: Millis, delay: Delay) -> u64 {
        delay.after(self.heard, now)
    }

    /// What a comparison makes due at `until` waits for the neighbour's own heads.
    pub(super) fn hold(&mut self, until: Millis) {
        self.held = Some(until);
    }

    /// The neighbour has told its heads: what was held is due.
    pub(super) fn release(&mut self, now: Millis) {
        if let Some(held) = self.held.take() {
            self.due.values_mut().filter(|due| due.at == held).for_each(|due| due.at = now);
            self.soonest = self.soonest.map(|soonest| soonest.min(now));
        }
    }

    /// The heads of a comparison are complete with what is due now.
    pub(super) fn close(&mut self, now: Millis) {
        self.closing = true;
        self.soonest = Some(self.soonest.map_or(now, |soonest| soonest.min(now)));
    }

    /// Takes out one page of what is due; `None` when there is nothing to say.
    ///
    /// `look` gives our head of a log and what the neighbour told of it.
    fn page(
        &mut self,
        max: usize,
        least: Precedence,
        now: Millis,
        look: impl Fn(&LogId) -> Option<(HeadOf, Seq)>,
        again_ms: impl Fn(&LogId) -> u64,
    ) -> Option<Frame> {
        let mut heads = Vec::new();
        self.due.retain(|log, due| {
            if due.at > now || heads.len() >= max || log.precedence > least {
                return true;
            }
            let Some((head, told)) = look(log) else { return false };
            if due.receipt || told < due.seq {
                heads.push(head);
            } else if told < head.seq {
                // It held in time what it had to hold; what came since has its own time.
                *due = Due { at: now.plus(again_ms(log)), joins: false, receipt: false, seq: head.seq };
                return true;
            }
            false
        });
        if !heads.is_empty() {
            self.due.retain(|log, due| {
                if !due.joins || heads.len() >= max || log.precedence > least {
                    return true;
                }
                heads.extend(look(log).filter(|(head, told)| due.receipt || *told < head.seq).map(|(head, _)| head));
                false
            });
        }
        self.rearm(least);
        let done = self.closing && self.soonest.is_none_or(|soonest| soonest > now);
        self.closing &= !done;
        (done || !heads.is_empty()).then_some(Frame::Heads { heads, done })
    }
}

/// How long a receipt for what gossip brought waits for company.
///
/// Units:   milliseconds.
#[derive(Debug, Clone, Copy)]
struct Delay {
    /// While receipts are told now and then.
    busy: u64,
    /// After a silence: a single message is confirmed soon, and a stream of them seldom.
    fresh: u64,
}

impl Delay {
    /// So many delays without a word are a silence.
    const SILENCE: u64 = 4;

    fn of(config: &Config, precedence: Precedence) -> Self {
        let most = config.ack_delay_ms;
        match precedence {
            // Already so short that who gave the entry must not grow impatient on a slow line.
            Precedence::Flash => Self { busy: most / 12, fresh: most / 12 },
            Precedence::Urgent => Self { busy: most / 3, fresh: most / 12 },
            Precedence::Routine => Self { busy: most, fresh: most / 4 },
        }
    }

    fn after(self, word: Option<Millis>, now: Millis) -> u64 {
        let silent = word.is_none_or(|word| now.since(word) > Self::SILENCE * self.busy);
        if silent { self.fresh } else { self.busy }
    }
}

impl Exchange {
    /// Decides who is told of a new head, and when.
    pub(super) fn plan_telling(&mut self, head: HeadOf, from: Option<OfficeId>, way: Brought, now: Millis, out: &mut Vec<Out>) {
        let me = self.config.me;
        let pushed = self.push_to_all(head, from, out);
        let arriving = self.pulls.sources.contains_key(&super::Item::Log(head.log));
        for (id, peer) in &mut self.peers {
            if !share(self.interest.as_ref(), me, *id, head.log.topic).has(&head.log) {
                continue;
            }
            let receipt = *id == head.log.office;
            if peer.holds(&head.log) >= head.seq && !receipt {
                continue;
            }
            // What is sent at once arrives as surely as what gossip brings; receipts for both wait for company.
            let gossiped = match way {
                Brought::Gossip => pushed.contains(id) || peer.hears(head.log.topic) || (from == Some(*id) && peer.direct),
                Brought::Live => pushed.contains(id) || from == Some(*id),
                Brought::Asked => pushed.contains(id),
            };
            let delay = Delay::of(&self.config, head.log.precedence);
            // While more of the log is arriving, neighbours are told in batches.
            let batch = if arriving { Delay::of(&self.config, Precedence::Flash).busy } else { 0 };
            let first = receipt || from == Some(*id) || (from.is_some() && me < *id) || (from.is_none() && !gossiped);
            let wait = match (first, gossiped) {
                (true, true) => peer.telling.patience(now, delay),
                (true, false) => batch,
                (false, true) => 2 * peer.telling.its_patience(now, delay),
                (false, false) => batch + 2 * peer.flow.round_trip_ms() + 50,
            };
            peer.telling.schedule(head.log, Due { at: now.plus(wait), joins: first, receipt, seq: head.seq });
        }
    }

    /// Sends what is new to neighbours that gossip does not serve; says which.
    fn push_to_all(&mut self, head: HeadOf, from: Option<OfficeId>, out: &mut Vec<Out>) -> Vec<OfficeId> {
        let (me, interest) = (self.config.me, &self.interest);
        let lacks = |id: &OfficeId, peer: &super::session::Peer| {
            peer.direct
                && Some(*id) != from
                && *id != head.log.office
                && peer.holds(&head.log) < head.seq
                && share(interest.as_ref(), me, *id, head.log.topic).has(&head.log)
        };
        let ids: Vec<OfficeId> = self.peers.iter().filter(|(id, peer)| lacks(id, peer)).map(|(id, _)| *id).collect();
        ids.into_iter().filter(|id| self.push(*id, head, out)).collect()
    }

    /// Tells every neighbour what is due.
    pub(super) fn tell(&mut self, now: Millis, out: &mut Vec<Out>) {
        for (id, peer) in &mut self.peers {
            while peer.telling.soonest.is_some_and(|soonest| soonest <= now) {
                let Some(room) = peer.pace.room(now) else { break };
                let max = usize::try_from(room / HEAD_BYTES).unwrap_or(MAX_HEADS).clamp(1, MAX_HEADS);
                let (frontier, told) = (&self.frontier, &peer.told);
                let look = |log: &LogId| Some((frontier.head(log)?, told.get(log).copied().unwrap_or(Seq::ZERO)));
                let again = |log: &LogId| (2 * Delay::of(&self.config, log.precedence).busy).max(1);
                let Some(frame) = peer.telling.page(max, peer.least, now, look, again) else { continue };
                if matches!(&frame, Frame::Heads { heads, .. } if !heads.is_empty()) {
                    peer.telling.told = Some(now);
                }
                let precedence = match &frame {
                    Frame::Heads { heads, .. } => heads.first().map_or(Precedence::Routine, |head| head.log.precedence),
                    _ => Precedence::Routine,
                };
                let bytes = frame.encode();
                peer.pace.spend(bytes.len(), now);
                out.push(Out::Send { peer: *id, precedence, frame: bytes });
            }
        }
    }
}

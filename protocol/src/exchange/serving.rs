//! Answering: what a neighbour asked for, by precedence, within the budget of its link.
//!
//! Among equals the one that waited longest is next, so several logs move at once.

use std::collections::BTreeMap;

use super::Exchange;
use super::frames::{Ask, Frame};
use super::input::{Misbehaviour, Out};
use super::interest::keeps;
use super::item::Item;
use crate::bounds::{MAX_PIECE, MAX_RANGE_BYTES, MAX_RANGE_ENTRIES, MAX_STREAMS, MAX_WINDOW};
use crate::clock::Millis;
use crate::document::DocumentKind;
use crate::ids::{LogId, OfficeId, Precedence, Seq, Version};

/// Reads under way for one neighbour.
const MAX_LOADS: usize = 4;
/// Reads under way for all neighbours.
const MAX_LOADS_TOTAL: usize = 16;
/// A frame holds a quarter of what may be under way, so that more is asked for while it travels,
/// but need not be smaller than this, in bytes.
const SMALL_FRAME: u64 = 2 << 10;

/// What a neighbour asked for.
#[derive(Debug)]
struct Job {
    next: u64,
    /// Bytes that it may still be sent.
    credit: u64,
    /// The most that it might be sent at a time so far: the neighbour's window.
    window: u64,
    /// The place from which something is being read.
    loading: Option<u64>,
    /// When it was last served, as a count.
    turn: u64,
}

/// What is served to one neighbour.
#[derive(Debug, Default)]
pub(super) struct Serving {
    jobs: BTreeMap<Item, Job>,
    loads: usize,
    turn: u64,
    /// When the budget of the link allows the next frame.
    pub(super) resume_at: Option<Millis>,
}

impl Serving {
    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Whether something was asked for and is not done.
    pub(super) fn has(&self, item: &Item) -> bool {
        self.jobs.contains_key(item)
    }

    /// Takes an ask; `false` when it is one too many.
    fn open(&mut self, item: Item, from: u64, credit: u32) -> bool {
        if self.jobs.len() >= MAX_STREAMS && !self.jobs.contains_key(&item) {
            let idle = self.jobs.iter().filter(|(_, job)| job.credit == 0).min_by_key(|(_, job)| job.turn).map(|(item, _)| *item);
            let Some(idle) = idle else { return false };
            self.jobs.remove(&idle);
        }
        let turn = self.turn;
        let credit = u64::from(credit).min(MAX_WINDOW);
        self.jobs.insert(item, Job { next: from, credit, window: credit, loading: None, turn });
        true
    }

    fn more(&mut self, item: &Item, credit: u32) {
        if let Some(job) = self.jobs.get_mut(item) {
            job.credit = (job.credit + u64::from(credit)).min(2 * MAX_WINDOW);
            job.window = job.window.max(job.credit);
        }
    }

    /// What is to be served next, from where, and how many bytes: the highest precedence, and
    /// there what waited longest.
    fn next(&self, least: Precedence) -> Option<(Item, u64, u64)> {
        let ready = self.jobs.iter().filter(|(_, job)| job.credit > 0 && job.loading.is_none());
        let mut ready = ready.filter(|(item, _)| item.precedence() <= least);
        let (first, job) = ready.next()?;
        let mut best = (first, job);
        for (item, job) in ready.take_while(|(item, _)| item.is_level_with(first)) {
            if job.turn < best.1.turn {
                best = (item, job);
            }
        }
        let frame = (best.1.window / 4).max(SMALL_FRAME);
        Some((*best.0, best.1.next, best.1.credit.min(frame)))
    }
}

impl Exchange {
    pub(super) fn on_asks(&mut self, id: OfficeId, asks: &[Ask], now: Millis, out: &mut Vec<Out>) {
        for ask in asks {
            match *ask {
                Ask::Open { item, from, credit } => {
                    let allowed = match item {
                        Item::Log(log) => from > 0 && keeps(self.interest.as_ref(), id, &log) && self.has(&log, Seq(from)),
                        Item::Document(kind, version) => version <= self.editions.of(kind).version,
                    };
                    let Some(peer) = self.peers.get_mut(&id) else { return };
                    if !allowed {
                        peer.serving.jobs.remove(&item);
                        out.push(nothing(id, &item, from));
                    } else if !peer.serving.open(item, from, credit) {
                        return self.strike(id, Misbehaviour::Greedy, out);
                    } else if let Item::Log(log) = item {
                        if peer.reaches(&log).0 >= from {
                            // It asks for what it holds, so it doubts that ours is the same.
                            self.probe(id, &log, false, now, out);
                        } else {
                            peer.asked.insert(log, Seq(from.saturating_sub(1)));
                        }
                    }
                }
                Ask::More { item, credit } => {
                    if let Some(peer) = self.peers.get_mut(&id) {
                        peer.serving.more(&item, credit);
                    }
                }
                Ask::Stop { item } => {
                    if let Some(peer) = self.peers.get_mut(&id) {
                        peer.serving.jobs.remove(&item);
                    }
                }
            }
        }
    }

    /// Reads what can be sent next, for every neighbour.
    pub(super) fn serve(&mut self, now: Millis, out: &mut Vec<Out>) {
        let mut total: usize = self.peers.values().map(|peer| peer.serving.loads).sum();
        for (id, peer) in &mut self.peers {
            peer.serving.resume_at = None;
            while peer.serving.loads < MAX_LOADS && total < MAX_LOADS_TOTAL {
                let Some((item, from, credit)) = peer.serving.next(peer.least) else { break };
                if peer.pace.is_thin() && peer.serving.loads > 0 && !item.is_pressing() {
                    break;
                }
                let room = match peer.pace.room(now) {
                    Some(room) => room,
                    None if item.is_pressing() => credit,
                    None => {
                        peer.serving.resume_at = Some(peer.pace.ready_at(now).max(now.plus(1)));
                        break;
                    }
                };
                if let Item::Log(log) = item
                    && (self.frontier.seq(&log).0 < from || self.given_up.get(&log).is_some_and(|after| from <= after.0))
                {
                    peer.serving.jobs.remove(&item);
                    out.push(nothing(*id, &item, from));
                    continue;
                }
                if let Some(job) = peer.serving.jobs.get_mut(&item) {
                    job.loading = Some(from);
                }
                peer.serving.loads += 1;
                total += 1;
                out.push(load(*id, item, from, usize::try_from(credit.min(room)).unwrap_or(usize::MAX)));
            }
        }
    }

    pub(super) fn on_loaded(&mut self, id: OfficeId, log: LogId, from: Seq, mut entries: Vec<Vec<u8>>, now: Millis, out: &mut Vec<Out>) {
        if self.on_live_loaded(id, log, from, &entries, now, out) {
            return;
        }
        let head = self.frontier.seq(&log);
        entries.truncate(MAX_RANGE_ENTRIES);
        let mut bytes = 0;
        let fitting = entries.iter().take_while(|entry| {
            bytes += entry.len();
            bytes <= MAX_RANGE_BYTES
        });
        let fitting = fitting.count();
        entries.truncate(fitting);
        let count = u64::try_from(entries.len()).unwrap_or(0);
        let end = entries.is_empty() || from.0.saturating_add(count) > head.0;
        let bytes = entries.iter().map(Vec::len).sum();
        self.send_loaded(id, Item::Log(log), from.0, (count, bytes, end), now, out, || Frame::Range { log, from, entries, end });
    }

    pub(super) fn on_document_loaded(&mut self, id: OfficeId, piece: super::documents::Piece, now: Millis, out: &mut Vec<Out>) {
        let super::documents::Piece { kind, version, offset, total, mut bytes } = piece;
        bytes.truncate(MAX_PIECE);
        let size = u64::try_from(bytes.len()).unwrap_or(0);
        let total = if bytes.is_empty() { 0 } else { total };
        let end = u64::from(offset) + size >= u64::from(total);
        let frame = || Frame::Piece { kind, version, offset, total, bytes };
        let sizes = (size, usize::try_from(size).unwrap_or(0), end);
        self.send_loaded(id, Item::Document(kind, version), offset.into(), sizes, now, out, frame);
    }

    /// Sends what was read, unless the neighbour has changed its mind; `sizes` are the steps that
    /// were made, the bytes, and whether the job is done.
    #[expect(clippy::too_many_arguments, reason = "one step of two callers, and each part is needed")]
    fn send_loaded(
        &mut self,
        id: OfficeId,
        item: Item,
        from: u64,
        sizes: (u64, usize, bool),
        now: Millis,
        out: &mut Vec<Out>,
        frame: impl FnOnce() -> Frame,
    ) {
        let (steps, bytes, end) = sizes;
        let Some(peer) = self.peers.get_mut(&id) else { return };
        peer.serving.loads = peer.serving.loads.saturating_sub(1);
        let turn = peer.serving.turn + 1;
        let Some(job) = peer.serving.jobs.get_mut(&item).filter(|job| job.loading == Some(from)) else { return };
        job.loading = None;
        job.next = from.saturating_add(steps);
        job.credit = job.credit.saturating_sub(u64::try_from(bytes).unwrap_or(u64::MAX));
        job.turn = turn;
        peer.serving.turn = turn;
        if end {
            peer.serving.jobs.remove(&item);
            if let Item::Log(log) = item {
                peer.served(log, Seq(from.saturating_add(steps).saturating_sub(1)));
            }
        }
        let frame = frame().encode();
        peer.pace.spend(frame.len(), now);
        out.push(Out::Send { peer: id, precedence: item.precedence(), frame });
    }
}

/// The answer to an ask for what is not held.
fn nothing(peer: OfficeId, item: &Item, from: u64) -> Out {
    let frame = match *item {
        Item::Log(log) => Frame::Range { log, from: Seq(from), entries: Vec::new(), end: true },
        Item::Document(kind, version) => Frame::Piece { kind, version, offset: 0, total: 0, bytes: Vec::new() },
    };
    Out::Send { peer, precedence: item.precedence(), frame: frame.encode() }
}

fn load(peer: OfficeId, item: Item, from: u64, max_bytes: usize) -> Out {
    match item {
        Item::Log(log) => {
            let max_bytes = max_bytes.min(MAX_RANGE_BYTES);
            Out::Load { peer, log, from: Seq(from), max_entries: MAX_RANGE_ENTRIES, max_bytes }
        }
        Item::Document(kind, version) => load_piece(peer, kind, version, from, max_bytes.min(MAX_PIECE)),
    }
}

fn load_piece(peer: OfficeId, kind: DocumentKind, version: Version, from: u64, max_bytes: usize) -> Out {
    Out::LoadDocument { peer, kind, version, offset: u32::try_from(from).unwrap_or(u32::MAX), max_bytes }
}

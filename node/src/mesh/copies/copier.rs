//! Says of which frames of a link a copy goes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use libp2p::swarm::ConnectionId;
use okrug_protocol::exchange::is_live;
use okrug_protocol::ids::OfficeId;
use tokio::sync::{mpsc, watch};

use super::allowance::Allowance;
use super::kernel;
use super::losses::Losses;
use super::place::{Outcome, Place};
use super::seal::MAX_FRAME;
use crate::mesh::config::Declared;
use crate::mesh::lanes::LANES;
use crate::mesh::meter::Meter;

/// The system is asked for losses at most so often.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);
/// Bytes of copies that go at once at most: three or four messages.
const MOST: u64 = 1_600;
/// Copies have this part of the line.
const SHARE: u64 = 8;
/// What a line carries of which nothing is known, in bytes a second: 64 kbit/s.
const THIN: u64 = 8_000;
/// What is around a datagram: UDP and IPv4.
const AROUND: usize = 28;

/// An office is to be asked whether it takes copies.
#[derive(Debug)]
pub(in crate::mesh) struct Wanted {
    /// Which.
    pub(in crate::mesh) office: OfficeId,
    /// On this connection.
    pub(in crate::mesh) connection: ConnectionId,
}

/// What is known of the line when a frame has gone.
#[derive(Debug, Clone, Copy)]
pub(in crate::mesh) struct Line {
    /// The round trip.
    pub(in crate::mesh) trip: Option<Duration>,
    /// Bytes a second.
    pub(in crate::mesh) rate: Option<u64>,
}

/// The frame that went alone, if one did: pieces that go together are no single message.
#[derive(Debug, Default)]
pub(in crate::mesh) struct Lone {
    /// Which lanes have a frame that goes on.
    begun: [bool; LANES],
    pieces: usize,
    frame: Option<Bytes>,
}

impl Lone {
    /// A piece goes with what is written now.
    pub(in crate::mesh) fn piece(&mut self, lane: usize, more: bool, bytes: &Bytes) {
        let begins = self.begun.get_mut(lane).is_some_and(|begun| !std::mem::replace(begun, more));
        self.pieces += 1;
        self.frame = Some(bytes).filter(|frame| begins && !more && frame.len() <= MAX_FRAME && is_live(frame)).cloned();
    }

    /// What was written is written: the frame, if it was one and nothing else.
    pub(in crate::mesh) fn take(&mut self) -> Option<Bytes> {
        let pieces = std::mem::take(&mut self.pieces);
        self.frame.take().filter(|_| pieces == 1)
    }
}

/// The copies of one link.
pub(in crate::mesh) struct Copier {
    wanted: Wanted,
    place: Arc<Place>,
    asks: mpsc::Sender<Wanted>,
    meter: Arc<Meter>,
    declared: watch::Receiver<BTreeMap<OfficeId, Declared>>,
    losses: Losses,
    looked: Option<(Instant, bool)>,
    allowance: Allowance,
}

impl fmt::Debug for Copier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Copier").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl Copier {
    /// Copies of a link that goes through `place`; `asks` is where the other side is asked.
    pub(in crate::mesh) fn new(
        wanted: Wanted,
        place: Arc<Place>,
        asks: mpsc::Sender<Wanted>,
        meter: Arc<Meter>,
        declared: watch::Receiver<BTreeMap<OfficeId, Declared>>,
    ) -> Self {
        Self {
            wanted,
            place,
            asks,
            meter,
            declared,
            losses: Losses::default(),
            looked: None,
            allowance: Allowance::new(MOST, Instant::now()),
        }
    }

    /// A small new frame went over the link, which has nothing else to carry.
    pub(in crate::mesh) fn went(&mut self, frame: &[u8], line: Line) {
        let (now, declared) = (Instant::now(), self.declared.borrow().get(&self.wanted.office).copied().unwrap_or_default());
        if declared.pause.is_some() || !self.loses(line.trip.unwrap_or_default(), now) {
            return;
        }
        let rate = line.rate.unwrap_or(THIN).min(declared.bytes_a_second.unwrap_or(u64::MAX)) / SHARE;
        if !self.allowance.take(frame.len() + AROUND, rate, now) {
            return;
        }
        match self.place.send(frame) {
            Outcome::Sent(bytes) => self.meter.copy_went(bytes),
            Outcome::Ask => {
                let Wanted { office, connection } = self.wanted;
                if self.asks.try_send(Wanted { office, connection }).is_err() {
                    // The loop has no time: this connection does without.
                    self.place.close();
                }
            }
            Outcome::No => {}
        }
    }

    fn loses(&mut self, trip: Duration, now: Instant) -> bool {
        if let Some((at, loses)) = self.looked
            && now.duration_since(at) < BETWEEN_LOOKS
        {
            return loses;
        }
        let told = self.meter.ends().and_then(|(here, there)| kernel::told(here, there));
        let loses = told.is_some_and(|told| self.losses.look(told, trip, now));
        self.looked = Some((now, loses));
        loses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: [u8; 3] = [1, 9, 0];

    fn lone(writes: &[&[(usize, bool, &[u8])]]) -> Vec<bool> {
        let mut lone = Lone::default();
        let mut write = |pieces: &&[(usize, bool, &[u8])]| {
            pieces.iter().for_each(|(lane, more, bytes)| lone.piece(*lane, *more, &Bytes::copy_from_slice(bytes)));
            lone.take().is_some()
        };
        writes.iter().map(&mut write).collect()
    }

    #[test]
    fn a_copy_is_of_one_whole_frame_of_live_entries_that_goes_alone() {
        assert_eq!(lone(&[&[(2, false, &LIVE)], &[], &[(0, false, &LIVE)]]), [true, false, true]);
        assert_eq!(lone(&[&[(2, false, &LIVE), (2, false, &LIVE)], &[(2, false, &LIVE)]]), [false, true], "two");
        assert_eq!(lone(&[&[(2, false, &LIVE), (2, false, &[1, 3, 0])]]), [false], "and heads");
        assert_eq!(lone(&[&[(2, false, &[1, 3, 0])], &[(2, false, &[1; 2_000])]]), [false, false], "no live entries");
        assert_eq!(
            lone(&[&[(2, true, &LIVE)], &[(2, false, &LIVE)], &[(2, false, &LIVE)]]),
            [false, false, true],
            "pieces of a longer one"
        );
        let long = [&LIVE[..], &[0; MAX_FRAME]].concat();
        assert_eq!(lone(&[&[(2, false, &long)]]), [false], "too long");
    }
}

//! Invitations: somebody may come once, within a time, with a code that is on their slip.
//!
//! The number is promised when the slip is made, so that a person whose enrolment broke off in the middle comes
//! again as the same person. Time is taken from two clocks: that of the wall ends an invitation for good as soon as
//! anybody looks, and the time that the node has run ends it too, so a clock that was turned back keeps nothing alive.

use std::time::Instant;

use okrug_protocol::clock::Millis;
use okrug_protocol::codec::{Decode, Encode};
use okrug_protocol::ids::{PersonId, UnitId};

use super::Refused;
use super::slip::SlipHash;
use crate::store::{Batch, Store, StoreError, Tree};

/// How long an invitation holds unless it is said otherwise.
pub const DEFAULT_TTL_S: u64 = 24 * 60 * 60;
/// The shortest.
pub const MIN_TTL_S: u64 = 60;
/// The longest.
pub const MAX_TTL_S: u64 = 30 * 24 * 60 * 60;

/// Where the time that the node has run is kept; no hash is as short.
const RUN: &[u8] = b"run";

/// Somebody who may come.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(crate) struct Invitation {
    pub(crate) person: PersonId,
    pub(crate) name: String,
    pub(crate) position: String,
    pub(crate) unit: UnitId,
    /// The login of somebody who was here before and gets new keys; a newcomer chooses one.
    pub(crate) login: Option<String>,
    pub(crate) ends: Millis,
    /// How long the node will have run by then.
    pub(crate) ends_run_ms: u64,
}

/// Two clocks at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) wall: Millis,
    pub(crate) run_ms: u64,
}

impl Invitation {
    /// Whether its time is over.
    pub(crate) fn is_over(&self, now: Moment) -> bool {
        now.wall >= self.ends || now.run_ms >= self.ends_run_ms
    }
}

/// How long the node has run, in all its lives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    before_ms: u64,
    began: Instant,
}

impl Run {
    pub(crate) fn read(store: &Store) -> Result<Self, StoreError> {
        Ok(Self { before_ms: store.get_decoded(Tree::Invitations, RUN)?.unwrap_or(0), began: Instant::now() })
    }

    pub(crate) fn now(&self) -> Moment {
        let run = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Moment { wall: crate::clock::now(), run_ms: self.before_ms.saturating_add(run) }
    }

    /// Keeps it for the next life.
    pub(crate) fn keep(&self, store: &Store) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Invitations, RUN, &self.now().run_ms);
        store.apply(batch)
    }
}

/// All invitations with the hashes of their codes, ended ones too.
pub(crate) fn all(store: &Store) -> Result<Vec<(SlipHash, Invitation)>, StoreError> {
    let rows = store.scan(Tree::Invitations, &[]).rows(usize::MAX)?;
    let read = |(key, bytes): (Vec<u8>, Vec<u8>)| {
        let hash = key.as_slice().try_into().ok()?;
        Some((hash, okrug_protocol::codec::decode(&bytes, MAX_ROW).ok()?))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// The invitation of a code.
pub(crate) fn find(store: &Store, hash: &SlipHash, now: Moment) -> Result<Invitation, Refused> {
    let found: Option<Invitation> = store.get_decoded(Tree::Invitations, hash)?;
    found.filter(|invitation| !invitation.is_over(now)).ok_or(Refused::WrongCode)
}

/// Longer than any row.
const MAX_ROW: usize = 4 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_turned_back_keeps_no_invitation_alive() {
        let hour = 3_600_000;
        let invitation = Invitation {
            person: PersonId(10_001),
            name: "Дежурный".to_owned(),
            position: "Дежурный".to_owned(),
            unit: UnitId(2),
            login: None,
            ends: Millis(100 * hour),
            ends_run_ms: 24 * hour,
        };
        let at = |wall, run| invitation.is_over(Moment { wall: Millis(wall), run_ms: run });
        assert!(!at(76 * hour, 0) && !at(100 * hour - 1, 24 * hour - 1));
        assert!(at(100 * hour, 0), "the node was off and the time has passed");
        assert!(at(0, 24 * hour), "the clock shows 1970 and a day has passed");
        assert!(at(76 * hour, 24 * hour));
    }
}

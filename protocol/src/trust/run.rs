//! Charters in runs: a node that slept through many takes as many as fit into one answer.
//!
//! A run only grows at its end while its sender learns newer ones, so whoever has its beginning can go on.

use super::{Accepted, Trust, TrustError};
use crate::bounds::{CHARTER_MAX_BYTES, MAX_CHARTER_RUN, MAX_SIGNATURES_BYTES};
use crate::codec;
use crate::document::{DocumentError, DocumentKind, Signed};
use crate::ids::Version;

impl Trust {
    /// The charters from a version on, one behind the other, as many as one answer holds; empty when there is none.
    #[must_use]
    pub fn charters_from(&self, version: Version) -> Vec<u8> {
        let mut run = Vec::new();
        for envelope in self.charters.iter().filter(|held| held.version() >= version).map(Signed::encode) {
            let one = codec::encode(&envelope);
            if run.len() + one.len() > MAX_CHARTER_RUN {
                break;
            }
            run.extend(one);
        }
        run
    }

    /// Takes a run of charters: all of them, or those before the first that is refused.
    ///
    /// # Errors
    /// As [`Trust::accept_charter`] when nothing of it was newer.
    pub fn accept_charters(&mut self, run: &[u8]) -> Result<Accepted, TrustError> {
        let (mut rest, mut taken) = (run, Accepted::Same);
        while !rest.is_empty() || run.is_empty() {
            let one = self.accept_next(rest);
            match one {
                Ok((Accepted::Newer, after)) => (rest, taken) = (after, Accepted::Newer),
                Ok((Accepted::Same, after)) => rest = after,
                // What follows is asked for again, and answered for by itself.
                Err(_) if taken == Accepted::Newer => return Ok(taken),
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }

    fn accept_next<'a>(&mut self, bytes: &'a [u8]) -> Result<(Accepted, &'a [u8]), TrustError> {
        let broken = |error| TrustError::Document { kind: DocumentKind::Charter, error: DocumentError::from(error) };
        let window = bytes.get(..bytes.len().min(CHARTER_MAX_BYTES + MAX_SIGNATURES_BYTES)).unwrap_or(bytes);
        let (envelope, left) = codec::decode_prefix::<Vec<u8>>(window, window.len()).map_err(broken)?;
        let after = bytes.get(window.len() - left.len()..).unwrap_or_default();
        Ok((self.accept_charter(&envelope)?, after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charter::Charter;
    use crate::document::Head;
    use crate::sample::{self, SampleDistrict};

    fn rotated(times: u32) -> SampleDistrict {
        let mut sample = sample::district(1);
        for _ in 0..times {
            let held = sample.trust.charter();
            let head = Head { district: sample.id(), version: held.version().next().unwrap(), previous: held.hash(), ..held.doc().head };
            let next = Charter { head, ..held.doc().clone() };
            let bytes = sample::signed(next, &[&sample.charter_keys[0], &sample.charter_keys[1]]).encode();
            assert_eq!(sample.trust.accept_charter(&bytes), Ok(Accepted::Newer));
        }
        sample
    }

    #[test]
    fn a_run_brings_a_node_forward_in_steps_of_one_answer() {
        let (mut node, newest) = (sample::district(1).trust, rotated(300));
        let mut answers = 0;
        while node.charter().version() < newest.trust.charter().version() {
            let run = newest.trust.charters_from(node.charter().version().next().unwrap());
            assert!(run.len() <= MAX_CHARTER_RUN && (answers > 0 || run.len() > MAX_CHARTER_RUN / 2), "{}", run.len());
            assert_eq!(node.accept_charters(&run), Ok(Accepted::Newer));
            answers += 1;
        }
        assert_eq!(node.charters(), newest.trust.charters());
        assert!((2..=4).contains(&answers), "{answers}");
        assert!(newest.trust.charters_from(Version(302)).is_empty());
    }

    #[test]
    fn what_stands_before_a_charter_that_is_refused_is_taken_and_nothing_behind_it() {
        let (mut node, newest) = (sample::district(1).trust, rotated(3));
        let mut run = newest.trust.charters_from(Version(2));
        let third = run.len() / 3 * 2 - 1;
        run[third] ^= 1;
        assert_eq!(node.accept_charters(&run), Ok(Accepted::Newer));
        assert_eq!(node.charter().version(), Version(2));
        let again = &run[run.len() / 3..];
        assert!(node.accept_charters(again).is_err(), "and by itself it is refused");
        assert!(node.accept_charters(&[]).is_err() && node.accept_charters(&run[..run.len() - 1]).is_err());
        assert_eq!(node.charter().version(), Version(2));
    }

    #[test]
    fn a_run_that_grows_begins_with_what_it_was() {
        let mut sample = rotated(2);
        let before = sample.trust.charters_from(Version(2));
        sample.trust = rotated(5).trust;
        assert!(sample.trust.charters_from(Version(2)).starts_with(&before));
    }
}

//! Checkpoints: what an office has received, said in its district log so that every office learns it.
//!
//! Source:  FORMAT.md, section 5.

use crate::bounds::{MAX_BODY, MAX_HEADS, MAX_KEPT};
use crate::codec::{self, CodecError, Decode, Encode};
use crate::frontier::Kept;
use crate::ids::{LogId, Seq};

/// The body of a checkpoint entry: heads that moved since the office's last one.
///
/// Shapes:  sorted by log, each once; at most [`MAX_HEADS`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Checkpoint {
    /// How far the office holds each log, without a gap and durably.
    pub heads: Vec<(LogId, Seq)>,
    /// What it holds of logs whose beginnings it has given up since; it counts before `heads`.
    ///
    /// Shapes:  sorted by log, each once; at most [`MAX_KEPT`].
    pub kept: Vec<Kept>,
    /// It carries for others and has no room: until it says otherwise, what it does not read waits at its writers.
    pub full: bool,
}

impl Checkpoint {
    /// Reads the body of a checkpoint entry.
    ///
    /// # Errors
    /// Not in its one encoding, not sorted, or too many heads.
    pub fn decode(body: &[u8]) -> Result<Self, CodecError> {
        let checkpoint: Self = codec::decode_canonical(body, MAX_BODY)?;
        let sorted = checkpoint.heads.is_sorted_by(|a, b| a.0 < b.0);
        let kept = checkpoint.kept.is_sorted_by(|a, b| a.log < b.log) && checkpoint.kept.iter().all(|row| row.after <= row.to);
        if sorted && kept && checkpoint.heads.len() <= MAX_HEADS && checkpoint.kept.len() <= MAX_KEPT {
            Ok(checkpoint)
        } else {
            Err(CodecError::NotCanonical)
        }
    }

    /// The body as it is signed and sent.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OfficeId;

    #[test]
    fn heads_out_of_order_or_named_twice_are_refused() {
        let log = |n| LogId { office: OfficeId(n), ..crate::entry::tests::log() };
        let row = |n, after, to| Kept { log: log(n), after: Seq(after), to: Seq(to) };
        let good = Checkpoint { heads: vec![(log(1), Seq(5)), (log(2), Seq(1))], kept: vec![row(2, 3, 5)], full: true };
        assert_eq!(Checkpoint::decode(&good.encode()), Ok(good));
        for heads in [vec![(log(2), Seq(1)), (log(1), Seq(5))], vec![(log(1), Seq(1)), (log(1), Seq(2))]] {
            assert_eq!(Checkpoint::decode(&Checkpoint { heads, kept: vec![], full: false }.encode()), Err(CodecError::NotCanonical));
        }
        for kept in [vec![row(2, 3, 5), row(1, 1, 1)], vec![row(1, 3, 2)]] {
            assert_eq!(Checkpoint::decode(&Checkpoint { heads: vec![], kept, full: false }.encode()), Err(CodecError::NotCanonical));
        }
    }
}

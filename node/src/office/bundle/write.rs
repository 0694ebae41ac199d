//! Writing a bundle that was planned, from any frame on.

use okrug_protocol::bounds::{MAX_RANGE_BYTES, MAX_RANGE_ENTRIES};
use okrug_protocol::bundle::{Record, Writer};
use okrug_protocol::ids::Seq;
use okrug_protocol::seal::SealError;

use super::plan::Plan;
use crate::clock;
use crate::store::{Store, StoreError};

/// Why a bundle was not written to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A log is shorter than it was, or something else than was measured.
    #[error("what is to be written is not what was measured")]
    Changed,
    /// Nobody takes it any more.
    #[error("nobody takes it any more")]
    Gone,
}

impl From<SealError> for Broken {
    fn from(_: SealError) -> Self {
        Self::Changed
    }
}

impl Plan {
    /// Gives the bytes of the file in pieces: from its beginning with frame 0, else from that frame on.
    pub(super) fn write(&self, store: &Store, from: u32, mut give: impl FnMut(Vec<u8>) -> bool) -> Result<(), Broken> {
        let mut rng = clock::rng();
        let mut writer = Writer::new(self.key.clone(), &self.head, from);
        let mut frames = Vec::new();
        if from == 0 && !give(self.head.encode()) {
            return Err(Broken::Gone);
        }
        let mut push = |record: &Record, writer: &mut Writer| {
            writer.push(record, &mut rng, &mut frames)?;
            if frames.drain(..).all(&mut give) { Ok(()) } else { Err(Broken::Gone) }
        };
        for record in &self.before {
            push(record, &mut writer)?;
        }
        for run in &self.runs {
            let mut next = run.from;
            while next <= run.to {
                let entries = store.range(&run.log, next, run.to, MAX_RANGE_ENTRIES, MAX_RANGE_BYTES)?;
                if entries.is_empty() {
                    return Err(Broken::Changed);
                }
                next = Seq(next.0 + u64::try_from(entries.len()).map_err(|_| Broken::Changed)?);
                for entry in entries {
                    push(&Record::Entry(entry), &mut writer)?;
                }
            }
        }
        for record in &self.behind {
            push(record, &mut writer)?;
        }
        writer.finish(&mut clock::rng(), &mut give)?;
        if give(self.head.encode_tail()) { Ok(()) } else { Err(Broken::Gone) }
    }
}

//! The keyring: secrets that must be destroyed for good when their time has come, or outlive the store.
//!
//! The store keeps the bytes of what is deleted there for as long as it likes. So these lie outside it, in the folder
//! of the keys, each file sealed at rest:
//!
//! ```text
//! keys/sealing/NUMBER.key    the private half of an announced sealing key; durable before it is announced
//! keys/sealing/terms         since when each was in use, and since when not
//! keys/sealing/renewal       the key that the chart is to list in place of the one that it lists, while both open
//! keys/epochs/PERIOD-TOPIC   the epoch keys that this office was given, by thirty days and topic: what a store that
//!                            is built anew needs once the sealing keys that opened them are gone
//! ```
//!
//! The key that the chart lists, number 0, is in `keys/node.keys` and no clock of this office destroys it. Whoever has heard of no announced
//! key of an office can seal to that one alone: a new office in its first epochs, one that begins anew without its store, a stick
//! on its way, the file of a person's move. Were it destroyed while the chart lists it, what they write would be lost without a fault of
//! anybody's, and nobody could ask for it again where the policy forbids that. What it opens is bounded by what is sealed to it:
//!
//! - epochs that begin before the office's first announcement, a week after its first start, has come to their writer;
//! - the first epoch of a writer who begins without others' logs, until those have come;
//! - moves of people as files.
//!
//! Whoever has heard of an announced key never seals to number 0 again: it is the lowest of numbers, and the highest that is
//! known is taken.
//!
//! So it is *replaced*, and then destroyed: `okrug-node key renew` makes another and a request that the office's own keys sign, the
//! authority lists it (`okrug office enrol`), and from then on the old one has a term as announced keys have ([`Renewal`]). Both open
//! until it has passed, by the authority's dates and the time that the node has run; the next start puts the new key into
//! `node.keys` and destroys the old. A chart that is older than the policy's window is all that can still name the old key then.
//! `okrug doctor` reminds of it once a year.
//!
//! What the disk changed in it is told, never passed over: `sealing/terms` is written before the first key and names each, so that
//! a key that is gone is missed, and the store remembers that it was written; the epoch keys lie in the store as well, and are put
//! back from there. A damaged file is set aside first, and destroyed when its key's time has come.
//!
//! What wiping is worth: the bytes are overwritten before a file is removed. On a disk that writes elsewhere (an SSD, a
//! file system that copies on write) old bytes may remain until the disk reuses them.

mod harm;
mod terms;
mod epochs;
mod sealing;
mod renewal;

pub use epochs::{EpochKeys, Held};
pub use harm::Harm;
pub use renewal::Renewal;
pub use sealing::SealingKeys;
pub use terms::Moment;

use std::path::{Path, PathBuf};

/// The keyring cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct KeyringError {
    /// The file or folder.
    pub path: PathBuf,
    /// Why.
    pub source: std::io::Error,
}

impl KeyringError {
    fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { path, source }
    }
}

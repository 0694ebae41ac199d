//! Backups: all that an office cannot get back from others, and all that it would have to, in one sealed file.
//!
//! ```text
//! "OKRUGBAK"  version (1)  length u32  head  CRC32C of all before (4)
//! then pieces, the last one marked:
//! length u32, its top bit set on the last  sealed piece  CRC32C of both (4)
//! ```
//!
//! The head says in clear whose backup it is, from when, how long it will be, and to whom its key is sealed. A piece is
//! sealed by XChaCha20-Poly1305 under the file's own key; bound to it are the SHA-256 of everything before the pieces, the
//! piece's number, and whether it is the last. So nothing can be changed, taken out, put in, moved or cut off without being
//! noticed by whoever has the key; by whoever has not, whatever a disk does to a file is noticed all the same. Numbers are little-endian.
//!
//! The key is sealed (`Noise_N`) to a public key whose secret half lies in the head too, in a vault under a passphrase
//! (Argon2id). Whoever makes a backup needs the public half alone: a schedule needs no passphrase on the machine.
//!
//! ```text
//!   source   store ─ snapshot ─┐
//!            journal ──────────┼─> pieces ─> file        restore   file ─> store, journal, folders; the keys last
//!            keys, folders ────┘
//! ```
//!
//! What is not in it: the marker `here`, so that the node that starts from it notices, begins a new incarnation, and asks
//! its neighbours for what came after; and what is made anew at every start.

mod error;
mod lock;
mod head;
mod piece;
mod write;
mod read;
mod last;
mod source;
#[cfg(feature = "outside")]
pub mod outside;
mod restore;

pub use error::BackupError;
pub use head::{Head, Scope};
pub use last::LastBackup;
pub use lock::{BackupLock, MIN_PASSPHRASE};
pub use piece::Sums;
pub use read::{Looked, Reader, look};
pub use restore::{COUNTS_APART, Restored, restore};
pub use source::{Forecast, Source};

/// The format that this version writes, and the newest that it reads.
pub const BACKUP_FORMAT: u8 = 1;

/// What the names of backups end with.
pub const EXTENSION: &str = "okbak";

/// A byte count as the formats have it.
fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).expect("a length fits into 64 bits")
}

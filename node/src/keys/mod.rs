//! The key store: what makes this machine the node of its office.
//!
//! The keys are made on the machine itself and never leave it. They lie in `keys/` (0700) as one
//! sealed file (0600) under a master key, which comes from one of three places, the best first:
//!
//! | lock | the master key is | whoever takes the disk |
//! |---|---|---|
//! | passphrase | sealed under the passphrase | must guess it |
//! | credential | made from the systemd credential `node.key` | needs the machine that unseals it |
//! | file | in `master.key` beside the keys | has the keys: only disk encryption helps |
//!
//! ```text
//! keys/node.keys     the five secrets, sealed; its head says which lock
//! keys/master.vault  lock "passphrase" only
//! keys/master.key    lock "file" only
//! keys/request       the public half, as it was handed to the authority
//! ```

mod error;
mod private;
mod sealed;
mod master;
mod folder;

use okrug_protocol::seal::{OpenKey, SharedKey};
use okrug_protocol::sign::SecretKey;
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

pub use error::KeysError;
pub use folder::{KeyFolder, NewOffice};
pub use master::{Lock, Unlock};

/// The secrets of a node, unlocked; none is ever printed, all are wiped when dropped.
#[derive(Debug, Clone)]
pub struct NodeKeys {
    /// Signs entries.
    pub sign: SecretKey,
    /// The identity on the mesh; its seed is libp2p's Ed25519 key.
    pub peer: SecretKey,
    /// Opens what was sealed to the office.
    pub seal: OpenKey,
    /// The node's half of every person's vault.
    pub vault: SharedKey,
    /// Seals values at rest.
    pub at_rest: SharedKey,
}

impl NodeKeys {
    /// Makes the keys of a new node.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        Self {
            sign: SecretKey::generate(rng),
            peer: SecretKey::generate(rng),
            seal: OpenKey::generate(rng),
            vault: SharedKey::generate(rng),
            at_rest: SharedKey::generate(rng),
        }
    }

    /// The five secrets, one after the other.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut plain = Zeroizing::new(Vec::with_capacity(5 * 32));
        for secret in [&self.sign.seed(), &self.peer.seed(), &self.seal.seed()] {
            plain.extend_from_slice(secret.as_ref());
        }
        plain.extend_from_slice(self.vault.bytes());
        plain.extend_from_slice(self.at_rest.bytes());
        plain
    }

    /// Reads what [`NodeKeys::to_bytes`] gave.
    pub(crate) fn from_bytes(plain: &[u8]) -> Option<Self> {
        let (secrets, []) = plain.as_chunks::<32>() else { return None };
        let [sign, peer, seal, vault, at_rest] = secrets else { return None };
        Some(Self {
            sign: SecretKey::from_seed(sign),
            peer: SecretKey::from_seed(peer),
            seal: OpenKey::from_seed(seal),
            vault: SharedKey::from_bytes(*vault),
            at_rest: SharedKey::from_bytes(*at_rest),
        })
    }
}

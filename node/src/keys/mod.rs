//! The key store: what makes this machine the node of its office.

use okrug_protocol::seal::{OpenKey, SharedKey};
use okrug_protocol::sign::SecretKey;

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

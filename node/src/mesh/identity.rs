//! Peer keys: the 32 bytes that the directory lists, and what libp2p calls them.

use libp2p::PeerId;
use libp2p::identity::{Keypair, PublicKey, ed25519};

/// The key pair with this seed.
pub(super) fn keypair(seed: &[u8; 32]) -> Option<Keypair> {
    let mut seed = *seed;
    Keypair::ed25519_from_bytes(&mut seed).ok()
}

/// The name of a listed peer key; `None` when it is no point of the curve.
pub(super) fn peer_id(key: &[u8; 32]) -> Option<PeerId> {
    let key = ed25519::PublicKey::try_from_bytes(key).ok()?;
    Some(PublicKey::from(key).to_peer_id())
}

/// The key inside a peer's name: an Ed25519 key is short enough to be its own name. Others are `None`.
pub(super) fn key_of(peer: &PeerId) -> Option<[u8; 32]> {
    // A multihash of code 0 holds the protobuf-encoded key itself instead of a hash of it.
    let hash = peer.as_ref();
    if hash.code() != 0 {
        return None;
    }
    let key = PublicKey::try_decode_protobuf(hash.digest()).ok()?.try_into_ed25519().ok()?;
    Some(key.to_bytes())
}

/// What a peer is called in the field: its key in the form that libp2p shows. `None` when the key is none.
#[must_use]
pub fn peer_name(key: &[u8; 32]) -> Option<String> {
    peer_id(key).map(|peer| peer.to_base58())
}

/// The key of a peer that is called so.
#[must_use]
pub fn peer_key(name: &str) -> Option<[u8; 32]> {
    key_of(&name.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_key_reads_back_from_its_name() {
        let pair = keypair(&[7; 32]).unwrap();
        let peer = pair.public().to_peer_id();
        let key = key_of(&peer).unwrap();
        assert_eq!(peer_id(&key), Some(peer));
        assert_eq!(peer_key(&peer_name(&key).unwrap()), Some(key));
        assert_eq!(peer_key("nobody"), None);
    }

    #[test]
    fn a_name_that_hides_its_key_has_none() {
        assert_eq!(key_of(&"QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N".parse().unwrap()), None);
    }
}

//! The district by which bytes are judged.

use std::sync::LazyLock;

use okrug_node::keys::NodeKeys;
use okrug_protocol::ids::OfficeId;
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::seal::SharedKey;
use okrug_protocol::sign::SecretKey;

/// Four offices, one of them delegated.
pub(crate) fn district() -> &'static SampleDistrict {
    static DISTRICT: LazyLock<SampleDistrict> = LazyLock::new(|| {
        let mut district = sample::district(4);
        district.delegate(4);
        district
    });
    &DISTRICT
}

/// What an office signs its entries with.
pub(crate) fn sign_key(office: OfficeId) -> Option<&'static SecretKey> {
    district().sign_keys.get(usize::try_from(office.0).ok()?.checked_sub(1)?)
}

/// What a node of this office has.
pub(crate) fn keys(office: OfficeId) -> NodeKeys {
    let at = usize::try_from(office.0).expect("there are few") - 1;
    let (sample, [vault, at_rest]) = (district(), [1, 2].map(|n| SharedKey::from_bytes([n; 32])));
    let [sign, peer] = [&sample.sign_keys, &sample.peer_keys].map(|keys| keys[at].clone());
    NodeKeys { sign, peer, seal: sample.open_keys[at].clone(), vault, at_rest }
}

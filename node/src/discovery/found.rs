//! What an announcement on the LAN is worth: nothing, or addresses of an office of our district.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use okrug_protocol::bounds::MAX_ADDRESSES;
use okrug_protocol::ids::OfficeId;

use crate::mesh::{Admission, Multiaddr, address_of, peer_key};

/// The key of the district's tag in an announcement.
pub(super) const TAG: &str = "d";
/// The key of the peer's name.
pub(super) const PEER: &str = "p";

/// Who we are, and whom we know.
pub(super) struct Ours {
    pub(super) tag: String,
    pub(super) peer: [u8; 32],
    pub(super) admission: Arc<dyn Admission>,
}

impl Ours {
    /// The office that is announced, and where to call it; `None` for ourselves, other districts and strangers.
    ///
    /// Only addresses that a LAN can have are taken, so that a forged announcement cannot make us call the world.
    pub(super) fn office(
        &self,
        tag: Option<&str>,
        peer: Option<&str>,
        ips: impl Iterator<Item = IpAddr>,
        port: u16,
    ) -> Option<(OfficeId, Vec<Multiaddr>)> {
        let key = peer_key(peer?)?;
        if tag? != self.tag || key == self.peer {
            return None;
        }
        let office = self.admission.office_of(&key)?;
        let mut ips: Vec<IpAddr> = ips.filter(is_local).collect();
        ips.sort_unstable();
        ips.truncate(MAX_ADDRESSES);
        (!ips.is_empty()).then(|| (office, ips.into_iter().map(|ip| address_of(ip, port)).collect()))
    }
}

/// The addresses that were announced last, of each office.
///
/// A forged announcement is one among others: it does not displace what the office itself announces.
#[derive(Debug, Default)]
pub(super) struct Heard(BTreeMap<OfficeId, Vec<Multiaddr>>);

impl Heard {
    /// Takes note of an announcement: all addresses to try, what was heard last first.
    pub(super) fn note(&mut self, office: OfficeId, announced: Vec<Multiaddr>) -> Vec<Multiaddr> {
        let known = self.0.entry(office).or_default();
        known.retain(|address| !announced.contains(address));
        known.splice(0..0, announced);
        known.truncate(MAX_ADDRESSES);
        known.clone()
    }
}

fn is_local(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local() || ip.is_loopback(),
        // A link-local address of version 6 means nothing without its interface, which an address cannot say.
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::sign::SecretKey;

    use super::*;
    use crate::mesh::peer_name;

    struct Only([u8; 32]);

    impl Admission for Only {
        fn office_of(&self, peer: &[u8; 32]) -> Option<OfficeId> {
            (*peer == self.0).then_some(OfficeId(2))
        }

        fn peer_of(&self, _: OfficeId) -> Option<[u8; 32]> {
            Some(self.0)
        }
    }

    fn key(seed: u8) -> [u8; 32] {
        SecretKey::from_seed(&[seed; 32]).public().0
    }

    fn ours() -> Ours {
        Ours { tag: "1f0c9a2e".to_owned(), peer: key(1), admission: Arc::new(Only(key(2))) }
    }

    fn look(tag: &str, peer: [u8; 32], ips: &[&str]) -> Option<Vec<String>> {
        let ips = ips.iter().map(|ip| ip.parse().unwrap());
        let (office, addresses) = ours().office(Some(tag), peer_name(&peer).as_deref(), ips, 7600)?;
        assert_eq!(office, OfficeId(2));
        Some(addresses.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn only_offices_of_our_district_at_addresses_of_a_lan_are_found() {
        let found = look("1f0c9a2e", key(2), &["10.0.0.2", "203.0.113.9", "fe80::1", "127.0.0.1", "fd00::2"]).unwrap();
        assert_eq!(found, ["/ip4/10.0.0.2/tcp/7600", "/ip4/127.0.0.1/tcp/7600", "/ip6/fd00::2/tcp/7600"]);
        assert_eq!(look("00000000", key(2), &["10.0.0.2"]), None, "another district");
        assert_eq!(look("1f0c9a2e", key(1), &["10.0.0.2"]), None, "ourselves");
        assert_eq!(look("1f0c9a2e", key(3), &["10.0.0.2"]), None, "a stranger");
        assert_eq!(look("1f0c9a2e", key(2), &["203.0.113.9"]), None, "nowhere near");
        assert_eq!(ours().office(None, None, std::iter::empty(), 1), None);
    }

    #[test]
    fn a_forged_announcement_displaces_no_address() {
        let address = |n: u8| address_of([10, 0, 0, n].into(), 7600);
        let mut heard = Heard::default();
        heard.note(OfficeId(2), vec![address(2)]);
        assert_eq!(heard.note(OfficeId(2), vec![address(9)]), [address(9), address(2)]);
        assert_eq!(heard.note(OfficeId(2), vec![address(2)]), [address(2), address(9)], "each address once");
        (10..100).for_each(|n| drop(heard.note(OfficeId(2), vec![address(n)])));
        assert_eq!(heard.note(OfficeId(2), vec![address(2)]).len(), MAX_ADDRESSES, "however many");
        assert_eq!(heard.note(OfficeId(3), vec![address(3)]), [address(3)], "each office on its own");
    }

    #[test]
    fn an_announcement_with_a_thousand_addresses_gives_eight() {
        let ips: Vec<String> = (0..1_000).map(|n| format!("10.0.{}.{}", n / 250, n % 250)).collect();
        let ips: Vec<&str> = ips.iter().map(String::as_str).collect();
        assert_eq!(look("1f0c9a2e", key(2), &ips).unwrap().len(), MAX_ADDRESSES);
    }
}

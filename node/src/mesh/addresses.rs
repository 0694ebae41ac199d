//! Where the offices may be found: hints, a few from each source, the most promising first.

use std::collections::{BTreeMap, HashMap};

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use okrug_protocol::bounds::MAX_ADDRESSES;
use okrug_protocol::ids::OfficeId;

use super::handle::Source;

/// The order in which sources are believed.
const ORDER: [Source; 5] = [Source::LastGood, Source::Lan, Source::Bootstrap, Source::Told, Source::Heard];

/// All hints; for one office at most [`MAX_ADDRESSES`] from each source.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    hints: HashMap<OfficeId, BTreeMap<Source, Vec<Multiaddr>>>,
}

impl Addresses {
    /// Replaces what a source says of an office; `true` when there is an address in it that was not known.
    pub(super) fn set(&mut self, office: OfficeId, source: Source, addresses: Vec<Multiaddr>) -> bool {
        let mut addresses: Vec<_> = addresses.into_iter().filter_map(plain).collect();
        addresses.sort();
        addresses.dedup();
        addresses.truncate(MAX_ADDRESSES);
        let known = self.of(office);
        let fresh = addresses.iter().any(|address| !known.contains(address));
        self.hints.entry(office).or_default().insert(source, addresses);
        fresh
    }

    /// Adds what another office tells of where this one is: one that lies displaces nothing that others tell soon after.
    pub(super) fn hear(&mut self, office: OfficeId, told: Vec<Multiaddr>) {
        let told: Vec<_> = told.into_iter().filter_map(plain).take(MAX_ADDRESSES).collect();
        let heard = self.hints.entry(office).or_default().entry(Source::Heard).or_default();
        heard.retain(|address| !told.contains(address));
        heard.splice(0..0, told);
        heard.truncate(MAX_ADDRESSES);
    }

    /// What one source says of an office.
    pub(super) fn from(&self, office: OfficeId, source: Source) -> &[Multiaddr] {
        self.hints.get(&office).and_then(|sources| sources.get(&source)).map_or(&[], Vec::as_slice)
    }

    /// All addresses of an office, each once.
    pub(super) fn of(&self, office: OfficeId) -> Vec<Multiaddr> {
        let Some(sources) = self.hints.get(&office) else { return Vec::new() };
        let mut addresses = Vec::new();
        for address in ORDER.iter().filter_map(|source| sources.get(source)).flatten() {
            if !addresses.contains(address) {
                addresses.push(address.clone());
            }
        }
        addresses
    }

    /// The address over which a link stood last.
    pub(super) fn last_good(&self, office: OfficeId) -> Option<Multiaddr> {
        self.hints.get(&office)?.get(&Source::LastGood)?.first().cloned()
    }

    /// The offices of which an address is known, those of the bootstrap list marked.
    pub(super) fn offices(&self) -> impl Iterator<Item = (OfficeId, bool)> {
        self.hints
            .iter()
            .filter(|(_, sources)| sources.values().any(|addresses| !addresses.is_empty()))
            .map(|(office, sources)| (*office, sources.get(&Source::Bootstrap).is_some_and(|rows| !rows.is_empty())))
    }
}

/// The address of a TCP listener, without a peer's name at its end; `None` for anything else.
fn plain(address: Multiaddr) -> Option<Multiaddr> {
    let mut parts = address.into_iter();
    let host = parts.next()?;
    let port = parts.next()?;
    let tail = parts.next();
    let reachable = match &host {
        Protocol::Ip4(ip) => !ip.is_unspecified() && !ip.is_multicast() && !ip.is_broadcast(),
        Protocol::Ip6(ip) => !ip.is_unspecified() && !ip.is_multicast(),
        _ => false,
    };
    let dialable = matches!(port, Protocol::Tcp(number) if number > 0) && matches!(tail, None | Some(Protocol::P2p(_)));
    (reachable && dialable).then(|| Multiaddr::empty().with(host).with(port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<Multiaddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn last_good_addresses_come_first_and_each_address_once() {
        let (mut book, office) = (Addresses::default(), OfficeId(1));
        assert!(book.set(office, Source::Bootstrap, addresses(&["/ip4/10.0.0.1/tcp/4001", "/ip4/10.0.0.2/tcp/4001"])));
        assert!(!book.set(office, Source::LastGood, addresses(&["/ip4/10.0.0.2/tcp/4001"])));
        assert_eq!(book.of(office), addresses(&["/ip4/10.0.0.2/tcp/4001", "/ip4/10.0.0.1/tcp/4001"]));
        assert_eq!(book.offices().collect::<Vec<_>>(), [(office, true)]);
    }

    #[test]
    fn what_cannot_be_dialled_is_no_address() {
        let mut book = Addresses::default();
        let useless = ["/ip4/0.0.0.0/tcp/1", "/ip4/10.0.0.1/udp/1", "/ip4/10.0.0.1/tcp/0", "/ip4/224.0.0.1/tcp/1", "/dns4/a/tcp/1"];
        assert!(!book.set(OfficeId(1), Source::Lan, addresses(&useless)));
        assert!(book.of(OfficeId(1)).is_empty());
        assert_eq!(book.offices().count(), 0);
    }

    #[test]
    fn what_several_tell_is_tried_together_and_after_everything_else() {
        let (mut book, office) = (Addresses::default(), OfficeId(1));
        let [one, two, three] = [1, 2, 3].map(|n| addresses(&[&format!("/ip4/10.0.0.{n}/tcp/4001")]));
        book.set(office, Source::Bootstrap, one.clone());
        book.hear(office, two.clone());
        book.hear(office, three.clone());
        assert_eq!(book.of(office), [&one[..], &three, &two].concat());
        (10..100).for_each(|n| book.hear(office, addresses(&[&format!("/ip4/10.0.0.{n}/tcp/4001")])));
        assert_eq!(book.of(office).len(), 1 + MAX_ADDRESSES);
    }

    #[test]
    fn one_source_fills_only_its_own_place() {
        let mut book = Addresses::default();
        let many = (0..100).map(|n| format!("/ip4/10.0.0.{n}/tcp/4001").parse().unwrap()).collect();
        book.set(OfficeId(1), Source::Lan, many);
        assert_eq!(book.of(OfficeId(1)).len(), MAX_ADDRESSES);
    }
}

//! What neighbours tell each other of where other offices may be found, so that the mesh outlives the office by which all met.
//!
//! Hints like any other: of offices of the directory only, few, and whoever answers there proves who it is.
//!
//! Source:  FORMAT.md, section 6.

use std::collections::BTreeMap;

use libp2p::Multiaddr;
use okrug_protocol::bounds::MAX_ADDRESS;
use okrug_protocol::codec;
use okrug_protocol::ids::OfficeId;

/// Offices in one telling; the next has the others.
const MAX_ROWS: usize = 64;
/// Addresses of one office that are passed on.
pub(super) const MAX_TOLD: usize = 2;
/// The longest telling.
pub(super) const MAX_BYTES: usize = MAX_ROWS * (16 + MAX_TOLD * (MAX_ADDRESS + 8));

/// Where offices were met, the best address first.
pub(super) type Met = BTreeMap<OfficeId, Vec<Multiaddr>>;

/// What is to be told to who was told `before`, and what will have been told then; `None` when it is nothing.
pub(super) fn news(before: &mut Met, now: &Met) -> Option<Vec<u8>> {
    let rows: Vec<_> = now.iter().filter(|(office, addresses)| before.get(office) != Some(addresses)).take(MAX_ROWS).collect();
    if rows.is_empty() {
        return None;
    }
    let texts = |addresses: &[Multiaddr]| addresses.iter().take(MAX_TOLD).map(ToString::to_string).collect::<Vec<_>>();
    let told: Vec<(OfficeId, Vec<String>)> = rows.iter().map(|(office, addresses)| (**office, texts(addresses))).collect();
    before.extend(rows.into_iter().map(|(office, addresses)| (*office, addresses.clone())));
    Some(codec::encode(&told))
}

/// Reads what was told; `None` for what no honest office says.
pub(super) fn read(bytes: &[u8]) -> Option<Met> {
    let told: Vec<(OfficeId, Vec<String>)> = codec::decode_canonical(bytes, MAX_BYTES).ok()?;
    let short = |(_, texts): &(OfficeId, Vec<String>)| texts.len() <= MAX_TOLD && texts.iter().all(|text| text.len() <= MAX_ADDRESS);
    if told.len() > MAX_ROWS || !told.iter().all(short) {
        return None;
    }
    let addresses = |texts: Vec<String>| texts.iter().filter_map(|text| text.parse().ok()).collect();
    Some(told.into_iter().map(|(office, texts)| (office, addresses(texts))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::address_of;

    fn met(offices: impl Iterator<Item = u32>, port: u16) -> Met {
        offices.map(|n| (OfficeId(n), vec![address_of(n.to_be_bytes().into(), port)])).collect()
    }

    #[test]
    fn only_what_is_new_is_told_and_all_of_it_in_the_end() {
        let (mut before, now) = (Met::new(), met(1..=150, 7600));
        let mut heard = Met::new();
        while let Some(bytes) = news(&mut before, &now) {
            assert!(bytes.len() <= MAX_BYTES);
            heard.extend(read(&bytes).unwrap());
        }
        assert_eq!(heard, now);
        let moved: Met = now.into_iter().chain(met(7..=7, 7601)).collect();
        assert_eq!(read(&news(&mut before, &moved).unwrap()), Some(met(7..=7, 7601)));
        assert_eq!(news(&mut before, &moved), None);
    }

    #[test]
    fn what_no_honest_office_says_is_nothing() {
        let row = |texts: &[&str]| (OfficeId(1), texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let good = "/ip4/10.0.0.1/tcp/7600";
        assert_eq!(read(&codec::encode(&vec![row(&[good])])).unwrap().len(), 1);
        assert_eq!(read(&codec::encode(&vec![row(&[good, good, good])])), None, "too many addresses");
        assert_eq!(read(&codec::encode(&vec![row(&[good]); MAX_ROWS + 1])), None, "too many offices");
        assert_eq!(read(&codec::encode(&vec![row(&["/".repeat(MAX_ADDRESS + 1).as_str()])])), None, "too long");
        assert_eq!(read(b"nonsense"), None);
        assert!(read(&codec::encode(&vec![row(&["nonsense"])])).unwrap()[&OfficeId(1)].is_empty());
    }
}

//! The bootstrap list: where offices are found by those who know nobody yet.
//!
//! A hint, signed so that a thief of one node cannot send a whole district astray. Whoever answers
//! at an address must still be the office that the directory knows.
//!
//! Source:  FORMAT.md, section 4.

use crate::bounds::{BOOTSTRAP_MAX_BYTES, MAX_ADDRESS, MAX_ADDRESSES, MAX_OFFICES};
use crate::codec::{Decode, Encode};
use crate::document::{Document, DocumentError, DocumentKind, Head, Row, check_count, check_rising};
use crate::ids::{DistrictId, OfficeId};
use crate::labels;

/// Offices with their addresses.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Bootstrap {
    /// District, version, times, predecessor.
    pub head: Head,
    /// Sorted by office; addresses as multiaddr text without the peer, in the order in which they are to be tried.
    pub rows: Vec<(OfficeId, Vec<String>)>,
}

impl Document for Bootstrap {
    const LABEL: &'static [u8] = labels::BOOTSTRAP;
    const MAX_BYTES: usize = BOOTSTRAP_MAX_BYTES;
    const KIND: DocumentKind = DocumentKind::Bootstrap;

    fn head(&self) -> &Head {
        &self.head
    }

    fn arrange(&mut self) {
        self.rows.sort_by_key(|(office, _)| *office);
    }

    fn check(&self) -> Result<(), DocumentError> {
        self.head.check()?;
        if self.head.district == DistrictId::NONE {
            return Err(DocumentError::District(self.head.district));
        }
        check_rows(&self.rows)
    }
}

/// Checks offices with their addresses, here and in a delegated directory.
pub(crate) fn check_rows(rows: &[(OfficeId, Vec<String>)]) -> Result<(), DocumentError> {
    check_count("offices", rows.len(), MAX_OFFICES)?;
    check_rising(rows.iter().map(|(office, _)| *office), Row::Office)?;
    for (office, addresses) in rows {
        check_count("addresses of one office", addresses.len(), MAX_ADDRESSES)?;
        if !addresses.iter().all(|address| is_address(address)) {
            return Err(DocumentError::Address(*office));
        }
    }
    Ok(())
}

/// Whether a text can be an address; whether it is one that can be dialled is for the mesh to say.
fn is_address(text: &str) -> bool {
    text.len() <= MAX_ADDRESS && text.starts_with('/') && !text.contains("/p2p/") && text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn broken(change: impl FnOnce(&mut Bootstrap)) -> DocumentError {
        let mut list = sample::district(3).trust.bootstrap_list().unwrap().doc().clone();
        change(&mut list);
        list.check().unwrap_err()
    }

    #[test]
    fn texts_that_are_no_address_are_refused() {
        let long = format!("/dns4/{}/tcp/1", "a".repeat(256));
        for text in ["", "10.0.0.1:4100", "/ip4/10.0.0.1 /tcp/1", "/dns4/котлас/tcp/1", "/ip4/10.0.0.1/tcp/1/p2p/12D3KooW", &long] {
            assert_eq!(broken(|list| list.rows[0].1[0] = text.to_owned()), DocumentError::Address(OfficeId(1)), "{text}");
        }
    }

    #[test]
    fn an_office_is_listed_once_with_few_addresses() {
        assert_eq!(broken(|list| list.rows[1].0 = OfficeId(1)), DocumentError::Twice(Row::Office(OfficeId(1))));
        let many = DocumentError::TooMany { what: "addresses of one office", have: 9, max: MAX_ADDRESSES };
        assert_eq!(broken(|list| list.rows[0].1 = vec!["/ip4/10.0.0.1/tcp/1".to_owned(); 9]), many);
    }
}

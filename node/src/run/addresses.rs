//! Where other offices are found by what was written down: the signed bootstrap list and the settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use okrug_protocol::directory::Directory;
use okrug_protocol::ids::OfficeId;
use tokio::sync::watch::Receiver;

use crate::config::Address;
use crate::discovery::{Handle, Rows};
use crate::documents::Documents;

/// Tells discovery all that is written down whenever the documents change, for ever.
///
/// Shapes:  `changes` has been followed since before discovery was told for the first time.
pub(super) async fn follow(discovery: Handle, documents: Arc<Documents>, mut changes: Receiver<Arc<Directory>>, set: Vec<Address>) {
    while changes.changed().await.is_ok() {
        discovery.bootstrap(written_down(&documents, &set));
    }
}

/// All addresses by office, what was set by hand first.
pub(super) fn written_down(documents: &Documents, set: &[Address]) -> Rows {
    rows(&documents.bootstrap(), set, &documents.directory())
}

fn rows(listed: &[(OfficeId, Vec<String>)], set: &[Address], directory: &Directory) -> Rows {
    let mut all: BTreeMap<OfficeId, Vec<String>> = BTreeMap::new();
    for address in set {
        let number = address.office.parse().ok().filter(|office| directory.office(*office).is_some());
        match number.or_else(|| directory.office_by_slug(&address.office).map(|office| office.id)) {
            Some(office) => all.entry(office).or_default().push(address.multiaddr.to_string()),
            None => tracing::warn!(event = "office_unknown", office = address.office, "no office of the district is called so"),
        }
    }
    for (office, addresses) in listed {
        all.entry(*office).or_default().extend(addresses.iter().cloned());
    }
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use okrug_protocol::sample;

    use super::*;

    #[test]
    fn offices_are_called_by_slug_or_number_and_unknown_ones_are_passed_over() {
        let sample = sample::district(3);
        let set: Vec<Address> =
            ["office-2=/ip4/192.0.2.2/tcp/1", "o3=/ip4/192.0.2.3/tcp/1", "nobody=/ip4/192.0.2.4/tcp/1", "o9=/ip4/192.0.2.9/tcp/1"]
                .iter()
                .map(|text| text.parse().unwrap())
                .collect();
        let listed = [(OfficeId(2), vec!["/ip4/198.51.100.2/tcp/1".to_owned()])];
        let all = rows(&listed, &set, &sample.directory());
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let two = (OfficeId(2), texts(&["/ip4/192.0.2.2/tcp/1", "/ip4/198.51.100.2/tcp/1"]));
        assert_eq!(all, [two, (OfficeId(3), texts(&["/ip4/192.0.2.3/tcp/1"]))]);
    }
}

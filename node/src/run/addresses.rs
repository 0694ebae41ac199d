//! Where other offices are found by what was written down: the signed bootstrap list and the settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use okrug_protocol::directory::Directory;
use okrug_protocol::ids::OfficeId;
use tokio_util::sync::CancellationToken;

use crate::config::Address;
use crate::documents::Documents;
use crate::mesh::{Handle, Multiaddr, Source};

/// Tells the mesh all that is written down, now and whenever the documents change, until `stop`.
pub(super) async fn tell(mesh: Handle, documents: Arc<Documents>, set: Vec<Address>, stop: CancellationToken) {
    let mut changes = documents.follow();
    loop {
        let directory = Arc::clone(&changes.borrow_and_update());
        for (office, addresses) in written_down(&documents.bootstrap(), &set, &directory) {
            mesh.address(office, addresses, Source::Bootstrap).await;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

/// By office, what was set by hand first.
fn written_down(listed: &[(OfficeId, Vec<String>)], set: &[Address], directory: &Directory) -> BTreeMap<OfficeId, Vec<Multiaddr>> {
    let mut all: BTreeMap<OfficeId, Vec<Multiaddr>> = BTreeMap::new();
    for address in set {
        let number = address.office.parse().ok().filter(|office| directory.office(*office).is_some());
        match number.or_else(|| directory.office_by_slug(&address.office).map(|office| office.id)) {
            Some(office) => all.entry(office).or_default().extend(address.multiaddr.as_str().parse::<Multiaddr>()),
            None => tracing::warn!(event = "office_unknown", office = address.office, "no office of the district is called so"),
        }
    }
    for (office, addresses) in listed {
        all.entry(*office).or_default().extend(addresses.iter().filter_map(|address| address.parse::<Multiaddr>().ok()));
    }
    all
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
        let listed = [(OfficeId(2), vec!["/ip4/198.51.100.2/tcp/1".to_owned(), "nonsense".to_owned()])];
        let all = written_down(&listed, &set, &sample.directory());
        let texts = |office| all[&OfficeId(office)].iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(2), ["/ip4/192.0.2.2/tcp/1", "/ip4/198.51.100.2/tcp/1"]);
        assert_eq!(texts(3), ["/ip4/192.0.2.3/tcp/1"]);
        assert_eq!(all.len(), 2);
    }
}

//! The bootstrap list: told to the mesh whenever it changes, its names looked up again from time to time.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use okrug_protocol::bounds::MAX_ADDRESSES;
use okrug_protocol::ids::OfficeId;
use tokio::net::lookup_host;
use tokio::sync::watch;
use tokio::time::timeout;

use super::Rows;
use crate::mesh::{self, Multiaddr, Source, address_of};

/// How often names are looked up again; a machine may have moved.
const AGAIN: Duration = Duration::from_secs(300);
/// How long one lookup may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Offices whose names are looked up at once: where nothing answers, a long list must not take half an hour.
const MAX_LOOKUPS: usize = 16;

/// Tells the mesh the list, for ever.
pub(super) async fn tell(mut list: watch::Receiver<Rows>, mesh: mesh::Handle) {
    let mut told = BTreeSet::new();
    loop {
        let rows = list.borrow_and_update().clone();
        let listed: BTreeSet<OfficeId> = rows.iter().map(|(office, _)| *office).collect();
        for gone in told.difference(&listed) {
            mesh.address(*gone, Vec::new(), Source::Bootstrap).await;
        }
        told = listed;
        let (named, plain) = apart(rows);
        for (office, texts) in plain {
            mesh.address(office, resolve(&texts).await, Source::Bootstrap).await;
        }
        let tell = |(office, texts): Row| async move { (office, resolve(&texts).await) };
        let mut found = stream::iter(named).map(tell).buffer_unordered(MAX_LOOKUPS);
        while let Some((office, addresses)) = found.next().await {
            mesh.address(office, addresses, Source::Bootstrap).await;
        }
        // A sender that is gone changes nothing more; names are still looked up.
        if let Ok(Err(_closed)) = timeout(AGAIN, list.changed()).await {
            tokio::time::sleep(AGAIN).await;
        }
    }
}

type Row = (OfficeId, Vec<String>);

/// The offices of which a name must be looked up, and those that need not wait for that.
fn apart(rows: Rows) -> (Rows, Rows) {
    rows.into_iter().partition(|(_, texts)| texts.iter().any(|text| named(text).is_some()))
}

async fn resolve(texts: &[String]) -> Vec<Multiaddr> {
    let mut addresses = Vec::new();
    for text in texts.iter().take(MAX_ADDRESSES) {
        match named(text) {
            Some((name, port)) => match timeout(PATIENCE, lookup_host((name, port))).await {
                Ok(Ok(found)) => addresses.extend(found.map(|at| address_of(at.ip(), at.port()))),
                Ok(Err(error)) => tracing::debug!(name, %error, "a name in the bootstrap list leads nowhere"),
                Err(_) => tracing::debug!(name, "looking up a name in the bootstrap list takes too long"),
            },
            None => match text.parse() {
                Ok(address) => addresses.push(address),
                Err(_) => tracing::warn!(text, "not an address in the bootstrap list"),
            },
        }
    }
    addresses
}

/// The name and port in `/dns/kotlas.example/tcp/7600`.
pub(super) fn named(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.strip_prefix('/')?.split('/');
    let (kind, name, tcp, port) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_name = matches!(kind, "dns" | "dns4" | "dns6") && tcp == "tcp";
    is_name.then_some((name, port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_addresses() {
        assert_eq!(named("/dns4/kotlas.example/tcp/7600"), Some(("kotlas.example", 7600)));
        assert_eq!(named("/ip4/10.0.0.1/tcp/7600"), None);
        assert_eq!(named("/dns/x/udp/1"), None);
        assert_eq!(named("dns"), None);
    }

    #[test]
    fn offices_with_plain_addresses_wait_for_no_name() {
        let row = |office, texts: &[&str]| (OfficeId(office), texts.iter().map(|text| (*text).to_owned()).collect());
        let (by_name, plain) = (row(1, &["/ip4/10.0.0.1/tcp/7600", "/dns4/a.example/tcp/7600"]), row(2, &["/ip4/10.0.0.2/tcp/7600"]));
        assert_eq!(apart(vec![by_name.clone(), plain.clone()]), (vec![by_name], vec![plain]));
    }

    #[tokio::test]
    async fn a_list_with_mistakes_still_leads_somewhere() {
        let texts = ["/dns4/localhost/tcp/7600", "nonsense", "/ip4/10.0.0.1/tcp/7600"].map(str::to_owned);
        let addresses = resolve(&texts).await;
        assert!(addresses.contains(&"/ip4/10.0.0.1/tcp/7600".parse().unwrap()));
    }
}

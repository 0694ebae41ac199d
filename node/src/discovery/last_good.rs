//! The addresses over which offices were last reached, kept across restarts.
//!
//! A small file of lines, `o3 /ip4/10.0.3.7/tcp/7600`. It is a hint like any other: a damaged or missing one costs a
//! moment, never the start.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use okrug_protocol::bounds::MAX_OFFICES;
use okrug_protocol::ids::OfficeId;
use tokio::fs;

use crate::mesh::{self, Multiaddr, Source};

/// The longest file that is read.
const MAX_BYTES: u64 = 256 << 10;

/// Tells the mesh what the file says, then writes what the mesh reaches, for ever.
pub(super) async fn keep(file: PathBuf, mesh: mesh::Handle) {
    let mut known = read(&file).await;
    for (office, address) in &known {
        mesh.address(*office, vec![address.clone()], Source::LastGood).await;
    }
    let mut reached = mesh.reached();
    while reached.changed().await.is_ok() {
        let fresh = reached.borrow_and_update().clone();
        let before = known.clone();
        known.extend(fresh);
        if known != before
            && let Err(error) = write(&file, &known).await
        {
            tracing::warn!(%error, "last-good addresses were not written");
        }
    }
}

async fn read(file: &Path) -> BTreeMap<OfficeId, Multiaddr> {
    match fs::metadata(file).await {
        Ok(about) if about.len() <= MAX_BYTES => {}
        _ => return BTreeMap::new(),
    }
    fs::read_to_string(file).await.map(|text| parse(&text)).unwrap_or_default()
}

pub(super) fn parse(text: &str) -> BTreeMap<OfficeId, Multiaddr> {
    let line = |line: &str| {
        let (office, address) = line.split_once(' ')?;
        // No address at all reads as an address without parts.
        let address: Multiaddr = address.parse().ok()?;
        (!address.is_empty()).then_some((office.parse().ok()?, address))
    };
    text.lines().filter_map(line).take(MAX_OFFICES).collect()
}

/// Beside it first, then in its place: whoever reads sees the old file or the new one.
async fn write(file: &Path, addresses: &BTreeMap<OfficeId, Multiaddr>) -> io::Result<()> {
    let text: String = addresses.iter().map(|(office, address)| format!("{office} {address}\n")).collect();
    let beside = file.with_extension("new");
    fs::write(&beside, text).await?;
    fs::rename(&beside, file).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_written_reads_back_and_damage_costs_only_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("last-good");
        assert!(read(&file).await.is_empty());
        let addresses = BTreeMap::from([
            (OfficeId(1), "/ip4/10.0.0.1/tcp/7600".parse().unwrap()),
            (OfficeId(3), "/ip6/fd00::3/tcp/7600".parse().unwrap()),
        ]);
        write(&file, &addresses).await.unwrap();
        assert_eq!(read(&file).await, addresses);
        assert_eq!(parse("o1 \nnonsense\no3 /ip6/fd00::3/tcp/7600").len(), 1);
    }
}

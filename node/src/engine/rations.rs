//! Keeps declared thin links to what they may carry: counts what crosses, writes it down, and says when all but flash waits.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use okrug_protocol::directory::Directory;
use okrug_protocol::ids::OfficeId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Declaration;
use crate::documents::Documents;
use crate::mesh::{self, Declared, Spent};
use crate::{clock, disk};

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(1);
/// The file in the data directory: a line for each office, its number, the hour and the bytes.
const FILE: &str = "link-bytes";

/// The rations of a node.
#[derive(Debug)]
pub(super) struct Rations {
    rows: Vec<Declaration>,
    file: PathBuf,
    spent: BTreeMap<OfficeId, Spent>,
    /// What each link had carried when it was looked last.
    seen: BTreeMap<OfficeId, u64>,
    told: watch::Sender<BTreeMap<OfficeId, Declared>>,
}

impl Rations {
    /// What was declared, with what was written down; and where it can be followed.
    pub(super) fn open(
        rows: Vec<Declaration>,
        data: &Path,
        directory: &Directory,
    ) -> (Self, watch::Receiver<BTreeMap<OfficeId, Declared>>) {
        let file = data.join(FILE);
        let spent = std::fs::read_to_string(&file).map(|text| read(&text)).unwrap_or_default();
        let (told, follow) = watch::channel(BTreeMap::new());
        let rations = Self { rows, file, spent, seen: BTreeMap::new(), told };
        rations.tell(directory);
        (rations, follow)
    }

    /// Keeps to them until `stop`.
    pub(super) async fn keep(mut self, mesh: mesh::Handle, documents: std::sync::Arc<Documents>, stop: CancellationToken) {
        if self.rows.is_empty() {
            // Whoever follows must not believe that nobody says anything any more.
            return stop.cancelled().await;
        }
        let mut every = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = every.tick() => {}
            }
            let directory = documents.directory();
            self.count(&mesh, &directory);
            self.tell(&directory);
        }
        self.count(&mesh, &documents.directory());
    }

    fn count(&mut self, mesh: &mesh::Handle, directory: &Directory) {
        let (now, declared) = (clock::now(), self.declared(directory));
        let before = self.spent.clone();
        for link in mesh.links().iter().filter(|link| declared.contains_key(&link.office)) {
            let total = link.bytes_in + link.bytes_out;
            let seen = self.seen.insert(link.office, total).unwrap_or(0);
            self.spent.entry(link.office).or_default().add(total.saturating_sub(seen), now);
        }
        if self.spent != before
            && let Err(error) = disk::replace(&self.file, write(&self.spent).as_bytes())
        {
            tracing::warn!(event = "link_bytes_not_written", %error, "after a restart these bytes may be spent again");
        }
    }

    fn declared(&self, directory: &Directory) -> BTreeMap<OfficeId, mesh::Ration> {
        let office = |word: &str| {
            let numbered = word.parse::<OfficeId>().ok().filter(|office| directory.office(*office).is_some());
            numbered.or_else(|| directory.office_by_slug(word).map(|office| office.id))
        };
        self.rows.iter().filter_map(|row| Some((office(&row.office)?, row.ration))).collect()
    }

    fn tell(&self, directory: &Directory) {
        let now = clock::now();
        let of = |(office, ration): (OfficeId, mesh::Ration)| {
            let spent = self.spent.get(&office).copied().unwrap_or_default();
            (office, Declared { pause: ration.pause(&spent, now), bytes_a_second: ration.bytes_a_second })
        };
        let declared: BTreeMap<OfficeId, Declared> = self.declared(directory).into_iter().map(of).collect();
        self.told.send_if_modified(|before| std::mem::replace(before, declared.clone()) != declared);
    }
}

pub(super) fn write(spent: &BTreeMap<OfficeId, Spent>) -> String {
    spent.iter().map(|(office, spent)| format!("{office} {} {}\n", spent.hour, spent.bytes)).collect()
}

/// What was written down; a line that is none is passed over.
pub(super) fn read(text: &str) -> BTreeMap<OfficeId, Spent> {
    let row = |line: &str| {
        let mut words = line.split(' ');
        let office = words.next()?.parse().ok()?;
        let mut number = || words.next()?.parse().ok();
        Some((office, Spent { hour: number()?, bytes: number()? }))
    };
    text.lines().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_spent_reads_back_and_nonsense_is_passed_over() {
        let spent = BTreeMap::from([(OfficeId(3), Spent { hour: 490_000, bytes: 7 }), (OfficeId(300), Spent { hour: 1, bytes: u64::MAX })]);
        assert_eq!(read(&write(&spent)), spent);
        assert_eq!(read("o3 1\nnobody 1 2\no4 5 6 7\n\n"), BTreeMap::from([(OfficeId(4), Spent { hour: 5, bytes: 6 })]));
    }
}

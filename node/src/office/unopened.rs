//! What was meant for this office and cannot be opened here, as people are told.

use std::collections::BTreeMap;

use okrug_protocol::chart::ResealRule;
use okrug_protocol::directory::Directory;
use okrug_protocol::ids::{Epoch, LogId, OfficeId, Topic};

use super::desk::Desk;
use super::view::{Unopened, UnopenedStatus};
use crate::ledger;

/// What the ledger knows of it.
pub(crate) type Epochs = [(LogId, Epoch, ledger::Unopened)];

impl Desk {
    /// All of it, by topic and writer.
    pub(crate) fn unopened(&self, epochs: &Epochs) -> Vec<UnopenedStatus> {
        let directory = self.directory();
        let mut all: BTreeMap<(Topic, OfficeId), Unopened> = BTreeMap::new();
        for (log, _, row) in epochs {
            add(all.entry((log.topic, log.office)).or_insert_with(|| begin(row, &directory)), row);
        }
        let status = |((topic, office), what): ((Topic, OfficeId), Unopened)| UnopenedStatus {
            topic: topic.to_string(),
            title: directory.title(topic),
            office,
            office_name: self.office_name(office),
            what,
        };
        all.into_iter().map(status).collect()
    }
}

/// What of a topic cannot be opened, whoever wrote it.
pub(crate) fn of_topic(topic: Topic, epochs: &Epochs, directory: &Directory) -> Option<Unopened> {
    let mut rows = epochs.iter().filter(|(log, _, _)| log.topic == topic).map(|(_, _, row)| row);
    let first = rows.next()?;
    let mut all = begin(first, directory);
    add(&mut all, first);
    rows.for_each(|row| add(&mut all, row));
    Some(all)
}

/// Without the policy its writers are told of it, and are not asked to seal it again.
fn begin(row: &ledger::Unopened, directory: &Directory) -> Unopened {
    let asked = directory.policy().reseal == ResealRule::Members;
    Unopened { messages: 0, others: 0, first: row.first, last: row.last, asked }
}

fn add(all: &mut Unopened, row: &ledger::Unopened) {
    all.messages += row.messages;
    all.others += row.others;
    (all.first, all.last) = (all.first.min(row.first), all.last.max(row.last));
    all.asked &= row.asked != 0;
}

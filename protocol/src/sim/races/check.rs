//! What must hold when all have met.

use std::sync::Arc;

use super::{Fault, Node, Versions, World, heads, pull, subtree};
use crate::entry::{Entry, Kind};
use crate::epoch::Rekey;
use crate::ids::{LogId, OfficeId};

impl World {
    /// All members of the district have the same logs, somebody who comes later takes them, and no message is under a dead epoch.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let newest = self.nodes.iter().max_by_key(|node| node.versions()).expect("there are offices");
        let directory = newest.trust.directory();
        let members: Vec<&Node> = self.nodes.iter().filter(|node| directory.member(node.id).is_some()).collect();
        let Some(first) = members.first() else { return Ok(()) };
        for other in &members {
            if heads(other) != heads(first) || other.versions() != first.versions() {
                return Err(Fault::Apart(first.id, other.id));
            }
        }
        let mut latecomer = Node::new(OfficeId(99), first.trust.clone());
        for (log, held) in &first.logs {
            pull(&mut latecomer, log, &held.entries, true)?;
            self.epochs(log, &held.entries)?;
        }
        if heads(&latecomer) == heads(first) { Ok(()) } else { Err(Fault::Latecomer) }
    }

    /// No message is under a key that somebody has who was removed by what its writer knew, as the authority said it then.
    fn epochs(&self, log: &LogId, entries: &[Arc<Entry>]) -> Result<(), Fault> {
        let mut have: Vec<OfficeId> = Vec::new();
        for entry in entries {
            let header = &entry.header;
            if header.kind == Kind::REKEY {
                have = Rekey::decode(&entry.body).map(|rekey| rekey.members().collect()).unwrap_or_default();
            }
            let Some(knew) = self.knew.get(&(*log, header.seq)) else { return Err(Fault::DeadEpoch(*log, header.seq)) };
            let told = |wanted: &dyn Fn(&Versions) -> bool| self.told.iter().find(|(versions, _)| wanted(versions)).map(|(_, told)| told);
            let (chart, list, sub) = (told(&|told| told.0 == knew.0), told(&|told| told.1 == knew.1), told(&|told| told.2 == knew.2));
            let (Some(chart), Some(list), Some(sub)) = (chart, list, sub) else { return Err(Fault::DeadEpoch(*log, header.seq)) };
            if chart.is_suspended(log.office) && !header.kind.is_of_reading() {
                return Err(Fault::Spoke(*log, header.seq));
            }
            let reads = |office: OfficeId| if subtree::has(office) { sub } else { chart }.reads_now(office, log.topic);
            let may = |office: &OfficeId| *office == log.office || (reads(*office) && !list.is_revoked(*office));
            if !have.iter().all(may) {
                return Err(Fault::DeadEpoch(*log, header.seq));
            }
        }
        Ok(())
    }
}

//! The rules by which this node works, to be shown.

use okrug_protocol::clock::Millis;
use okrug_protocol::directory::Directory;
use okrug_protocol::ids::Topic;

use super::Refused;
use super::handle::Handle;
use super::view::{HoldView, PolicyView};
use crate::ledger::Retained;

impl Handle {
    /// The district's rules, what is held, and what was erased here.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn policy(&self) -> Result<PolicyView, Refused> {
        let (desk, directory) = (self.desk(), self.desk().directory());
        let (policy, retained) = (*directory.policy(), Retained::read(&desk.store)?);
        let holds = directory.retention().holds.iter();
        let gone = Some(directory.gone_in_general()).filter(|gone| *gone > Millis(0));
        Ok(PolicyView {
            directory: directory.version().0,
            retention_days: policy.retention_days,
            gone_before: gone,
            holds: holds
                .map(|hold| HoldView {
                    topic: hold.topic,
                    name: name_of(&directory, hold.topic),
                    since: hold.since,
                    reason: hold.reason.clone(),
                })
                .collect(),
            erased: retained.entries,
            erased_bytes: retained.bytes,
            sealing_key_days: policy.sealing_key_days,
            sealing_key_grace_days: policy.sealing_key_grace_days,
            entries_per_day: policy.entries_per_day,
            bytes_per_day: policy.bytes_per_day,
            file_max_bytes: policy.file_max_bytes,
        })
    }
}

fn name_of(directory: &Directory, topic: Topic) -> String {
    let name = match topic {
        Topic::District => None,
        Topic::Unit(unit) => directory.unit(unit).map(|unit| unit.name.clone()),
        Topic::Group(group) => directory.groups().find(|row| row.id == group).map(|group| group.name.clone()),
        Topic::Inbox(office) => directory.office(office).map(|office| office.name.clone()),
    };
    name.unwrap_or_default()
}

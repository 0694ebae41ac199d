//! Whether what somebody said counts, by their keys and by what their office knew.

use okrug_protocol::entry::Header;
use okrug_protocol::message::Message;

use super::desk::Desk;
use super::index::Standing;
use crate::store::Tree;

impl Desk {
    /// Judges the person's signature.
    pub(super) fn standing(&self, header: &Header, message: &Message) -> Standing {
        // Their own office knew, so what they said does not count, here and everywhere.
        if self.directory().is_person_revoked_at(message.person, header.revocations) {
            return Standing::Revoked;
        }
        let setting = self.setting(&header.log);
        self.people.read(|people| {
            let mut keys = people.keys(message.person, message.key_version, header.log.office);
            match people.knows(message.person, message.key_version) {
                false => Standing::Waits,
                true if keys.any(|key| message.verify(&setting, key).is_ok()) => Standing::Holds,
                true => Standing::Invalid,
            }
        })
    }

    /// How many arrivals have been counted.
    pub(crate) fn last_arrival(&self) -> u64 {
        let last = self.store.scan(Tree::Arrivals, &[]).backward().rows(1).unwrap_or_default();
        last.first().and_then(|(key, _)| key.as_slice().try_into().ok().map(u64::from_be_bytes)).unwrap_or(0)
    }
}

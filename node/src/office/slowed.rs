//! Whose entries wait for the district's quota, here and, by the word of neighbours, there.

use okrug_protocol::clock::Millis;
use okrug_protocol::exchange::Slow;
use okrug_protocol::ids::{LogId, OfficeId};

use super::desk::Desk;
use super::view::AlarmStatus;
use crate::clock;
use crate::ledger::Slowed;
use crate::rfc3339::Utc;

/// What the status says of it.
pub(super) fn alarm(desk: &Desk, row: Slowed) -> AlarmStatus {
    let until = Utc(clock::now().plus(row.for_ms));
    let about = if row.office == desk.me {
        format!("this office has written what the district lets it write in a day: it goes on at {until}, flash passes")
    } else {
        format!(
            "{} has written more than the district lets it in a day: the rest waits where it is, and is taken from {until} on",
            row.office
        )
    };
    AlarmStatus { code: "quota_reached".to_owned(), about }
}

impl Desk {
    /// Takes note of a neighbour's word that logs of this office wait there. It is only shown, and ends with its link.
    pub(super) fn learn_slowed(&self, office: OfficeId, word: Option<(Slow, u64)>) {
        let row = word.map(|(slow, for_ms)| (slow, clock::now().plus(for_ms)));
        self.slowed_by.change(|slowed| match row {
            Some(row) => slowed.insert(office, row),
            None => slowed.remove(&office),
        });
        let mut told = Vec::new();
        self.look_again(|_| true, &mut told);
        told.into_iter().for_each(|happened| self.events.tell(happened));
    }

    /// Until when a log of this office waits at a neighbour, since this office has written more than the quota: by its own word.
    pub(super) fn slowed_until(&self, office: OfficeId, log: &LogId) -> Option<Millis> {
        let row = self.slowed_by.read(|slowed| slowed.get(&office).copied());
        row.filter(|(slow, until)| slow.holds(log) && *until > clock::now()).map(|(_, until)| until)
    }
}

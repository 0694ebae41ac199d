//! Whose entries wait for the district's quota, in words.

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

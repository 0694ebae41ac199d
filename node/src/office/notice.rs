//! The line beneath a message of this office, where something stops it.

use std::collections::BTreeMap;

use okrug_protocol::directory::Directory;
use okrug_protocol::entry::Header;
use okrug_protocol::ids::OfficeId;
use okrug_protocol::message::Message;

use super::desk::Desk;
use super::view::{Notice, WaitCode};

/// Names of offices in a line.
const NAMED: usize = 3;
/// A directory that an office lacks is on its way for so long before it is worth a line, in milliseconds.
const PATIENCE_MS: u64 = 30_000;

impl Desk {
    /// What stops a message that was written here: the gravest reason.
    pub(crate) fn notice(&self, header: &Header, message: &Message) -> Option<Notice> {
        if header.log.office != self.me {
            return None;
        }
        if self.has_left(header, message) {
            return Some(Notice { code: WaitCode::Left, offices: Vec::new(), more: 0, until: None });
        }
        let directory = self.directory();
        let stops = self.stops(&directory, header);
        let (_, (code, offices)) = stops.into_iter().map(|(code, offices)| (rank(code), (code, offices))).min_by_key(|(rank, _)| *rank)?;
        let (named, more) = (offices.iter().take(NAMED), offices.len().saturating_sub(NAMED));
        let until = |office: &OfficeId| self.slowed_until(*office, &header.log).filter(|_| code == WaitCode::Quota);
        let until = offices.iter().filter_map(until).max();
        Some(Notice { code, offices: named.map(|office| self.office_name(*office)).collect(), more, until })
    }

    fn stops(&self, directory: &Directory, header: &Header) -> BTreeMap<WaitCode, Vec<OfficeId>> {
        let mut stops: BTreeMap<WaitCode, Vec<OfficeId>> = BTreeMap::new();
        let gone = self.taken_away(directory, header);
        if !gone.is_empty() {
            stops.insert(WaitCode::Removed, gone);
        }
        let unable = self.unable_to_open(directory, header);
        if !unable.is_empty() {
            stops.insert(WaitCode::NoKey, unable);
        }
        if self.has_all(&header.log, header.seq) {
            return stops;
        }
        let young = crate::clock::now().since(header.time.millis()) < PATIENCE_MS;
        for office in directory.members().filter(|office| office.id != self.me) {
            match self.stop(directory, header, office.id) {
                Some(WaitCode::NoKey) => {}
                Some(WaitCode::Documents) if young => {}
                Some(code) => stops.entry(code).or_default().push(office.id),
                None => {}
            }
        }
        stops
    }
}

/// The gravest first: what never arrives, what waits for somebody to do something, what waits.
fn rank(code: WaitCode) -> u8 {
    match code {
        WaitCode::Removed => 1,
        WaitCode::NoKey => 2,
        WaitCode::Full => 3,
        WaitCode::GaveUp => 4,
        WaitCode::Quota => 5,
        _ => 6,
    }
}

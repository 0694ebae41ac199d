//! Where the logs of another office end here.

use okrug_protocol::ids::OfficeId;

use super::Refused;
use super::handle::Handle;
use super::view::{LogEnd, MessageId, OfficeEnds};

impl Handle {
    /// The last entries of an office that are held here durably, by its number or short name; what the office is revoked with ends its logs there.
    ///
    /// # Errors
    /// There is no such office, or the store does not answer.
    pub fn ends(&self, word: &str) -> Result<OfficeEnds, Refused> {
        let desk = self.desk();
        let directory = desk.directory();
        let numbered = word.parse::<OfficeId>().ok().and_then(|office| directory.office(office));
        let office = numbered.or_else(|| directory.office_by_slug(word)).ok_or(Refused::NoSuchOffice)?.id;
        let mut logs = desk.store.logs()?;
        logs.retain(|(log, state)| log.office == office && state.seq.0 > 0);
        logs.sort_by_key(|(log, _)| *log);
        let ends = logs.into_iter().map(|(log, state)| LogEnd { last: MessageId { log, seq: state.seq }, id: state.id.0.to_hex() });
        Ok(OfficeEnds { office, ends: ends.collect() })
    }
}

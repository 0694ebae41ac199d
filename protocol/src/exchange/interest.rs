//! Who keeps what: the one question that the exchange has about the directory.

use std::fmt::Debug;

use crate::directory::Directory;
use crate::frontier::Share;
use crate::ids::{LogId, OfficeId, Seq, Topic};

/// What the exchange must know of the directory.
///
/// A trait, so that the simulator can ask two hundred offices without two hundred signed charts.
pub trait Interest: Debug + Send + Sync {
    /// Whether an office stores the logs of a topic: it reads it, or it carries everything.
    fn wants(&self, office: OfficeId, topic: Topic) -> bool;

    /// Whether there is such an office, so that it may have written a log.
    fn knows(&self, office: OfficeId) -> bool;

    /// Where a log ends, when nothing behind that counts any more.
    fn end_of(&self, _log: &LogId) -> Option<Seq> {
        None
    }
}

impl Interest for Directory {
    fn wants(&self, office: OfficeId, topic: Topic) -> bool {
        Self::wants(self, office, topic)
    }

    fn knows(&self, office: OfficeId) -> bool {
        // The logs of who left or was revoked are carried on, as far as they count.
        self.office_ever(office).is_some()
    }

    fn end_of(&self, log: &LogId) -> Option<Seq> {
        Self::end_of(self, log).map(|end| end.seq)
    }
}

/// Which logs of a topic are the business of both offices: an office keeps what it wants and what
/// it wrote.
#[must_use]
pub fn share(interest: &dyn Interest, a: OfficeId, b: OfficeId, topic: Topic) -> Share {
    match (interest.wants(a, topic), interest.wants(b, topic)) {
        (true, true) => Share::All,
        (true, false) => Share::WrittenBy(b),
        (false, true) => Share::WrittenBy(a),
        (false, false) => Share::Nothing,
    }
}

/// Whether an office keeps a log.
#[must_use]
pub fn keeps(interest: &dyn Interest, office: OfficeId, log: &LogId) -> bool {
    log.office == office || interest.wants(office, log.topic)
}

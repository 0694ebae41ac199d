//! What is written in a simulated district, and who wants it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::DocumentKind;
use crate::exchange::Interest;
use crate::frontier::{HeadOf, Short};
use crate::ids::{LogId, OfficeId, Seq, Topic, Version};

/// Who reads and who carries what: the district is everybody's, an inbox its office's, a unit or a
/// group is for whom it was said to be.
#[derive(Debug, Clone, Default)]
pub(super) struct Readers {
    pub(super) offices: u32,
    pub(super) topics: BTreeMap<Topic, BTreeSet<OfficeId>>,
    pub(super) carriers: BTreeSet<OfficeId>,
}

impl Interest for Readers {
    fn wants(&self, office: OfficeId, topic: Topic) -> bool {
        let reads = match topic {
            Topic::District => true,
            Topic::Inbox(of) => of == office,
            Topic::Unit(_) | Topic::Group(_) => self.topics.get(&topic).is_some_and(|readers| readers.contains(&office)),
        };
        reads || self.carriers.contains(&office)
    }

    fn knows(&self, office: OfficeId) -> bool {
        (1..=self.offices).contains(&office.0)
    }
}

/// An entry that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It is not what its writer wrote.
    Forged,
    /// It needs a newer chart.
    Pending,
}

const HEADER: usize = 20;

/// All that was ever written, as its writers wrote it.
#[derive(Debug, Default)]
pub(super) struct Content {
    logs: BTreeMap<LogId, Vec<Arc<[u8]>>>,
    pub(super) documents: BTreeMap<(DocumentKind, Version), Vec<u8>>,
}

impl Content {
    /// Writes one entry of a length behind a log.
    pub(super) fn write(&mut self, log: LogId, len: usize, needs: Version) -> Arc<[u8]> {
        let entries = self.logs.entry(log).or_default();
        let seq = u64::try_from(entries.len()).expect("a count fits") + 1;
        let previous = entries.last().map_or(0, |entry| chained(entry));
        let id = mix(previous ^ mix(seq ^ u64::from(log.office.0) << 40 ^ u64::from(log.incarnation.0)));
        let mut entry = Vec::with_capacity(len.max(HEADER));
        entry.extend(seq.to_be_bytes());
        entry.extend(id.to_be_bytes());
        entry.extend(needs.0.to_be_bytes());
        entry.resize(len.max(HEADER), 0xee);
        let entry: Arc<[u8]> = entry.into();
        entries.push(entry.clone());
        entry
    }

    /// How long a log is at its writer.
    pub(super) fn len(&self, log: &LogId) -> u64 {
        self.logs.get(log).map_or(0, |entries| u64::try_from(entries.len()).expect("a count fits"))
    }

    /// The logs that were written.
    pub(super) fn logs(&self) -> impl Iterator<Item = (&LogId, u64)> {
        self.logs.keys().map(|log| (log, self.len(log)))
    }

    /// An entry as its writer wrote it.
    pub(super) fn entry(&self, log: &LogId, seq: Seq) -> Option<&Arc<[u8]>> {
        self.logs.get(log)?.get(usize::try_from(seq.0.checked_sub(1)?).ok()?)
    }

    /// The head of a log at a place; `None` at its beginning.
    pub(super) fn head(&self, log: &LogId, seq: Seq) -> Option<HeadOf> {
        let entry = self.entry(log, seq)?;
        Some(HeadOf { log: *log, seq, id: Short(chained(entry).to_be_bytes()) })
    }

    /// Whether an entry may follow in a log: its place, or what is wrong with it.
    pub(super) fn judge(&self, log: &LogId, entry: &[u8], chart: Version) -> Result<Seq, Flaw> {
        let place = entry.get(..8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes).map(Seq);
        let seq = place.ok_or(Flaw::Forged)?;
        let written = self.entry(log, seq).ok_or(Flaw::Forged)?;
        if written.as_ref() != entry {
            return Err(Flaw::Forged);
        }
        let needs = entry.get(16..HEADER).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
        if needs.is_some_and(|needs| needs > chart.0) { Err(Flaw::Pending) } else { Ok(seq) }
    }
}

/// The id of an entry, which depends on all entries before it.
fn chained(entry: &[u8]) -> u64 {
    entry.get(8..16).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes)
}

/// SplitMix64: enough for ids that nobody attacks.
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

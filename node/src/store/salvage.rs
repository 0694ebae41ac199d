//! What is whole in a store that was set aside.

use std::ops::Bound;

use super::key::LOG_KEY;
use super::{Store, StoreError, Stored, Tree};

/// Entries that were found whole, as they travel.
#[derive(Debug, Default)]
pub struct Whole {
    /// In the order of their logs.
    pub entries: Vec<Vec<u8>>,
    /// Whether there are no more.
    pub last: bool,
}

/// How far the reading of a store that was set aside has come.
#[derive(Debug, Clone, Default)]
pub struct Salvage {
    /// From where on it is read next; at the beginning nowhere.
    next: Option<Bound<Vec<u8>>>,
    /// Entries that were met, whole or not.
    pub rows: u64,
    /// Stretches that could not be read, and were passed over.
    pub unreadable: u64,
}

/// A log and a sequence, as they stand in a key.
type Place = (Vec<u8>, u64);

/// How often it is tried behind a stretch that cannot be read: a disk may take seconds for each.
const MAX_FELT: u32 = 512;
/// Steps of twice the last one; the last one passes over a million entries.
const MAX_DOUBLINGS: u32 = 20;

impl Store {
    /// Reads the next entries that are whole, and passes over those that are not: single ones, and all that lies on pages
    /// which the disk cannot read or sled refuses.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn whole_entries(&self, at: &mut Salvage, rows: usize) -> Result<Whole, StoreError> {
        let mut whole = Whole::default();
        let low = at.next.clone().unwrap_or_else(|| Bound::Included(vec![Tree::Entries.tag()]));
        let mut iter = self.with(|open| Ok(open.db.range((low, end()))))?;
        for _ in 0..rows {
            let (raw, sealed) = match self.with(|_| iter.next().transpose()) {
                Ok(Some(row)) => row,
                Ok(None) => {
                    whole.last = true;
                    break;
                }
                Err(error) if error.is_damage() => {
                    at.unreadable += 1;
                    let behind = self.behind(at.next.as_ref())?;
                    whole.last = behind.is_none();
                    at.next = behind.map(Bound::Included);
                    break;
                }
                Err(error) => return Err(error),
            };
            let opened = raw.get(1..).map(|key| self.unseal_once(Tree::Entries, key, &sealed));
            if let Some(Ok(value)) = opened {
                whole.entries.extend(Stored::read(&value).map(|stored| stored.entry.encode()));
            }
            at.next = Some(Bound::Excluded(raw.to_vec()));
            at.rows += 1;
        }
        Ok(whole)
    }

    /// From where on the store can be read again, when it cannot be read at this place.
    ///
    /// A page holds a stretch of keys. So each log that is known is felt, in steps that double, for the first place that answers,
    /// and that place is narrowed down.
    fn behind(&self, from: Option<&Bound<Vec<u8>>>) -> Result<Option<Vec<u8>>, StoreError> {
        let low = match from {
            Some(Bound::Included(low) | Bound::Excluded(low)) => low.clone(),
            _ => vec![Tree::Entries.tag()],
        };
        let mut felt = 0;
        let mut answers = |key: &[u8]| {
            felt += 1;
            if felt > MAX_FELT { Ok(false) } else { self.answers(key) }
        };
        let own = place(&low);
        let others = self.known_logs().into_iter().filter(|log| *log > low).map(|log| (log, 0));
        for (log, seq) in own.into_iter().chain(others) {
            let mut dead = seq;
            for step in (0..MAX_DOUBLINGS).map(|n| 1 << n) {
                let seq = seq.saturating_add(step);
                if !answers(&key(&log, seq))? {
                    dead = seq;
                    continue;
                }
                let mut alive = seq;
                while alive - dead > 1 {
                    let middle = dead + (alive - dead) / 2;
                    if answers(&key(&log, middle))? { alive = middle } else { dead = middle }
                }
                return Ok(Some(key(&log, alive)));
            }
        }
        // Nothing says which logs there are: they begin with a precedence and a kind of topic.
        for (precedence, topic) in (0..3).flat_map(|precedence| (0..4).map(move |topic| (precedence, topic))) {
            let begin = vec![Tree::Entries.tag(), precedence, topic];
            if begin > low && answers(&begin)? {
                return Ok(Some(begin));
            }
        }
        Ok(None)
    }

    /// Whether what lies at a key, or next behind it, can be read.
    fn answers(&self, key: &[u8]) -> Result<bool, StoreError> {
        let low = Bound::Included(key.to_vec());
        match self.with(|open| open.db.range((low, end())).next().transpose()) {
            Ok(_) => Ok(true),
            Err(error) if error.is_damage() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The logs that the store names, as far as that can be read, as they stand in the keys of entries.
    fn known_logs(&self) -> Vec<Vec<u8>> {
        let named = self.with(|open| Ok(open.db.scan_prefix([Tree::Logs.tag()]).keys().map_while(Result::ok).collect::<Vec<_>>()));
        let entry = |log: &sled::IVec| [&[Tree::Entries.tag()], log.get(1..).unwrap_or_default()].concat();
        named.unwrap_or_default().iter().map(entry).collect()
    }
}

fn end() -> Bound<Vec<u8>> {
    Bound::Excluded(vec![Tree::Entries.tag() + 1])
}

/// The log of a key, and the sequence in it.
fn place(key: &[u8]) -> Option<Place> {
    let (log, seq) = key.split_at_checked(1 + LOG_KEY)?;
    Some((log.to_vec(), u64::from_be_bytes(seq.try_into().ok()?)))
}

fn key(log: &[u8], seq: u64) -> Vec<u8> {
    [log, &seq.to_be_bytes()].concat()
}

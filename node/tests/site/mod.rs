//! An office's ledger on a real disk, for the suites of store and ledger.

#![allow(dead_code, reason = "each suite uses its part")]

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use okrug_node::clock::Clock;
use okrug_node::home::{Home, Owner};
use okrug_node::ledger::{Data, DataError, Draft, Fatal, Filed, Filing, Handle, Running, Setup, StartError, Verdict};
use okrug_node::store::{Batch, Limits, Store, Tree, key};
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{LogId, OfficeId, Precedence, Seq, Topic, UnitId};
use okrug_protocol::sample::SampleDistrict;
use okrug_protocol::seal::SharedKey;

/// Takes what there is: tests run on any disk.
pub(crate) const ANY: Limits = Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 };

/// The unit that every office of the sample district hosts.
pub(crate) const EVERYBODY: Topic = Topic::Unit(UnitId(2));

/// An office with a running ledger.
pub(crate) struct Site {
    pub(crate) handle: Handle,
    pub(crate) store: Store,
    pub(crate) seen: Seen,
    pub(crate) home: Home,
    /// Up to where all others have what is said: at first nothing.
    pub(crate) delivered: Arc<AtomicU64>,
    running: Running,
}

/// What the filing of a site saw: for each entry where it is, what it says, its tag.
pub(crate) type Seen = Arc<Mutex<Vec<Sight>>>;

/// One filed entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) log: LogId,
    pub(crate) seq: Seq,
    pub(crate) plain: Option<Vec<u8>>,
    pub(crate) tag: Option<Vec<u8>>,
}

/// Files each entry under its arrival number, as an office would.
pub(crate) struct Recorder {
    pub(crate) store: Store,
    pub(crate) seen: Seen,
    waiting: Vec<Sight>,
    /// Up to where all others have what is said, as a test has it.
    pub(crate) delivered: Arc<AtomicU64>,
}

impl Filing for Recorder {
    fn file(&mut self, filed: &Filed<'_>, batch: &mut Batch) {
        let header = filed.entry.header();
        batch.put(Tree::Arrivals, key::entry_key(&header.log, header.seq), filed.plain.unwrap_or_default());
        if let Some(tag) = filed.tag {
            batch.put(Tree::ClientIds, tag, key::entry_key(&header.log, header.seq));
        }
        let (plain, tag) = (filed.plain.map(<[u8]>::to_vec), filed.tag.map(<[u8]>::to_vec));
        self.waiting.push(Sight { log: header.log, seq: header.seq, plain, tag });
    }

    fn delivered(&self, _log: &LogId) -> Seq {
        Seq(self.delivered.load(Relaxed))
    }

    fn filed(&mut self) {
        self.seen.lock().unwrap().append(&mut self.waiting);
    }

    fn undone(&mut self) {
        self.waiting.clear();
    }
}

pub(crate) fn at_rest() -> SharedKey {
    SharedKey::from_bytes([7; 32])
}

pub(crate) fn claim(dir: &Path, district: &SampleDistrict, office: u32) -> Home {
    Home::claim(dir, Owner { district: district.id(), office: OfficeId(office) }, &at_rest()).unwrap()
}

impl Site {
    pub(crate) fn open(dir: &Path, district: &SampleDistrict, office: u32) -> Self {
        Self::try_open(dir, district, office, ANY).unwrap()
    }

    /// The same with a clock that the test moves.
    pub(crate) fn open_at(dir: &Path, district: &SampleDistrict, office: u32, clock: &Clock) -> Self {
        Self::start(dir, district, office, ANY, clock.clone()).unwrap()
    }

    pub(crate) fn try_open(dir: &Path, district: &SampleDistrict, office: u32, limits: Limits) -> Result<Self, DataError> {
        Self::start(dir, district, office, limits, Clock::default())
    }

    /// The same with a directory elsewhere that says how far it has come.
    pub(crate) fn open_witnessed(dir: &Path, witness: &Path, district: &SampleDistrict, office: u32) -> Self {
        let home = claim(dir, district, office).witnessed(Some(witness.to_owned()));
        Self::start_at(home, district, office, ANY, Clock::default()).unwrap()
    }

    fn start(dir: &Path, district: &SampleDistrict, office: u32, limits: Limits, clock: Clock) -> Result<Self, DataError> {
        Self::start_at(claim(dir, district, office), district, office, limits, clock)
    }

    /// The same, where the data may be damaged: why not, in words.
    pub(crate) fn open_damaged(dir: &Path, district: &SampleDistrict, office: u32) -> Result<Self, String> {
        let home = Home::claim(dir, Owner { district: district.id(), office: OfficeId(office) }, &at_rest()).map_err(|e| e.to_string())?;
        let data = Data::open(&home, &at_rest(), ANY).map_err(|e| e.to_string())?;
        Self::start_with(data, home, district, office).map_err(|e| e.to_string())
    }

    fn start_at(home: Home, district: &SampleDistrict, office: u32, limits: Limits, clock: Clock) -> Result<Self, DataError> {
        let data = Data::open(&home, &at_rest(), limits)?.with_clock(clock);
        Ok(Self::start_with(data, home, district, office).unwrap())
    }

    fn start_with(data: Data, home: Home, district: &SampleDistrict, office: u32) -> Result<Self, StartError> {
        let (store, seen) = (data.store().clone(), Seen::default());
        let own = usize::try_from(office - 1).unwrap();
        let setup = Setup {
            office: OfficeId(office),
            sign: district.sign_keys[own].clone(),
            seal: district.open_keys[own].clone(),
            directory: district.directory(),
            threads: 0,
        };
        let delivered = Arc::new(AtomicU64::new(0));
        let recorder = Recorder { store: store.clone(), seen: Arc::clone(&seen), waiting: Vec::new(), delivered: Arc::clone(&delivered) };
        let (handle, running) = data.start(setup, Box::new(recorder))?;
        Ok(Self { handle, store, seen, running, home, delivered })
    }

    /// Stops it as a node does.
    pub(crate) async fn stop(self) -> Result<(), Fatal> {
        self.handle.stop().await;
        let Self { handle, store, running, home, .. } = self;
        let ended = running.ended().await;
        drop((handle, store, home));
        ended
    }

    /// Writes a message of all readers.
    pub(crate) async fn say(&self, text: &str) -> okrug_node::ledger::Written {
        self.handle.write(message(text)).await.unwrap()
    }

    /// All entries of a log as they travel.
    pub(crate) async fn entries(&self, log: LogId) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        loop {
            let from = Seq(u64::try_from(all.len()).unwrap() + 1);
            let mut part = self.handle.range(log, from, 256, 1 << 20).await.unwrap();
            if part.is_empty() {
                return all;
            }
            all.append(&mut part);
        }
    }

    /// Offers entries as office `peer` would.
    pub(crate) async fn offer(&self, peer: u32, entries: &[Vec<u8>]) -> Vec<Verdict> {
        self.handle.accept(OfficeId(peer), entries.to_vec(), false).await
    }

    /// What was filed and says something to people, in order.
    pub(crate) fn texts(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        let messages = seen.iter().filter_map(|sight| sight.plain.as_ref()).filter(|plain| plain.starts_with(b"text "));
        messages.map(|plain| String::from_utf8(plain.clone()).unwrap()).collect()
    }
}

pub(crate) fn message(text: &str) -> Draft {
    Draft {
        topic: EVERYBODY,
        precedence: Precedence::Routine,
        kind: Kind::MESSAGE,
        plain: format!("text {text}").into_bytes(),
        tag: Some(text.as_bytes().to_vec()),
    }
}

/// So many texts, as `say` takes them.
pub(crate) fn texts(range: std::ops::RangeInclusive<u32>) -> Vec<String> {
    range.map(|n| format!("text {n}")).collect()
}

//! The decoders.

mod authority;
mod backups;
mod bodies;
mod disk;
mod documents;
mod entries;
mod exchange;
mod files;
mod json;
mod mesh;
mod rows;
mod texts;
mod whole;

use std::fmt::Debug;
use std::path::Path;
use std::{fs, io};

use crate::corpus;

/// A decoder, and what it is tried with.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name; also that of its folder in the corpus.
    pub name: &'static str,
    /// Reads bytes, asserts what must hold, and says whether they were taken.
    pub run: fn(&[u8]) -> bool,
    /// Bytes to begin with.
    begin: fn() -> Vec<Vec<u8>>,
    /// As how many plain decodings one execution counts: what verifies a signature is run less often.
    pub cost: u64,
    /// What one execution may take of memory beside what it read, in bytes.
    most: usize,
}

/// What one value may take, whatever it claims: the codec's own bound, and what is needed beside it.
const MOST: usize = 9 << 20;

/// What goes through a file costs as much as so many plain decodings.
const FILED: u64 = 50;

impl Target {
    const fn new(name: &'static str, begin: fn() -> Vec<Vec<u8>>, run: fn(&[u8]) -> bool) -> Self {
        Self { name, run, begin, cost: 1, most: MOST }
    }

    const fn costs(self, cost: u64) -> Self {
        Self { cost, ..self }
    }

    const fn takes(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Whether it reads through a file: ten million executions would take days.
    #[must_use]
    pub fn is_filed(&self) -> bool {
        self.cost >= FILED
    }

    /// The bytes to begin with, and nothing at all.
    pub(crate) fn seeds(&self) -> Vec<Vec<u8>> {
        let mut seeds = (self.begin)();
        seeds.extend(corpus::kept(self.name));
        seeds.push(Vec::new());
        seeds
    }

    /// Writes the bytes to begin with as files into a folder.
    ///
    /// # Errors
    /// The operating system's.
    pub fn write_seeds(&self, folder: &Path) -> io::Result<()> {
        self.seeds().iter().try_for_each(|seed| fs::write(folder.join(corpus::name(seed)), seed))
    }

    /// What an input of this length may take of memory: bytes.
    pub(crate) fn bound(&self, len: usize) -> usize {
        self.most + 64 * len
    }
}

/// Decoders by what they read.
pub const ALL: &[(&str, &[Target])] = &[
    ("documents", documents::TARGETS),
    ("entries", entries::TARGETS),
    ("bodies", bodies::TARGETS),
    ("exchange", exchange::TARGETS),
    ("files", files::TARGETS),
    ("texts", texts::TARGETS),
    ("disk", disk::TARGETS),
    ("json", json::TARGETS),
    ("mesh", mesh::TARGETS),
    ("rows", rows::TARGETS),
    ("backups", backups::TARGETS),
    ("authority", authority::TARGETS),
    ("whole", whole::TARGETS),
];

/// A target by its name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Target> {
    ALL.iter().flat_map(|(_, targets)| targets.iter()).find(|target| target.name == name)
}

/// Asserts of a format with one encoding that what was read is written as it came.
fn canonical<T, E>(bytes: &[u8], read: Result<T, E>, write: impl Fn(&T) -> Vec<u8>) -> Option<T> {
    let value = read.ok()?;
    assert!(write(&value) == bytes, "there are two encodings of one value");
    Some(value)
}

/// Asserts that what was read reads the same when it is written again.
fn again<T: PartialEq + Debug, E: Debug>(bytes: &[u8], read: impl Fn(&[u8]) -> Result<T, E>, write: impl Fn(&T) -> Vec<u8>) -> Option<T> {
    let value = read(bytes).ok()?;
    let second = read(&write(&value)).expect("what was read can be written and read again");
    assert_eq!(second, value);
    Some(value)
}

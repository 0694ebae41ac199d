//! The store; the only module that names sled.
//!
//! What can be had again, from the journal or from other offices, lies here, ordered for reading.
//! Values are sealed at rest for their place; damage shows as an error that names the tree. All
//! trees share one sled tree, so a batch over several of them is one atomic write.
//!
//! sled is watched: it is opened on a thread of its own, a panic of it becomes an error in words, and a
//! store that failed writes nothing more in this process. It never meets a full disk: room for what it
//! is about to write is held on the disk before it is asked.

mod batch;
mod close;
mod entries;
mod error;
pub mod key;
mod note;
mod open;
mod parts;
mod room;
mod salvage;
mod scan;
mod scrub;
mod snapshot;
mod tree;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use okrug_protocol::codec::{self, Decode};
use tokio::sync::watch;

pub use batch::Batch;
pub use entries::Stored;
pub use error::{OpenError, StoreError};
pub use note::Note;
pub use room::{Limits, kept_for_own};
pub use salvage::{Salvage, Whole};
pub use scan::{Row, Scan};
pub use scrub::Scrub;
pub use snapshot::{Change, Size, Snapshot, Taken};
pub use tree::Tree;

use crate::disk;
use crate::rest::Rest;
use open::Open;
use room::Room;

/// The format that this version writes, and the newest that it reads.
pub const STORE_FORMAT: u32 = 1;

/// Its folder in the data directory.
const NAME: &str = "store";
/// How often a value is read again that was replaced while it was read.
const MAX_TRIES: u32 = 8;
/// The longest value that is decoded: the largest document, and room around it.
const MAX_VALUE: usize = 4 << 20;
/// In so many parts it lies at most.
const MAX_PARTS: u32 = 1 << 10;

/// The store; cheap to clone, usable from any thread.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    path: PathBuf,
    rest: Rest,
    room: Room,
    /// Empty when it is closed.
    open: RwLock<Option<Open>>,
    /// Why nothing is written any more; reading goes on as far as it can.
    failed: Mutex<Option<StoreError>>,
    /// What changes while a snapshot is taken.
    changed: Mutex<snapshot::Changed>,
    /// Damage that was met, for whoever waits for it; the note outlives the process.
    damage: watch::Sender<Option<StoreError>>,
    note: Note,
}

impl Inner {
    /// Closes it, and waits until the next one may open it.
    fn close(&self) {
        let Some(open) = self.open.write().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        close::close(open, &self.path, failed.as_ref());
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "store in {}", self.0.path.display())
    }
}

impl Store {
    /// Opens the store in `<home>/store`, or begins one.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing was changed then.
    pub fn open(home: &Path, rest: &Rest, limits: Limits) -> Result<Self, OpenError> {
        let path = home.join(NAME);
        let room = Room::new(home, limits);
        let open = open_with_reserve(&path, &room)?;
        room.refill();
        Ok(Self::of(open, path, rest, room, Note::of(home)))
    }

    /// Opens a store that was set aside, to take from it what is whole.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_aside(path: &Path, rest: &Rest) -> Result<Self, OpenError> {
        let room = Room::new(path, Limits { reserve: 0, own: 0, foreign: 0, ahead: 0 });
        Ok(Self::of(open::open(path)?, path.to_owned(), rest, room, Note::of(path)))
    }

    fn of(open: Open, path: PathBuf, rest: &Rest, room: Room, note: Note) -> Self {
        let (rest, open, damage) = (rest.clone(), RwLock::new(Some(open)), watch::Sender::new(None));
        Self(Arc::new(Inner { path, rest, room, open, failed: Mutex::default(), changed: Mutex::default(), damage, note }))
    }

    /// Closes the store, whoever still holds it: another process may open it from now on.
    pub fn close(&self) {
        self.0.close();
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Reads a value.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let mut tries = 0;
        loop {
            let Some(sealed) = self.with(|open| open.db.get(tree.raw(key)))? else { return Ok(None) };
            match self.unseal(tree, key, &sealed) {
                // A long value that was replaced while its parts were read.
                Err(StoreError::Damaged { .. }) if tries < MAX_TRIES && self.is_replaced(tree, key, &sealed)? => tries += 1,
                value => return value.map(Some),
            }
        }
    }

    /// Reads a value as it will be when `batch` is applied.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn get_with(&self, batch: &Batch, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match batch.pending(tree, key) {
            Some(pending) => Ok(pending.map(<[u8]>::to_vec)),
            None => self.get(tree, key),
        }
    }

    /// Reads a value and decodes it.
    ///
    /// # Errors
    /// See [`StoreError`]; a value that does not decode is damaged.
    pub fn get_decoded<T: Decode<()>>(&self, tree: Tree, key: &[u8]) -> Result<Option<T>, StoreError> {
        let damaged = |_| StoreError::Damaged { tree, key: key.to_owned() };
        self.get(tree, key)?.map(|value| codec::decode(&value, MAX_VALUE).map_err(damaged)).transpose()
    }

    /// Reads the last row whose key begins with `prefix`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn last(&self, tree: Tree, prefix: &[u8]) -> Result<Option<Row>, StoreError> {
        Ok(self.scan(tree, prefix).backward().rows(1)?.pop())
    }

    /// Reads a stretch of a tree: of all keys that begin with `prefix`.
    #[must_use]
    pub fn scan(&self, tree: Tree, prefix: &[u8]) -> Scan<'_> {
        Scan::new(self, tree, prefix)
    }

    /// Applies a batch: all of it or nothing, also after a crash. It lasts after [`Store::flush`].
    ///
    /// # Errors
    /// [`StoreError::Full`] when there is little room: nothing was written then, and the store is as it was. After any
    /// other error nothing more is written; the process must end.
    pub fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        self.0.room.for_own()?;
        self.apply_late(batch)
    }

    /// The same for what was confirmed before and is not here yet: it takes of the room that is kept free for it.
    ///
    /// # Errors
    /// As [`Store::apply`].
    pub fn apply_late(&self, batch: Batch) -> Result<(), StoreError> {
        self.failure().map_or(Ok(()), Err)?;
        let _noted = snapshot::note(self, &batch);
        let (sealed, bytes) = batch.sealed(&self.0.rest);
        self.with(|open| Ok(self.0.room.hold_ahead(&open.file, bytes)))??;
        self.with(|open| open.db.apply_batch(sealed)).map_err(|error| self.fail(error))
    }

    /// Makes all that was applied last.
    ///
    /// # Errors
    /// Nothing more is written; the process must end.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.failure().map_or(Ok(()), Err)?;
        let flushed = self.with(|open| match open.db.flush() {
            Ok(_) => Ok(open.file.sync_data()),
            Err(sled::Error::Io(error)) => Ok(Err(error)),
            Err(error) => Err(error),
        });
        let flushed = flushed.and_then(|synced| synced.map_err(|error| StoreError::Unsynced(error.to_string())));
        flushed.map_err(|error| self.fail(error))
    }

    /// Waits until damage is met, by whoever reads or by the scrub; for ever, as long as all is well.
    pub async fn damaged(&self) -> StoreError {
        let mut damage = self.0.damage.subscribe();
        let met = damage.wait_for(Option::is_some).await.ok().and_then(|met| met.clone());
        match met {
            Some(error) => error,
            // It is closed: nobody meets anything any more.
            None => std::future::pending().await,
        }
    }

    /// The damage that was met.
    #[must_use]
    pub fn damage(&self) -> Option<StoreError> {
        self.0.damage.borrow().clone()
    }

    /// Whether there is room for entries of other offices.
    ///
    /// # Errors
    /// [`StoreError::Full`].
    pub fn has_room_for_foreign(&self) -> Result<(), StoreError> {
        self.0.room.for_foreign()
    }

    /// Keeps the reserve again, where it was given up and there is room for it.
    pub fn keep_reserve(&self) {
        self.0.room.refill();
    }

    /// Gives the reserve up; tells whether there was one.
    #[must_use]
    pub fn give_up_reserve(&self) -> bool {
        self.0.room.give_up()
    }

    /// Whether there is room for anything.
    ///
    /// # Errors
    /// [`StoreError::Full`].
    pub fn has_room(&self) -> Result<(), StoreError> {
        self.0.room.for_own()
    }

    /// Why nothing is written any more, when that is so: the process must end, and the next one open the store.
    #[must_use]
    pub fn failure(&self) -> Option<StoreError> {
        self.0.failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Bytes on the disk.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn bytes(&self) -> Result<u64, StoreError> {
        self.with(|open| open.db.size_on_disk())
    }

    /// Bytes that this process may still write on the disk of the store, and the bytes of the disk.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn disk(&self) -> std::io::Result<(u64, u64)> {
        Ok((disk::free_bytes(&self.0.path)?, disk::size_bytes(&self.0.path)?))
    }

    /// Asks sled, and turns a panic of it into a failure.
    fn with<T>(&self, ask: impl FnOnce(&Open) -> sled::Result<T>) -> Result<T, StoreError> {
        let open = self.0.open.read().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = &*open else { return Err(StoreError::Failed("it is closed".to_owned())) };
        match catch_unwind(AssertUnwindSafe(|| ask(open))) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                let error = StoreError::from(error);
                Err(if error.is_damage() { self.fail(error) } else { error })
            }
            Err(panic) => Err(self.fail(StoreError::Broken(error::panicked(&*panic)))),
        }
    }

    /// Takes note of damage: the next process, or this one when it opens the store again, sets it aside.
    fn met(&self, error: StoreError) -> StoreError {
        if error.is_damage() && self.0.damage.send_if_modified(|met| met.is_none() && met.replace(error.clone()).is_none()) {
            tracing::error!(event = "store_damaged", store = %self.0.path.display(), %error);
            self.0.note.write(&error.to_string());
        }
        error
    }

    fn fail(&self, error: StoreError) -> StoreError {
        let error = self.0.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error).clone();
        self.met(error)
    }

    /// Whether another value than this lies under a key.
    fn is_replaced(&self, tree: Tree, key: &[u8], value: &[u8]) -> Result<bool, StoreError> {
        Ok(self.with(|open| open.db.get(tree.raw(key)))?.is_none_or(|found| found != value))
    }

    /// Puts a value together and opens it. One that was replaced meanwhile may not open, and is no damage.
    fn unseal(&self, tree: Tree, key: &[u8], value: &[u8]) -> Result<Vec<u8>, StoreError> {
        match self.unseal_once(tree, key, value) {
            Err(error @ StoreError::Damaged { .. }) if !self.is_replaced(tree, key, value)? => Err(self.met(error)),
            opened => opened,
        }
    }

    fn unseal_once(&self, tree: Tree, key: &[u8], value: &[u8]) -> Result<Vec<u8>, StoreError> {
        let damaged = || StoreError::Damaged { tree, key: key.to_owned() };
        let first = parts::first(value).filter(|first| first.parts <= MAX_PARTS).ok_or_else(damaged)?;
        if first.parts == 0 {
            return self.0.rest.open(tree.name(), key, first.beginning).map_err(|_| damaged());
        }
        let (raw, mut sealed) = (tree.raw(key), first.beginning.to_vec());
        for number in 1..=first.parts {
            let part = self.with(|open| open.db.get(parts::key(&raw, number)))?;
            sealed.extend_from_slice(&part.ok_or_else(damaged)?);
        }
        self.0.rest.open(tree.name(), key, &sealed).map_err(|_| damaged())
    }
}

/// Opens; where only room is missing, with the reserve given up.
fn open_with_reserve(path: &Path, room: &Room) -> Result<Open, OpenError> {
    match open::open(path) {
        Err(OpenError::Full { .. }) if room.give_up() => open::open(path),
        opened => opened,
    }
}

#[cfg(test)]
mod tests;

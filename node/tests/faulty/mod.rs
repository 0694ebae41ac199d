//! A disk that loses power, refuses to sync and fills up: a file system in memory, mounted by FUSE.
//!
//! Real processes do their real work on it: every call of theirs is an operation that is written down in its order. From
//! that record the disk as it would have been after a power cut at any moment is made: what was synced is there, of all
//! else as much as chance leaves, torn at sectors.
//!
//! Needs `/dev/fuse` and the right to mount; whoever uses it says so and passes where these are missing.

#![allow(dead_code, reason = "each suite uses its part")]

mod cut;
mod mounted;
mod tree;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use fuser::{BackgroundSession, Config, MountOption};
use tempfile::TempDir;

#[allow(unused_imports, reason = "as above")]
pub(crate) use cut::Loss;
#[allow(unused_imports, reason = "as above")]
pub(crate) use tree::{Node, Op, Tree};

/// What the disk does wrong, and what it has written down.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// What is to be read now.
    pub(crate) tree: Tree,
    /// What it was at the beginning: all of it synced.
    pub(crate) beginning: Tree,
    /// All that changed it, in order.
    pub(crate) ops: Vec<Op>,
    /// Files whose path contains this cannot be synced.
    pub(crate) unsyncable: Option<String>,
    /// A file of which these bytes cannot be read, whatever it is called later.
    pub(crate) unreadable: Option<(Node, std::ops::Range<u64>)>,
    /// Bytes that the disk has; for ever more where nothing is said.
    pub(crate) size: Option<u64>,
    /// Whether it says that it has plenty all the same, as a disk does on which each user has a share.
    pub(crate) hides: bool,
    /// Whether nothing is written down: whoever does not cut has no use for it.
    pub(crate) unrecorded: bool,
    /// How often a sync was refused.
    pub(crate) refused: u32,
}

/// A mounted disk; unmounted when dropped.
pub(crate) struct Disk {
    state: Arc<Mutex<State>>,
    session: Option<BackgroundSession>,
    at: TempDir,
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            // Somebody in this process may still have a file open: it is served as long as the process lives.
            let _ = std::process::Command::new("umount").arg("-l").arg(self.at.path()).status();
            std::mem::forget(session);
        }
    }
}

impl Disk {
    /// Mounts a disk with this on it; `None`, said aloud, where that cannot be done.
    pub(crate) fn with(tree: Tree) -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let state = Arc::new(Mutex::new(State { beginning: tree.clone(), tree, ..State::default() }));
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("okrug-faulty".to_owned())];
        match fuser::spawn_mount(mounted::Mounted::new(Arc::clone(&state)), at.path(), &config) {
            Ok(session) => Some(Self { state, session: Some(session), at }),
            Err(error) => {
                writeln!(std::io::stdout().lock(), "skipped: no FUSE here ({error})").unwrap();
                None
            }
        }
    }

    /// An empty one.
    pub(crate) fn new() -> Option<Self> {
        Self::with(Tree::default())
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> &Path {
        self.at.path()
    }

    /// Looks at it, or changes what it does wrong.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Lets only so many bytes more be written; whether it tells so.
    pub(crate) fn fill(&self, left: u64, hides: bool) {
        let mut state = self.state();
        state.tree.prune();
        (state.size, state.hides) = (Some(state.tree.taken() + left), hides);
    }

    /// Bytes that are left of those that it has; plenty where nothing was said.
    pub(crate) fn left(&self) -> u64 {
        let state = self.state();
        state.size.map_or(u64::MAX, |size| size.saturating_sub(state.tree.taken()))
    }

    /// There is room again.
    pub(crate) fn make_room(&self) {
        let mut state = self.state();
        (state.size, state.hides) = (None, false);
    }

    /// Unmounts it and gives what was written down.
    pub(crate) fn record(mut self) -> State {
        self.session.take().unwrap().umount_and_join().unwrap();
        std::mem::take(&mut *self.state())
    }

    /// What is on it now.
    pub(crate) fn tree(&self) -> Tree {
        self.state().tree.clone()
    }

    /// A path on it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

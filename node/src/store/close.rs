//! Closing sled, which may wait for ever once it has failed: watched from another thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::StoreError;
use super::error::panicked;
use super::open::{Open, is_let_go};

/// How long is waited for a sled that failed: it may wait for a write that nobody makes any more.
const PATIENCE: Duration = Duration::from_secs(5);

/// Closes it, and waits until the next one may open the store.
///
/// After damage its lock is wanted, so that what is whole can be read by this same process; where it does not let go, the rest
/// is left to the end of the process. After any other failure the process ends, and nothing is tried once more.
pub(super) fn close(open: Open, path: &Path, failed: Option<&StoreError>) {
    match failed {
        None => drop_it(open),
        Some(failed) if failed.is_damage() => {
            let (done, closed) = mpsc::sync_channel(1);
            let closing = thread::Builder::new().name("store-close".to_owned()).spawn(move || {
                drop_it(open);
                // Nobody waits any more when it took too long.
                let _ = done.send(());
            });
            if closing.is_err() || closed.recv_timeout(PATIENCE).is_err() {
                return tracing::warn!(event = "store_not_closed", store = %path.display(), why = "sled does not end");
            }
        }
        Some(_) => return std::mem::forget(open),
    }
    if !is_let_go(path).unwrap_or(false) {
        tracing::warn!(event = "store_still_locked", store = %path.display());
    }
}

fn drop_it(open: Open) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(move || drop(open))) {
        tracing::error!(event = "store_not_closed", why = panicked(&*panic));
    }
}

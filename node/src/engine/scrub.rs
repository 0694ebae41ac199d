//! Reads all that is stored, at leisure: damage is found before somebody needs what it hit.

use std::path::PathBuf;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::journal::Check;
use crate::rest::Rest;
use crate::store::{Note, Scrub, Store};

/// Values that are read at once.
const ROWS: usize = 256;
/// Between two such readings: about 5,000 values a second.
const PAUSE: Duration = Duration::from_millis(50);
/// Between two rounds. A round over a hundred million values takes six hours: every value is read once a week and more.
const EVERY: Duration = Duration::from_secs(24 * 3_600);

/// What is read, and who is told of damage to the journal.
pub(super) struct Reading {
    pub(super) store: Store,
    pub(super) home: PathBuf,
    pub(super) rest: Rest,
    pub(super) damaged: CancellationToken,
}

/// Reads everything from time to time, until `stop`. What is damaged is taken note of, for the next start.
pub(super) async fn run(reading: Reading, stop: CancellationToken) {
    let all = async || {
        round(&reading.store).await;
        journal(&reading).await;
    };
    while stop.run_until_cancelled(all()).await.is_some() {
        if stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
            return;
        }
    }
}

async fn round(store: &Store) {
    let mut at = Scrub::default();
    loop {
        let (store, mut next) = (store.clone(), at);
        let read = tokio::task::spawn_blocking(move || {
            let done = store.scrub(&mut next, ROWS);
            (next, done)
        });
        match read.await {
            Ok((next, Ok(false))) => at = next,
            Ok((next, Ok(true))) => {
                return tracing::info!(event = "store_read", values = next.rows, "all that is stored was read and is whole");
            }
            Ok((_, Err(error))) => return tracing::error!(event = "store_not_read", %error),
            // The runtime ends.
            Err(_) => return,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn journal(reading: &Reading) {
    let mut check = Check::of(&reading.home.join("journal"), &reading.rest);
    loop {
        let read = tokio::task::spawn_blocking(move || {
            let done = check.step();
            (check, done)
        });
        match read.await {
            Ok((next, Ok(false))) => check = next,
            Ok((_, Ok(true))) => return tracing::info!(event = "journal_read", "all of the journal was read and is whole"),
            Ok((_, Err(what))) => {
                tracing::error!(event = "journal_damaged", what);
                Note::of_journal(&reading.home).write(&what);
                return reading.damaged.cancel();
            }
            // The runtime ends.
            Err(_) => return,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

//! Ctrl+C, for commands that go on until then: they end in order, with the exit code of an interrupt.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use tokio::signal;

use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// Waits for Ctrl+C beside whatever is done; from now on nothing else ends the program by it.
#[must_use]
pub fn interrupt() -> Receiver<Problem> {
    let (told, heard) = sync_channel(1);
    thread::spawn(move || {
        // Whoever has ended meanwhile hears nothing.
        let _ = told.send(wait());
    });
    heard
}

/// The end that an interrupt is.
pub(super) fn interrupted() -> Problem {
    Problem::new("interrupted", Exit::Interrupted, said!("прервано", "interrupted"))
}

fn wait() -> Problem {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let waited = runtime.and_then(|runtime| runtime.block_on(signal::ctrl_c()));
    waited.map_or_else(|error| Problem::new("signal", Exit::Failed, Said::same(error.to_string())), |()| interrupted())
}

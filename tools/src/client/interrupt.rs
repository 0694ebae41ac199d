//! Ctrl+C, for commands that go on until then: they end in order, with the exit code of an interrupt.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// Waits for Ctrl+C beside whatever is done; from now on nothing else ends the program by it.
#[must_use]
pub fn interrupt() -> Receiver<Problem> {
    let ((told, heard), (ready, is_ready)) = (sync_channel(1), sync_channel(1));
    thread::spawn(move || {
        // Whoever has ended meanwhile hears nothing.
        let _ = told.send(wait(&ready));
    });
    // One that came before it is waited for would end the program out of order.
    let _ = is_ready.recv();
    heard
}

/// The end that an interrupt is.
pub(super) fn interrupted() -> Problem {
    Problem::new("interrupted", Exit::Interrupted, said!("прервано", "interrupted"))
}

fn wait(ready: &SyncSender<()>) -> Problem {
    let waited = Builder::new_current_thread().enable_all().build().and_then(|runtime| {
        runtime.block_on(async {
            let mut signals = signal(SignalKind::interrupt())?;
            let _ = ready.send(());
            signals.recv().await;
            Ok(())
        })
    });
    waited.map_or_else(|error: std::io::Error| Problem::new("signal", Exit::Failed, Said::same(error.to_string())), |()| interrupted())
}

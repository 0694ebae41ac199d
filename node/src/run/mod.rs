//! A node from start to stop.
//!
//! ```text
//!   start   keys ─ documents ─ data directory ─ engine ─ page and API
//!   stop    the other way round: first nobody is let in, last the ledger is flushed
//! ```
//!
//! [`start`] is all of it as a library; [`until_signal`] is the daemon around it.

mod words;
mod error;
mod ports;
mod begin;
mod ground;
mod addresses;
mod node;
mod notify;
mod stopped;
mod rebuild;
mod signals;

use crate::config::Config;
use crate::problem::{Exit, Problem};
use crate::words::Said;
use signals::Signals;

pub use error::StartError;
pub use node::{Running, start};
pub use rebuild::{Rebuilt, Step, has_keys, rebuild, restore_keys};
pub use stopped::stopped;

/// Runs a node until a signal stops it; a second signal ends it at once.
///
/// `started` is called when the page can be opened.
///
/// # Errors
/// Why it did not start, or could not go on.
pub fn until_signal(config: Config, started: impl FnOnce(&Running) -> Result<(), Problem>) -> Result<(), Problem> {
    let failed = |error: std::io::Error| Problem::new("runtime", Exit::Failed, Said::same(error.to_string()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let mut signals = Signals::listen().map_err(failed)?;
        let mut running = start(config).await?;
        started(&running)?;
        notify::ready(running.api_url());
        let watchdog = tokio::spawn(notify::watchdog());
        tokio::select! {
            signal = signals.next() => tracing::info!(event = "node_stopping", signal),
            () = running.broken() => tracing::error!(event = "node_broken", "a part of the node cannot go on"),
        }
        notify::stopping();
        watchdog.abort();
        tokio::select! {
            stopped = running.stop() => stopped,
            signal = signals.next() => Err(Problem::new("interrupted", Exit::Interrupted, Said::same(signal))),
        }
    })
}

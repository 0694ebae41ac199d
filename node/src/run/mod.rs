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

use std::time::{Duration, Instant};

use crate::config::Config;
use crate::problem::{Exit, Problem};
use crate::words::{Lang, Said};
use signals::Signals;

pub use error::StartError;
pub use node::{Running, start};
pub use rebuild::{Rebuilt, Step, has_keys, rebuild, restore_keys};
pub use stopped::stopped;

/// Runs a node until a signal stops it; a second signal ends it at once.
///
/// `started` is called when the page can be opened. Where store or journal are found damaged while the node runs, it
/// starts again in the same process: what is damaged is set aside then, and another is filled.
///
/// # Errors
/// Why it did not start, or could not go on.
pub fn until_signal(config: Config, started: impl FnOnce(&Running) -> Result<(), Problem>) -> Result<(), Problem> {
    let failed = |error: std::io::Error| Problem::new("runtime", Exit::Failed, Said::same(error.to_string()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let mut signals = Signals::listen().map_err(failed)?;
        let mut again = Again::default();
        let mut running = again.start(&config).await?;
        started(&running)?;
        notify::ready(running.api_url());
        let watchdog = tokio::spawn(notify::watchdog());
        loop {
            let broken = tokio::select! {
                signal = signals.next() => {
                    tracing::info!(event = "node_stopping", signal);
                    notify::stopping();
                    watchdog.abort();
                    false
                }
                () = running.broken() => {
                    tracing::error!(event = "node_broken", "a part of the node cannot go on");
                    true
                }
            };
            let stopped = tokio::select! {
                stopped = running.stop() => stopped,
                signal = signals.next() => return Err(Problem::new("interrupted", Exit::Interrupted, Said::same(signal))),
            };
            match stopped {
                Err(problem) if broken && again.may(&problem) => {
                    running = again.start(&config).await?;
                    notify::ready(running.api_url());
                }
                stopped => return stopped,
            }
        }
    })
}

/// How often the node has started again in this process, and when.
#[derive(Debug, Default)]
struct Again(Vec<Instant>);

impl Again {
    /// Starts the node, and once more where it meets damage while it starts: that is set aside then.
    async fn start(&mut self, config: &Config) -> Result<Running, Problem> {
        loop {
            match start(config.clone()).await.map_err(Problem::from) {
                Err(problem) if self.may(&problem) => {}
                started => return started,
            }
        }
    }

    /// Whether it may start once more: where the disk spoils one store after the other, somebody must look at it.
    fn may(&mut self, problem: &Problem) -> bool {
        if ![words::STORE_DAMAGED, words::JOURNAL_DAMAGED].contains(&problem.code) {
            return false;
        }
        self.0.retain(|at| at.elapsed() < Duration::from_secs(3_600));
        self.0.push(Instant::now());
        let may = self.0.len() <= 3;
        if may {
            tracing::error!(event = "node_starts_again", why = problem.message.text(Lang::En));
        }
        may
    }
}

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
        self.until_started(async || start(config.clone()).await.map_err(Problem::from)).await
    }

    async fn until_started<T>(&mut self, mut start: impl AsyncFnMut() -> Result<T, Problem>) -> Result<T, Problem> {
        loop {
            match start().await {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(code: &'static str) -> Problem {
        Problem::new(code, Exit::Failed, Said::same("-".to_owned()))
    }

    /// How often it was tried, and what came of it, where so many starts meet a problem.
    async fn tried(again: &mut Again, bad: usize, code: &'static str) -> (usize, Result<usize, &'static str>) {
        let mut count = 0;
        let start = async || {
            count += 1;
            if count <= bad { Err(problem(code)) } else { Ok(count) }
        };
        let came = again.until_started(start).await.map_err(|problem| problem.code);
        (count, came)
    }

    #[tokio::test]
    async fn a_start_that_meets_damage_is_tried_again_and_no_more_than_three_times_an_hour() {
        for code in [words::STORE_DAMAGED, words::JOURNAL_DAMAGED] {
            assert_eq!(tried(&mut Again::default(), 0, code).await, (1, Ok(1)));
            assert_eq!(tried(&mut Again::default(), 3, code).await, (4, Ok(4)));
            let mut again = Again::default();
            assert_eq!(tried(&mut again, 9, code).await, (4, Err(code)));
            assert_eq!(tried(&mut again, 1, code).await, (1, Err(code)), "within the hour somebody must look at the disk");
        }
    }

    #[tokio::test]
    async fn what_another_start_does_not_mend_is_said_at_once_and_what_is_long_ago_does_not_count() {
        for code in ["data_locked", "no_space", "data_damaged", "store_not_set_aside"] {
            assert_eq!(tried(&mut Again::default(), 1, code).await, (1, Err(code)));
        }
        // A machine that has not run for an hour has no such time.
        let Some(long_ago) = Instant::now().checked_sub(Duration::from_secs(3_601)) else { return };
        assert_eq!(tried(&mut Again(vec![long_ago; 3]), 3, words::STORE_DAMAGED).await, (4, Ok(4)));
    }
}

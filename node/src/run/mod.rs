//! A node from start to stop.
//!
//! ```text
//!   start   keys ─ documents ─ data directory ─ store ─ ledger ─ office ─ mesh ─ discovery ─ sync ─ api
//!   stop    the other way round: first nobody is let in, last the store is flushed
//! ```
//!
//! [`start`] is all of it as a library; [`until_signal`] is the daemon around it.

mod error;
mod ports;
mod ground;
mod notify;
mod signals;

use std::sync::Arc;

use okrug_protocol::ids::OfficeId;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::problem::{Exit, Problem};
use crate::words::Said;
use ground::Ground;
use signals::Signals;

pub use error::StartError;

/// A node that runs.
#[derive(Debug)]
pub struct Running {
    ground: Ground,
    stop: CancellationToken,
    tasks: TaskTracker,
    api_url: String,
}

/// Starts a node.
///
/// # Errors
/// See [`StartError`]; nothing runs then, and what was on the disk is as it was.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let config = Arc::new(config);
    let preparing = Arc::clone(&config);
    let ground = tokio::task::spawn_blocking(move || Ground::prepare(&preparing)).await.expect("preparing does not panic")?;
    let mesh = ports::try_mesh(&config.mesh.listen)?;
    let api = ports::listen("api.listen", config.api.listen)?;
    let metrics = config.metrics.listen.map(|address| ports::listen("metrics.listen", address)).transpose()?;
    let scheme = if config.api.tls_cert.is_some() { "https" } else { "http" };
    let api_url = format!("{scheme}://{}", api.local_addr().unwrap_or(config.api.listen));
    tracing::info!(event = "node_started", office = %ground.office, api = %api_url, mesh = mesh.len(), metrics = metrics.is_some());
    Ok(Running { ground, stop: CancellationToken::new(), tasks: TaskTracker::new(), api_url })
}

impl Running {
    /// Which office this node is.
    #[must_use]
    pub fn office(&self) -> OfficeId {
        self.ground.office
    }

    /// Where the page and the API are.
    #[must_use]
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// Stops the node; what was accepted is on the disk when this returns.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        tracing::info!(event = "node_stopped", office = %self.ground.office);
    }
}

/// Runs a node until a signal stops it; a second signal ends it at once.
///
/// # Errors
/// Why it did not start.
pub fn until_signal(config: Config, started: impl FnOnce(&Running) -> Result<(), Problem>) -> Result<(), Problem> {
    let failed = |error: std::io::Error| Problem::new("runtime", Exit::Failed, Said::same(error.to_string()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let mut signals = Signals::listen().map_err(failed)?;
        let running = start(config).await?;
        started(&running)?;
        notify::ready(running.api_url());
        running.tasks.spawn(notify::watchdog(running.stop.clone()));
        let signal = signals.next().await;
        tracing::info!(event = "node_stopping", signal);
        notify::stopping();
        tokio::select! {
            () = running.stop() => Ok(()),
            signal = signals.next() => Err(Problem::new("interrupted", Exit::Interrupted, Said::same(signal))),
        }
    })
}

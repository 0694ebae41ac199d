//! One `okrug-node` process, on the network of its site.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use okrug::cluster::{Line, Site, inside};
use rustix::process::{Pid, Signal, kill_process};

use crate::programs::built;
use crate::wait::until;

/// Where an office with a network of its own listens: on all its interfaces.
const LISTEN: &str = "/ip4/0.0.0.0/tcp/7600";

/// Where the metrics of an office with a network of its own are.
pub const METRICS: &str = "127.0.0.1:9733";

/// A running daemon; killed when dropped.
#[derive(Debug)]
pub struct Daemon {
    process: Child,
    site: Site,
}

impl Daemon {
    /// Starts the daemon of a site; `settings` go over those of its file, such as `log.filter=debug`.
    #[must_use]
    pub fn start(site: &Site, settings: &[String]) -> Self {
        let log = File::options().create(true).append(true).open(log(site)).unwrap();
        let mut command = Command::new(built("okrug-test-node"));
        command.args(["run", "--lang", "en", "--config"]).arg(site.data.join("node.toml"));
        match &site.namespace {
            Some(_) => command.args(["--listen", LISTEN, "--metrics", METRICS]),
            None => command.args(["--listen", &site.multiaddr()]),
        };
        command.args(settings.iter().flat_map(|setting| ["--set", setting]));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let process = inside(site.namespace.as_deref(), || command.spawn()).unwrap().unwrap();
        Self { process, site: site.clone() }
    }

    /// Waits until it serves its page and listens for other nodes.
    pub async fn ready(&mut self) {
        let what = format!("the node of {} serves", self.site.slug);
        let site = self.site.clone();
        until(&what, async || {
            if let Some(status) = self.process.try_wait().unwrap() {
                panic!("the node of {} has ended ({status}):\n{}", site.slug, std::fs::read_to_string(log(&site)).unwrap());
            }
            let mut line = Line::to(site.page, site.namespace.as_deref(), "").ok()?;
            line.fetch("/readyz").await.ok().filter(|answer| answer.status == 204)
        })
        .await;
    }

    /// Asks it to stop, and waits for its end.
    pub async fn stop(self) {
        self.signal(Signal::TERM);
        let status = self.end().await;
        assert!(status.success(), "{status}");
    }

    /// Kills it.
    pub async fn kill(self) {
        self.signal(Signal::KILL);
        self.end().await;
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    /// Waits for its end, for a node that is to end by itself.
    pub async fn end(mut self) -> ExitStatus {
        let what = format!("the node of {} ends", self.site.slug);
        until(&what, async || self.process.try_wait().unwrap()).await
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // One that has ended need not be killed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The log of a site's daemons, all that ran there.
#[must_use]
pub fn log(site: &Site) -> PathBuf {
    site.data.join("node.log")
}

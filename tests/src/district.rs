//! A district of real nodes, each on a network of its own.

use std::net::SocketAddr;
use std::path::Path;

use okrug::cluster::{Blueprint, Pages, Site};
use okrug::staff;
use okrug_protocol::trust::Trust;
use tempfile::TempDir;

use crate::daemon::{Daemon, log};
use crate::network::Network;
use crate::official::Official;
use crate::wait::until;

/// What a district is to be like.
#[derive(Debug, Clone)]
pub struct Layout {
    /// By office: the bridges that it is at.
    pub lans: Vec<Vec<u8>>,
    /// By office: whether the bootstrap list names it.
    pub listed: Vec<bool>,
    /// Whether the offices look for each other on their LANs.
    pub mdns: bool,
}

impl Layout {
    /// So many offices at one bridge, all in the bootstrap list.
    #[must_use]
    pub fn one_lan(offices: usize) -> Self {
        Self { lans: vec![vec![0]; offices], listed: vec![true; offices], mdns: false }
    }

    /// The same with an empty bootstrap list, found by mDNS alone.
    #[must_use]
    pub fn by_mdns(self) -> Self {
        Self { listed: vec![false; self.lans.len()], mdns: true, ..self }
    }
}

/// A district; stopped and removed when dropped.
#[derive(Debug)]
pub struct District {
    // Dropped in this order: the nodes, then what they stand on.
    daemons: Vec<Option<Daemon>>,
    network: Network,
    blueprint: Blueprint,
    trust: Trust,
    root: TempDir,
}

impl District {
    /// Lays out a district on networks of its own, with keys and signed documents; nothing runs yet.
    #[must_use]
    pub fn found(layout: &Layout) -> Self {
        let lans = layout.lans.iter().flatten().max().unwrap() + 1;
        Self::found_at(layout, Network::of(lans), |_| {})
    }

    /// The same on a given network, and with changes to the blueprint before it is signed.
    #[must_use]
    pub fn found_at(layout: &Layout, mut network: Network, change: impl FnOnce(&mut Blueprint)) -> Self {
        let root = tempfile::tempdir().unwrap();
        let offices = layout.lans.len();
        let mut blueprint = Blueprint::lay_out(root.path(), "Округ", &staff::sample(), offices, Pages::Anywhere).unwrap();
        blueprint.log = "info,okrug_node::mesh=debug,okrug_node::discovery=debug".to_owned();
        for ((site, lans), listed) in blueprint.sites.iter_mut().zip(&layout.lans).zip(&layout.listed) {
            let (namespace, addresses) = network.join(lans);
            site.namespace = Some(namespace);
            site.mesh = SocketAddr::from((addresses[0], 7_600));
            site.page = SocketAddr::from(([127, 0, 0, 1], 7_680));
            (site.listed, site.mdns) = (*listed, layout.mdns);
        }
        change(&mut blueprint);
        let trust = blueprint.found().unwrap();
        Self { daemons: (0..offices).map(|_| None).collect(), network, blueprint, trust, root }
    }

    /// The same with all nodes running.
    pub async fn start(layout: &Layout) -> Self {
        let mut district = Self::found(layout);
        district.switch_on_all().await;
        district
    }

    /// Starts all nodes.
    pub async fn switch_on_all(&mut self) {
        for (daemon, site) in self.daemons.iter_mut().zip(&self.blueprint.sites) {
            *daemon = Some(Daemon::start(site, &[]));
        }
        for daemon in self.daemons.iter_mut().flatten() {
            daemon.ready().await;
        }
    }

    /// Starts a node.
    pub async fn switch_on(&mut self, office: usize) {
        self.switch_on_with(office, &[]).await;
    }

    /// Starts a node with settings beyond those of its file.
    pub async fn switch_on_with(&mut self, office: usize, settings: &[String]) {
        let mut daemon = Daemon::start(&self.blueprint.sites[office], settings);
        daemon.ready().await;
        self.daemons[office] = Some(daemon);
    }

    /// Stops a node.
    pub async fn switch_off(&mut self, office: usize) {
        self.daemons[office].take().unwrap().stop().await;
    }

    /// Kills a node.
    pub async fn kill(&mut self, office: usize) {
        self.daemons[office].take().unwrap().kill().await;
    }

    /// Enrols somebody of a unit, by its name, at an office.
    pub async fn enrol(&self, office: usize, unit: &str) -> Official {
        Official::enrol(self.site(office), &self.unit(unit)).await
    }

    /// The number of a unit, such as `u3`; that of the district's root for `Округ`.
    #[must_use]
    pub fn unit(&self, name: &str) -> String {
        format!("u{}", self.blueprint.plan.unit(name).unwrap().number)
    }

    /// Where a node lives.
    #[must_use]
    pub fn site(&self, office: usize) -> &Site {
        &self.blueprint.sites[office]
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// What everybody of the district believes.
    #[must_use]
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Where everything lies.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// What the daemons of an office have logged.
    #[must_use]
    pub fn log(&self, office: usize) -> String {
        std::fs::read_to_string(log(self.site(office))).unwrap_or_default()
    }

    /// Waits until exactly these offices are linked to one, as somebody there sees it.
    pub async fn linked(&self, official: &Official, offices: &[usize]) {
        let mut wanted: Vec<&str> = offices.iter().map(|office| &*self.site(*office).slug).collect();
        wanted.sort_unstable();
        until(&format!("links to {wanted:?}"), async || {
            let mut linked = official.linked().await;
            linked.sort_unstable();
            (linked == wanted).then_some(())
        })
        .await;
    }
}

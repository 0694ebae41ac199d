//! A district of real nodes, each on a network of its own.

use std::cell::RefCell;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::rc::Rc;

use okrug::cluster::{Blueprint, Line, Pages, Site};
use okrug::staff;
use okrug_node::clock;
use okrug_protocol::sign::SecretKey;
use okrug_protocol::trust::Trust;
use tempfile::TempDir;

use crate::daemon::{Daemon, METRICS, log};
use crate::line::{self, Way};
use crate::network::Network;
use crate::official::Official;
use crate::wait::{until, within};

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
    network: Rc<RefCell<Network>>,
    /// The first of its places on the network.
    first: usize,
    blueprint: Blueprint,
    /// What is signed, and by which key.
    pub(crate) trust: Trust,
    pub(crate) key: SecretKey,
    root: TempDir,
}

impl District {
    /// Lays out a district on networks of its own, with keys and signed documents; nothing runs yet.
    #[must_use]
    pub fn found(layout: &Layout) -> Self {
        let lans = layout.lans.iter().flatten().max().unwrap() + 1;
        Self::found_at(layout, Rc::new(RefCell::new(Network::of(lans))))
    }

    /// The same on a network where others may be too.
    #[must_use]
    pub fn found_at(layout: &Layout, network: Rc<RefCell<Network>>) -> Self {
        let root = tempfile::tempdir().unwrap();
        let offices = layout.lans.len();
        let mut blueprint = Blueprint::lay_out(root.path(), "Округ", &staff::sample(), offices, Pages::Anywhere).unwrap();
        blueprint.log = "info,okrug_node::mesh=debug,okrug_node::discovery=debug".to_owned();
        let first = network.borrow().places();
        for ((site, lans), listed) in blueprint.sites.iter_mut().zip(&layout.lans).zip(&layout.listed) {
            let (namespace, addresses) = network.borrow_mut().join(lans);
            site.namespace = Some(namespace);
            site.mesh = SocketAddr::from((addresses[0], 7_600));
            site.page = SocketAddr::from(([127, 0, 0, 1], 7_680));
            (site.listed, site.mdns) = (*listed, layout.mdns);
        }
        let key = SecretKey::generate(&mut clock::rng());
        let trust = blueprint.found_by(&key).unwrap();
        Self { daemons: (0..offices).map(|_| None).collect(), network, blueprint, first, trust, key, root }
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

    /// The network, for others to join.
    #[must_use]
    pub fn network(&self) -> Rc<RefCell<Network>> {
        Rc::clone(&self.network)
    }

    /// Joins two offices by a line of their own; it is there until it is dropped. The address of each on it.
    pub fn lay(&mut self, here: usize, there: usize, way: Way) -> (line::Line, [Ipv4Addr; 2]) {
        self.network.borrow_mut().lay(self.first + here, self.first + there, way)
    }

    /// Ends all connections between offices that one has, with a word to the others.
    pub fn end_connections(&self, office: usize) {
        self.network.borrow().end_all_connections(self.first + office);
    }

    /// Parts these offices from the others; among themselves they go on.
    pub fn split(&self, offices: &[usize]) {
        let places: Vec<usize> = offices.iter().map(|office| self.first + office).collect();
        self.network.borrow_mut().split(&places);
    }

    /// Joins everybody again.
    pub fn heal(&self) {
        self.network.borrow().heal();
    }

    /// Cuts all lines of an office.
    pub fn cut(&self, office: usize) {
        self.network.borrow().cut(self.first + office);
    }

    /// Kills a node so that nobody hears of it: for the others its connections still stand.
    pub async fn kill_unheard(&mut self, office: usize) {
        let place = self.first + office;
        self.network.borrow().unplug(place);
        self.kill(office).await;
        self.network.borrow().plug_in(place);
    }

    /// Restores all lines of an office.
    pub fn restore(&self, office: usize) {
        self.network.borrow().restore(self.first + office);
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

    /// A number that the node of an office tells whoever monitors it; a counter begins anew with each start.
    pub async fn metric(&self, office: usize, name: &str) -> f64 {
        let site = self.site(office);
        let mut line = Line::to(METRICS.parse().unwrap(), site.namespace.as_deref(), "").unwrap();
        let answer = within("metrics", line.fetch("/metrics")).await.unwrap();
        let text = String::from_utf8(answer.body).unwrap();
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("no metric {name} in\n{text}")).parse().unwrap()
    }

    /// Waits until an office has no link to another, as somebody there sees it.
    pub async fn apart(&self, official: &Official, office: usize) {
        let slug = &self.site(office).slug;
        until(&format!("no link to {slug}"), async || (!official.linked().await.contains(slug)).then_some(())).await;
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

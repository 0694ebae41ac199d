//! A district on loopback, some of whose offices are real processes; the test hands the keys of others to its peers.

use std::net::SocketAddr;
use std::sync::Arc;

use okrug::cluster::{Blueprint, Line, Pages, Ports, Site};
use okrug::staff;
use okrug_node::home::{Home, Owner};
use okrug_node::keys::{KeyFolder, NodeKeys, Unlock};
use okrug_node::ledger::Data;
use okrug_node::store::Limits;
use okrug_protocol::directory::Directory;
use okrug_protocol::ids::{LogId, OfficeId, Seq, Topic, UnitId};
use okrug_protocol::trust::Trust;
use okrug_tests::daemon::Daemon;
use okrug_tests::{Official, until};
use tempfile::TempDir;

/// A founded district.
pub(crate) struct District {
    blueprint: Blueprint,
    trust: Trust,
    /// Where each office tells its metrics.
    metrics: Vec<SocketAddr>,
    _root: TempDir,
}

impl District {
    pub(crate) fn of(offices: usize) -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut blueprint = Blueprint::lay_out(root.path(), "Округ", &staff::sample(), offices, Pages::Anywhere).unwrap();
        blueprint.log = "info,okrug_node::mesh=debug".to_owned();
        let trust = blueprint.found().unwrap();
        let mut ports = Ports::default();
        let metrics = (0..offices).map(|_| ports.any().unwrap()).collect();
        Self { blueprint, trust, metrics, _root: root }
    }

    /// Starts the node of an office; with it, where others call it.
    pub(crate) async fn start(&self, office: usize) -> (Daemon, String) {
        let mut daemon = Daemon::start(self.site(office), &[format!("metrics.listen={}", self.metrics[office])]);
        daemon.ready().await;
        (daemon, self.site(office).multiaddr())
    }

    pub(crate) fn site(&self, office: usize) -> &Site {
        &self.blueprint.sites[office]
    }

    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.trust.directory()
    }

    /// The unit that every office hosts.
    pub(crate) fn unit(&self) -> Topic {
        Topic::Unit(UnitId(self.blueprint.plan.unit("Руководство").unwrap().number))
    }

    /// Somebody of that unit at an office.
    pub(crate) async fn official(&self, office: usize) -> Official {
        Official::enrol(self.site(office), &self.unit().to_string()).await
    }

    /// What that unit's topic is called in gossip.
    pub(crate) fn topic(&self) -> String {
        format!("{}/{}", &self.trust.district().0.short()[..4], self.unit())
    }

    /// What the exchange is called among protocols.
    pub(crate) fn exchange(&self) -> String {
        format!("/okrug/{}/exchange/1", self.trust.district().0.short())
    }

    /// The secret of an office's identity on the mesh.
    pub(crate) fn seed(&self, office: usize) -> [u8; 32] {
        *self.keys(office).peer.seed()
    }

    /// All entries of a log in the store of an office whose node has ended.
    pub(crate) fn written(&self, office: usize, log: &LogId) -> Vec<Vec<u8>> {
        let (keys, site) = (self.keys(office), self.site(office));
        let owner = Owner { district: self.trust.district(), office: OfficeId(site.number) };
        let home = Home::claim(&site.data, owner, &keys.at_rest).unwrap();
        let limits = Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 };
        let data = Data::open(&home, &keys.at_rest, limits).unwrap();
        data.store().range(log, Seq(1), Seq(u64::MAX), 1_000, 1 << 20).unwrap()
    }

    /// Waits until an office has counted so many of something.
    pub(crate) async fn counts(&self, office: usize, what: &str, wanted: u64) {
        until(&format!("{wanted} of {what}"), async || {
            let answer = Line::to(self.metrics[office], None, "").unwrap().fetch("/metrics").await.unwrap();
            let text = String::from_utf8(answer.body).unwrap();
            let numbers =
                text.lines().filter(|line| line.starts_with(what)).filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
            let counted: u64 = numbers.sum();
            assert!(counted <= wanted, "{what} counts {counted}, not {wanted}");
            (counted == wanted).then_some(())
        })
        .await;
    }

    fn keys(&self, office: usize) -> NodeKeys {
        KeyFolder::of(&self.site(office).data).open(&Unlock::default()).unwrap()
    }
}

//! mDNS: says on the LAN that this office is here, and looks for others.
//!
//! Some queries at the start and whenever an address of this machine comes or goes, then one every 30 seconds: with the
//! intervals of minutes that others use, nodes that start one after the other may not meet for longer than a person waits.

use std::net::IpAddr;
use std::time::Duration;

use mdns_sd::{DaemonEvent, IfKind, Receiver, ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::found::{Heard, Ours, PEER, TAG};
use crate::mesh::{self, Multiaddr, Source, endpoint_of, peer_name};

/// What Okrug's nodes are called on a LAN.
const SERVICE: &str = "_okrug._tcp.local.";
/// How often to ask.
const ASK: Duration = Duration::from_secs(30);

/// What is needed to look around on the LAN.
pub(super) struct Lan {
    pub(super) ours: Ours,
    pub(super) mesh: mesh::Handle,
    pub(super) interfaces: Vec<String>,
}

/// Announces and looks until `stop`; a machine without a network is tried again.
pub(super) async fn run(lan: Lan, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = attend(&lan, &stop).await {
            tracing::warn!(%error, "mDNS does not work here; trying again");
            let _ = stop.run_until_cancelled(tokio::time::sleep(ASK)).await;
        }
    }
}

async fn attend(lan: &Lan, stop: &CancellationToken) -> mdns_sd::Result<()> {
    let daemon = ServiceDaemon::new()?;
    let ended = lan.converse(&daemon, stop).await;
    // A daemon that is gone already has nothing left to say.
    let _ = daemon.shutdown();
    ended
}

impl Lan {
    async fn converse(&self, daemon: &ServiceDaemon, stop: &CancellationToken) -> mdns_sd::Result<()> {
        self.choose_interfaces(daemon)?;
        let mut listening = self.mesh.listening();
        self.announce(daemon, &listening.borrow_and_update().clone())?;
        let changes = daemon.monitor()?;
        let (mut search, mut heard) = (Search::some(daemon)?, Heard::default());
        let mut ticks = interval(ASK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await;
        loop {
            tokio::select! {
                () = stop.cancelled() => return self.withdraw(daemon).await,
                _ = ticks.tick() => search = Search::once(daemon)?,
                () = network_change(&changes) => search = Search::some(daemon)?,
                Ok(()) = listening.changed() => self.announce(daemon, &listening.borrow_and_update().clone())?,
                event = search.events.recv_async() => match event {
                    Ok(ServiceEvent::SearchStarted(_)) => search.started(daemon)?,
                    Ok(event) => self.hear(event, &mut heard).await,
                    // Overrun by announcements: ask anew, not faster than the clock ticks.
                    Err(_) => { ticks.tick().await; search = Search::once(daemon)?; }
                },
            }
        }
    }

    fn choose_interfaces(&self, daemon: &ServiceDaemon) -> mdns_sd::Result<()> {
        if self.interfaces.is_empty() {
            return Ok(());
        }
        daemon.disable_interface(IfKind::All)?;
        daemon.enable_interface(self.interfaces.iter().map(|name| IfKind::Name(name.clone())).collect::<Vec<_>>())
    }

    /// Says where we listen; the names say nothing but the peer's.
    fn announce(&self, daemon: &ServiceDaemon, listening: &[Multiaddr]) -> mdns_sd::Result<()> {
        let ends: Vec<(IpAddr, u16)> = listening.iter().filter_map(endpoint_of).collect();
        let (Some(name), Some(port)) = (peer_name(&self.ours.peer), ends.first().map(|(_, port)| *port)) else { return Ok(()) };
        let ips: Vec<IpAddr> = ends.iter().filter(|(_, other)| *other == port).map(|(ip, _)| *ip).collect();
        let host = format!("okrug-{}.local.", name.to_lowercase());
        let text = [(TAG, self.ours.tag.as_str()), (PEER, name.as_str())];
        let mut service = ServiceInfo::new(SERVICE, &name, &host, &ips[..], port, &text[..])?;
        // The name is a key that nobody else has: nothing to contend for.
        service.set_requires_probe(false);
        daemon.register(service)
    }

    async fn withdraw(&self, daemon: &ServiceDaemon) -> mdns_sd::Result<()> {
        if let Some(name) = peer_name(&self.ours.peer) {
            let gone = daemon.unregister(&format!("{name}.{SERVICE}"))?;
            let _ = tokio::time::timeout(Duration::from_secs(1), gone.recv_async()).await;
        }
        Ok(())
    }

    async fn hear(&self, event: ServiceEvent, heard: &mut Heard) {
        let ServiceEvent::ServiceResolved(service) = event else { return };
        let ips = service.addresses.iter().map(mdns_sd::ScopedIp::to_ip_addr);
        if let Some((office, addresses)) = self.ours.office(property(&service, TAG), property(&service, PEER), ips, service.port) {
            self.mesh.address(office, heard.note(office, addresses), Source::Lan).await;
        }
    }
}

/// Listening to announcements, and asking for them.
struct Search {
    events: Receiver<ServiceEvent>,
    /// Whether one query is enough.
    once: bool,
    /// How often the daemon has told that it begins: when it was asked to, and before each query.
    begun: u32,
}

impl Search {
    /// Asks at once, and after 1, 3, 7 and 15 seconds again.
    fn some(daemon: &ServiceDaemon) -> mdns_sd::Result<Self> {
        Ok(Self { events: daemon.browse(SERVICE)?, once: false, begun: 0 })
    }

    /// Asks once.
    fn once(daemon: &ServiceDaemon) -> mdns_sd::Result<Self> {
        Ok(Self { once: true, ..Self::some(daemon)? })
    }

    /// The daemon begins to ask. It would repeat itself: what only listens takes the place of what asks.
    fn started(&mut self, daemon: &ServiceDaemon) -> mdns_sd::Result<()> {
        self.begun += 1;
        if self.once && self.begun == 2 {
            *self = Self { events: daemon.browse_cache(SERVICE)?, once: false, begun: 0 };
        }
        Ok(())
    }
}

fn property<'a>(service: &'a ResolvedService, key: &str) -> Option<&'a str> {
    service.get_property_val_str(key)
}

/// Returns when an address of this machine has come or gone.
async fn network_change(changes: &Receiver<DaemonEvent>) {
    loop {
        match changes.recv_async().await {
            Ok(DaemonEvent::IpAdd(_) | DaemonEvent::IpDel(_)) => return,
            Ok(_) => {}
            Err(_) => std::future::pending().await,
        }
    }
}

//! A LAN with offices of a district and a machine on which Avahi runs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use okrug::cluster::inside;
use okrug_node::mesh::peer_name;
use okrug_tests::{District, Layout};
use tokio::net::TcpListener;

use crate::avahi::Avahi;

/// The offices, by mDNS alone, and Avahi beside them.
pub(crate) struct Lan {
    pub(crate) avahi: Avahi,
    pub(crate) district: District,
    /// Where Avahi is.
    namespace: String,
}

/// Somebody who waits for calls on Avahi's machine and only counts them.
pub(crate) struct Trap {
    pub(crate) port: u16,
    calls: Arc<AtomicUsize>,
}

impl Lan {
    /// So many offices, none of which runs yet.
    pub(crate) async fn of(offices: usize) -> Self {
        let district = District::found(&Layout::one_lan(offices).by_mdns());
        let (namespace, _) = district.network().borrow_mut().join(&[0]);
        Self { avahi: Avahi::start(&namespace).await, district, namespace }
    }

    /// What an office says of itself besides its name.
    pub(crate) fn text(&self, office: usize) -> Vec<String> {
        self.text_of(&self.peer(office))
    }

    /// What a peer of this name would say.
    pub(crate) fn text_of(&self, peer: &str) -> Vec<String> {
        vec![format!("d={}", self.district.trust().district().0.short()), format!("p={peer}")]
    }

    /// What an office's peer key is called.
    pub(crate) fn peer(&self, office: usize) -> String {
        let slug = &self.district.site(office).slug;
        peer_name(&self.district.trust().directory().office_by_slug(slug).unwrap().peer.0).unwrap()
    }

    /// Whether the offices and Avahi hear each other, which no machine notices by itself.
    pub(crate) fn part(&self, parted: bool) {
        let network = self.district.network();
        let place = network.borrow().places() - 1;
        if parted { network.borrow_mut().split(&[place]) } else { network.borrow().heal() }
    }

    pub(crate) fn trap(&self) -> Trap {
        let listener = inside(Some(&self.namespace), || std::net::TcpListener::bind(SocketAddr::from(([0, 0, 0, 0], 0)))).unwrap().unwrap();
        listener.set_nonblocking(true).unwrap();
        let (port, listener) = (listener.local_addr().unwrap().port(), TcpListener::from_std(listener).unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                drop(socket);
            }
        });
        Trap { port, calls }
    }
}

impl Trap {
    /// How often somebody has called.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Waits until somebody has called.
    pub(crate) async fn is_called(&self) {
        while self.calls() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

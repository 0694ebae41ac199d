//! A district of meshes in one process: keys by office number, and a directory that can change.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use okrug_node::mesh::{self, Admission, Config, Event, Events, GossipToken, Handle, Heard, Multiaddr, Source};
use okrug_protocol::ids::{DistrictId, Hash32, OfficeId, Topic};
use okrug_protocol::sign::SecretKey;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Ends a test that would hang; no verdict depends on it.
const GUARD: Duration = Duration::from_secs(60);

/// The seed of an office's peer key.
pub(crate) fn seed(office: u32) -> [u8; 32] {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&office.to_be_bytes());
    seed
}

fn key(office: u32) -> [u8; 32] {
    SecretKey::from_seed(&seed(office)).public().0
}

/// Which offices are listed.
#[derive(Debug, Default)]
pub(crate) struct Book(RwLock<BTreeMap<OfficeId, [u8; 32]>>);

impl Book {
    pub(crate) fn of(offices: &[u32]) -> Arc<Self> {
        let book = Self::default();
        offices.iter().for_each(|office| book.list(*office));
        Arc::new(book)
    }

    pub(crate) fn list(&self, office: u32) {
        self.0.write().unwrap().insert(OfficeId(office), key(office));
    }

    pub(crate) fn strike(&self, office: u32) {
        self.0.write().unwrap().remove(&OfficeId(office));
    }
}

impl Admission for Book {
    fn office_of(&self, peer: &[u8; 32]) -> Option<OfficeId> {
        self.0.read().unwrap().iter().find(|(_, key)| *key == peer).map(|(office, _)| *office)
    }

    fn peer_of(&self, office: OfficeId) -> Option<[u8; 32]> {
        self.0.read().unwrap().get(&office).copied()
    }
}

/// One office's mesh.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) office: OfficeId,
    pub(crate) handle: Handle,
    pub(crate) events: Events,
    pub(crate) address: Multiaddr,
    guard: DropGuard,
}

impl Node {
    /// Starts an office on loopback.
    pub(crate) async fn start(office: u32, book: &Arc<Book>) -> Self {
        Self::start_in(1, office, book).await
    }

    /// The same in another district.
    pub(crate) async fn start_in(district: u8, office: u32, book: &Arc<Book>) -> Self {
        let config = Config::of(DistrictId(Hash32([district; 32])), vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()]);
        let cancel = CancellationToken::new();
        let (handle, mut events) = mesh::spawn(config, &seed(office), Arc::<Book>::clone(book), cancel.clone()).unwrap();
        let Event::Listening(address) = within(events.recv()).await.unwrap() else { panic!("the first event says where") };
        Self { office: OfficeId(office), handle, events, address, guard: cancel.drop_guard() }
    }

    /// Tells this office where another listens.
    pub(crate) async fn hear_of(&self, other: &Self) {
        self.handle.address(other.office, vec![other.address.clone()], Source::Bootstrap).await;
    }

    /// The next event.
    pub(crate) async fn next(&mut self) -> Event {
        within(self.events.recv()).await.expect("the mesh goes on")
    }

    /// Waits for the link to an office, passing over everything else.
    pub(crate) async fn up(&mut self, other: u32) {
        while !matches!(self.next().await, Event::Up { office, .. } if office == OfficeId(other)) {}
    }

    /// Waits for its end.
    pub(crate) async fn down(&mut self, other: u32) {
        while !matches!(self.next().await, Event::Down { office } if office == OfficeId(other)) {}
    }

    /// The next frame, passing over everything else.
    pub(crate) async fn frame(&mut self) -> Vec<u8> {
        loop {
            if let Event::Frame { bytes, .. } = self.next().await {
                return bytes;
            }
        }
    }

    /// Waits until a neighbour hears a topic by gossip, or hears it no more.
    pub(crate) async fn hears(&self, other: u32, topic: Topic, hears: bool) {
        let mut audience = self.handle.audience();
        let is_so = |heard: &Heard| heard.get(&OfficeId(other)).is_some_and(|topics| topics.contains(&topic)) == hears;
        within(audience.wait_for(is_so)).await.unwrap();
    }

    /// The next gossip message, passing over everything else.
    pub(crate) async fn gossip(&mut self) -> (OfficeId, String, GossipToken) {
        loop {
            if let Event::Gossip { from, bytes, token, .. } = self.next().await {
                return (from, String::from_utf8(bytes).unwrap(), token);
            }
        }
    }

    /// Asks it to stop, and says when it has.
    pub(crate) async fn stop(self) -> Events {
        drop(self.guard);
        within(self.handle.stopped()).await;
        self.events
    }
}

/// Two linked offices.
pub(crate) async fn pair() -> (Node, Node) {
    let book = Book::of(&[1, 2]);
    let (mut a, mut b) = (Node::start(1, &book).await, Node::start(2, &book).await);
    a.hear_of(&b).await;
    a.up(2).await;
    b.up(1).await;
    (a, b)
}

/// Waits, but not for ever.
pub(crate) async fn within<T>(wait: impl Future<Output = T>) -> T {
    timeout(GUARD, wait).await.expect("it comes in the end")
}

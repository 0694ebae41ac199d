//! Attackers: connections, half-open handshakes, unknown keys, slow callers, gossip control.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::core::upgrade::OutboundConnectionUpgrade;
use libp2p::identity::Keypair;
use libp2p::noise;
use okrug::cluster::inside;
use okrug_node::mesh::{self, Admission, Config, Source};
use okrug_protocol::directory::Directory;
use okrug_protocol::ids::{OfficeId, Topic, UnitId};
use tokio::runtime::{Builder, Runtime};
use tokio_util::compat::TokioAsyncReadCompatExt;
use tokio_util::sync::CancellationToken;

/// Sockets that each slow attacker holds open.
const HELD: usize = 200;

/// Whom to attack, and as whom.
#[derive(Clone)]
pub(crate) struct Target {
    /// The machine that the attackers have on the office's network.
    pub(crate) machine: String,
    /// Where the node listens.
    pub(crate) mesh: SocketAddr,
    /// Where the page is served, inside the office alone: who is slow there sits there.
    pub(crate) page: (String, SocketAddr),
    /// The key of a member, and what it knows of the district; the victim is the first office.
    pub(crate) member: ([u8; 32], Arc<Directory>),
}

/// Attackers, and what they did.
pub(crate) struct Attack {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    threads: Vec<JoinHandle<()>>,
}

impl Attack {
    /// All of them at once.
    pub(crate) fn begin(target: &Target) -> Self {
        let Target { machine, mesh, page: (home, page), member: (seed, directory) } = target.clone();
        let mut attack = Self { stop: Arc::default(), done: Arc::default(), threads: Vec::new() };
        attack.repeat(&machine, move |done| {
            drop(connect(mesh));
            done.fetch_add(1, Ordering::Relaxed);
        });
        let (mut held, mut slow) = (Vec::new(), Vec::new());
        attack.repeat(&machine, move |done| drip(mesh, b"\x13/multistream/1.0.0\n", &mut held, done));
        attack.repeat(&home, move |done| drip(page, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", &mut slow, done));
        attack.repeat(&machine, move |done| {
            for _ in 0..20 {
                let knocking = async { tokio::time::timeout(Duration::from_secs(2), knock(mesh)).await.ok().flatten() };
                if runtime().block_on(knocking).is_some() {
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        let ended = Arc::clone(&attack.stop);
        attack.repeat(&machine, move |done| runtime().block_on(gossip(seed, Arc::clone(&directory), OfficeId(1), mesh, &ended, done)));
        attack
    }

    /// Repeats something on a machine until the attack ends.
    fn repeat(&mut self, namespace: &str, mut act: impl FnMut(&AtomicU64) + Send + 'static) {
        let (namespace, stop, done) = (namespace.to_owned(), Arc::clone(&self.stop), Arc::clone(&self.done));
        self.threads.push(thread::spawn(move || {
            inside(Some(&namespace), || {
                // Behind whoever asks: their machine is another one.
                rustix::process::nice(10).unwrap();
                while !stop.load(Ordering::Relaxed) {
                    act(&done);
                }
            })
            .unwrap();
        }));
    }

    /// Ends it; how much was done.
    pub(crate) fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.into_iter().for_each(|thread| thread.join().unwrap());
        self.done.load(Ordering::Relaxed)
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn connect(to: SocketAddr) -> Option<TcpStream> {
    let socket = TcpStream::connect_timeout(&to, Duration::from_secs(2)).ok()?;
    socket.set_read_timeout(Some(Duration::from_millis(200))).ok()?;
    socket.set_write_timeout(Some(Duration::from_millis(200))).ok()?;
    Some(socket)
}

/// Holds many connections, says a byte on each now and then, and calls again where it was hung up on.
fn drip(to: SocketAddr, words: &'static [u8], held: &mut Vec<(TcpStream, usize)>, done: &AtomicU64) {
    while held.len() < HELD {
        let Some(socket) = connect(to) else { break };
        done.fetch_add(1, Ordering::Relaxed);
        held.push((socket, 0));
    }
    held.retain_mut(|(socket, said)| {
        *said += 1;
        socket.write_all(&words[(*said - 1) % words.len()..][..1]).is_ok()
    });
    thread::sleep(Duration::from_millis(100));
}

/// Shakes hands with keys that no office has.
async fn knock(to: SocketAddr) -> Option<()> {
    let mut socket = tokio::net::TcpStream::connect(to).await.ok()?.compat();
    for line in ["/multistream/1.0.0", "/noise"] {
        let length = u8::try_from(line.len() + 1).unwrap();
        socket.write_all(&[&[length], line.as_bytes(), b"\n"].concat()).await.ok()?;
    }
    let mut answers = [0; 28];
    socket.read_exact(&mut answers).await.ok()?;
    let keys = Keypair::generate_ed25519();
    let (_, mut secured) = noise::Config::new(&keys).unwrap().upgrade_outbound(socket, "/noise").await.ok()?;
    let _ = secured.read(&mut [0; 8]).await;
    Some(())
}

struct Listed(Arc<Directory>);

impl Admission for Listed {
    fn office_of(&self, peer: &[u8; 32]) -> Option<OfficeId> {
        self.0.offices().find(|office| office.peer.0 == *peer).map(|office| office.id)
    }

    fn peer_of(&self, office: OfficeId) -> Option<[u8; 32]> {
        self.0.member(office).map(|office| office.peer.0)
    }
}

/// A member that subscribes and unsubscribes and gossips nonsense as fast as it can: SUBSCRIBE, GRAFT, PRUNE and IHAVE follow.
async fn gossip(seed: [u8; 32], directory: Arc<Directory>, victim: OfficeId, to: SocketAddr, stop: &AtomicBool, done: &AtomicU64) {
    let config = Config::of(directory.district(), vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()]);
    let cancel = CancellationToken::new();
    let (mesh, mut events) = mesh::spawn(config, &seed, Arc::new(Listed(directory)), cancel.clone()).unwrap();
    let address = format!("/ip4/{}/tcp/{}", to.ip(), to.port()).parse().unwrap();
    mesh.address(victim, vec![address], Source::Bootstrap).await;
    let drain = tokio::spawn(async move { while events.recv().await.is_some() {} });
    let mut round = 0_u32;
    while !stop.load(Ordering::Relaxed) {
        round += 1;
        let topics = (0..200).map(|unit| Topic::Unit(UnitId(unit + 200 * (round % 3)))).chain([Topic::District]).collect();
        mesh.subscribe(topics).await;
        for n in 0..50_u32 {
            mesh.publish(Topic::District, [&round.to_be_bytes()[..], &n.to_be_bytes(), &[7; 500]].concat().into()).await;
        }
        done.fetch_add(251, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    cancel.cancel();
    drain.abort();
}

//! A node that is flooded while people use it: connections, half-open handshakes, unknown keys, slow callers, gossip control.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::core::upgrade::OutboundConnectionUpgrade;
use libp2p::identity::Keypair;
use libp2p::noise;
use okrug::cluster::inside;
use okrug_node::keys::{KeyFolder, Unlock};
use okrug_node::mesh::{self, Admission, Config, Source};
use okrug_protocol::directory::Directory;
use okrug_protocol::ids::{OfficeId, Topic, UnitId};
use okrug_tests::{District, Layout, Official, until};
use tokio_util::compat::TokioAsyncReadCompatExt;
use tokio_util::sync::CancellationToken;

use crate::number;
use crate::process::Process;

const ALL: &str = "Руководство";
const MIB: u64 = 1 << 10;
/// What the node may hold of memory, in KiB.
const MOST_KIB: u64 = 512 * MIB;
/// Sockets that each slow attacker holds open.
const HELD: usize = 200;

/// Attackers on a machine of their own, and what they did.
struct Attack {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    threads: Vec<JoinHandle<()>>,
}

impl Attack {
    fn new() -> Self {
        Self { stop: Arc::default(), done: Arc::default(), threads: Vec::new() }
    }

    /// Repeats something on a machine until the attack ends.
    fn repeat(&mut self, namespace: &str, mut act: impl FnMut(&AtomicU64) + Send + 'static) {
        let (namespace, stop, done) = (namespace.to_owned(), Arc::clone(&self.stop), Arc::clone(&self.done));
        self.threads.push(std::thread::spawn(move || {
            inside(Some(&namespace), || {
                while !stop.load(Ordering::Relaxed) {
                    act(&done);
                }
            })
            .unwrap();
        }));
    }

    fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.into_iter().for_each(|thread| thread.join().unwrap());
        self.done.load(Ordering::Relaxed)
    }
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
    std::thread::sleep(Duration::from_millis(100));
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

/// What people wait for an answer: says something and reads the page, over and over; sorted, in microseconds.
async fn use_it(official: &Official, chat: &str, time: Duration, mut look: impl FnMut()) -> Vec<u128> {
    let (mut waits, begun) = (Vec::new(), Instant::now());
    while begun.elapsed() < time {
        let at = Instant::now();
        official.say(chat, "сообщение").await;
        official.latest(chat).await;
        waits.push(at.elapsed().as_micros());
        look();
    }
    waits.sort_unstable();
    waits
}

fn p99(waits: &[u128]) -> u128 {
    waits[(waits.len() * 99 / 100).min(waits.len() - 1)]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root and network namespaces"]
async fn a_flooded_node_answers_its_people_and_keeps_to_its_memory() {
    let seconds = number("OKRUG_FLOOD_SECONDS", 6);
    let mut district = District::found(&Layout::one_lan(2));
    district.switch_on(0).await;
    let official = district.enrol(0, ALL).await;
    let chat = district.unit(ALL);
    let idle = use_it(&official, &chat, Duration::from_secs(seconds.div_ceil(3).min(60)), || {}).await;
    let process = Process::of(&district, 0);
    let (memory, descriptors) = (process.resident_kib(), process.descriptors());
    let (machine, _) = district.network().borrow_mut().join(&[0]);
    let (victim, page) = (district.site(0).mesh, district.site(0).page);
    let home = district.site(0).namespace.clone().unwrap();
    let keys = KeyFolder::of(&district.site(1).data).open(&Unlock::default()).unwrap();
    let (directory, seed) = (district.trust().directory(), *keys.peer.seed());
    let mut attack = Attack::new();
    attack.repeat(&machine, move |done| {
        drop(connect(victim));
        done.fetch_add(1, Ordering::Relaxed);
    });
    let mut held = Vec::new();
    attack.repeat(&machine, move |done| drip(victim, b"\x13/multistream/1.0.0\n", &mut held, done));
    // The page is served inside the office alone: who is slow there sits there.
    let mut slow = Vec::new();
    attack.repeat(&home, move |done| drip(page, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", &mut slow, done));
    attack.repeat(&machine, move |done| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for _ in 0..20 {
            if runtime.block_on(async { tokio::time::timeout(Duration::from_secs(2), knock(victim)).await.ok().flatten() }).is_some() {
                done.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let ended = Arc::clone(&attack.stop);
    attack.repeat(&machine, move |done| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // The first office is the victim.
        runtime.block_on(gossip(seed, Arc::clone(&directory), OfficeId(1), victim, &ended, done));
    });
    let (mut most, mut most_descriptors) = (memory, descriptors);
    let (busy, ours) = (process.busy_ms(), Process::this().busy_ms());
    let flooded = use_it(&official, &chat, Duration::from_secs(seconds), || {
        most = most.max(process.resident_kib());
        most_descriptors = most_descriptors.max(process.descriptors());
    })
    .await;
    let since = |before: &BTreeMap<String, u64>, after: BTreeMap<String, u64>| -> BTreeMap<String, u64> {
        let grown = after.into_iter().map(|(name, ms)| (name.clone(), ms.saturating_sub(before.get(&name).copied().unwrap_or(0))));
        grown.filter(|(_, ms)| *ms > 0).collect()
    };
    eprintln!(
        "milliseconds of processor: the node {:?}, whoever attacks and asks {:?}",
        since(&busy, process.busy_ms()),
        since(&ours, Process::this().busy_ms())
    );
    let done = attack.end();
    // Everything that was taken for the attack is given back.
    until("descriptors are given back", async || (process.descriptors() <= descriptors + 20).then_some(())).await;
    assert!(most < MOST_KIB, "{most} KiB");
    assert!(most_descriptors < 2_000, "{most_descriptors} descriptors");
    assert!(done > 500, "{done} attacks");
    let ratio = p99(&flooded) * 10 / p99(&idle).max(1);
    eprintln!(
        "ROW | Floods | {done} attacks in {seconds} s beside {} messages | {} MiB at most ({} before), {most_descriptors} descriptors ({descriptors} before), all answered; p99 {} ms, idle {} ms, {}.{} times",
        flooded.len(),
        most / MIB,
        memory / MIB,
        p99(&flooded) / 1_000,
        p99(&idle) / 1_000,
        ratio / 10,
        ratio % 10
    );
    district.switch_off(0).await;
}

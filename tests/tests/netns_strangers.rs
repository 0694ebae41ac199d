//! Those who do not belong: turned away inside the security upgrade, and called by nobody.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::core::upgrade::OutboundConnectionUpgrade;
use libp2p::identity::Keypair;
use libp2p::noise;
use mdns_sd::{ServiceDaemon, ServiceInfo};
use okrug::cluster::inside;
use okrug_node::keys::{KeyFolder, Unlock};
use okrug_tests::wait::within;
use okrug_tests::{District, Layout, until};
use tokio::net::TcpStream;
use tokio_util::compat::TokioAsyncReadCompatExt;

const ALL: &str = "Руководство";
const STRANGERS: &str = "okrug_strangers_total";

/// A machine on the LAN that is no office.
struct Machine {
    namespace: String,
    address: Ipv4Addr,
}

impl Machine {
    fn at(district: &District) -> Self {
        let (namespace, addresses) = district.network().borrow_mut().join(&[0]);
        Self { namespace, address: addresses[0] }
    }

    /// Does something on this machine.
    fn run<T: Send>(&self, act: impl FnOnce() -> T + Send) -> T {
        inside(Some(&self.namespace), act).unwrap()
    }

    /// Dials an office, proves to be the holder of the keys, and asks for the multiplexer.
    async fn knock(&self, office: SocketAddr, keys: &Keypair) -> io::Result<bool> {
        let socket = self.run(|| std::net::TcpStream::connect(office))?;
        socket.set_nonblocking(true)?;
        let mut socket = TcpStream::from_std(socket)?.compat();
        assert!(propose(&mut socket, "/noise").await?);
        let upgrade = noise::Config::new(keys).unwrap().upgrade_outbound(socket, "/noise");
        let (_, mut secured) = upgrade.await.map_err(io::Error::other)?;
        propose(&mut secured, "/yamux/1.0.0").await
    }

    fn listen(&self, port: u16) -> TcpListener {
        let listener = self.run(|| TcpListener::bind((self.address, port))).unwrap();
        listener.set_nonblocking(true).unwrap();
        listener
    }

    /// Tells the LAN that the holder of the keys is here, in words of this district.
    fn announce(&self, daemon: &ServiceDaemon, district: &District, keys: &Keypair, port: u16) {
        let peer = keys.public().to_peer_id().to_string();
        let (tag, host) = (district.trust().district().0.short(), format!("okrug-{}.local.", peer.to_lowercase()));
        let text = [("d", tag.as_str()), ("p", peer.as_str())];
        let address = std::net::IpAddr::from(self.address);
        let service = ServiceInfo::new("_okrug._tcp.local.", &peer, &host, address, port, &text[..]).unwrap();
        daemon.register(service).unwrap();
    }
}

/// Says which protocol is wanted, and hears whether the other side agrees (multistream-select).
async fn propose(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), protocol: &str) -> io::Result<bool> {
    for line in ["/multistream/1.0.0", protocol] {
        let length = u8::try_from(line.len() + 1).unwrap();
        stream.write_all(&[&[length], line.as_bytes(), b"\n"].concat()).await?;
    }
    stream.flush().await?;
    Ok(hear(stream).await? == "/multistream/1.0.0" && hear(stream).await? == protocol)
}

async fn hear(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut length = [0];
    stream.read_exact(&mut length).await?;
    let mut line = vec![0; usize::from(length[0])];
    stream.read_exact(&mut line).await?;
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// The keys by which an office is known on the mesh.
fn keys_of(district: &District, office: usize) -> Keypair {
    let keys = KeyFolder::of(&district.site(office).data).open(&Unlock::default()).unwrap();
    Keypair::ed25519_from_bytes(keys.peer.seed()).unwrap()
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_stranger_with_a_valid_identity_is_refused_inside_the_security_upgrade() {
    let mut district = District::found(&Layout::one_lan(2));
    district.switch_on(0).await;
    let (machine, office) = (Machine::at(&district), district.site(0).mesh);
    let refused = within("the stranger is answered", machine.knock(office, &Keypair::generate_ed25519())).await;
    assert!(refused.is_err(), "the connection ends before the multiplexer is agreed upon: {refused:?}");
    assert!(district.metric(0, STRANGERS).await >= 1.0);
    until("the log says why", async || district.log(0).contains("is no office of this district").then_some(())).await;
    // With the keys of an office the same steps lead on.
    let before = district.metric(0, STRANGERS).await;
    let taken = within("the office is answered", machine.knock(office, &keys_of(&district, 1))).await;
    assert!(taken.unwrap());
    assert_eq!(district.metric(0, STRANGERS).await, before);
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_stranger_that_announces_itself_on_the_lan_is_not_called() {
    let mut district = District::found(&Layout::one_lan(2).by_mdns());
    district.switch_on(0).await;
    let machine = Machine::at(&district);
    let (stranger, office) = (machine.listen(7_601), machine.listen(7_602));
    let daemon = machine.run(|| ServiceDaemon::new().unwrap());
    machine.announce(&daemon, &district, &Keypair::generate_ed25519(), 7_601);
    // One that is of the district, told of later by the same machine, is called: so the first was heard.
    machine.announce(&daemon, &district, &keys_of(&district, 1), 7_602);
    until("the office is called", async || office.accept().ok()).await;
    assert!(stranger.accept().is_err(), "nobody calls a stranger");
    daemon.shutdown().unwrap();
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_node_of_another_district_gets_nowhere_though_it_calls_and_is_on_the_same_lan() {
    let mut ours = District::start(&Layout::one_lan(1).by_mdns()).await;
    let mut theirs = District::found_at(&Layout::one_lan(2).by_mdns(), ours.network());
    // They hold our office for one of theirs, of the same name, and call it.
    let call = format!("discovery.bootstrap={}=/ip4/{}/tcp/7600", theirs.site(1).slug, ours.site(0).mesh.ip());
    theirs.switch_on_with(0, &[call]).await;
    let (here, there) = (ours.enrol(0, ALL).await, theirs.enrol(0, ALL).await);
    let unit = ours.unit(ALL);
    assert_eq!(unit, theirs.unit(ALL), "even the numbers are the same");
    for district in [&ours, &theirs] {
        until("a stranger was turned away", async || (district.metric(0, STRANGERS).await >= 1.0).then_some(())).await;
    }
    there.say(&unit, "чужое").await;
    here.say(&unit, "наше").await;
    // A second call, after both have something to tell.
    let before = ours.metric(0, STRANGERS).await;
    until("they call again", async || (ours.metric(0, STRANGERS).await > before).then_some(())).await;
    assert_eq!((here.texts(&unit).await, there.texts(&unit).await), (vec!["наше".to_owned()], vec!["чужое".to_owned()]));
    assert_eq!((here.linked().await, there.linked().await), (Vec::<String>::new(), Vec::new()));
    assert!(!ours.log(0).contains("not reached"), "our node calls nobody: {}", ours.log(0));
    ours.switch_off(0).await;
    theirs.switch_off(0).await;
}

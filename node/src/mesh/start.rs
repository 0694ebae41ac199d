//! Puts the mesh together and starts its thread.

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use libp2p::identity::Keypair;
use libp2p::{Multiaddr, Swarm, TransportError, noise, swarm};
use tokio_util::sync::CancellationToken;

use super::config::{Admission, Config};
use super::copies::{Granted, Sockets};
use super::door::Door;
use super::endpoint::endpoint_of;
use super::event::{self, Events};
use super::event_loop::{EventLoop, Parts};
use super::gossip::{Audience, Topics};
use super::handle::{self, Handle};
use super::meter::Meters;
use super::secure::{Refused, Secure};
use super::status::Table;
use super::{behaviour, identity, thread, transport};

/// A connection on which neither gossip nor the exchange has anything open is closed after so long.
const IDLE: Duration = Duration::from_secs(30);
/// Streams of one connection whose protocol is still being negotiated.
const MAX_NEGOTIATING: usize = 16;

/// The mesh did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address cannot be listened on: in use, or not of this machine.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// As configured.
        address: Multiaddr,
        /// The system's words.
        reason: String,
    },
    /// The seed is no key, or a protocol refused its own configuration.
    #[error("the mesh cannot be set up: {0}")]
    Setup(String),
}

/// Starts the mesh on a thread of its own; it stops when `cancel` does, or when every handle is gone.
///
/// Shapes:  `identity_seed` is the Ed25519 seed whose public half the directory lists as the office's peer key.
///
/// # Errors
/// [`StartError`] when an address cannot be listened on.
pub fn spawn(
    config: Config,
    identity_seed: &[u8; 32],
    admission: Arc<dyn Admission>,
    cancel: CancellationToken,
) -> Result<(Handle, Events), StartError> {
    let keys = identity::keypair(identity_seed).ok_or_else(|| StartError::Setup("the seed is no key".to_owned()))?;
    thread::spawn(move || prepare(config, keys, admission, cancel), |error| StartError::Setup(error.to_string()))
}

/// Listens, and puts together what is to run.
fn prepare(
    config: Config,
    keys: Keypair,
    admission: Arc<dyn Admission>,
    cancel: CancellationToken,
) -> Result<((Handle, Events), impl Future<Output = ()>), StartError> {
    let (tag, meters, table, refused) = (config.tag(), Meters::default(), Table::default(), Refused::default());
    let topics = Topics::new(&tag);
    let setup = |error: noise::Error| StartError::Setup(error.to_string());
    let door = Door::new(&tag, &keys, Arc::clone(&admission), cancel.clone()).map_err(setup)?;
    let secure = Secure::new(&keys, Arc::clone(&admission), refused.clone()).map_err(setup)?;
    let known = table.clone();
    let transport = transport::build(secure, door, meters.clone(), move |host| known.line_to(host));
    let audience = Audience::new(topics.clone(), Arc::clone(&admission));
    let heard = audience.watch();
    let behaviour = behaviour::build(&tag, keys.public(), topics.clone(), audience).map_err(StartError::Setup)?;
    let settings =
        swarm::Config::with_tokio_executor().with_idle_connection_timeout(IDLE).with_max_negotiating_inbound_streams(MAX_NEGOTIATING);
    let mut swarm = Swarm::new(transport, behaviour, keys.public().to_peer_id(), settings);
    let refuse = |address: &Multiaddr, reason| StartError::Listen { address: address.clone(), reason };
    // All before the first is taken: `::` asked for alone means both kinds of addresses, and 0.0.0.0 is then ours.
    config.listen.iter().try_for_each(|address| claim(address).map_err(|error| refuse(address, error.to_string())))?;
    for address in &config.listen {
        swarm.listen_on(address.clone()).map_err(|error| refuse(address, words(error)))?;
    }
    let (settings, granted) = (config.links, Granted::default());
    let sockets = if settings.copies { Sockets::bind(&config.listen) } else { Sockets::default() };
    let (handle, commands, watched) = handle::channel(table.clone(), refused, heard, settings.declared.clone());
    let (sender, events) = event::channel();
    sockets.hear(&granted, &sender, &cancel);
    let parts =
        Parts { swarm, commands, events: sender, watched, admission, keys, topics, table, meters, settings, sockets, granted, cancel };
    Ok(((handle, events), EventLoop::new(parts).run()))
}

/// Makes sure that nobody listens there: libp2p shares a port with whoever is willing to, and two nodes that
/// share one would each get half of the callers.
fn claim(address: &Multiaddr) -> io::Result<()> {
    let Some((ip, port)) = endpoint_of(address) else { return Ok(()) };
    TcpListener::bind((ip, port)).map(drop)
}

fn words(error: TransportError<io::Error>) -> String {
    match error {
        TransportError::MultiaddrNotSupported(_) => "not of the form /ip4/…/tcp/… or /ip6/…/tcp/…".to_owned(),
        TransportError::Other(error) => error.to_string(),
    }
}

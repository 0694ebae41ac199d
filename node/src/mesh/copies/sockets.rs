//! The sockets for copies: one beside each listener, at the same port. Where there is none, no copies go.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use libp2p::Multiaddr;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tokio_util::sync::CancellationToken;

use super::granted::Granted;
use super::seal::MAX_DATAGRAM;
use crate::mesh::endpoint::endpoint_of;
use crate::mesh::event::{Event, EventSender};

/// After an error of the system's nothing is heard for so long.
const STUMBLED: Duration = Duration::from_millis(100);

/// The sockets of a node; none where copies are switched off.
#[derive(Debug, Clone, Default)]
pub(in crate::mesh) struct Sockets(Arc<[(SocketAddr, Arc<UdpSocket>)]>);

impl Sockets {
    /// Binds one beside each address; what is not to be had is said once and does without.
    pub(in crate::mesh) fn bind(listen: &[Multiaddr]) -> Self {
        let bound = listen.iter().filter_map(endpoint_of).filter_map(|(ip, port)| {
            bind(SocketAddr::new(ip, port))
                .inspect_err(|error| tracing::warn!(event = "no_copies", %ip, port, %error, "UDP at this port is not to be had: on lines that lose packets messages come later"))
                .ok()
        });
        Self(bound.collect())
    }

    /// The one by which a host is heard, and reaches others, at this address of its own.
    pub(in crate::mesh) fn beside(&self, ip: IpAddr) -> Option<(u16, Arc<UdpSocket>)> {
        let is_beside = |bound: IpAddr| bound == ip || bound.is_unspecified() && bound.is_ipv4() == ip.is_ipv4();
        self.0.iter().find(|(bound, _)| is_beside(bound.ip())).map(|(bound, socket)| (bound.port(), Arc::clone(socket)))
    }

    /// Hears copies until `cancel`.
    pub(in crate::mesh) fn hear(&self, granted: &Granted, events: &EventSender, cancel: &CancellationToken) {
        for (_, socket) in self.0.iter() {
            let hearing = hear(Arc::clone(socket), granted.clone(), events.clone());
            tokio::spawn(cancel.clone().run_until_cancelled_owned(hearing));
        }
    }
}

fn bind(at: SocketAddr) -> io::Result<(SocketAddr, Arc<UdpSocket>)> {
    let socket = Socket::new(Domain::for_address(at), Type::DGRAM, Some(Protocol::UDP))?;
    if at.is_ipv6() {
        // As the listeners: the other kind of addresses has its own.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&at.into())?;
    let socket = UdpSocket::from_std(socket.into())?;
    Ok((socket.local_addr()?, Arc::new(socket)))
}

async fn hear(socket: Arc<UdpSocket>, granted: Granted, events: EventSender) {
    // One more, so that what is too long shows.
    let mut buffer = [0; MAX_DATAGRAM + 1];
    loop {
        match socket.recv_from(&mut buffer).await {
            Ok((length, _)) => {
                let opened = buffer.get_mut(..length).and_then(|datagram| granted.open(datagram));
                if let Some((office, bytes)) = opened {
                    let length = bytes.len();
                    // Without room for it the frame itself comes later.
                    events.offer(Event::Copy { office, bytes }, length);
                }
            }
            Err(_) => tokio::time::sleep(STUMBLED).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_that_is_taken_leaves_the_node_without_copies_and_no_worse() {
        let free = Sockets::bind(&["/ip4/127.0.0.1/tcp/0".parse().unwrap()]);
        let (port, _) = free.beside([127, 0, 0, 1].into()).unwrap();
        let taken = Sockets::bind(&[format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap()]);
        assert!(taken.beside([127, 0, 0, 1].into()).is_none());
        assert!(free.beside([10, 0, 0, 1].into()).is_none());
        let all = Sockets::bind(&["/ip4/0.0.0.0/tcp/0".parse().unwrap()]);
        assert!(all.beside([10, 0, 0, 1].into()).is_some() && all.beside("fe80::1".parse().unwrap()).is_none());
    }
}

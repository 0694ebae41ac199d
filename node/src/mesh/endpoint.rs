//! Addresses of TCP listeners, taken apart and put together.

use std::net::IpAddr;

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

/// The host of an address, when it begins with one.
pub(super) fn host(address: &Multiaddr) -> Option<IpAddr> {
    match address.iter().next()? {
        Protocol::Ip4(ip) => Some(ip.into()),
        Protocol::Ip6(ip) => Some(ip.into()),
        _ => None,
    }
}

/// The host and port of a TCP listener's address; `None` when it is none.
#[must_use]
pub fn endpoint_of(address: &Multiaddr) -> Option<(IpAddr, u16)> {
    match address.iter().nth(1)? {
        Protocol::Tcp(port) => Some((host(address)?, port)),
        _ => None,
    }
}

/// The address of a TCP listener.
#[must_use]
pub fn address_of(ip: IpAddr, port: u16) -> Multiaddr {
    Multiaddr::empty().with(ip.into()).with(Protocol::Tcp(port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_apart_and_together() {
        for text in ["/ip4/10.0.0.1/tcp/7600", "/ip6/fd00::1/tcp/7600"] {
            let address = text.parse().unwrap();
            let (ip, port) = endpoint_of(&address).unwrap();
            assert_eq!(address_of(ip, port), address);
        }
        assert_eq!(endpoint_of(&"/ip4/10.0.0.1/udp/7600".parse().unwrap()), None);
        assert_eq!(endpoint_of(&Multiaddr::empty()), None);
    }
}

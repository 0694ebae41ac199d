//! The addresses to listen on, tried before anything else runs, so that a mistake is said in words.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};

use super::StartError;
use crate::config::Multiaddr;
use crate::mesh;

/// The setting that names the mesh's addresses.
const MESH: &str = "mesh.listen";

/// Tries each address of the mesh and gives those that this machine has.
///
/// A machine without IPv6 refuses the default for it; as long as another address is left, that is no fault.
pub(super) fn try_mesh(addresses: &[Multiaddr]) -> Result<Vec<mesh::Multiaddr>, StartError> {
    let mut usable = Vec::new();
    let mut refused = None;
    for multiaddr in addresses {
        let known = multiaddr.as_str().parse().expect("a multiaddr of the configuration is one of the mesh's");
        let Some(address) = socket(multiaddr) else {
            usable.push(known);
            continue;
        };
        match TcpListener::bind(address) {
            Ok(_) => usable.push(known),
            Err(source) if source.kind() == io::ErrorKind::AddrInUse => return Err(StartError::Listen { setting: MESH, address, source }),
            Err(source) => {
                tracing::warn!(event = "address_unusable", %address, error = %source);
                refused = Some(StartError::Listen { setting: MESH, address, source });
            }
        }
    }
    match refused {
        Some(error) if usable.is_empty() => Err(error),
        _ => Ok(usable),
    }
}

/// Tries an address for HTTP.
pub(super) fn try_http(setting: &'static str, address: SocketAddr) -> Result<(), StartError> {
    TcpListener::bind(address).map(drop).map_err(|source| StartError::Listen { setting, address, source })
}

/// The socket address of `/ip4/…/tcp/…` and `/ip6/…/tcp/…`.
fn socket(multiaddr: &Multiaddr) -> Option<SocketAddr> {
    let mut parts = multiaddr.as_str().split('/').skip(1);
    let (kind, host, _, port) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let host: IpAddr = if kind.starts_with("ip") { host.parse().ok()? } else { return None };
    Some(SocketAddr::new(host, port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_named_and_a_free_one_is_left_free() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = try_mesh(&[Multiaddr::loopback(0), Multiaddr::loopback(port)]).unwrap_err();
        assert!(matches!(error, StartError::Listen { address, .. } if address.port() == port));
        drop(taken);
        assert_eq!(try_mesh(&[Multiaddr::loopback(port)]).unwrap(), [Multiaddr::loopback(port).as_str().parse().unwrap()]);
        assert!(try_http("api.listen", SocketAddr::from(([127, 0, 0, 1], port))).is_ok());
    }

    #[test]
    fn an_address_of_another_machine_counts_only_when_no_other_is_left() {
        let elsewhere: Multiaddr = "/ip4/192.0.2.1/tcp/0".parse().unwrap();
        assert_eq!(try_mesh(&[elsewhere.clone(), Multiaddr::loopback(0)]).unwrap(), [Multiaddr::loopback(0).as_str().parse().unwrap()]);
        assert!(try_mesh(&[elsewhere]).is_err());
    }
}

//! Ports on the loopback interface.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use crate::problem::{Exit, Problem};
use crate::words::said;

/// How far up a free port is looked for.
const SEARCH: u16 = 2_000;

/// Ports that are held until they are handed over, so that none is found twice.
#[derive(Debug, Default)]
pub struct Ports {
    held: Vec<TcpListener>,
}

impl Ports {
    /// Any free port.
    ///
    /// # Errors
    /// When the system has none.
    pub fn any(&mut self) -> Result<SocketAddr, Problem> {
        self.hold(0)
    }

    /// Exactly this port.
    ///
    /// # Errors
    /// When it is in use.
    pub fn exactly(&mut self, port: u16) -> Result<SocketAddr, Problem> {
        self.hold(port)
    }

    /// The first free port from this one upwards.
    ///
    /// # Errors
    /// When none is free far and wide.
    pub fn from(&mut self, port: u16) -> Result<SocketAddr, Problem> {
        let free = (port..port.saturating_add(SEARCH)).find_map(|port| self.hold(port).ok());
        free.map_or_else(|| self.hold(port), Ok)
    }

    /// Gives the ports back, for those who are to listen on them.
    pub fn release(self) {
        drop(self.held);
    }

    fn hold(&mut self, port: u16) -> Result<SocketAddr, Problem> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| Ok((listener.local_addr()?, listener)));
        match listener {
            Ok((address, listener)) => {
                self.held.push(listener);
                Ok(address)
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => Err(Problem::new(
                "port_in_use",
                Exit::Busy,
                said!("порт {port} занят; ничего не запущено", "port {port} is in use; nothing was started"),
            )
            .hint(said!("освободите его или назовите другой: --port", "free it, or name another: --port"))),
            Err(error) => Err(Problem::new("port", Exit::Failed, said!("порт {port}: {error}", "port {port}: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_found_twice_and_a_used_one_is_named() {
        let mut ports = Ports::default();
        let first = ports.any().unwrap();
        let next = ports.from(first.port()).unwrap();
        assert_ne!(first, next);
        let problem = ports.exactly(first.port()).unwrap_err();
        assert_eq!((problem.code, problem.exit), ("port_in_use", Exit::Busy));
        ports.release();
        assert!(Ports::default().exactly(first.port()).is_ok());
    }
}

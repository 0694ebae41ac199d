//! Where the page and the API are, and why they cannot be there.

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::SockRef;

use super::tls::TlsError;
use crate::problem::{Exit, Problem};
use crate::said;
use crate::words::Said;

/// The API did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// Which address.
        address: SocketAddr,
        /// The setting that names it.
        setting: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// Passwords would cross the network in clear.
    #[error("without TLS the page is for this machine only, and {0} is not")]
    Plain(SocketAddr),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The file for the command line could not be written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: std::path::PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A listener cannot be used.
    #[error("the listener cannot be used: {0}")]
    Serve(io::Error),
}

/// Connections that may wait to be let in. With the usual 128, a burst of slow callers made people wait for a second or three:
/// who finds no room is not heard before they knock again.
const WAITING: i32 = 4_096;

/// Takes an address; also which one it is by now, where any port was asked for.
pub(crate) fn bind(address: SocketAddr, setting: &'static str) -> Result<(TcpListener, SocketAddr), StartError> {
    let take = || {
        let listener = TcpListener::bind(address)?;
        SockRef::from(&listener).listen(WAITING)?;
        let taken = listener.local_addr()?;
        Ok((listener, taken))
    };
    take().map_err(|source| StartError::Bind { address, setting, source })
}

impl From<StartError> for Problem {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Bind { address, setting, source } => of_bind(address, setting, &source),
            StartError::Plain(address) => Self::new(
                "plain_http",
                Exit::Usage,
                said!(
                    "без TLS страница открывается только на этой машине, а {address} виден из сети: пароли шли бы открыто",
                    "without TLS the page opens on this machine only, and {address} is seen from the network: passwords would cross it in clear",
                    address = address,
                ),
            )
            .hint(said!("уберите api.tls = \"off\" или задайте api.listen = \"127.0.0.1:7680\"", "remove api.tls = \"off\", or set api.listen = \"127.0.0.1:7680\"")),
            StartError::Tls(error) => of_tls(&error),
            StartError::File { path, source } => Self::io(&path, &source),
            StartError::Serve(source) => Self::new("listen", Exit::Failed, Said::same(source.to_string())),
        }
    }
}

fn of_bind(address: SocketAddr, setting: &'static str, source: &io::Error) -> Problem {
    match source.kind() {
        io::ErrorKind::AddrInUse => Problem::new(
            "port_in_use",
            Exit::Busy,
            said!(
                "адрес {address} занят другой программой; узел не запущен, данные не тронуты",
                "the address {address} is in use by another program; the node did not start, its data are untouched",
                address = address,
            ),
        )
        .hint(said!(
            "остановите её (ss -ltnp покажет, какая) или задайте другой порт в {setting}",
            "stop it (ss -ltnp shows which one), or set another port in {setting}",
            setting = setting,
        )),
        io::ErrorKind::AddrNotAvailable => Problem::new(
            "no_such_address",
            Exit::Usage,
            said!(
                "у этой машины нет адреса {ip}; узел не запущен, данные не тронуты",
                "this machine has no address {ip}; the node did not start, its data are untouched",
                ip = address.ip(),
            ),
        )
        .hint(said!(
            "ip -brief address покажет адреса; исправьте {setting}",
            "ip -brief address shows the addresses; correct {setting}",
            setting = setting
        )),
        io::ErrorKind::PermissionDenied => Problem::new(
            "port_forbidden",
            Exit::NotPermitted,
            said!(
                "порт {port} открывает только root; узел не запущен, данные не тронуты",
                "the port {port} is for root only; the node did not start, its data are untouched",
                port = address.port(),
            ),
        )
        .hint(said!("задайте порт от 1024 в {setting}", "set a port of 1024 or more in {setting}", setting = setting)),
        _ => Problem::new("listen", Exit::Failed, Said::same(format!("{address}: {source}"))),
    }
}

fn of_tls(error: &TlsError) -> Problem {
    let ru = match error {
        TlsError::File { path, source } => return Problem::io(path, source),
        TlsError::NotPem { path, what: "certificate" } => format!("в {} нет сертификата в виде PEM", path.display()),
        TlsError::NotPem { path, .. } => format!("в {} нет закрытого ключа в виде PEM", path.display()),
        TlsError::Unfit { path, reason } => format!("ключ не подходит к сертификату {}: {reason}", path.display()),
        TlsError::Making(reason) => format!("сертификат не создан: {reason}"),
    };
    Problem::new("tls", Exit::Usage, Said::new(ru, error.to_string()))
        .hint(said!("проверьте api.tls_cert и api.tls_key", "check api.tls_cert and api.tls_key"))
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;
    use crate::words::Lang;

    #[test]
    fn a_port_in_use_is_named_with_what_to_do() {
        let (_taken, address) = bind(([127, 0, 0, 1], 0).into(), "api.listen").unwrap();
        let problem = Problem::from(bind(address, "api.listen").unwrap_err());
        assert_eq!((problem.code, problem.exit), ("port_in_use", Exit::Busy));
        assert!(problem.text(Lang::Ru).contains(&address.to_string()) && problem.text(Lang::Ru).contains("api.listen"));
    }

    #[test]
    fn a_burst_of_callers_is_heard_at_the_first_knock() {
        let (_listener, address) = bind(([127, 0, 0, 1], 0).into(), "api.listen").unwrap();
        // Nobody is let in meanwhile.
        let callers = (0..500).map(|_| TcpStream::connect_timeout(&address, Duration::from_secs(5)));
        assert_eq!(callers.collect::<Result<Vec<_>, _>>().map(|all| all.len()).unwrap(), 500);
    }

    #[test]
    fn an_address_of_another_machine_is_named() {
        let problem = Problem::from(bind(([192, 0, 2, 1], 0).into(), "api.listen").unwrap_err());
        assert_eq!((problem.code, problem.exit), ("no_such_address", Exit::Usage));
    }
}

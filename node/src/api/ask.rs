//! One question to the node on this machine, for programs that only want to know whether it serves.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};

use super::Access;

/// A node that serves answers at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest first line of an answer.
const MAX_LINE: u64 = 1 << 10;

/// Asks for a path and gives the status of the answer.
///
/// # Errors
/// The node does not answer, or its certificate is not the one of `api.json`.
pub fn ask(access: &Access, path: &str) -> io::Result<u16> {
    let bad = || io::Error::other(format!("{} is no address", access.url));
    let (scheme, authority) = access.url.split_once("://").ok_or_else(bad)?;
    let address = authority.to_socket_addrs()?.next().ok_or_else(bad)?;
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    match (scheme, &access.certificate) {
        ("https", Some(certificate)) => {
            let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host).trim_matches(['[', ']']);
            status(StreamOwned::new(client(certificate, host)?, stream), authority, path)
        }
        _ => status(stream, authority, path),
    }
}

fn status(mut stream: impl Read + Write, authority: &str, path: &str) -> io::Result<u16> {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")?;
    stream.flush()?;
    let mut line = String::new();
    BufReader::new(stream.take(MAX_LINE)).read_line(&mut line)?;
    let code = line.split_ascii_whitespace().nth(1).and_then(|code| code.parse().ok());
    code.ok_or_else(|| io::Error::other("the answer is not HTTP"))
}

/// A client that trusts this chain and nothing else.
fn client(certificate: &Path, host: &str) -> io::Result<ClientConnection> {
    let mut roots = RootCertStore::empty();
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(io::Error::other)?;
    roots.add_parsable_certificates(chain);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    let config = config.map_err(io::Error::other)?.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)
}

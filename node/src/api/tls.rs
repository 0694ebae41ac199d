//! The certificate of the page: the configured one, or one that the node signs itself and keeps.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::shown::{Own, Shown, certified};
use crate::certs::pem;
use crate::config;
use crate::disk;

/// The folder of the self-signed certificate in the data directory.
const FOLDER: &str = "tls";

/// The certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file holds no certificate, or no key.
    #[error("{} holds no {what} in PEM form", path.display())]
    NotPem {
        /// Which file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// The key is not the certificate's, or of a kind that is not supported.
    #[error("the key does not fit the certificate in {}: {reason}", path.display())]
    Unfit {
        /// The certificate.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// No certificate could be made.
    #[error("no certificate could be made: {0}")]
    Making(rcgen::Error),
}

/// What serves TLS.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    pub(crate) server: Arc<ServerConfig>,
    /// What clients on this machine trust.
    pub(crate) trusted: PathBuf,
}

/// Reads the configured certificate, or the node's own one, which is made when there is none.
pub(crate) fn own(api: &config::Api, data: &Path) -> Result<Own, TlsError> {
    let (given, (certificate, key)) = match (&api.tls_cert, &api.tls_key) {
        (Some(certificate), Some(key)) => (true, (certificate.clone(), key.clone())),
        _ => (false, made(api, &data.join(FOLDER))?),
    };
    let chain = CertificateDer::pem_file_iter(&certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.ok().filter(|chain: &Vec<_>| !chain.is_empty());
    let chain = chain.ok_or_else(|| unread(&certificate, "certificate"))?;
    let secret = PrivateKeyDer::from_pem_file(&key).map_err(|_| unread(&key, "private key"))?;
    let fitted = certified(chain, secret).map_err(|error| TlsError::Unfit { path: certificate.clone(), reason: error.to_string() })?;
    let trusted = if given { certificate } else { data.join(FOLDER).join("trusted.pem") };
    if !given {
        let text: String = fitted.cert.iter().map(|der| pem(der)).collect();
        disk::replace(&trusted, text.as_bytes()).map_err(|source| TlsError::File { path: trusted.clone(), source })?;
    }
    Ok(Own { key: Arc::new(fitted), given, trusted })
}

/// TLS with whatever is shown at the time.
pub(crate) fn server(shown: Arc<Shown>, trusted: PathBuf) -> Result<Tls, TlsError> {
    let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    let unfit = |error: rustls::Error| TlsError::Unfit { path: trusted.clone(), reason: error.to_string() };
    let mut server = server.map_err(unfit)?.with_no_client_auth().with_cert_resolver(shown);
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Tls { server: Arc::new(server), trusted })
}

/// A file that the system does not give, or one that holds something else.
fn unread(path: &Path, what: &'static str) -> TlsError {
    match fs::read(path) {
        Err(source) => TlsError::File { path: path.to_owned(), source },
        Ok(_) => TlsError::NotPem { path: path.to_owned(), what },
    }
}

/// The node's own certificate. It is kept while it has the names that are asked for, so that a browser that
/// was told to trust it stays content.
fn made(api: &config::Api, folder: &Path) -> Result<(PathBuf, PathBuf), TlsError> {
    let (certificate, key, kept) = (folder.join("cert.pem"), folder.join("key.pem"), folder.join("names"));
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    names.extend(api.hosts.iter().cloned());
    if !api.listen.ip().is_unspecified() {
        names.push(api.listen.ip().to_string());
    }
    let has = fs::read_to_string(&kept).unwrap_or_default();
    if certificate.exists() && key.exists() && names.iter().all(|name| has.lines().any(|line| line == name)) {
        return Ok((certificate, key));
    }
    names.extend(addresses().into_iter().map(|address| address.to_string()));
    names.sort();
    names.dedup();
    let made = rcgen::generate_simple_self_signed(names.clone()).map_err(TlsError::Making)?;
    let at = |path: &Path, source| TlsError::File { path: path.to_owned(), source };
    fs::create_dir_all(folder).map_err(|e| at(folder, e))?;
    for (path, text) in [(&key, made.signing_key.serialize_pem()), (&certificate, made.cert.pem()), (&kept, names.join("\n"))] {
        disk::replace(path, text.as_bytes()).map_err(|e| at(path, e))?;
    }
    tracing::info!(event = "certificate_made", path = %certificate.display(), "made a certificate for the page");
    Ok((certificate, key))
}

/// The addresses of this machine's interfaces.
fn addresses() -> Vec<IpAddr> {
    if_addrs::get_if_addrs().into_iter().flatten().map(|interface| interface.ip()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(hosts: &[&str]) -> config::Api {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        config::Api { listen: ([0, 0, 0, 0], 0).into(), tls: config::TlsMode::Auto, tls_cert: None, tls_key: None, hosts }
    }

    #[test]
    fn a_certificate_of_its_own_is_kept_until_a_name_is_missing() {
        let dir = tempfile::tempdir().unwrap();
        let made = own(&api(&["kotlas.example"]), dir.path()).unwrap();
        let first = fs::read(&made.trusted).unwrap();
        own(&api(&["kotlas.example"]), dir.path()).unwrap();
        assert_eq!(fs::read(&made.trusted).unwrap(), first);
        own(&api(&["kotlas.example", "urai.example"]), dir.path()).unwrap();
        assert_ne!(fs::read(&made.trusted).unwrap(), first);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(dir.path().join("tls/key.pem")).unwrap());
            assert_eq!(mode & 0o077, 0, "only the owner reads the key");
        }
    }

    #[test]
    fn a_wrong_certificate_or_key_is_named() {
        let dir = tempfile::tempdir().unwrap();
        own(&api(&[]), dir.path()).unwrap();
        let certificate = dir.path().join("tls/cert.pem");
        let given = |certificate: &Path, key: &Path| config::Api {
            tls_cert: Some(certificate.to_owned()),
            tls_key: Some(key.to_owned()),
            ..api(&[])
        };
        let key = dir.path().join("tls/key.pem");
        assert!(own(&given(&certificate, &key), dir.path()).is_ok());
        let missing = dir.path().join("missing.pem");
        assert!(matches!(own(&given(&missing, &key), dir.path()), Err(TlsError::File { path, .. }) if path == missing));
        assert!(matches!(own(&given(&key, &key), dir.path()), Err(TlsError::NotPem { what: "certificate", .. })));
        assert!(matches!(own(&given(&certificate, &certificate), dir.path()), Err(TlsError::NotPem { what: "private key", .. })));
        let other = tempfile::tempdir().unwrap();
        own(&api(&[]), other.path()).unwrap();
        assert!(matches!(own(&given(&certificate, &other.path().join("tls/key.pem")), dir.path()), Err(TlsError::Unfit { .. })));
    }
}

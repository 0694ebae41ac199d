//! What a client that trusts the root says of a chain; the same code that clients run.

use std::sync::Arc;
use std::time::Duration;

use okrug_protocol::clock::Millis;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::CertsError;

/// The root certificate in a file (PEM or DER); none for what is no certificate, or one that vouches for any name.
#[must_use]
pub fn root_of(file: &[u8]) -> Option<Vec<u8>> {
    let der = CertificateDer::from_pem_slice(file).unwrap_or_else(|_| CertificateDer::from(file.to_vec()));
    let mut roots = RootCertStore::empty();
    roots.add(der.clone()).ok()?;
    roots.roots.first()?.name_constraints.as_ref().map(|_| der.to_vec())
}

/// Whether a client that trusts `root` takes the leaf for this name at this time.
///
/// # Errors
/// [`CertsError::Refused`].
pub fn accepted(
    root: &CertificateDer<'static>,
    office: &CertificateDer<'static>,
    leaf: &CertificateDer<'static>,
    name: &str,
    now: Millis,
) -> Result<(), CertsError> {
    let refused = |reason: String| CertsError::Refused { name: name.to_owned(), reason };
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).map_err(|error| refused(error.to_string()))?;
    let client = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(ring::default_provider())).build();
    let client = client.map_err(|error| refused(error.to_string()))?;
    let server = ServerName::try_from(name).map_err(|error| refused(error.to_string()))?;
    let at = UnixTime::since_unix_epoch(Duration::from_millis(now.0));
    let verdict = client.verify_server_cert(leaf, std::slice::from_ref(office), &server, &[], at);
    verdict.map(|_| ()).map_err(|error| refused(error.to_string()))
}

//! The key under which an office's node makes its own leaves; it never leaves the machine.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use okrug_protocol::clock::Millis;
use okrug_protocol::pagekey::PageRequest;
use okrug_protocol::sign::SecretKey;
use rcgen::{ExtendedKeyUsagePurpose, Issuer, KeyPair, KeyUsagePurpose, SanType};
use rustls_pki_types::PrivatePkcs8KeyDer;

use super::params::params;
use super::root::subject;
use super::{CertsError, DAY_MS, Grant, LEAF_DAYS, LOCAL_ADDRESSES, LOCAL_NAME, Leaf, days_after, host};
use crate::disk;
use crate::rest::Rest;

const ROOM: &str = "tls";
const FILE: &str = "office.key";

/// The key of an office's certificate.
pub struct OfficeKey(KeyPair);

impl std::fmt::Debug for OfficeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the key of an office's page")
    }
}

impl OfficeKey {
    /// A new one.
    ///
    /// # Errors
    /// [`CertsError::Making`].
    pub fn generate() -> Result<Self, CertsError> {
        Ok(Self(KeyPair::generate()?))
    }

    /// The key in a folder, sealed at rest; it is made when there is none. One that does not open is set aside: the
    /// office asks for a certificate anew.
    pub(super) fn open(folder: &Path, rest: &Rest) -> Result<Self, CertsError> {
        let path = folder.join(FILE);
        let at = |source| CertsError::File { path: path.clone(), source };
        match fs::read(&path) {
            Ok(sealed) => {
                let opened = rest.open(ROOM, FILE.as_bytes(), &sealed).ok();
                let key = opened.and_then(|secret| {
                    let secret = PrivatePkcs8KeyDer::from(secret.as_slice());
                    KeyPair::from_pkcs8_der_and_sign_algo(&secret, &rcgen::PKCS_ECDSA_P256_SHA256).ok()
                });
                if let Some(key) = key {
                    return Ok(Self(key));
                }
                tracing::warn!(event = "page_key_damaged", path = %path.display(), "the key of the page's certificate does not open; a new one is made");
                fs::rename(&path, folder.join("office.key.damaged")).map_err(at)?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(at(error)),
        }
        let key = Self::generate()?;
        disk::private_dir(folder).map_err(at)?;
        disk::replace(&path, &rest.seal(ROOM, FILE.as_bytes(), key.0.serialized_der())).map_err(at)?;
        Ok(key)
    }

    /// The request for a certificate, which the office's signing key vouches for.
    #[must_use]
    pub fn request(&self, slug: &str, sign: &SecretKey) -> String {
        PageRequest::write(slug, self.0.public_key_raw(), sign)
    }

    /// Makes a leaf for these names and addresses, whether the office may speak for them or not.
    ///
    /// # Errors
    /// [`CertsError::Making`].
    pub fn sign(&self, grant: &Grant, names: Vec<SanType>, now: Millis) -> Result<Leaf, CertsError> {
        let (from, until) = (Millis(now.0.saturating_sub(DAY_MS)), days_after(now, LEAF_DAYS).min(grant.until));
        let mut leaf = params(&host(&grant.slug), from, until);
        leaf.subject_alt_names = names;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let mut office = params(&subject(&grant.slug), from, until);
        office.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate()?;
        let certificate = leaf.signed_by(&key, &Issuer::new(office, &self.0))?.der().clone();
        Ok(Leaf { chain: vec![certificate, grant.office.clone()], key: key.serialize_der(), made: now, until })
    }

    /// Makes the leaf of this office's page, and has it looked at as a client does.
    ///
    /// # Errors
    /// A client would refuse it: the certificate is another office's, another key's, or has run out.
    pub fn leaf(&self, grant: &Grant, now: Millis) -> Result<Leaf, CertsError> {
        let own = host(&grant.slug);
        let dns = [own.as_str(), LOCAL_NAME].map(|name| name.try_into().map(SanType::DnsName));
        let mut names = dns.into_iter().collect::<Result<Vec<_>, _>>()?;
        let addresses = LOCAL_ADDRESSES.iter().chain(&grant.addresses);
        names.extend(addresses.clone().copied().map(SanType::IpAddress));
        let leaf = self.sign(grant, names, now)?;
        for name in [own, LOCAL_NAME.to_owned()].into_iter().chain(addresses.map(ToString::to_string)) {
            super::accepted(&grant.root, &grant.office, &leaf.chain[0], &name, now)?;
        }
        Ok(leaf)
    }
}

//! The root of a district's certificates, as its authority holds it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::Hash32;
use okrug_protocol::pagekey::PageRequest;
use rcgen::{BasicConstraints, CertificateParams, CidrSubnet, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

use super::params::{Point, one, only, params};
use super::{CertsError, DOMAIN, Grant, ROOT_DAYS, days_after, fingerprint, host};

/// Networks that are nobody's on the Internet: no office can speak for an address outside of them.
const NETWORKS: [(IpAddr, u8); 6] = [
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];

/// The root, with its key.
pub struct Root {
    key: KeyPair,
    name: String,
    certificate: CertificateDer<'static>,
}

impl std::fmt::Debug for Root {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Root").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Root {
    /// Makes the root of a district, which browsers will show under this name.
    ///
    /// # Errors
    /// [`CertsError::Making`].
    pub fn make(name: &str, now: Millis) -> Result<Self, CertsError> {
        let key = KeyPair::generate()?;
        let certificate = Self::params(name, now).self_signed(&key)?.der().clone();
        Ok(Self { key, name: name.to_owned(), certificate })
    }

    /// The root from its key, its name and its certificate, as they were kept.
    ///
    /// # Errors
    /// [`CertsError::Making`] for bytes that are no key.
    pub fn open(secret: &[u8], name: &str, certificate: &[u8]) -> Result<Self, CertsError> {
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&PrivatePkcs8KeyDer::from(secret), &rcgen::PKCS_ECDSA_P256_SHA256)?;
        Ok(Self { key, name: name.to_owned(), certificate: CertificateDer::from(certificate.to_vec()) })
    }

    fn params(name: &str, now: Millis) -> CertificateParams {
        let mut params = params(name, Millis(now.0.saturating_sub(super::DAY_MS)), days_after(now, ROOT_DAYS));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.name_constraints = Some(only(DOMAIN, NETWORKS.map(|(ip, prefix)| CidrSubnet::from_addr_prefix(ip, prefix))));
        params
    }

    /// The secret half of its key (PKCS #8).
    #[must_use]
    pub fn secret(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.key.serialize_der())
    }

    /// The certificate (DER).
    #[must_use]
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// What the chart names it by.
    #[must_use]
    pub fn hash(&self) -> Hash32 {
        fingerprint(&self.certificate)
    }

    /// Whether an office may be given this address: the root speaks for private networks only.
    #[must_use]
    pub fn may_name(address: IpAddr) -> bool {
        let bits = |ip: IpAddr| match ip {
            IpAddr::V4(ip) => u128::from(u32::from(ip)) << 96,
            IpAddr::V6(ip) => u128::from(ip),
        };
        NETWORKS.iter().any(|(net, prefix)| net.is_ipv4() == address.is_ipv4() && (bits(*net) ^ bits(address)) >> (128 - prefix) == 0)
    }

    /// Issues an office's certificate: for its own name, names under it, the addresses given here, and nothing else.
    ///
    /// # Errors
    /// [`CertsError::Making`].
    pub fn issue(&self, request: &PageRequest, addresses: &[IpAddr], now: Millis, days: u64) -> Result<Grant, CertsError> {
        let until = days_after(now, days);
        let mut office = params(&subject(&request.slug), Millis(now.0.saturating_sub(super::DAY_MS)), until);
        office.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        office.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        office.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        office.name_constraints = Some(only(&host(&request.slug), addresses.iter().copied().map(one)));
        let issuer = Issuer::new(Self::params(&self.name, now), &self.key);
        let certificate = office.signed_by(&Point(&request.key), &issuer)?.der().clone();
        Ok(Grant { slug: request.slug.clone(), addresses: addresses.to_vec(), until, office: certificate, root: self.certificate.clone() })
    }
}

/// What an office's certificate is called; the office makes it up again when it signs.
pub(super) fn subject(slug: &str) -> String {
    format!("Okrug {}", host(slug))
}

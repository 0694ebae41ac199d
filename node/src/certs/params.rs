//! What all certificates have in common.

use std::net::IpAddr;
use std::time::Duration;

use okrug_protocol::clock::Millis;
use rcgen::{CertificateParams, CidrSubnet, DistinguishedName, DnType, GeneralSubtree, NameConstraints, PublicKeyData, SignatureAlgorithm};

use super::{LOCAL_ADDRESSES, LOCAL_NAME};

/// The last moment that a certificate can name.
const LAST: u64 = 253_402_300_799_000;

/// A certificate for a subject, from one time until another.
pub(super) fn params(subject: &str, from: Millis, until: Millis) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name(subject);
    params.use_authority_key_identifier_extension = true;
    let at = |time: Millis| rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(time.0.min(LAST) / 1_000);
    (params.not_before, params.not_after) = (at(from), at(until));
    params
}

fn name(subject: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "Okrug");
    name.push(DnType::CommonName, subject);
    name
}

/// These names and those under them, these networks, this machine; and nothing else.
pub(super) fn only(domain: &str, networks: impl IntoIterator<Item = CidrSubnet>) -> NameConstraints {
    let dns = [domain, LOCAL_NAME].map(|name| GeneralSubtree::DnsName(name.to_owned()));
    let local = LOCAL_ADDRESSES.into_iter().map(one);
    let permitted = dns.into_iter().chain(local.chain(networks).map(GeneralSubtree::IpAddress)).collect();
    NameConstraints { permitted_subtrees: permitted, excluded_subtrees: Vec::new() }
}

/// The network that is one address.
pub(super) fn one(address: IpAddr) -> CidrSubnet {
    CidrSubnet::from_addr_prefix(address, if address.is_ipv4() { 32 } else { 128 })
}

/// A public key of somebody else's: an uncompressed point of P-256.
pub(super) struct Point<'a>(pub(super) &'a [u8]);

impl PublicKeyData for Point<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

//! The file by which an office gets its certificate: a few words for people, then the office's and the root certificate.
//!
//! Nothing in the words is believed: what the certificate allows is tried out as a client does.
//!
//! ```text
//! okrug page certificate 1
//! office kotlas
//! address 10.4.0.5
//! until 2028-11-27T00:00:00Z
//! -----BEGIN CERTIFICATE-----
//! ```

use std::fmt::Write;
use std::net::IpAddr;

use okrug_protocol::clock::Millis;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::CertsError;
use crate::rfc3339::Utc;

/// The longest file that is looked at.
const MAX_BYTES: usize = 32 << 10;
const MAX_ADDRESSES: usize = 16;
const FIRST_LINE: &str = "okrug page certificate 1";

/// An office's certificate, with the root that it stands under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The short name of the office.
    pub slug: String,
    /// The addresses that it may show its page at.
    pub addresses: Vec<IpAddr>,
    /// Until when it says that it holds.
    pub until: Millis,
    /// The office's certificate.
    pub office: CertificateDer<'static>,
    /// The root.
    pub root: CertificateDer<'static>,
}

impl Grant {
    /// The file.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = format!("{FIRST_LINE}\noffice {}\n", self.slug);
        for address in &self.addresses {
            let _ = writeln!(text, "address {address}");
        }
        let _ = writeln!(text, "until {}", Utc(self.until));
        text + &pem(&self.office) + &pem(&self.root)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`CertsError::NotAGrant`].
    pub fn read(text: &str) -> Result<Self, CertsError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.len() > MAX_BYTES {
            return Err(CertsError::NotAGrant);
        }
        let head = text.lines().map(str::trim).take_while(|line| !line.starts_with("-----")).filter(|line| !line.is_empty());
        let mut lines = head.filter(|line| !line.starts_with('#'));
        if lines.next() != Some(FIRST_LINE) {
            return Err(CertsError::NotAGrant);
        }
        let (mut slug, mut addresses, mut until) = (None, Vec::new(), None);
        for line in lines {
            let (key, value) = line.split_once(' ').ok_or(CertsError::NotAGrant)?;
            match (key, value.trim()) {
                ("office", value) => slug = Some(value.to_owned()),
                ("address", value) => addresses.push(value.parse().map_err(|_| CertsError::NotAGrant)?),
                ("until", value) => until = Some(value.parse::<Utc>().map_err(|_| CertsError::NotAGrant)?.0),
                _ => return Err(CertsError::NotAGrant),
            }
        }
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(text.as_bytes()).collect::<Result<_, _>>().map_err(|_| CertsError::NotAGrant)?;
        let [office, root] = <[_; 2]>::try_from(chain).map_err(|_| CertsError::NotAGrant)?;
        let (Some(slug), Some(until)) = (slug, until) else { return Err(CertsError::NotAGrant) };
        if addresses.len() > MAX_ADDRESSES {
            return Err(CertsError::NotAGrant);
        }
        Ok(Self { slug, addresses, until, office, root })
    }
}

/// A certificate as text.
#[must_use]
pub fn pem(der: &[u8]) -> String {
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    let encoded = base64(der);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = more;
    }
    text + "-----END CERTIFICATE-----\n"
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let three = [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for at in 0..4 {
            let letter = LETTERS[usize::try_from(bits >> (18 - 6 * at) & 63).unwrap_or(0)];
            out.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

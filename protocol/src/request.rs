//! The request by which an office asks to be enrolled: its public keys, made on its own machine.
//!
//! A short text that survives a memory stick, a mail program and a careless editor: line ends,
//! blank lines and comments do not matter, and whatever else is changed is noticed, since both
//! signing keys sign the rest. It proves that the keys belong together, not whose they are: that
//! is for whoever enrols the office to make sure of, by the fingerprint.
//!
//! ```text
//! okrug request 1
//! slug kotlas
//! name Котласское отделение
//! sign <64 hexadecimal digits>
//! peer <64>
//! seal <64>
//! signed-by-sign <128>
//! signed-by-peer <128>
//! ```

use std::fmt::Write;

use crate::bounds::{MAX_NAME, MAX_SLUG};
use crate::codec::{self, Decode, Encode};
use crate::digest;
use crate::ids::{Hash32, hex, unhex};
use crate::labels;
use crate::paper::{self, Kind, PaperError};
use crate::seal::SealKey;
use crate::sign::{PublicKey, SecretKey, SignError, Signature};

/// The version of the text that this code writes and reads.
pub const VERSION: u32 = 1;
/// The longest text that is looked at.
pub const MAX_BYTES: usize = 8 << 10;

/// What an office says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Request {
    /// The short name that it would like: small Latin letters, digits and hyphens.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Signs its entries.
    pub sign: PublicKey,
    /// Its identity on the mesh.
    pub peer: PublicKey,
    /// What is meant for it is sealed to this.
    pub seal: SealKey,
}

/// A text is no request that can be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Something else altogether.
    #[error("this is not a request of an office")]
    NotARequest,
    /// Written by a newer program.
    #[error("the request has version {0}, and this program reads version {VERSION}")]
    Version(String),
    /// A line that belongs to no request, or a second one of its kind.
    #[error("line {0} does not belong there")]
    Line(usize),
    /// A line is missing.
    #[error("the line \"{0}\" is missing")]
    Missing(&'static str),
    /// The slug cannot be one.
    #[error("\"{0}\" is no short name: 1 to {MAX_SLUG} small Latin letters, digits and hyphens")]
    Slug(String),
    /// The name is empty, too long, or has control characters.
    #[error("the name is empty, longer than {MAX_NAME} bytes, or has control characters")]
    Name,
    /// A key or a signature is cut short or otherwise no such thing.
    #[error("the line \"{0}\" is damaged")]
    Damaged(&'static str),
    /// A signature does not hold: something was changed after the office made the request.
    #[error("the request was changed or damaged after the office made it")]
    Changed,
}

impl Request {
    /// Writes the request and has both keys sign it.
    ///
    /// # Errors
    /// A slug or a name that cannot be one.
    pub fn write(slug: &str, name: &str, sign: &SecretKey, peer: &SecretKey, seal: SealKey) -> Result<String, RequestError> {
        let request = Self { slug: slug.to_owned(), name: name.to_owned(), sign: sign.public(), peer: peer.public(), seal };
        request.check()?;
        let bytes = codec::encode(&request);
        Ok(request.text([sign, peer].map(|key| hex(&key.sign(labels::REQUEST, &bytes).0))))
    }

    fn text(&self, [by_sign, by_peer]: [String; 2]) -> String {
        let mut out = format!("okrug request {VERSION}\n");
        let lines = [
            ("slug", self.slug.clone()),
            ("name", self.name.clone()),
            ("sign", hex(&self.sign.0)),
            ("peer", hex(&self.peer.0)),
            ("seal", hex(&self.seal.0)),
            ("signed-by-sign", by_sign),
            ("signed-by-peer", by_peer),
        ];
        for (key, value) in lines {
            writeln!(out, "{key} {value}").expect("a string takes all");
        }
        out
    }

    /// Reads a request and verifies both signatures.
    ///
    /// # Errors
    /// Whatever is not exactly what an office wrote; see [`RequestError`].
    pub fn read(text: &str) -> Result<Self, RequestError> {
        let lines = Lines::of(text)?;
        let request = Self {
            slug: lines.get("slug")?.to_owned(),
            name: lines.get("name")?.to_owned(),
            sign: PublicKey(lines.bytes("sign")?),
            peer: PublicKey(lines.bytes("peer")?),
            seal: SealKey(lines.bytes("seal")?),
        };
        request.check()?;
        let bytes = codec::encode(&request);
        for (key, signature, name) in [(request.sign, "signed-by-sign", "sign"), (request.peer, "signed-by-peer", "peer")] {
            key.verify(labels::REQUEST, &bytes, &Signature(lines.bytes(signature)?)).map_err(|error| match error {
                SignError::BadKey => RequestError::Damaged(name),
                SignError::BadSignature => RequestError::Changed,
            })?;
        }
        Ok(request)
    }

    /// A request's text for paper: the lines of its bytes and signatures.
    ///
    /// # Errors
    /// What [`Request::read`] refuses.
    pub fn to_paper(text: &str) -> Result<Vec<String>, RequestError> {
        let (request, lines) = (Self::read(text)?, Lines::of(text)?);
        let signatures = (lines.bytes::<64>("signed-by-sign")?, lines.bytes::<64>("signed-by-peer")?);
        // The longest names leave it far below what a paper holds.
        paper::write(Kind::Request, &codec::encode(&(request, signatures))).ok_or(RequestError::NotARequest)
    }

    /// The text of a request that was typed or read from codes.
    ///
    /// # Errors
    /// [`PaperError`]; whether the text is a request is for [`Request::read`] to say.
    pub fn from_paper(typed: &str) -> Result<String, PaperError> {
        let bytes = paper::read(Kind::Request, typed)?;
        let (request, (sign, peer)): (Self, ([u8; 64], [u8; 64])) =
            codec::decode_canonical(&bytes, paper::MAX_BYTES).map_err(|_| PaperError::Mixed)?;
        Ok(request.text([hex(&sign), hex(&peer)]))
    }

    /// What both sides read to each other to be sure that they mean the same request.
    #[must_use]
    pub fn fingerprint(&self) -> Hash32 {
        digest::hash(labels::REQUEST, &[&codec::encode(self)])
    }

    fn check(&self) -> Result<(), RequestError> {
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if self.slug.is_empty() || self.slug.len() > MAX_SLUG || !self.slug.bytes().all(letter) {
            return Err(RequestError::Slug(self.slug.clone()));
        }
        if self.name.trim().is_empty()
            || self.name.trim() != self.name
            || self.name.len() > MAX_NAME
            || self.name.contains(char::is_control)
        {
            return Err(RequestError::Name);
        }
        if self.seal.is_usable() { Ok(()) } else { Err(RequestError::Damaged("seal")) }
    }
}

/// The lines of a request, each key once.
struct Lines<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Lines<'a> {
    const KEYS: [&'static str; 7] = ["slug", "name", "sign", "peer", "seal", "signed-by-sign", "signed-by-peer"];

    fn of(text: &'a str) -> Result<Self, RequestError> {
        if text.len() > MAX_BYTES {
            return Err(RequestError::NotARequest);
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let (_, first) = lines.next().ok_or(RequestError::NotARequest)?;
        let version = first.strip_prefix("okrug request ").ok_or(RequestError::NotARequest)?;
        if version != VERSION.to_string() {
            return Err(RequestError::Version(version.chars().take(16).collect()));
        }
        let mut found: Vec<(&'static str, &'a str)> = Vec::new();
        for (number, line) in lines {
            let (key, value) = line.split_once(char::is_whitespace).ok_or(RequestError::Line(number))?;
            let key = Self::KEYS.into_iter().find(|known| *known == key).ok_or(RequestError::Line(number))?;
            if found.iter().any(|(there, _)| *there == key) {
                return Err(RequestError::Line(number));
            }
            found.push((key, value.trim()));
        }
        Ok(Self(found))
    }

    fn get(&self, key: &'static str) -> Result<&'a str, RequestError> {
        self.0.iter().find(|(there, _)| *there == key).map(|(_, value)| *value).ok_or(RequestError::Missing(key))
    }

    fn bytes<const N: usize>(&self, key: &'static str) -> Result<[u8; N], RequestError> {
        let bytes = unhex(self.get(key)?).ok_or(RequestError::Damaged(key))?;
        bytes.try_into().map_err(|_| RequestError::Damaged(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::OpenKey;

    fn text() -> String {
        let (sign, peer) = (SecretKey::from_seed(&[1; 32]), SecretKey::from_seed(&[2; 32]));
        Request::write("kotlas", "Котласское отделение", &sign, &peer, OpenKey::from_seed(&[3; 32]).public()).unwrap()
    }

    #[test]
    fn a_request_reads_back_through_a_mail_program() {
        let request = Request::read(&text()).unwrap();
        assert_eq!((request.slug.as_str(), request.name.as_str()), ("kotlas", "Котласское отделение"));
        let mailed = format!("\u{feff}# от Котласа\r\n\r\n{}\r\n", text().replace('\n', "  \r\n"));
        assert_eq!(Request::read(&mailed), Ok(request));
    }

    #[test]
    fn a_request_goes_by_paper_and_comes_back_as_the_same_text() {
        let lines = Request::to_paper(&text()).unwrap();
        assert!(lines.len() <= 20, "{}", lines.len());
        assert_eq!(Request::from_paper(&lines.join("\n")), Ok(text()));
    }

    #[test]
    fn any_changed_letter_is_noticed() {
        let text = text();
        for (at, old) in text.char_indices() {
            let new = if old == '7' { '8' } else { '7' };
            let changed = format!("{}{new}{}", &text[..at], &text[at + old.len_utf8()..]);
            assert!(old == '\n' && at + 1 == text.len() || Request::read(&changed).is_err(), "at {at}");
        }
    }

    #[test]
    fn a_request_cut_anywhere_is_refused() {
        let text = text();
        for (at, _) in text.trim_end().char_indices() {
            assert!(Request::read(&text[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(Request::read("PK\u{3}\u{4}"), Err(RequestError::NotARequest));
        assert_eq!(Request::read(&text().replace("request 1", "request 2")), Err(RequestError::Version("2".to_owned())));
        assert_eq!(Request::read(&text().replace("seal ", "saal ")), Err(RequestError::Line(6)));
        assert_eq!(Request::read(&text().replace("kotlas", "Kotlas")), Err(RequestError::Slug("Kotlas".to_owned())));
        assert_eq!(Request::read(&text().replace("kotlas", "yarensk")), Err(RequestError::Changed));
        let without: String = text().lines().filter(|l| !l.starts_with("peer")).map(|l| format!("{l}\n")).collect();
        assert_eq!(Request::read(&without), Err(RequestError::Missing("peer")));
    }
}

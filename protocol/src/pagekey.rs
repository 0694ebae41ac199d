//! The request by which an office asks the authority for a certificate of its page.
//!
//! The key is one for browsers (ECDSA over P-256), made on the office's machine; the office's signing key vouches
//! for it, so that the request may come by any way. Line ends, blank lines and comments do not matter.
//!
//! ```text
//! okrug page request 1
//! office kotlas
//! key <130 hexadecimal digits>
//! by <64>
//! signed <128>
//! ```

use crate::bounds::MAX_SLUG;
use crate::codec::{self, Decode, Encode};
use crate::ids::{hex, unhex};
use crate::labels;
use crate::sign::{PublicKey, SecretKey, SignError, Signature};

/// The longest text that is looked at.
pub const MAX_BYTES: usize = 4 << 10;
/// An uncompressed point of P-256: one byte that says so, and two coordinates.
const POINT: usize = 65;
const FIRST_LINE: &str = "okrug page request 1";

/// What an office asks for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct PageRequest {
    /// The short name of the office.
    pub slug: String,
    /// The public key of its page: an uncompressed point of P-256.
    pub key: Vec<u8>,
}

/// A text is no request that can be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageRequestError {
    /// Something else altogether, or of another version.
    #[error("this is not a request for a certificate of a page")]
    NotARequest,
    /// A line is missing, twice there, cut short, or no line of a request.
    #[error("the line \"{0}\" is missing or damaged")]
    Line(&'static str),
    /// Something was changed after the office signed.
    #[error("the request was changed or damaged after the office made it")]
    Changed,
}

impl PageRequest {
    /// The request of an office, signed by its signing key.
    ///
    /// Shapes:  `key` is an uncompressed point of P-256.
    #[must_use]
    pub fn write(slug: &str, key: &[u8], sign: &SecretKey) -> String {
        let request = Self { slug: slug.to_owned(), key: key.to_vec() };
        let signature = sign.sign(labels::PAGE_REQUEST, &codec::encode(&request));
        format!("{FIRST_LINE}\noffice {slug}\nkey {}\nby {}\nsigned {}\n", hex(key), hex(&sign.public().0), hex(&signature.0))
    }

    /// Reads a request, and who vouches for it. That this is the office's key is for the directory to say.
    ///
    /// # Errors
    /// Whatever is not exactly what an office wrote.
    pub fn read(text: &str) -> Result<(Self, PublicKey), PageRequestError> {
        if text.len() > MAX_BYTES {
            return Err(PageRequestError::NotARequest);
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        if lines.next() != Some(FIRST_LINE) {
            return Err(PageRequestError::NotARequest);
        }
        let mut next = |key: &'static str| {
            let line = lines.next().and_then(|line| line.split_once(' '));
            line.filter(|(word, _)| *word == key).map(|(_, value)| value.trim()).ok_or(PageRequestError::Line(key))
        };
        let slug = next("office")?.to_owned();
        let key = unhex(next("key")?).filter(|key| key.len() == POINT && key[0] == 4).ok_or(PageRequestError::Line("key"))?;
        let by = PublicKey(bytes(next("by")?).ok_or(PageRequestError::Line("by"))?);
        let signature = Signature(bytes(next("signed")?).ok_or(PageRequestError::Line("signed"))?);
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if slug.is_empty() || slug.len() > MAX_SLUG || !slug.bytes().all(letter) {
            return Err(PageRequestError::Line("office"));
        }
        let request = Self { slug, key };
        match by.verify(labels::PAGE_REQUEST, &codec::encode(&request), &signature) {
            Ok(()) if lines.next().is_none() => Ok((request, by)),
            Ok(()) => Err(PageRequestError::NotARequest),
            Err(SignError::BadKey) => Err(PageRequestError::Line("by")),
            Err(SignError::BadSignature) => Err(PageRequestError::Changed),
        }
    }
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    unhex(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> String {
        PageRequest::write("kotlas", &[&[4][..], &[7; 64]].concat(), &SecretKey::from_seed(&[1; 32]))
    }

    #[test]
    fn a_page_request_reads_back_through_a_mail_program() {
        let (request, by) = PageRequest::read(&text()).unwrap();
        assert_eq!((request.slug.as_str(), request.key.len(), by), ("kotlas", 65, SecretKey::from_seed(&[1; 32]).public()));
        let mailed = format!("\u{feff}# от Котласа\r\n\r\n{}\r\n", text().replace('\n', "  \r\n"));
        assert_eq!(PageRequest::read(&mailed), Ok((request, by)));
    }

    #[test]
    fn a_page_request_changed_or_cut_anywhere_is_refused() {
        let text = text();
        for (at, old) in text.trim_end().char_indices() {
            let new = if old == '7' { '8' } else { '7' };
            let changed = format!("{}{new}{}", &text[..at], &text[at + 1..]);
            assert!(PageRequest::read(&changed).is_err(), "at {at}");
            assert!(PageRequest::read(&text[..at]).is_err(), "cut at {at}");
        }
        assert_eq!(PageRequest::read(&text.replace("kotlas", "yarensk")), Err(PageRequestError::Changed));
        assert_eq!(PageRequest::read(&format!("{text}more 1\n")), Err(PageRequestError::NotARequest));
    }
}

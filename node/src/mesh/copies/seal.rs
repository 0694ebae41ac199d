//! The datagram: token, number, and a frame sealed with ChaCha20-Poly1305.
//!
//! Source:  FORMAT.md, section 6, Copies; RFC 8439.

use std::fmt;

use chacha20poly1305::aead::AeadInPlace;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::window::Window;

/// Bytes of a token.
const TOKEN: usize = 8;
/// Bytes before the sealed ones: token and number.
const HEAD: usize = TOKEN + 4;
/// Bytes behind them.
const TAG: usize = 16;
/// The longest datagram; with IP and UDP it fits into any line's packet.
pub(super) const MAX_DATAGRAM: usize = 1_200;
/// The longest frame of which a copy goes.
pub(super) const MAX_FRAME: usize = MAX_DATAGRAM - HEAD - TAG;
/// Bytes of a grant.
pub(super) const GRANT: usize = TOKEN + 32 + 2;

/// Names a grant on the wire.
pub(super) type Token = [u8; TOKEN];

/// What who is to hear copies gives to who is to send them.
#[derive(PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) token: Token,
    key: Zeroizing<[u8; 32]>,
    /// Where they are heard.
    pub(super) port: u16,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Grant {
    /// A new one.
    pub(super) fn draw(port: u16, rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut grant = Self { token: Token::default(), key: Zeroizing::default(), port };
        rng.fill_bytes(&mut grant.token);
        rng.fill_bytes(&mut *grant.key);
        grant
    }

    /// As it travels, over the link alone.
    pub(super) fn to_bytes(&self) -> Zeroizing<[u8; GRANT]> {
        let mut bytes = Zeroizing::new([0; GRANT]);
        bytes[..TOKEN].copy_from_slice(&self.token);
        bytes[TOKEN..TOKEN + 32].copy_from_slice(&*self.key);
        bytes[TOKEN + 32..].copy_from_slice(&self.port.to_be_bytes());
        bytes
    }

    /// As it came; `None` for one that is cut off or names no port.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; GRANT] = bytes.try_into().ok()?;
        let mut grant = Self { token: Token::default(), key: Zeroizing::default(), port: 0 };
        grant.token.copy_from_slice(&bytes[..TOKEN]);
        grant.key.copy_from_slice(&bytes[TOKEN..TOKEN + 32]);
        grant.port = u16::from_be_bytes([bytes[GRANT - 2], bytes[GRANT - 1]]);
        Some(grant).filter(|grant| grant.port != 0)
    }
}

/// Which grant a datagram names.
pub(super) fn token(datagram: &[u8]) -> Option<Token> {
    datagram.first_chunk().copied()
}

/// The sender's end of a grant.
pub(super) struct Sealer {
    cipher: ChaCha20Poly1305,
    token: Token,
    next: Option<u32>,
}

impl Sealer {
    /// Nothing was sent yet.
    pub(super) fn new(grant: &Grant) -> Self {
        Self { cipher: cipher(grant), token: grant.token, next: Some(0) }
    }

    /// The datagram with this frame; `None` for one that is too long, and when the numbers are used up.
    pub(super) fn seal(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        let number = self.next.filter(|_| frame.len() <= MAX_FRAME)?;
        self.next = number.checked_add(1);
        let mut datagram = [&self.token[..], &number.to_be_bytes(), frame].concat();
        let (head, body) = datagram.split_at_mut(HEAD);
        let tag = self.cipher.encrypt_in_place_detached(&nonce(number).into(), head, body).ok()?;
        datagram.extend_from_slice(&tag);
        Some(datagram)
    }
}

/// The receiver's end of a grant.
pub(super) struct Opener {
    cipher: ChaCha20Poly1305,
    window: Window,
}

impl Opener {
    /// Nothing has come yet.
    pub(super) fn new(grant: &Grant) -> Self {
        Self { cipher: cipher(grant), window: Window::default() }
    }

    /// The frame in a datagram, in its place; `None` for what this grant's holder did not seal, and for what came before.
    pub(super) fn open<'a>(&mut self, datagram: &'a mut [u8]) -> Option<&'a [u8]> {
        let (head, rest) = datagram.split_at_mut_checked(HEAD)?;
        let (body, tag) = rest.split_at_mut_checked(rest.len().checked_sub(TAG)?)?;
        let number = u32::from_be_bytes(*head.last_chunk()?);
        if !self.window.is_new(number) {
            return None;
        }
        let tag = *tag.first_chunk::<TAG>()?;
        self.cipher.decrypt_in_place_detached(&nonce(number).into(), head, body, &tag.into()).ok()?;
        self.window.came(number);
        Some(body)
    }
}

fn cipher(grant: &Grant) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new((&*grant.key).into())
}

/// A key seals in one direction and each number once.
fn nonce(number: u32) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[8..].copy_from_slice(&number.to_be_bytes());
    nonce
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn grant(seed: u64) -> Grant {
        Grant::draw(7_600, &mut ChaCha8Rng::seed_from_u64(seed))
    }

    #[test]
    fn a_copy_is_opened_once_by_whoever_gave_the_grant_and_by_nobody_else() {
        let grant = grant(1);
        let (mut sealer, mut opener) = (Sealer::new(&grant), Opener::new(&grant));
        let sealed = sealer.seal(b"one").unwrap();
        assert_eq!((token(&sealed), sealed.len()), (Some(grant.token), HEAD + 3 + TAG));
        assert_eq!(Opener::new(&self::grant(2)).open(&mut sealed.clone()), None);
        assert_eq!(opener.open(&mut sealed.clone()), Some(&b"one"[..]));
        assert_eq!(opener.open(&mut sealed.clone()), None, "a replay");
        assert_eq!(opener.open(&mut sealer.seal(b"two").unwrap()), Some(&b"two"[..]));
    }

    #[test]
    fn no_frame_is_sealed_that_is_too_long_or_has_no_number_left() {
        let mut sealer = Sealer::new(&grant(1));
        assert_eq!(sealer.seal(&[1; MAX_FRAME]).unwrap().len(), MAX_DATAGRAM);
        assert_eq!(sealer.seal(&[1; MAX_FRAME + 1]), None);
        sealer.next = Some(u32::MAX);
        assert!(sealer.seal(b"last").is_some());
        assert_eq!(sealer.seal(b"none"), None);
    }

    #[test]
    fn a_grant_reads_back_and_one_without_a_port_is_none() {
        assert_eq!(Grant::read(&*grant(1).to_bytes()), Some(grant(1)));
        assert_eq!(Grant::read(&*Grant { port: 0, ..grant(1) }.to_bytes()), None);
        assert_eq!(Grant::read(&grant(1).to_bytes()[1..]), None);
    }

    proptest! {
        #[test]
        fn no_bit_may_change_and_junk_spends_no_number(at in 0_usize..HEAD + 5 + TAG, bit in 0_u8..8, junk in proptest::collection::vec(any::<u8>(), 0..100)) {
            let grant = grant(1);
            let (mut sealer, mut opener) = (Sealer::new(&grant), Opener::new(&grant));
            let sealed = sealer.seal(b"frame").unwrap();
            let mut broken = sealed.clone();
            broken[at] ^= 1 << bit;
            prop_assert!(at < TOKEN && token(&broken) != Some(grant.token) || opener.open(&mut broken).is_none());
            prop_assert!(opener.open(&mut junk.clone()).is_none());
            prop_assert!((0..sealed.len()).all(|length| opener.open(&mut sealed[..length].to_vec()).is_none()));
            prop_assert!(opener.open(&mut sealed.clone()).is_some_and(|frame| frame == b"frame"));
        }
    }
}

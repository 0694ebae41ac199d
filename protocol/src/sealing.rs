//! The sealing key that an office announces, so that what is sealed to it stays secret when a later key is stolen.
//!
//! An office says in its district log to which key others seal from now on. Of several the one with the
//! highest number counts; number 0 is the chart's, for whoever knows of none.
//!
//! Source:  FORMAT.md, section 5.10.

use crate::clock::Millis;
use crate::codec::{self, Decode, Encode};
use crate::seal::SealKey;

/// The longest body: a number in five bytes, and a key.
const MAX_BYTES: usize = 37;
/// Numbers count minutes from the first of 2025: a node that was set back does not give one twice.
const FIRST_MINUTE: u64 = 1_735_689_600_000 / MINUTE_MS;
const MINUTE_MS: u64 = 60 * 1_000;
/// Where counting by the clock ends, so that a clock in the far future leaves numbers to count on from.
const LAST_MINUTE: u64 = 1 << 31;

/// Bytes that announce no sealing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// Not a number above 0 and a key in their one encoding.
    #[error("the bytes announce no sealing key")]
    Malformed,
    /// A key that would give a secret known to everybody.
    #[error("the sealing key is a weak one")]
    Weak,
}

/// A sealing key with its number: the body of an entry of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct SealingKey {
    /// Which; above 0, and higher than those that the office announced before.
    pub number: u32,
    /// What is sealed to.
    pub key: SealKey,
}

impl SealingKey {
    /// The number for a key that takes the place of `last` at this time.
    #[must_use]
    pub fn number_after(last: u32, now: Millis) -> u32 {
        let minute = (now.0 / MINUTE_MS).saturating_sub(FIRST_MINUTE).min(LAST_MINUTE);
        u32::try_from(minute).unwrap_or(u32::MAX).max(last.saturating_add(1))
    }

    /// When a key with this number was announced, if its writer's clock was right; `None` for the directory's, and for numbers that
    /// no clock gave.
    #[must_use]
    pub fn numbered_at(number: u32) -> Option<Millis> {
        let minute = u64::from(number);
        (minute != 0 && minute < LAST_MINUTE).then(|| Millis((minute + FIRST_MINUTE) * MINUTE_MS))
    }

    /// Reads the body of an entry.
    ///
    /// # Errors
    /// See [`SealingError`].
    pub fn decode(body: &[u8]) -> Result<Self, SealingError> {
        let read: Self = codec::decode_canonical(body, MAX_BYTES).map_err(|_| SealingError::Malformed)?;
        match read {
            Self { number: 0, .. } => Err(SealingError::Malformed),
            Self { key, .. } if !key.is_usable() => Err(SealingError::Weak),
            read => Ok(read),
        }
    }

    /// The body as it is signed and sent.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::OpenKey;

    fn key(number: u32) -> SealingKey {
        SealingKey { number, key: OpenKey::from_seed(&[7; 32]).public() }
    }

    #[test]
    fn a_key_without_number_or_strength_is_refused() {
        assert_eq!(SealingKey::decode(&key(5).encode()), Ok(key(5)));
        assert_eq!(SealingKey::decode(&key(u32::MAX).encode()), Ok(key(u32::MAX)));
        assert_eq!(SealingKey::decode(&key(0).encode()), Err(SealingError::Malformed));
        assert_eq!(SealingKey::decode(&SealingKey { key: SealKey([0; 32]), ..key(1) }.encode()), Err(SealingError::Weak));
        let mut longer = key(5).encode();
        longer.push(0);
        assert_eq!(SealingKey::decode(&longer), Err(SealingError::Malformed));
    }

    #[test]
    fn a_number_says_when_the_key_was_announced() {
        let year = Millis(1_767_225_600_000);
        assert_eq!(SealingKey::numbered_at(SealingKey::number_after(0, year)), Some(year));
        assert_eq!(SealingKey::numbered_at(0), None);
    }

    #[test]
    fn numbers_rise_whatever_the_clock_shows() {
        let year = Millis(1_767_225_600_000);
        assert_eq!(SealingKey::number_after(0, year), 365 * 24 * 60);
        assert_eq!(SealingKey::number_after(900_000, year), 900_001);
        assert_eq!(SealingKey::number_after(4, Millis(0)), 5);
        assert!(SealingKey::number_after(0, Millis(u64::MAX)) < u32::MAX / 2 + 2);
    }
}

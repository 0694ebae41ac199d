//! The open part of a bundle, which lies at both ends of the file.

use super::key::SealedKey;
use crate::bounds::{MAX_BUNDLE_BOXES, SEAL_OVERHEAD};
use crate::digest;
use crate::labels;

const MAGIC: &[u8; 8] = b"OKRUGBDL";
/// What the file ends with.
const END: &[u8; 8] = b"OKRUGEND";
/// The format that this code writes and reads.
const FORMAT: u8 = 1;
/// Magic, format, exponent, frames, salt, number of boxes.
const PRELUDE: usize = 8 + 1 + 1 + 4 + 32 + 2;
const CHECK: usize = 8;
/// A frame begins with the place of the first record that begins in it.
pub(super) const FRAME_HEAD: usize = 2;
/// The shortest and the longest frames, as powers of two.
const EXPONENTS: std::ops::RangeInclusive<u8> = 10..=15;

/// The bytes do not begin a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Something else altogether.
    #[error("this is no bundle")]
    NotABundle,
    /// Written by a newer program.
    #[error("the bundle has format {0}, and this program reads format {FORMAT}")]
    Format(u8),
    /// Cut short, or numbers that cannot be.
    #[error("the beginning of the bundle is damaged")]
    Damaged,
}

/// The frames of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub(super) exponent: u8,
    pub(super) frames: u32,
}

impl Shape {
    /// Bytes of records in one frame.
    pub(super) fn content(exponent: u8) -> usize {
        (1 << exponent) - SEAL_OVERHEAD - FRAME_HEAD
    }

    /// How many frames there are.
    #[must_use]
    pub fn frames(self) -> u32 {
        self.frames
    }
}

/// What everybody sees of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Frames are 2 to this power long, in bytes.
    pub(super) exponent: u8,
    /// How many there are.
    pub frames: u32,
    /// Made at random: the bundle's name.
    pub salt: [u8; 32],
    /// The bundle's key, for each office that opens it.
    pub boxes: Vec<SealedKey>,
    /// Whether its check holds. A head of which some other office's box is damaged still serves.
    pub is_sound: bool,
}

impl Head {
    /// The longest head.
    pub const MAX: usize = Self::len_of(MAX_BUNDLE_BOXES);
    /// What follows the copy at the end: its length, and the last eight bytes.
    pub const TAIL: usize = 4 + END.len();

    /// A head over frames of this shape.
    ///
    /// Shapes:  at most [`MAX_BUNDLE_BOXES`] boxes.
    #[must_use]
    pub fn new(shape: Shape, salt: [u8; 32], boxes: Vec<SealedKey>) -> Self {
        Self { exponent: shape.exponent, frames: shape.frames, salt, boxes, is_sound: true }
    }

    const fn len_of(boxes: usize) -> usize {
        PRELUDE + boxes * SealedKey::BYTES + CHECK
    }

    /// Bytes of one copy.
    #[must_use]
    pub fn len(&self) -> usize {
        Self::len_of(self.boxes.len())
    }

    /// Whether it has no boxes: then nobody opens the bundle.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }

    /// Bytes of one frame.
    #[must_use]
    pub fn frame_len(&self) -> usize {
        1 << self.exponent
    }

    /// Bytes of the whole file.
    #[must_use]
    pub fn file_len(&self) -> u64 {
        file_len(self.boxes.len(), self.exponent, self.frames)
    }

    /// The bytes that the file begins with.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len());
        out.extend_from_slice(MAGIC);
        out.extend([FORMAT, self.exponent]);
        out.extend(self.frames.to_be_bytes());
        out.extend(self.salt);
        out.extend(u16::try_from(self.boxes.len()).unwrap_or(u16::MAX).to_be_bytes());
        self.boxes.iter().for_each(|sealed| out.extend(sealed.bytes()));
        let check = check(&out);
        out.extend(check);
        out
    }

    /// The bytes that the file ends with: the head once more, and where it begins.
    #[must_use]
    pub fn encode_tail(&self) -> Vec<u8> {
        let mut out = self.encode();
        out.extend(u32::try_from(self.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend(END);
        out
    }

    /// How long the head is that begins with these bytes; `None` while too few of them are here to say.
    ///
    /// # Errors
    /// They begin none.
    pub fn announced(bytes: &[u8]) -> Result<Option<usize>, HeadError> {
        let begins = bytes.len().min(MAGIC.len());
        if bytes.get(..begins) != MAGIC.get(..begins) {
            return Err(HeadError::NotABundle);
        }
        if let Some(format) = bytes.get(8).filter(|format| **format != FORMAT) {
            return Err(HeadError::Format(*format));
        }
        let Some(count) = bytes.get(PRELUDE - 2..PRELUDE) else { return Ok(None) };
        let boxes = count.iter().fold(0, |sum: usize, byte| sum << 8 | usize::from(*byte));
        if boxes > MAX_BUNDLE_BOXES { Err(HeadError::Damaged) } else { Ok(Some(Self::len_of(boxes))) }
    }

    /// Reads a head that fills `bytes`.
    ///
    /// # Errors
    /// See [`HeadError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, HeadError> {
        if Self::announced(bytes)? != Some(bytes.len()) {
            return Err(HeadError::Damaged);
        }
        let (said, found) = bytes.split_at(bytes.len() - CHECK);
        let exponent = said.get(9).copied().filter(|n| EXPONENTS.contains(n)).ok_or(HeadError::Damaged)?;
        let frames = said.get(10..14).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes).ok_or(HeadError::Damaged)?;
        let salt = said.get(14..46).and_then(|salt| salt.try_into().ok()).ok_or(HeadError::Damaged)?;
        let boxes = said.get(PRELUDE..).unwrap_or_default().chunks_exact(SealedKey::BYTES).filter_map(SealedKey::read).collect();
        Ok(Self { exponent, frames, salt, boxes, is_sound: check(said) == found })
    }
}

/// Bytes of a file with so many boxes and frames.
pub(super) fn file_len(boxes: usize, exponent: u8, frames: u32) -> u64 {
    let head = u64::try_from(Head::len_of(boxes)).unwrap_or(u64::MAX);
    let tail = u64::try_from(Head::TAIL).unwrap_or(u64::MAX);
    (u64::from(frames) << exponent).saturating_add(2 * head + tail)
}

fn check(said: &[u8]) -> [u8; CHECK] {
    let hash = digest::hash(labels::BUNDLE_HEAD, &[said]);
    crate::frontier::Short::from(hash).0
}

/// A head to be read in place of a damaged one at the beginning of a file: the copy at its end.
///
/// Shapes:  `front` and `back` are up to [`Head::MAX`] and [`Head::MAX`] + [`Head::TAIL`] bytes of the two ends.
///
/// `None` where the first is sound, and where the second is damaged as well.
#[must_use]
pub fn mend(front: &[u8], back: &[u8]) -> Option<Vec<u8>> {
    let first = Head::announced(front).ok().flatten().and_then(|len| Head::decode(front.get(..len)?).ok());
    if first.is_some_and(|head| head.is_sound) {
        return None;
    }
    let rest = back.strip_suffix(END)?;
    let (rest, len) = rest.split_last_chunk::<4>()?;
    let len = usize::try_from(u32::from_be_bytes(*len)).ok()?;
    let copy = rest.get(rest.len().checked_sub(len)?..)?;
    Head::decode(copy).ok().filter(|head| head.is_sound).map(|_| copy.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(boxes: u8) -> Head {
        let sealed = |n| SealedKey { hint: [n; 8], sealed: [n; 80] };
        Head::new(Shape { exponent: 12, frames: 3 }, [7; 32], (0..boxes).map(sealed).collect())
    }

    #[test]
    fn a_head_reads_back_and_says_how_long_the_file_is() {
        for boxes in [0, 1, 2, 255] {
            let head = head(boxes);
            let bytes = head.encode();
            assert_eq!(Head::announced(bytes.get(..PRELUDE).unwrap()), Ok(Some(bytes.len())));
            assert_eq!(Head::decode(&bytes).as_ref(), Ok(&head));
            let len = bytes.len() + 3 * 4_096 + head.encode_tail().len();
            assert_eq!(head.file_len(), u64::try_from(len).unwrap());
        }
    }

    #[test]
    fn every_flipped_bit_of_the_first_copy_is_noticed_and_mended_by_the_second() {
        let head = head(2);
        let (sound, tail) = (head.encode(), head.encode_tail());
        assert_eq!(mend(&sound, &tail), None);
        for bit in 0..sound.len() * 8 {
            let mut flipped = sound.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!Head::decode(&flipped).is_ok_and(|head| head.is_sound), "bit {bit}");
            assert_eq!(mend(&flipped, &tail).as_ref(), Some(&sound), "bit {bit}");
        }
        for bit in 0..tail.len() * 8 {
            let mut flipped = tail.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(mend(&[], &flipped), None, "bit {bit}");
        }
    }

    #[test]
    fn what_is_no_head_is_named() {
        assert_eq!(Head::announced(b"OKRUG"), Ok(None));
        assert_eq!(Head::announced(b"OKRUGDST"), Err(HeadError::NotABundle));
        assert_eq!(Head::announced(b"OKRUGBDL\x02"), Err(HeadError::Format(2)));
        let mut bytes = head(0).encode();
        bytes[46] = 0xff;
        assert_eq!(Head::announced(&bytes), Err(HeadError::Damaged));
        assert_eq!(Head::decode(&head(1).encode()[..60]), Err(HeadError::Damaged));
    }
}

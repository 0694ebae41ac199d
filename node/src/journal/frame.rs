//! One record on the disk: length, checksum, number, sealed bytes.
//!
//! ```text
//!   len u32 LE   crc32c u32 LE   number u64 LE   sealed (len bytes)
//! ```
//! The checksum covers everything but itself.

use okrug_protocol::bounds::MAX_ENTRY;

use super::Number;
use crate::rest::REST_OVERHEAD;

/// The longest record: an entry and what the office notes beside it.
pub const MAX_RECORD: usize = MAX_ENTRY + (8 << 10);

const FRAME_HEAD: usize = 16;
const MAX_SEALED: usize = MAX_RECORD + REST_OVERHEAD;
/// How far ahead of the expected number a record behind a damaged place may be.
const MAX_SKIP: u64 = 1 << 20;

/// A record that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    pub(super) number: Number,
    pub(super) sealed: &'a [u8],
    /// Bytes of the whole frame.
    pub(super) len: usize,
}

/// What stands at a place of a segment.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Whole(Frame<'a>),
    /// The end of the segment, exactly.
    End,
    /// Not a whole record with the expected number.
    Broken,
}

/// Bytes of a record of `len` bytes on the disk.
pub(super) fn wire_len(len: usize) -> usize {
    FRAME_HEAD + len + REST_OVERHEAD
}

/// Writes one frame behind what is in `out`.
pub(super) fn write(number: Number, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), TooLong> {
    let len = u32::try_from(sealed.len()).ok().filter(|_| sealed.len() <= MAX_SEALED).ok_or(TooLong)?;
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&checksum(len, number.0, sealed).to_le_bytes());
    out.extend_from_slice(&number.0.to_le_bytes());
    out.extend_from_slice(sealed);
    Ok(())
}

/// More bytes than any record has.
#[derive(Debug)]
pub(super) struct TooLong;

/// Reads the frame at the beginning of `bytes`, which should have the number `expected`.
pub(super) fn step(bytes: &[u8], expected: Number) -> Step<'_> {
    if bytes.is_empty() {
        return Step::End;
    }
    match whole(bytes) {
        Some(frame) if frame.number == expected => Step::Whole(frame),
        _ => Step::Broken,
    }
}

/// Finds the first whole record behind a damaged place: its offset and its number.
pub(super) fn find(bytes: &[u8], from: usize, expected: Number) -> Option<(usize, Number)> {
    let plausible = expected.0..expected.0.saturating_add(MAX_SKIP);
    (from..bytes.len()).find_map(|at| {
        let rest = bytes.get(at..)?;
        let number = u64::from_le_bytes(*rest.get(8..)?.first_chunk()?);
        // The checksum is dear, the number is cheap: look at the number first.
        let frame = plausible.contains(&number).then(|| whole(rest)).flatten()?;
        Some((at, frame.number))
    })
}

/// Whether the bytes could be the beginning of a frame whose end was never written.
pub(super) fn is_cut_off(bytes: &[u8]) -> bool {
    let announced = bytes.first_chunk().map(|len| u32::from_le_bytes(*len)).and_then(|len| usize::try_from(len).ok());
    let short = announced.is_none_or(|len| len <= MAX_SEALED && bytes.len() < FRAME_HEAD + len);
    short || bytes.iter().all(|byte| *byte == 0)
}

/// The frame at the beginning of `bytes`, whatever its number.
pub(super) fn whole(bytes: &[u8]) -> Option<Frame<'_>> {
    let (len, rest) = bytes.split_first_chunk()?;
    let (crc, rest) = rest.split_first_chunk()?;
    let (number, rest) = rest.split_first_chunk()?;
    let (len, number) = (u32::from_le_bytes(*len), u64::from_le_bytes(*number));
    let sealed_len = usize::try_from(len).ok().filter(|len| *len <= MAX_SEALED)?;
    let sealed = rest.get(..sealed_len)?;
    let holds = checksum(len, number, sealed) == u32::from_le_bytes(*crc);
    holds.then_some(Frame { number: Number(number), sealed, len: FRAME_HEAD + sealed_len })
}

fn checksum(len: u32, number: u64, sealed: &[u8]) -> u32 {
    let crc = crc32c::crc32c(&len.to_le_bytes());
    let crc = crc32c::crc32c_append(crc, &number.to_le_bytes());
    crc32c::crc32c_append(crc, sealed)
}

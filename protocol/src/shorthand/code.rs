//! A prefix code: bytes that stand often in few bits.
//!
//! It is the canonical one of its lengths: shorter codes first, those of one length by byte. The last code is all ones and the longest,
//! so that up to seven ones fill the last byte and mean nothing.

use std::iter;

/// The longest code, in bits.
const LONGEST: usize = 15;

/// The codes of one length: the first of them, and which bytes they stand for.
#[derive(Debug, Clone, Default)]
struct Row {
    first: u32,
    bytes: Vec<u8>,
}

/// A code for all bytes.
#[derive(Debug)]
pub(super) struct Code {
    /// By length, from 1 bit on.
    rows: Vec<Row>,
    /// By byte: the code and its length.
    codes: Vec<(u32, u8)>,
}

impl Code {
    /// The code in which each byte takes so many bits.
    pub(super) fn of(lengths: &[u8; 256]) -> Self {
        let (mut rows, mut codes, mut next) = (Vec::new(), vec![(0, 0); 256], 0_u32);
        for length in (1..=u8::MAX).take(LONGEST) {
            next = next.wrapping_shl(1);
            let bytes: Vec<u8> = (0..=u8::MAX).zip(lengths).filter(|(_, has)| **has == length).map(|(byte, _)| byte).collect();
            let row = Row { first: next, bytes };
            for (byte, code) in row.bytes.iter().zip(row.first..) {
                if let Some(place) = codes.get_mut(usize::from(*byte)) {
                    *place = (code, length);
                }
                next = code.wrapping_add(1);
            }
            rows.push(row);
        }
        Self { rows, codes }
    }

    /// How many bits a text takes.
    pub(super) fn bits(&self, text: &[u8]) -> usize {
        text.iter().filter_map(|byte| self.codes.get(usize::from(*byte))).map(|(_, length)| usize::from(*length)).sum()
    }

    /// The text in this code, behind what is in `out`.
    pub(super) fn write(&self, text: &[u8], out: &mut Vec<u8>) {
        // What is not written yet: at most seven bits, and one code.
        let (mut held, mut bits) = (0_u32, 0_u32);
        for (code, length) in text.iter().filter_map(|byte| self.codes.get(usize::from(*byte))) {
            held = held.wrapping_shl(u32::from(*length)) | code;
            bits = bits.saturating_add(u32::from(*length));
            while bits >= 8 {
                bits = bits.saturating_sub(8);
                out.extend(held.wrapping_shr(bits).to_le_bytes().first());
            }
        }
        if bits > 0 {
            let fill = 8_u32.saturating_sub(bits);
            out.extend((held.wrapping_shl(fill) | 0xff_u32.wrapping_shr(bits)).to_le_bytes().first());
        }
    }

    /// The text that these bytes are, up to a length; `None` when they are none, or a longer one.
    pub(super) fn read(&self, bytes: &[u8], max: usize) -> Option<Vec<u8>> {
        let (mut text, mut code, mut rows, mut ones) = (Vec::new(), 0_u32, self.rows.iter(), true);
        for bit in bytes.iter().flat_map(|byte| (0..8).rev().map(move |place| byte.wrapping_shr(place) & 1)) {
            let row = rows.next()?;
            code = code.wrapping_shl(1) | u32::from(bit);
            ones &= bit == 1;
            let found = code.checked_sub(row.first).and_then(|at| row.bytes.get(usize::try_from(at).ok()?));
            if let Some(byte) = found {
                if text.len() == max {
                    return None;
                }
                text.extend(iter::once(*byte));
                (code, rows, ones) = (0, self.rows.iter(), true);
            }
        }
        let left = self.rows.len().saturating_sub(rows.len());
        (ones && left < 8).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables::{CYRILLIC, LATIN};
    use super::*;

    #[test]
    fn the_codes_are_complete_and_the_last_is_all_ones() {
        for lengths in [&CYRILLIC, &LATIN] {
            let code = Code::of(lengths);
            let taken: u32 = lengths.iter().map(|length| 1_u32 << (LONGEST - usize::from(*length))).sum();
            assert_eq!(taken, 1 << LONGEST, "every row of bits is a code or the beginning of one");
            assert_eq!(code.codes.iter().max_by_key(|(code, length)| (*length, *code)), Some(&(0x7fff, 15)));
        }
    }

    #[test]
    fn every_byte_comes_back_and_what_is_cut_does_not() {
        let text: Vec<u8> = (0..=u8::MAX).chain(0..=u8::MAX).collect();
        for lengths in [&CYRILLIC, &LATIN] {
            let code = Code::of(lengths);
            let mut out = Vec::new();
            code.write(&text, &mut out);
            assert_eq!(out.len(), code.bits(&text).div_ceil(8));
            assert_eq!(code.read(&out, 512).as_ref(), Some(&text));
            assert_eq!(code.read(&out, 511), None, "longer than it may be");
            out.push(0xff);
            assert_eq!(code.read(&out, 512), None, "a byte of nothing but filling");
        }
    }
}

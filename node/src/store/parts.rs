//! Long values, in parts.
//!
//! What sled finds too long for its log it puts into a file of its own, which it neither syncs nor
//! survives a full disk in: a writer that fails there is waited for until the process ends. A page has
//! up to 17 values and goes into the log up to 128 KiB, so no value that sled sees is longer than
//! [`PART`].
//!
//! ```text
//!   key        0 ‖ sealed value
//!   key        1 ‖ parts u32 BE ‖ beginning of the sealed value      and then
//!   255 ‖ key ‖ number u32 BE     the part with that number, from 1
//! ```
//!
//! A long value that becomes short, or is taken away, leaves its parts behind unless whoever changes it says how long it was.
//! Nothing reads them: the seal covers the whole value.

/// The longest value that sled sees, in bytes.
pub(super) const PART: usize = 4_096;

/// Before the keys of parts; no tree has it as its tag.
const PARTS_TAG: u8 = 255;

/// A sealed value as it lies under its key: the first part, with how many follow.
pub(super) struct First<'a> {
    pub(super) parts: u32,
    pub(super) beginning: &'a [u8],
}

/// Splits a sealed value into what lies under its key and the parts that follow.
pub(super) fn split(sealed: &[u8]) -> (Vec<u8>, impl Iterator<Item = (u32, &[u8])>) {
    let whole = sealed.len() < PART;
    let (beginning, rest) = sealed.split_at(if whole { sealed.len() } else { PART - 5 });
    let parts = u32::try_from(rest.len().div_ceil(PART)).expect("a value in memory has fewer parts");
    let mut first = Vec::with_capacity(5 + beginning.len());
    first.push(u8::from(!whole));
    if !whole {
        first.extend_from_slice(&parts.to_be_bytes());
    }
    first.extend_from_slice(beginning);
    (first, (1..).zip(rest.chunks(PART)))
}

/// How many parts follow the first of a sealed value of so many bytes.
pub(super) fn count(sealed: usize) -> u32 {
    let rest = if sealed < PART { 0 } else { sealed - (PART - 5) };
    u32::try_from(rest.div_ceil(PART)).expect("a value in memory has fewer parts")
}

/// Reads what lies under a key; `None` when it is no value.
pub(super) fn first(value: &[u8]) -> Option<First<'_>> {
    match value.split_first()? {
        (0, beginning) => Some(First { parts: 0, beginning }),
        (1, rest) => {
            let (parts, beginning) = rest.split_first_chunk()?;
            Some(First { parts: u32::from_be_bytes(*parts), beginning })
        }
        _ => None,
    }
}

/// The key of a part.
pub(super) fn key(raw: &[u8], number: u32) -> Vec<u8> {
    [&[PARTS_TAG], raw, &number.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_is_too_long_and_together_they_are_the_value() {
        for len in [0, 1, PART - 6, PART - 5, PART - 1, PART, PART + 1, 3 * PART, 66_000] {
            let value: Vec<u8> = (0..len).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let (under_key, parts) = split(&value);
            let read = first(&under_key).unwrap();
            let (mut together, mut count) = (read.beginning.to_vec(), 0);
            for (number, part) in parts {
                count += 1;
                assert_eq!(number, count);
                assert!(part.len() <= PART);
                together.extend_from_slice(part);
            }
            assert!(under_key.len() <= PART && count == super::count(len), "{len}");
            assert_eq!((together, count), (value, read.parts), "{len}");
        }
        assert!(first(&[]).is_none() && first(&[1, 0, 0]).is_none() && first(&[2]).is_none());
    }
}

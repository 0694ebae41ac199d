//! The one encoding of everything that is sent, stored or signed.
//!
//! It is bincode 2 with its standard configuration (little endian, variable-length integers) behind
//! these functions alone, so that the format is ours to keep: lengths are bounded before anything
//! is allocated, all of the input must be used, and what is signed has one encoding only.

pub use bincode::{Decode, Encode};

/// For the derive macros of other crates: `#[bincode(crate = "okrug_protocol::codec::encoding")]`.
#[doc(hidden)]
pub use bincode as encoding;

/// Bytes are not the encoding of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// More bytes than such a value may have.
    #[error("{len} bytes, where at most {max} are allowed")]
    TooLong {
        /// What came.
        len: usize,
        /// What is allowed.
        max: usize,
    },
    /// Not an encoding of this type.
    #[error("the bytes do not describe a value of this kind")]
    Malformed,
    /// A value and something after it.
    #[error("{0} bytes are left over")]
    Trailing(usize),
    /// A value, but not in its one encoding.
    #[error("the value is not in its one encoding")]
    NotCanonical,
}

/// The limit that bincode applies to what it would allocate, whatever lengths the input claims.
const ALLOCATION_LIMIT: usize = 8 << 20;

fn config() -> impl bincode::config::Config {
    bincode::config::standard().with_limit::<ALLOCATION_LIMIT>()
}

/// Encodes a value.
#[must_use]
pub fn encode<T: Encode>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    encode_into(value, &mut out);
    out
}

/// Encodes a value behind what is in `out`.
pub fn encode_into<T: Encode>(value: &T, out: &mut Vec<u8>) {
    struct Tail<'a>(&'a mut Vec<u8>);
    impl bincode::enc::write::Writer for Tail<'_> {
        fn write(&mut self, bytes: &[u8]) -> Result<(), bincode::error::EncodeError> {
            self.0.extend_from_slice(bytes);
            Ok(())
        }
    }
    bincode::encode_into_writer(value, Tail(out), bincode::config::standard())
        .expect("our types have no encoding that fails, and a vector takes all");
}

/// Decodes a value that must fill `bytes`.
///
/// # Errors
/// More than `max` bytes, not a value of this type, or something left over.
pub fn decode<T: Decode<()>>(bytes: &[u8], max: usize) -> Result<T, CodecError> {
    let (value, rest) = decode_prefix(bytes, max)?;
    if rest.is_empty() { Ok(value) } else { Err(CodecError::Trailing(rest.len())) }
}

/// Decodes a value from the beginning of `bytes` and gives back the rest.
///
/// # Errors
/// As [`decode`], without the demand that nothing is left.
pub fn decode_prefix<T: Decode<()>>(bytes: &[u8], max: usize) -> Result<(T, &[u8]), CodecError> {
    if bytes.len() > max {
        return Err(CodecError::TooLong { len: bytes.len(), max });
    }
    let (value, used) = bincode::decode_from_slice(bytes, config()).map_err(|_| CodecError::Malformed)?;
    Ok((value, bytes.get(used..).ok_or(CodecError::Malformed)?))
}

/// Decodes a value that is signed or hashed: it must be in its one encoding.
///
/// # Errors
/// As [`decode`], and when encoding the value again gives other bytes.
pub fn decode_canonical<T: Decode<()> + Encode>(bytes: &[u8], max: usize) -> Result<T, CodecError> {
    let value = decode(bytes, max)?;
    if encode(&value) == bytes { Ok(value) } else { Err(CodecError::NotCanonical) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_length_allocates_nothing() {
        let hostile = [253, 255, 255, 255, 255, 255, 255, 255, 127];
        assert_eq!(decode::<Vec<u64>>(&hostile, 1 << 20), Err(CodecError::Malformed));
        assert_eq!(decode::<String>(&hostile, 1 << 20), Err(CodecError::Malformed));
    }

    #[test]
    fn a_second_encoding_of_the_same_value_is_refused() {
        let short = encode(&7u32);
        let long = [251, 7, 0];
        assert_eq!(short, [7]);
        assert_eq!(decode::<u32>(&long, 16), Ok(7));
        assert_eq!(decode_canonical::<u32>(&long, 16), Err(CodecError::NotCanonical));
    }

    #[test]
    fn nothing_may_be_left_over() {
        assert_eq!(decode::<u8>(&[1, 2], 16), Err(CodecError::Trailing(1)));
        assert_eq!(decode::<u8>(&[1, 2], 1), Err(CodecError::TooLong { len: 2, max: 1 }));
    }
}

//! Writing: records into frames.

use rand_core::CryptoRngCore;

use super::head::{FRAME_HEAD, Head, Shape};
use super::key::frame_prologue;
use super::record::Record;
use crate::seal::{SealError, SharedKey};

/// No record begins in a frame.
pub(super) const NONE_BEGINS: u16 = u16::MAX;

/// Makes the frames of a bundle, one after the other.
#[derive(Debug)]
pub struct Writer {
    key: SharedKey,
    salt: [u8; 32],
    exponent: u8,
    frames: u32,
    index: u32,
    /// Frames before this one are there already.
    from: u32,
    first: u16,
    content: Vec<u8>,
}

impl Writer {
    /// Begins with the frame `from`; records that lie in frames before it are pushed all the same, and not sealed again.
    #[must_use]
    pub fn new(key: SharedKey, head: &Head, from: u32) -> Self {
        let Head { salt, exponent, frames, .. } = *head;
        Self { key, salt, exponent, frames, index: 0, from, first: NONE_BEGINS, content: Vec::new() }
    }

    /// Adds a record; the frames that it fills come out in order.
    ///
    /// # Errors
    /// The frames cannot be sealed, or there are more than the head says.
    pub fn push(&mut self, record: &Record, rng: &mut impl CryptoRngCore, out: &mut Vec<Vec<u8>>) -> Result<(), SealError> {
        let room = Shape::content(self.exponent);
        let mut bytes = record.encode();
        if self.first == NONE_BEGINS {
            self.first = u16::try_from(self.content.len()).unwrap_or(NONE_BEGINS);
        }
        while self.content.len() + bytes.len() >= room {
            let rest = bytes.split_off(room - self.content.len());
            self.content.append(&mut bytes);
            self.seal(rng, out)?;
            bytes = rest;
        }
        self.content.append(&mut bytes);
        Ok(())
    }

    /// Seals what is left, and frames with nothing in them up to the number that the head says.
    ///
    /// # Errors
    /// As [`Writer::push`].
    pub fn finish(mut self, rng: &mut impl CryptoRngCore, mut each: impl FnMut(Vec<u8>) -> bool) -> Result<(), SealError> {
        let mut out = Vec::new();
        while self.index < self.frames {
            if self.first == NONE_BEGINS {
                // Zeros follow: no record.
                self.first = u16::try_from(self.content.len()).unwrap_or(NONE_BEGINS);
            }
            self.seal(rng, &mut out)?;
            if !out.drain(..).all(&mut each) {
                break;
            }
        }
        if self.content.is_empty() { Ok(()) } else { Err(SealError) }
    }

    fn seal(&mut self, rng: &mut impl CryptoRngCore, out: &mut Vec<Vec<u8>>) -> Result<(), SealError> {
        if self.index >= self.frames {
            return Err(SealError);
        }
        if self.index >= self.from {
            let mut plain = Vec::with_capacity(FRAME_HEAD + Shape::content(self.exponent));
            plain.extend(self.first.to_be_bytes());
            plain.extend_from_slice(&self.content);
            plain.resize(FRAME_HEAD + Shape::content(self.exponent), 0);
            out.push(self.key.seal(&frame_prologue(&self.salt, self.index), &plain, rng)?);
        }
        self.content.clear();
        self.first = NONE_BEGINS;
        self.index += 1;
        Ok(())
    }
}

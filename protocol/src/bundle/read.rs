//! Reading: frames into records, whatever became of the file on the way.

use super::head::{FRAME_HEAD, Head};
use super::key::frame_prologue;
use super::record::{self, NOTHING, RECORD_HEAD, Record};
use super::write::NONE_BEGINS;
use crate::seal::SharedKey;

/// What could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spoiled {
    /// Frames that are damaged or missing.
    pub frames: u32,
    /// Records that lay across such a frame, or were none.
    pub records: u32,
}

/// Takes the frames of a bundle apart.
///
/// Shapes:  memory is bounded by the longest record, about 2 MiB.
#[derive(Debug)]
pub struct Reader {
    key: SharedKey,
    salt: [u8; 32],
    frames: u32,
    next: u32,
    /// A record of which more is to come.
    partial: Vec<u8>,
    spoiled: Spoiled,
}

impl Reader {
    /// Reads the bundle with this head and key.
    #[must_use]
    pub fn new(key: SharedKey, head: &Head) -> Self {
        Self { key, salt: head.salt, frames: head.frames, next: 0, partial: Vec::new(), spoiled: Spoiled::default() }
    }

    /// Takes a frame; the records that it completes come out in order.
    ///
    /// Shapes:  frames come in rising order; those left out count as missing, those that come again are passed over.
    pub fn frame(&mut self, index: u32, bytes: &[u8], out: &mut Vec<Record>) {
        if index < self.next || index >= self.frames {
            return;
        }
        if index > self.next {
            self.spoiled.frames = self.spoiled.frames.saturating_add(index - self.next);
            self.lose_partial();
        }
        self.next = index + 1;
        match self.key.open(&frame_prologue(&self.salt, index), bytes) {
            Ok(plain) => self.take(&plain, out),
            Err(_) => {
                self.spoiled.frames = self.spoiled.frames.saturating_add(1);
                self.lose_partial();
            }
        }
    }

    /// What could not be read, when no more frames come.
    #[must_use]
    pub fn finish(mut self) -> Spoiled {
        self.spoiled.frames = self.spoiled.frames.saturating_add(self.frames - self.next);
        self.lose_partial();
        self.spoiled
    }

    fn lose_partial(&mut self) {
        if !self.partial.is_empty() {
            self.partial.clear();
            self.spoiled.records = self.spoiled.records.saturating_add(1);
        }
    }

    fn take(&mut self, plain: &[u8], out: &mut Vec<Record>) {
        let Some((first, content)) = plain.split_first_chunk::<FRAME_HEAD>() else { return };
        let first = u16::from_be_bytes(*first);
        let begins = if first == NONE_BEGINS { content.len() } else { usize::from(first).min(content.len()) };
        let (tail, mut rest) = content.split_at(begins);
        if !self.partial.is_empty() {
            self.go_on(tail, first != NONE_BEGINS, out);
        }
        while let Some(kind) = rest.first() {
            if *kind == NOTHING {
                return;
            }
            let whole = rest.first_chunk::<RECORD_HEAD>().map(|head| record::announced(*head));
            match whole {
                Some(Ok(len)) if len <= rest.len() => {
                    let (record, behind) = rest.split_at(len);
                    self.give(record, out);
                    rest = behind;
                }
                // Where it ends cannot be known: the next frame says where the next begins.
                Some(Err(_)) => {
                    self.spoiled.records = self.spoiled.records.saturating_add(1);
                    return;
                }
                _ => {
                    self.partial = rest.to_vec();
                    return;
                }
            }
        }
    }

    /// More of a record that began in an earlier frame; `ends` when another begins behind it in this one.
    fn go_on(&mut self, bytes: &[u8], ends: bool, out: &mut Vec<Record>) {
        self.partial.extend_from_slice(bytes);
        let announced = self.partial.first_chunk::<RECORD_HEAD>().map(|head| record::announced(*head));
        match announced {
            Some(Ok(len)) if len == self.partial.len() => {
                let record = std::mem::take(&mut self.partial);
                self.give(&record, out);
            }
            None if !ends => {}
            Some(Ok(len)) if len > self.partial.len() && !ends => {}
            _ => self.lose_partial(),
        }
    }

    fn give(&mut self, bytes: &[u8], out: &mut Vec<Record>) {
        match Record::decode(bytes) {
            Ok(record) => out.push(record),
            Err(_) => self.spoiled.records = self.spoiled.records.saturating_add(1),
        }
    }
}

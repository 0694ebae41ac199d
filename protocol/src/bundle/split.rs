//! From the bytes of a file to its head and its frames, as they come.

use super::head::{Head, HeadError};

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The head.
    Head(Head),
    /// A frame, by its number.
    Frame(u32, Vec<u8>),
}

/// Takes a file apart.
///
/// Shapes:  holds what it was given and has not handed out: at most a head, or a frame, beyond the last piece.
#[derive(Debug, Default)]
pub struct Splitter {
    bytes: Vec<u8>,
    /// Where in `bytes` begins what was not handed out.
    at: usize,
    /// The frame that is next, how many there are, and how long each is.
    frames: Option<(u32, u32, usize)>,
}

impl Splitter {
    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.at);
        self.at = 0;
        let is_over = self.frames.is_some_and(|(next, frames, _)| next >= frames);
        if !is_over {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// The next part that is whole; `None` until more bytes come. Behind the last frame nothing is looked at.
    ///
    /// # Errors
    /// The file is no bundle, or its beginning is damaged beyond use.
    pub fn next_part(&mut self) -> Result<Option<Part>, HeadError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some((next, frames, len)) = &mut self.frames else {
            let Some(head) = Head::announced(rest)?.and_then(|len| rest.get(..len)) else { return Ok(None) };
            let head = Head::decode(head)?;
            self.at += head.len();
            self.frames = Some((0, head.frames, head.frame_len()));
            return Ok(Some(Part::Head(head)));
        };
        let frame = rest.get(..*len).filter(|_| *next < *frames).map(<[u8]>::to_vec);
        Ok(frame.map(|frame| {
            let index = *next;
            self.at += *len;
            *next += 1;
            Part::Frame(index, frame)
        }))
    }
}

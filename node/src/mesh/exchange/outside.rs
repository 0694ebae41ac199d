//! What comes over a link, from memory instead of a stream.

use futures::FutureExt;
use futures::io::Cursor;

use super::frames::{Incoming, Parts, read};
use crate::mesh::hints;

/// Reads a stream as a link does, to its end or to the first thing that ends the link.
///
/// Gives the frames that were whole, and how many bytes were read for them and for everything else.
#[must_use]
pub fn stream(bytes: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let (mut line, mut parts) = (Cursor::new(bytes), Parts::default());
    let (mut frames, mut taken) = (Vec::new(), 0);
    while let Ok(incoming) = read(&mut line, &mut parts).now_or_never().expect("memory lets nobody wait") {
        taken += incoming.len();
        match incoming {
            Incoming::Piece { lane, more: false, .. } => frames.push(parts.take(lane)),
            Incoming::Hints(hints) if hints::read(&hints).is_none() => break,
            _ => {}
        }
    }
    (frames, taken)
}

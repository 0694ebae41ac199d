//! What is heard at the door, from memory instead of a line.

use futures::FutureExt;
use futures::io::Cursor;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::trust::Versions;

use super::frame;

/// Documents that a caller shows, up to the frame that is none; `None` when they do not end.
#[must_use]
pub fn documents(bytes: &[u8]) -> Option<Vec<(DocumentKind, Vec<u8>)>> {
    let (mut line, mut seen) = (Cursor::new(bytes), Vec::new());
    while let Some(document) = frame::see(&mut line).now_or_never().expect("memory lets nobody wait").ok()? {
        seen.push(document);
    }
    Some(seen)
}

/// Which editions the other side holds.
#[must_use]
pub fn editions(bytes: &[u8]) -> Option<Versions> {
    frame::editions(&mut Cursor::new(bytes)).now_or_never().expect("memory lets nobody wait").ok()
}

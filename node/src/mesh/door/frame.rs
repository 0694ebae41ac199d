//! Frames at the door: 4 bytes of length, big-endian, and as many bytes.

use std::io;
use std::sync::Arc;

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use okrug_protocol::bounds::DIRECTORY_MAX_BYTES;
use okrug_protocol::codec;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::trust::Versions;

use crate::mesh::config::Papers;

/// Documents that one visit may show; the next goes on.
const MAX_DOCUMENTS: usize = 64;
/// The longest answer that says which editions are held.
const MAX_EDITIONS: usize = 64 << 10;
/// The longest frame that shows a document: the largest document, and what says its kind and length.
const MAX_SHOWN: usize = DIRECTORY_MAX_BYTES + 64;

/// Writes a frame.
pub(super) async fn write(io: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    io.write_all(&length.to_be_bytes()).await?;
    io.write_all(bytes).await?;
    io.flush().await
}

/// Reads a frame of at most `max` bytes; memory is taken as they come, not as they are promised.
pub(super) async fn read(io: &mut (impl AsyncRead + Unpin), max: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    io.read_exact(&mut length).await?;
    let length = u64::from(u32::from_be_bytes(length));
    if length > u64::try_from(max).unwrap_or(u64::MAX) {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::new();
    io.take(length).read_to_end(&mut bytes).await?;
    if u64::try_from(bytes.len()).ok() == Some(length) { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Shows a document.
pub(super) async fn show(io: &mut (impl AsyncWrite + Unpin), kind: DocumentKind, bytes: &[u8]) -> io::Result<()> {
    write(io, &codec::encode(&(kind, bytes.to_vec()))).await
}

/// Sees a document; `None` when there are no more.
pub(super) async fn see(io: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<(DocumentKind, Vec<u8>)>> {
    let frame = read(io, MAX_SHOWN).await?;
    if frame.is_empty() {
        return Ok(None);
    }
    codec::decode_canonical(&frame, MAX_SHOWN).map(Some).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Reads which editions the other side holds.
pub(super) async fn editions(io: &mut (impl AsyncRead + Unpin)) -> io::Result<Versions> {
    let editions = read(io, MAX_EDITIONS).await?;
    codec::decode_canonical(&editions, MAX_EDITIONS).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Sees documents to their end, and takes them; the first that is refused ends the visit.
pub(super) async fn take(io: &mut (impl AsyncRead + Unpin), papers: &Arc<dyn Papers>) -> io::Result<()> {
    for _ in 0..MAX_DOCUMENTS {
        let Some((kind, bytes)) = see(io).await? else { break };
        let judging = Arc::clone(papers);
        // Signatures are verified and the disk is written.
        let accepted = tokio::task::spawn_blocking(move || judging.accept(kind, &bytes)).await;
        if !matches!(accepted, Ok(true)) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use futures::io::Cursor;

    use super::*;

    #[tokio::test]
    async fn what_is_shown_is_seen_and_what_is_too_long_is_not_read() {
        let mut line = Cursor::new(Vec::new());
        show(&mut line, DocumentKind::Chart, &[7; 300]).await.unwrap();
        write(&mut line, &[]).await.unwrap();
        line.set_position(0);
        assert_eq!(see(&mut line).await.unwrap(), Some((DocumentKind::Chart, vec![7; 300])));
        assert_eq!(see(&mut line).await.unwrap(), None);
        let mut giant = Cursor::new(u32::MAX.to_be_bytes().to_vec());
        assert_eq!(see(&mut giant).await.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        let mut cut = Cursor::new([&100_u32.to_be_bytes()[..], &[0; 99]].concat());
        assert_eq!(see(&mut cut).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        let mut nonsense = Cursor::new([&3_u32.to_be_bytes()[..], &[0xff; 3]].concat());
        assert_eq!(see(&mut nonsense).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}

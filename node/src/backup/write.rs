//! Writing a backup: its head, then piece after piece, the last one marked.

use std::io::{self, Write};

use super::head::place;
use super::piece::{PIECE_BYTES, Piece, Row, Sums};
use super::{Head, count};
use crate::rest::Rest;
use crate::store::Change;

/// Within the sealing of a piece, as [`Rest`] wants it.
pub(super) const ROOM: &str = "backup";
/// In a piece's length: it is the last one.
pub(super) const LAST: u32 = 1 << 31;

/// Writes a backup.
pub(super) struct Writer<W> {
    out: W,
    rest: Rest,
    head: Vec<u8>,
    number: u64,
    rows: Vec<Row>,
    row_bytes: usize,
    sums: Sums,
    written: u64,
}

impl<W: Write> Writer<W> {
    /// Begins with the head.
    pub(super) fn begin(mut out: W, head: &Head, rest: Rest) -> io::Result<Self> {
        let head = head.encode();
        out.write_all(&head)?;
        let written = count(head.len());
        Ok(Self { out, rest, head, number: 0, rows: Vec::new(), row_bytes: 0, sums: Sums::default(), written })
    }

    /// A row of the store; it goes out with others.
    pub(super) fn row(&mut self, change: Change) -> io::Result<()> {
        self.row_bytes += change.key.len() + change.value.as_ref().map_or(0, Vec::len) + 8;
        self.rows.push(Row { tree: change.tree.tag(), key: change.key, value: change.value });
        if self.row_bytes >= PIECE_BYTES { self.flush_rows() } else { Ok(()) }
    }

    /// A part of a file.
    pub(super) fn file(&mut self, path: &str, bytes: Vec<u8>, begins: bool) -> io::Result<()> {
        self.flush_rows()?;
        self.piece(&Piece::File { path: path.to_owned(), bytes }, begins, false)
    }

    /// Any piece that is not counted.
    pub(super) fn secrets(&mut self, piece: &Piece) -> io::Result<()> {
        self.piece(piece, false, false)
    }

    /// Ends it; gives what is in it and how long it is.
    pub(super) fn finish(mut self, damaged: u64) -> io::Result<(Sums, u64)> {
        self.flush_rows()?;
        let sums = Sums { damaged, ..self.sums };
        self.piece(&Piece::End(sums), false, true)?;
        self.out.flush()?;
        Ok((sums, self.written))
    }

    fn flush_rows(&mut self) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        self.row_bytes = 0;
        let rows = Piece::Rows(std::mem::take(&mut self.rows));
        self.piece(&rows, false, false)
    }

    fn piece(&mut self, piece: &Piece, begins: bool, last: bool) -> io::Result<()> {
        self.sums.add(piece, begins);
        let sealed = self.rest.seal(ROOM, &place(&self.head, self.number, last), &piece.encode());
        self.number += 1;
        let len = u32::try_from(sealed.len()).expect("a piece is short") | if last { LAST } else { 0 };
        let check = crc32c::crc32c_append(crc32c::crc32c(&len.to_le_bytes()), &sealed);
        for part in [&len.to_le_bytes()[..], &sealed, &check.to_le_bytes()] {
            self.out.write_all(part)?;
            self.written += count(part.len());
        }
        Ok(())
    }
}

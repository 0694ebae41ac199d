//! What stands in a backup, piece by piece.

use okrug_protocol::codec::{self, Decode, Encode};

/// A piece is closed when it has so many bytes.
pub(super) const PIECE_BYTES: usize = 256 << 10;
/// No piece is longer: one value may be as long as the longest document.
pub(super) const MAX_PIECE: usize = 8 << 20;

/// A row of the store, by its tree's tag.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(super) struct Row {
    pub(super) tree: u8,
    pub(super) key: Vec<u8>,
    pub(super) value: Option<Vec<u8>>,
}

/// What one piece holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(super) enum Piece {
    /// The keys, first: the store and the journal are sealed with them.
    Secrets { keys: Vec<u8>, request: String },
    /// Rows, to be done in order.
    Rows(Vec<Row>),
    /// A part of a file, behind those parts of it that came before.
    File {
        /// Where it lies in the data directory.
        path: String,
        bytes: Vec<u8>,
    },
    /// The last one: what all before it should have come to.
    End(Sums),
}

/// What a backup holds, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub struct Sums {
    /// Rows of the store.
    pub rows: u64,
    /// Files.
    pub files: u64,
    /// Bytes in them.
    pub file_bytes: u64,
    /// Rows that were damaged where the backup was made, and are missing here.
    pub damaged: u64,
}

impl Piece {
    pub(super) fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        codec::decode(bytes, MAX_PIECE).ok()
    }
}

impl Sums {
    /// Counts a piece.
    pub(super) fn add(&mut self, piece: &Piece, begins: bool) {
        match piece {
            Piece::Rows(rows) => self.rows += super::count(rows.len()),
            Piece::File { bytes, .. } => {
                self.files += u64::from(begins);
                self.file_bytes += super::count(bytes.len());
            }
            Piece::Secrets { .. } | Piece::End(_) => {}
        }
    }

    /// Whether as much came as was written.
    pub(super) fn fit(&self, counted: &Self) -> bool {
        Self { damaged: 0, ..*self } == *counted
    }
}

/// Where files of a data directory may lie that a backup has; anything else in one is refused.
pub(super) fn is_ours(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let plain = |name: &str| !name.is_empty() && name != "." && name != ".." && !name.contains('\0');
    parts.iter().all(|part| plain(part))
        && matches!(
            parts.as_slice(),
            ["last-good" | "node.toml"] | ["documents" | "journal" | "tls", _] | ["keys", "sealing" | "epochs", _]
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_a_data_directory_are_taken_from_a_backup() {
        for good in ["documents/district.okd", "journal/1.journal", "keys/epochs/1-u2", "last-good"] {
            assert!(is_ours(good), "{good}");
        }
        for bad in
            ["keys/node.keys", "../etc/passwd", "documents/../../x", "/etc/passwd", "journal//x", "journal/a/b", "here", "", "tls/.."]
        {
            assert!(!is_ours(bad), "{bad}");
        }
    }
}

//! The district file: all documents of a district in one file, for enrolling a node and for the stick.
//!
//! Nothing in it is secret and nothing in it is believed: each document passes the gate. Only the
//! district's identity, which the file is opened with, is known from elsewhere.

use super::{Accepted, Trust, TrustError, gate, subcharts};
use crate::bounds::{MAX_CHARTERS, MAX_DISTRICT_FILE};
use crate::charter::Charter;
use crate::codec::{self, CodecError, Decode, Encode};
use crate::document::{Document, DocumentKind, Signed};
use crate::ids::{DistrictId, Version};

/// What a district file begins with.
const MAGIC: &[u8; 8] = b"OKRUGDST";
/// The format that this code writes and reads.
const FORMAT: u8 = 1;
/// Magic, format, and the length of what follows.
const PREAMBLE: usize = MAGIC.len() + 1 + 4;

/// The envelopes of all documents of a district.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DistrictFile {
    /// From the first on.
    pub charters: Vec<Vec<u8>>,
    /// The newest chart.
    pub chart: Vec<u8>,
    /// The newest list of revocations.
    pub revocations: Option<Vec<u8>>,
    /// The newest bootstrap list.
    pub bootstrap: Option<Vec<u8>>,
    /// The newest delegated directories, by unit.
    pub subcharts: Vec<Vec<u8>>,
}

/// The bytes are no district file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Something else altogether.
    #[error("this is no district file")]
    NotADistrictFile,
    /// Written by a newer program.
    #[error("the district file has format {0}, and this program reads format {FORMAT}")]
    Format(u8),
    /// Cut short, or with something after its end.
    #[error("the district file has {have} bytes and should have {need}: it was cut short or something was added")]
    Length {
        /// How long it is.
        have: usize,
        /// How long it says that it is.
        need: usize,
    },
    /// Damaged inside.
    #[error("the district file is damaged: {0}")]
    Damaged(#[from] CodecError),
    /// No charter in it, or too many.
    #[error("the district file has {0} charters")]
    Charters(usize),
}

/// What came of a district file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Of the newest charter in it.
    pub charter: Accepted,
    /// Of the chart.
    pub chart: Accepted,
    /// Of the list of revocations, if there was one.
    pub revocations: Option<Accepted>,
    /// Of the bootstrap list, if there was one.
    pub bootstrap: Option<Accepted>,
    /// Of the delegated directories: whether any was newer.
    pub subcharts: Accepted,
}

impl Taken {
    /// Whether anything in the file was new.
    #[must_use]
    pub fn any_newer(&self) -> bool {
        [Some(self.charter), Some(self.chart), self.revocations, self.bootstrap, Some(self.subcharts)].contains(&Some(Accepted::Newer))
    }
}

impl DistrictFile {
    /// The bytes of the file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let payload = codec::encode(self);
        let len = u32::try_from(payload.len()).expect("each document in it is bounded, and so is their number");
        [MAGIC.as_slice(), &[FORMAT], &len.to_le_bytes(), &payload].concat()
    }

    /// Reads the bytes of a file; what the documents say is for [`Trust`].
    ///
    /// # Errors
    /// Another kind of file, a newer one, a cut or a damaged one.
    pub fn decode(bytes: &[u8]) -> Result<Self, FileError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(FileError::NotADistrictFile)?;
        let short = FileError::Length { have: bytes.len(), need: PREAMBLE };
        let (format, rest) = rest.split_first().ok_or(short.clone())?;
        if *format != FORMAT {
            return Err(FileError::Format(*format));
        }
        let (len, payload) = rest.split_first_chunk::<4>().ok_or(short)?;
        let len = usize::try_from(u32::from_le_bytes(*len)).unwrap_or(usize::MAX);
        if len != payload.len() {
            return Err(FileError::Length { have: bytes.len(), need: PREAMBLE.saturating_add(len) });
        }
        let file = Self::read(payload)?;
        if file.charters.is_empty() || file.charters.len() > MAX_CHARTERS {
            return Err(FileError::Charters(file.charters.len()));
        }
        Ok(file)
    }

    /// Field by field, since all together may be longer than what is decoded at once.
    fn read(payload: &[u8]) -> Result<Self, CodecError> {
        let max = MAX_DISTRICT_FILE;
        let (charters, rest) = codec::decode_prefix(payload, max)?;
        let (chart, rest) = codec::decode_prefix(rest, max)?;
        let (revocations, rest) = codec::decode_prefix(rest, max)?;
        let (bootstrap, rest) = codec::decode_prefix(rest, max)?;
        let subcharts = codec::decode(rest, max)?;
        let file = Self { charters, chart, revocations, bootstrap, subcharts };
        if codec::encode(&file) == payload { Ok(file) } else { Err(CodecError::NotCanonical) }
    }

    /// The district that the file's first charter founds. Anybody can found one: show it, compare it, pin it.
    ///
    /// # Errors
    /// No charter, or one that cannot be read.
    pub fn district(&self) -> Result<DistrictId, TrustError> {
        let first = self.charters.first().ok_or(FileError::Charters(0))?;
        Ok(gate::parse::<Charter>(first)?.district())
    }
}

impl Trust {
    /// Begins to trust a district by its file: the one that is pinned, or the file's own where none is yet.
    ///
    /// # Errors
    /// Any document that does not pass the gate.
    pub fn from_file(pinned: Option<DistrictId>, file: &DistrictFile) -> Result<Self, TrustError> {
        let (first, later) = file.charters.split_first().ok_or(FileError::Charters(0))?;
        let first = gate::parse::<Charter>(first)?;
        let theirs = first.district();
        let ours = pinned.unwrap_or(theirs);
        if ours != theirs {
            return Err(TrustError::ForeignDistrict { kind: DocumentKind::Charter, ours, theirs });
        }
        let charters = chain(ours, first, later)?;
        let chart = gate::signed(ours, &charters, &file.chart)?;
        let revocations = file.revocations.as_ref().map(|bytes| gate::signed(ours, &charters, bytes)).transpose()?;
        let bootstrap = file.bootstrap.as_ref().map(|bytes| gate::signed(ours, &charters, bytes)).transpose()?;
        let subcharts = subcharts::vouched_all(ours, &chart, &file.subcharts)?;
        let directory = gate::fold(ours, &charters, &chart, revocations.as_slice(), subcharts.values())?;
        Ok(Self { district: ours, charters, chart, revocations, bootstrap, subcharts, directory, conflicts: Vec::new() })
    }

    /// Takes all documents of a file, or none of them.
    ///
    /// # Errors
    /// The first document that is refused; only a proof of two truths is kept.
    pub fn accept_file(&mut self, file: &DistrictFile) -> Result<Taken, TrustError> {
        let mut next = self.clone();
        let taken = next.take(file);
        match taken {
            Ok(_) => *self = next,
            Err(_) => next.conflicts.into_iter().for_each(|conflict| self.keep(conflict)),
        }
        taken
    }

    fn take(&mut self, file: &DistrictFile) -> Result<Taken, TrustError> {
        let before = self.charter().version();
        for bytes in &file.charters {
            self.accept_charter(bytes)?;
        }
        let charter = if self.charter().version() > before { Accepted::Newer } else { Accepted::Same };
        let revocations = file.revocations.as_ref().map(|bytes| self.accept_revocations(bytes)).transpose()?;
        let chart = self.accept_chart(&file.chart)?;
        let bootstrap = file.bootstrap.as_ref().map(|bytes| self.accept_bootstrap(bytes)).transpose()?;
        let subcharts = self.take_subcharts(&file.subcharts)?;
        Ok(Taken { charter, chart, revocations, bootstrap, subcharts })
    }

    /// All that is held, as a file for another node or for this node's next start.
    #[must_use]
    pub fn to_file(&self) -> DistrictFile {
        DistrictFile {
            charters: self.charters.iter().map(Signed::encode).collect(),
            chart: self.chart.encode(),
            revocations: self.revocations.as_ref().map(Signed::encode),
            bootstrap: self.bootstrap.as_ref().map(Signed::encode),
            subcharts: self.subcharts.values().map(Signed::encode).collect(),
        }
    }
}

/// Follows the chain of charters from the first, which founds the district `ours`.
fn chain(ours: DistrictId, first: Signed<Charter>, later: &[Vec<u8>]) -> Result<Vec<Signed<Charter>>, TrustError> {
    if first.version() != Version(1) {
        return Err(TrustError::BrokenChain(first.version()));
    }
    gate::enough(&first, &first.doc().root)?;
    first.doc().check().map_err(gate::of::<Charter>)?;
    let mut chain = vec![first];
    for bytes in later {
        let next = gate::parse::<Charter>(bytes)?;
        gate::foreign::<Charter>(ours, next.district())?;
        gate::follows(&chain, &next)?;
        chain.push(next);
    }
    Ok(chain)
}

#[cfg(test)]
mod tests;

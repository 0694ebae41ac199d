//! Evidence: entries of logs in a file that convinces whoever knows nothing but the district's identity.
//!
//! ```text
//!   charters ── chart, delegated directories, revocations        who an office is, and was
//!       └── runs of signed entries, each entry behind the one before
//!             ├── a person's records, opened                     who the person is, by the home offices' word
//!             ├── a message's body, and what opens it alone      the person's signature on the text, in its place
//!             ├── editions of roles and deputies, opened         the right to speak for another, by the home office's word
//!             └── checkpoints of other offices                   who held the log then
//! ```
//!
//! The entry's signature covers its place, what stands before it and the hash of its body. The body is here, and what
//! opens it and nothing else under the same key. What it opens to has the person's signature on the text, the office
//! and the topic. So text, person, office and place are bound to each other, and nobody is shown more than this.
//!
//! A file says nothing that is not signed: whatever in it is not needed, or cannot be verified, makes all of it refused.
//!
//! Source:  FORMAT.md, section 7.

mod duties;
mod report;
mod verify;

use crate::bounds::{MAX_DISTRICT_FILE, MAX_ENTRY, MAX_EVIDENCE, MAX_EVIDENCE_ENTRIES};
use crate::codec::{self, CodecError, Decode, Encode};
use crate::digest;
use crate::entry::{Entry, Header, SignedPart, body_hash};
use crate::ids::{EntryId, Hash32, LogId, Seq};
use crate::labels;
use crate::opening::Opening;
use crate::sign::Signature;
use crate::trust::{DistrictFile, FileError, TrustError};

pub use report::{Closed, Counts, Place, Report, Said, ShownAct, ShownBehalf, ShownMessage, Speaker, Witnessed};
pub use verify::People;

const MAGIC: &[u8; 8] = b"OKRUGEVD";
const FORMAT: u8 = 1;
const DIGEST: usize = 32;

/// A file does not prove what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Something else altogether.
    #[error("this is no file of evidence")]
    NotEvidence,
    /// Written by a newer program.
    #[error("the file has format {0}, and this program reads format {FORMAT}")]
    Format(u8),
    /// Longer than such a file may be.
    #[error("the file is longer than evidence may be")]
    TooLong,
    /// Changed on the way, or cut short.
    #[error("the file was changed or cut short")]
    Changed,
    /// Not in its one form.
    #[error("the file is not in its one form: {0}")]
    Form(#[from] CodecError),
    /// The district's documents in it.
    #[error("the district's documents in the file: {0}")]
    Documents(#[from] TrustError),
    /// A signed entry breaks a rule.
    #[error("the entry {seq} of the log {log} {fault}")]
    Entry {
        /// Its log.
        log: LogId,
        /// Its place there.
        seq: Seq,
        /// What is wrong.
        fault: EntryFault,
    },
    /// It shows nothing.
    #[error("the file shows no message and no act")]
    Empty,
}

impl From<FileError> for EvidenceError {
    fn from(error: FileError) -> Self {
        Self::Documents(error.into())
    }
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// Not behind the one before it in the file.
    #[error("does not follow the one before it")]
    OutOfOrder,
    /// Another form than an entry has.
    #[error("has not the form of an entry")]
    Malformed,
    /// Its writer knew newer documents than the file has.
    #[error("was written by somebody who knew newer documents than the file has")]
    Newer,
    /// The directory that the writer knew does not list it, or gives it no right to the topic.
    #[error("is of an office that might not write it")]
    Writer,
    /// The office's signature.
    #[error("is not signed by its office")]
    Signature,
    /// What is to open it does not.
    #[error("does not open")]
    Sealed,
    /// It opens to something that is no message, record or act.
    #[error("opens to something that cannot be read")]
    Content,
    /// A record that its office might not write, or that follows from none that is here.
    #[error("is a person's record that does not hold")]
    Record,
    /// An edition of a role or of a deputy that its office might not write, or that is there twice.
    #[error("is an announcement of a role or a deputy that does not hold")]
    Announcement,
    /// The record that a message names is not here, or of another office.
    #[error("is by a person whose record is not in the file")]
    Stranger,
    /// The person's signature.
    #[error("is not signed by the person that it names")]
    PersonSignature,
    /// The same words of a person a second time.
    #[error("repeats what the same person said before")]
    Repeats,
    /// Shown, and not needed for anything.
    #[error("is shown for no reason")]
    Superfluous,
}

/// What is shown of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Shown {
    /// Only that it is there.
    Closed(Hash32),
    /// A body that was never sealed.
    Plain(Vec<u8>),
    /// A body sealed under the epoch's key, and what opens it alone.
    Opened(Vec<u8>, Opening),
    /// The same, of a text that is sealed once more to two: and that text's own key.
    Twice(Vec<u8>, Opening, [u8; 32]),
    /// An administrator's act and its own key.
    Act(Vec<u8>, [u8; 32]),
}

/// One entry of a run.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Exhibit {
    /// The entry's header.
    pub header: Header,
    /// The office's signature.
    pub signature: Signature,
    /// What is shown of it.
    pub shown: Shown,
}

impl Exhibit {
    /// Shows an entry so far.
    #[must_use]
    pub fn of(entry: &Entry, show: impl FnOnce(Vec<u8>) -> Shown) -> Self {
        let shown = entry.erased.map_or_else(|| show(entry.body.clone()), Shown::Closed);
        Self { header: entry.header.clone(), signature: entry.signature, shown }
    }

    /// Shows that an entry is there.
    #[must_use]
    pub fn closed(entry: &Entry) -> Self {
        Self::of(entry, |body| Shown::Closed(body_hash(&body)))
    }

    fn body(&self) -> Option<&[u8]> {
        match &self.shown {
            Shown::Closed(_) => None,
            Shown::Plain(body) | Shown::Opened(body, _) | Shown::Twice(body, ..) | Shown::Act(body, _) => Some(body),
        }
    }

    /// What the office signed, behind `previous`.
    fn signed_part(&self, previous: EntryId) -> SignedPart {
        let body_hash = match &self.shown {
            Shown::Closed(hash) => *hash,
            _ => body_hash(self.body().unwrap_or_default()),
        };
        SignedPart { header: self.header.clone(), previous, body_hash }
    }
}

/// Entries of one log, each behind the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The id of the entry before the first; [`EntryId::ZERO`] at the log's beginning.
    pub previous: EntryId,
    /// At least one.
    pub exhibits: Vec<Exhibit>,
}

/// A file of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The district's documents, without the bootstrap list.
    pub district: DistrictFile,
    /// Sorted by log and place.
    pub runs: Vec<Run>,
}

impl Evidence {
    /// The bytes of the file.
    ///
    /// # Errors
    /// [`EvidenceError::TooLong`].
    pub fn encode(&self) -> Result<Vec<u8>, EvidenceError> {
        let district = self.district.encode();
        let mut out = [MAGIC.as_slice(), &[FORMAT]].concat();
        let count = |n: usize| u32::try_from(n).map_err(|_| EvidenceError::TooLong);
        codec::encode_into(&count(district.len())?, &mut out);
        out.extend_from_slice(&district);
        codec::encode_into(&count(self.runs.len())?, &mut out);
        for run in &self.runs {
            codec::encode_into(&(run.previous, count(run.exhibits.len())?), &mut out);
            run.exhibits.iter().for_each(|exhibit| codec::encode_into(exhibit, &mut out));
        }
        out.extend_from_slice(&digest(&out));
        if out.len() > MAX_EVIDENCE { Err(EvidenceError::TooLong) } else { Ok(out) }
    }

    /// Reads a file; what it proves is for [`Evidence::verify`].
    ///
    /// # Errors
    /// The form of the file.
    pub fn decode(bytes: &[u8]) -> Result<Self, EvidenceError> {
        if bytes.len() > MAX_EVIDENCE {
            return Err(EvidenceError::TooLong);
        }
        let rest = bytes.strip_prefix(MAGIC).ok_or(EvidenceError::NotEvidence)?;
        let (format, _) = rest.split_first().ok_or(EvidenceError::Changed)?;
        if *format != FORMAT {
            return Err(EvidenceError::Format(*format));
        }
        let (covered, told) = bytes.split_last_chunk::<DIGEST>().ok_or(EvidenceError::Changed)?;
        if digest(covered) != *told {
            return Err(EvidenceError::Changed);
        }
        let body = covered.get(MAGIC.len() + 1..).ok_or(EvidenceError::Changed)?;
        let evidence = read(body)?;
        if evidence.encode()? == bytes { Ok(evidence) } else { Err(CodecError::NotCanonical.into()) }
    }
}

fn read(body: &[u8]) -> Result<Evidence, EvidenceError> {
    let prefix = |bytes| codec::decode_prefix::<u32>(bytes, MAX_EVIDENCE);
    let (len, rest) = prefix(body)?;
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    if len > MAX_DISTRICT_FILE || len > rest.len() {
        return Err(EvidenceError::Changed);
    }
    let (district, rest) = rest.split_at(len);
    let district = DistrictFile::decode(district)?;
    let (count, mut rest) = prefix(rest)?;
    let (mut runs, mut entries) = (Vec::new(), 0usize);
    for _ in 0..count {
        let ((previous, length), more): ((EntryId, u32), _) = codec::decode_prefix(rest, MAX_EVIDENCE)?;
        rest = more;
        let mut exhibits = Vec::new();
        for _ in 0..length {
            entries += 1;
            if entries > MAX_EVIDENCE_ENTRIES {
                return Err(EvidenceError::TooLong);
            }
            // An exhibit is an entry with up to three keys beside it.
            let window = rest.get(..rest.len().min(MAX_ENTRY + 256)).unwrap_or(rest);
            let (exhibit, after) = codec::decode_prefix(window, MAX_ENTRY + 256)?;
            rest = rest.get(window.len() - after.len()..).unwrap_or_default();
            exhibits.push(exhibit);
        }
        runs.push(Run { previous, exhibits });
    }
    if rest.is_empty() { Ok(Evidence { district, runs }) } else { Err(CodecError::Trailing(rest.len()).into()) }
}

fn digest(bytes: &[u8]) -> [u8; DIGEST] {
    digest::hash(labels::EVIDENCE, &[bytes]).0
}

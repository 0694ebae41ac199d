//! A transfer: a person's move to another office as a file, where no path leads there.
//!
//! ```text
//!   head         district, from which office, to which, whom, by which record        for all to see
//!   key          a key of the file's own, sealed to the new office's key in the chart
//!   parts        sealed under it: the person's records and those of whom they wrote with, as evidence;
//!                their closed vault; their direct messages
//!   signature    of the old office, over all before
//! ```
//!
//! The chart's key is taken, for that is never destroyed: a file may be on its way for longer than announced keys live. It
//! serves once: the record that lets the person go is the newest one of theirs until the new office writes the next.
//!
//! Source:  FORMAT.md, section 5.13.

use rand_core::CryptoRngCore;

use crate::bounds::{MAX_EVIDENCE, MAX_PLAINTEXT};
use crate::codec::{self, CodecError, Decode, Encode};
use crate::evidence::{Evidence, EvidenceError, People};
use crate::handover::{Account, Handover, HandoverError, Letter};
use crate::ids::{DistrictId, OfficeId, PersonId};
use crate::labels;
use crate::seal::{OpenKey, SealKey, SharedKey};
use crate::sign::{SecretKey, Signature};

/// The longest file.
pub const MAX_TRANSFER: usize = 4 << 20;
/// How much of it letters may take, so that the rest has room.
pub const MAX_LETTERS: usize = 3 << 20;

const MAGIC: &[u8; 8] = b"OKRUGMOV";
const FORMAT: u8 = 1;
const SIGNATURE: usize = 64;
/// Plain bytes in a part.
const PART: usize = MAX_PLAINTEXT - 4_096;

/// A file is no transfer that can be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// Something else altogether.
    #[error("this is no transfer of a person")]
    NotTransfer,
    /// Written by a newer program.
    #[error("the file has format {0}, and this program reads format {FORMAT}")]
    Format(u8),
    /// Longer than such a file may be.
    #[error("the file is longer than a transfer may be")]
    TooLong,
    /// Sealed to another key than this office's.
    #[error("the file is not for this office")]
    Elsewhere,
    /// Changed on the way, cut short, or not signed by the office that it names.
    #[error("the file was changed or cut short, or the old office did not make it")]
    Changed,
    /// Its parts are not those of one person's move.
    #[error("the file does not show that the person was let go to this office")]
    Unfit,
    /// What it shows of people does not hold.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

impl From<CodecError> for TransferError {
    fn from(_: CodecError) -> Self {
        Self::Changed
    }
}

impl From<HandoverError> for TransferError {
    fn from(_: HandoverError) -> Self {
        Self::Unfit
    }
}

/// Who moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Head {
    /// In which district.
    pub district: DistrictId,
    /// From which office.
    pub from: OfficeId,
    /// To which.
    pub to: OfficeId,
    /// Who.
    pub person: PersonId,
    /// The version of the record that lets them go.
    pub version: u32,
}

/// What goes with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Who moves.
    pub head: Head,
    /// Records of people in their places, and nothing else.
    pub records: Evidence,
    /// The way to the person's keys.
    pub account: Account,
    /// Their direct messages.
    pub letters: Vec<Letter>,
}

type Content = (Vec<u8>, Account, Vec<Letter>);

impl Transfer {
    /// The bytes of the file, sealed to the new office and signed by the old one.
    ///
    /// # Errors
    /// [`TransferError::TooLong`], or [`TransferError::Elsewhere`] under a key that nothing can be sealed to.
    pub fn seal(&self, to: &SealKey, sign: &SecretKey, rng: &mut impl CryptoRngCore) -> Result<Vec<u8>, TransferError> {
        let content: Content = (self.records.encode()?, self.account.clone(), self.letters.clone());
        let content = codec::encode(&content);
        let key = SharedKey::generate(rng);
        let sealed = to.seal(&key_prologue(&self.head), key.bytes(), rng).map_err(|_| TransferError::Elsewhere)?;
        let parts: Vec<&[u8]> = content.chunks(PART).collect();
        let count = u32::try_from(parts.len()).map_err(|_| TransferError::TooLong)?;
        let mut out = [MAGIC.as_slice(), &[FORMAT]].concat();
        codec::encode_into(&(self.head, sealed, count), &mut out);
        for (at, part) in (0u32..).zip(parts) {
            let sealed = key.seal(&part_prologue(&self.head, at, count), part, rng).map_err(|_| TransferError::TooLong)?;
            codec::encode_into(&sealed, &mut out);
        }
        let signature = sign.sign(labels::TRANSFER, &out);
        out.extend_from_slice(&signature.0);
        if out.len() > MAX_TRANSFER { Err(TransferError::TooLong) } else { Ok(out) }
    }

    /// Opens a file as the office to which the person moves, and verifies all of it for the district that is known.
    ///
    /// # Errors
    /// The first thing that does not hold; then nothing of the file is to be believed.
    pub fn open(bytes: &[u8], district: DistrictId, me: OfficeId, key: &OpenKey) -> Result<(Self, People), TransferError> {
        if bytes.len() > MAX_TRANSFER {
            return Err(TransferError::TooLong);
        }
        let body = bytes.strip_prefix(MAGIC).ok_or(TransferError::NotTransfer)?;
        let (format, _) = body.split_first().ok_or(TransferError::Changed)?;
        if *format != FORMAT {
            return Err(TransferError::Format(*format));
        }
        let (signed, signature) = bytes.split_last_chunk::<SIGNATURE>().ok_or(TransferError::Changed)?;
        let body = signed.get(MAGIC.len() + 1..).ok_or(TransferError::Changed)?;
        let ((head, sealed, count), mut rest): ((Head, Vec<u8>, u32), _) = codec::decode_prefix(body, MAX_TRANSFER)?;
        if head.to != me || head.district != district {
            return Err(TransferError::Elsewhere);
        }
        let opened = key.open(&key_prologue(&head), &sealed).map_err(|_| TransferError::Elsewhere)?;
        let key = SharedKey::from_bytes(opened.as_slice().try_into().map_err(|_| TransferError::Changed)?);
        let mut content = Vec::new();
        for at in 0..count {
            let (part, after): (Vec<u8>, _) = codec::decode_prefix(rest, MAX_TRANSFER)?;
            rest = after;
            content.extend(key.open(&part_prologue(&head, at, count), &part).map_err(|_| TransferError::Changed)?);
        }
        if !rest.is_empty() {
            return Err(TransferError::Changed);
        }
        let (records, account, letters): Content = codec::decode_canonical(&content, MAX_EVIDENCE)?;
        let transfer = Self { head, records: Evidence::decode(&records)?, account, letters };
        let people = transfer.verify(signed, &Signature(*signature))?;
        Ok((transfer, people))
    }

    fn verify(&self, signed: &[u8], signature: &Signature) -> Result<People, TransferError> {
        let Head { district, from, to, person, version } = self.head;
        let people = self.records.people(district)?;
        let signer = people.directory.verifier(from).ok_or(TransferError::Unfit)?;
        signer.verify(labels::TRANSFER, signed, signature).map_err(|_| TransferError::Changed)?;
        let newest = people.register.record(person).ok_or(TransferError::Unfit)?;
        let let_go = newest.office == from && newest.next_home == Some(to) && newest.version == version;
        if !let_go || self.account.person != person {
            return Err(TransferError::Unfit);
        }
        // The same rules as for what comes over the mesh.
        Handover::decode(&Handover::Account(self.account.clone()).encode())?;
        for letter in &self.letters {
            letter.read()?;
        }
        Ok(people)
    }
}

fn key_prologue(head: &Head) -> Vec<u8> {
    let mut bytes = labels::TRANSFER_KEY.to_vec();
    codec::encode_into(head, &mut bytes);
    bytes
}

fn part_prologue(head: &Head, at: u32, count: u32) -> Vec<u8> {
    let mut bytes = labels::TRANSFER_PART.to_vec();
    codec::encode_into(&(*head, at, count), &mut bytes);
    bytes
}

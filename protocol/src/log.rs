//! The rules by which an entry is appended to its log.
//!
//! The verdict is a function of the entry, the log before it and the documents as they were in the versions
//! that it names: never of the receiver's clock, of the order in which logs arrive or of what is newer. The cheap rules come first and give a
//! [`Candidate`]; only its signature check makes a [`VerifiedEntry`], and nothing else is ever
//! appended, our own entries included.
//!
//! Source:  FORMAT.md, section 5.

use crate::bounds::MAX_FORK_PROOF;
use crate::clock::Timestamp;
use crate::codec::{self, CodecError, Decode, Encode};
use crate::directory::{Directory, Known};
use crate::entry::{Entry, EntryError, Header, Kind, SUITE, SignedPart, Witness};
use crate::epoch::{self, Rekey};
use crate::ids::{EntryId, Epoch, LogId, OfficeId, Seq, UnitId, Version};
use crate::sign::{SecretKey, Signature};

/// What must be known of a log to judge its next entry.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct LogState {
    /// The last entry's place.
    pub seq: Seq,
    /// The last entry's id.
    pub id: EntryId,
    /// Its time.
    pub time: Timestamp,
    /// Its epoch.
    pub epoch: Epoch,
    /// The chart that its writer knew.
    pub directory: Version,
    /// The list of revocations that its writer knew.
    pub revocations: Version,
    /// What its writer knew when the epoch began.
    pub rekeyed: Known,
    /// The edition that its writer last named of the delegated directory which lists it; 0 when none was named yet.
    pub delegated: Version,
}

impl LogState {
    /// A log without an entry.
    pub const EMPTY: Self = Self {
        seq: Seq::ZERO,
        id: EntryId::ZERO,
        time: Timestamp::ZERO,
        epoch: Epoch(0),
        directory: Version(0),
        revocations: Version(0),
        rekeyed: Known::NOTHING,
        delegated: Version(0),
    };
}

impl Default for LogState {
    fn default() -> Self {
        Self::EMPTY
    }
}

/// Why an entry is not appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not an entry, or of a suite that is not known.
    #[error(transparent)]
    Malformed(#[from] EntryError),
    /// Its place is taken already; whether by the same entry, see [`fork_proof`].
    #[error("the log is already known up to {head}")]
    Known {
        /// The last place that is known.
        head: Seq,
    },
    /// Entries before it are missing.
    #[error("the log is known up to {head}; the entries after that are missing")]
    Gap {
        /// The last place that is known.
        head: Seq,
    },
    /// Its writer knew a chart or a list of revocations that is not here yet: to be judged again when it is.
    #[error("its writer knew a newer directory ({0}); it waits for that")]
    Pending(Version),
    /// The directory did not list the writer.
    #[error("its writer was not in the directory")]
    UnknownOffice,
    /// The writer had no right to this topic.
    #[error("its writer may not write to this topic")]
    MayNotWrite,
    /// Its writer was suspended by the chart that it names, and it says something.
    #[error("its writer was suspended, and knew it")]
    Suspended,
    /// Its writer was revoked by the list that it names.
    #[error("its writer was revoked, and knew it")]
    Revoked,
    /// It lies behind the last entry of its revoked writer that counts, or is another than that.
    #[error("its writer is revoked, and the log counts up to {end} only")]
    BeyondEnd {
        /// The last place that counts.
        end: Seq,
    },
    /// Not later than the entry before.
    #[error("it is not later than the entry before it")]
    TimeNotRising,
    /// An older chart or list of revocations than the entry before knew.
    #[error("it knows less of the directory than the entry before it")]
    VersionFell,
    /// An epoch that does not follow: falling, begun without a rekey entry, or a rekey entry out of turn.
    #[error("its epoch does not follow from the entry before it")]
    EpochOutOfTurn,
    /// A rekey entry that is not for exactly those who could read the topic when it was written.
    #[error("it gives the key of an epoch to others than those who read the topic")]
    WrongReaders,
    /// Sealed under the key of an epoch after its writer knew that a reader of it was removed.
    #[error("its writer knew that a reader was removed, and began no new epoch")]
    DeadEpoch,
    /// Its body was erased, and by the chart that holds here it is to be kept: the entry may be right, and is wanted whole.
    #[error("its body was erased, and is to be kept still")]
    ErasedEarly,
    /// The signature is not the writer's on this entry in this place.
    #[error("its signature does not hold")]
    BadSignature,
}

/// An entry that passed every rule but the signature, which costs a hundred times more than the others together.
#[derive(Debug, Clone)]
pub struct Candidate {
    entry: Entry,
    previous: EntryId,
    part: SignedPart,
    state: LogState,
}

impl Candidate {
    /// Judges `entry` as the next of a log in `state`.
    ///
    /// Several may be chained before the first is verified: the next one's `state` is this one's.
    ///
    /// # Errors
    /// The first broken rule.
    pub fn next(entry: Entry, state: &LogState, directory: &Directory) -> Result<Self, Refusal> {
        let young = entry.header.time.millis() >= directory.gone_before(entry.header.log.topic);
        let is_early = entry.erased.is_some() && young;
        let candidate = Self::again(entry, state, directory)?;
        if is_early { Err(Refusal::ErasedEarly) } else { Ok(candidate) }
    }

    /// The same of an entry that this office has taken before, whether its body was kept or not.
    ///
    /// # Errors
    /// The first broken rule.
    pub fn again(entry: Entry, state: &LogState, directory: &Directory) -> Result<Self, Refusal> {
        let header = &entry.header;
        if header.seq <= state.seq {
            return Err(Refusal::Known { head: state.seq });
        }
        if header.seq != state.seq.next() {
            return Err(Refusal::Gap { head: state.seq });
        }
        if header.directory > directory.version() {
            return Err(Refusal::Pending(header.directory));
        }
        if header.revocations > directory.revocations_version() {
            return Err(Refusal::Pending(header.revocations));
        }
        own_edition(header, state, directory)?;
        if !directory.listed_at(header.log.office, header.at()) {
            return Err(Refusal::UnknownOffice);
        }
        if !directory.may_write_at(header.log.office, header.log.topic, header.at()) {
            return Err(Refusal::MayNotWrite);
        }
        if !header.kind.is_of_reading() && directory.is_suspended_at(header.log.office, header.directory) {
            return Err(Refusal::Suspended);
        }
        if directory.is_revoked_at(header.log.office, header.revocations) {
            return Err(Refusal::Revoked);
        }
        let end = directory.end_of(&header.log);
        if let Some(end) = end.filter(|end| header.seq > end.seq) {
            return Err(Refusal::BeyondEnd { end: end.seq });
        }
        if header.time <= state.time {
            return Err(Refusal::TimeNotRising);
        }
        if header.directory < state.directory || header.revocations < state.revocations {
            return Err(Refusal::VersionFell);
        }
        let expected = if header.kind == Kind::REKEY { Epoch(state.epoch.0.saturating_add(1)) } else { state.epoch };
        if header.epoch != expected || (header.kind.is_sealed() && header.epoch == Epoch(0)) {
            return Err(Refusal::EpochOutOfTurn);
        }
        let rekeyed = epoch_of(&entry, state, directory)?;
        let part = entry.signed_part(state.id);
        let state = LogState {
            seq: header.seq,
            id: part.id(),
            time: header.time,
            epoch: header.epoch,
            directory: header.directory,
            revocations: header.revocations,
            rekeyed,
            delegated: if header.delegated == Version(0) { state.delegated } else { header.delegated },
        };
        if let Some(end) = end.filter(|end| state.seq == end.seq && state.id != end.id) {
            return Err(Refusal::BeyondEnd { end: end.seq });
        }
        Ok(Self { previous: part.previous, part, state, entry })
    }

    /// The log as it is after this entry, should the signature hold.
    #[must_use]
    pub fn state(&self) -> &LogState {
        &self.state
    }

    /// The entry's header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.entry.header
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`Refusal::BadSignature`], or [`Refusal::UnknownOffice`] when the directory changed in between.
    pub fn verify(self, directory: &Directory) -> Result<VerifiedEntry, Refusal> {
        let header = &self.entry.header;
        let key = directory.verifier_at(header.log.office, header.at()).ok_or(Refusal::UnknownOffice)?;
        self.part.verify(&key, &self.entry.signature).map_err(|_| Refusal::BadSignature)?;
        Ok(VerifiedEntry { entry: self.entry, previous: self.previous, state: self.state })
    }
}

/// The edition of its own directory that an office of a delegated subtree names: it must be here, and follow.
fn own_edition(header: &Header, state: &LogState, directory: &Directory) -> Result<(), Refusal> {
    if header.delegated == Version(0) {
        return Ok(());
    }
    let unit = directory.subtree_of(header.log.office, header.directory).ok_or(Refusal::UnknownOffice)?;
    follows(unit, state.delegated, header.delegated, header.directory, directory)
}

/// Whether an edition of a delegated directory is here, or can come no more, and may be named behind another one.
fn follows(unit: UnitId, before: Version, named: Version, chart: Version, directory: &Directory) -> Result<(), Refusal> {
    if directory.awaits(unit, named) {
        Err(Refusal::Pending(chart))
    } else if directory.may_succeed(unit, before, named) {
        Ok(())
    } else {
        Err(Refusal::VersionFell)
    }
}

/// Checks that whoever was removed can read nothing that was written by somebody who knew; gives what was known when
/// the epoch began.
fn epoch_of(entry: &Entry, state: &LogState, directory: &Directory) -> Result<Known, Refusal> {
    let header = &entry.header;
    if header.kind == Kind::REKEY {
        return rekeyed(entry, state, directory);
    }
    if !header.kind.is_sealed() {
        return Ok(state.rekeyed.clone());
    }
    // What a writer knows of other subtrees it says when it begins an epoch; of its own it says it always.
    let mut known = Known { chart: header.directory, revocations: header.revocations, delegated: state.rekeyed.delegated.clone() };
    if let Some(unit) = directory.subtree_of(header.log.office, header.directory).filter(|_| header.delegated > Version(0)) {
        known = known.with(unit, header.delegated);
    }
    if directory.is_dead(header.log.topic, &state.rekeyed, &known) { Err(Refusal::DeadEpoch) } else { Ok(state.rekeyed.clone()) }
}

fn rekeyed(entry: &Entry, state: &LogState, directory: &Directory) -> Result<Known, Refusal> {
    let header = &entry.header;
    let rekey = Rekey::decode(&entry.body).map_err(|_| Refusal::WrongReaders)?;
    let known = rekey.known_by(header);
    for (unit, edition) in &known.delegated {
        if !directory.is_delegated_at(*unit, header.directory) {
            return Err(Refusal::WrongReaders);
        }
        follows(*unit, state.rekeyed.edition(*unit), *edition, header.directory, directory)?;
    }
    // One that was named is named on, unless the authority has taken it back; and the writer's own is the one that it stands by.
    let kept = |(unit, before): &(UnitId, Version)| directory.may_succeed(*unit, *before, known.edition(*unit));
    let own = directory.subtree_of(header.log.office, header.directory).filter(|_| header.delegated > Version(0));
    if !state.rekeyed.delegated.iter().all(kept) || own.is_some_and(|unit| known.edition(unit) != header.delegated) {
        return Err(Refusal::VersionFell);
    }
    let decided = |office: &OfficeId| directory.is_decided(*office);
    let allowed = epoch::members(directory, &header.log, &known).into_iter().filter(decided);
    let nobody_revoked = rekey.members().all(|office| !directory.is_revoked_at(office, header.revocations));
    let right = nobody_revoked && rekey.members().filter(decided).eq(allowed);
    if right { Ok(known) } else { Err(Refusal::WrongReaders) }
}

/// An entry that may be appended: written by the office that it names, in its place, unaltered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEntry {
    entry: Entry,
    previous: EntryId,
    state: LogState,
}

impl VerifiedEntry {
    /// Its header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.entry.header
    }

    /// Whether its body was erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.entry.erased.is_some()
    }

    /// Its body, sealed or plain; empty when it was erased.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.entry.body
    }

    /// Its identity.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.state.id
    }

    /// The identity of the entry before.
    #[must_use]
    pub fn previous(&self) -> EntryId {
        self.previous
    }

    /// The log after it.
    #[must_use]
    pub fn state(&self) -> &LogState {
        &self.state
    }

    /// The bytes that travel and are stored.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.entry.encode()
    }
}

/// What a writer decides about its next entry.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What the body is.
    pub kind: Kind,
    /// The epoch; one more than the log's for a rekey entry.
    pub epoch: Epoch,
    /// From the hybrid clock, later than the log's last.
    pub time: Timestamp,
    /// Sealed or plain, by `kind`.
    pub body: Vec<u8>,
}

/// Writes the next entry of an own log. It passes the same gate as everybody's before it is appended.
///
/// # Errors
/// [`EntryError::Malformed`] when the body is too long.
pub fn write(log: LogId, state: &LogState, draft: Draft, directory: &Directory, key: &SecretKey) -> Result<Entry, EntryError> {
    if draft.body.len() > crate::bounds::MAX_BODY {
        return Err(EntryError::Malformed);
    }
    let header = Header {
        suite: SUITE,
        kind: draft.kind,
        log,
        seq: state.seq.next(),
        epoch: draft.epoch,
        time: draft.time,
        directory: directory.version(),
        revocations: directory.revocations_version(),
        body_len: u32::try_from(draft.body.len()).map_err(|_| EntryError::Malformed)?,
        delegated: directory.at(log.office).own,
    };
    let mut entry = Entry { header, signature: Signature([0; 64]), body: draft.body, erased: None };
    entry.signature = entry.signed_part(state.id).sign(key);
    Ok(entry)
}

/// Two different entries that one office signed for one place: kept for ever, and spread.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ForkProof {
    /// The entry that was appended here.
    pub kept: Witness,
    /// The other one.
    pub other: Witness,
}

impl ForkProof {
    /// As the body of an entry of kind [`crate::entry::Kind::FORK`].
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads the body of such an entry.
    ///
    /// # Errors
    /// It is no proof, or longer than one.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        codec::decode_canonical(bytes, MAX_FORK_PROOF)
    }

    /// The log that has forked, and the place of which there are two entries.
    #[must_use]
    pub fn place(&self) -> (LogId, Seq) {
        let header = &self.kept.part.header;
        (header.log, header.seq)
    }

    /// Whether it names an edition of the office's delegated directory that is not held here yet, so that nothing can be said of it.
    #[must_use]
    pub fn is_early(&self, directory: &Directory) -> bool {
        let (log, _) = self.place();
        [&self.kept, &self.other].iter().any(|witness| witness.part.header.delegated > directory.at(log.office).own)
    }

    /// The newest chart that it names.
    #[must_use]
    pub fn chart(&self) -> Version {
        self.kept.part.header.directory.max(self.other.part.header.directory)
    }

    /// Whether it proves a fork: one place, two ids, both signed by the office.
    #[must_use]
    pub fn holds(&self, directory: &Directory) -> bool {
        let (a, b) = (&self.kept.part, &self.other.part);
        let one_place = a.header.log == b.header.log && a.header.seq == b.header.seq;
        let signed = |witness: &Witness| {
            let header = &witness.part.header;
            let key = directory.verifier_at(header.log.office, header.at());
            key.is_some_and(|key| witness.part.verify(&key, &witness.signature).is_ok())
        };
        one_place && a.id() != b.id() && signed(&self.kept) && signed(&self.other)
    }
}

/// Compares an entry for a place that is taken with the one that is there.
///
/// Shapes:  `kept` follows `previous`; `other` is for the same place. `None` when they are the same, or when
///          `other` is not signed by the office as a follower of `previous`.
#[must_use]
pub fn fork_proof(kept: &Entry, other: &Entry, previous: EntryId, directory: &Directory) -> Option<ForkProof> {
    let witness = |entry: &Entry| Witness { part: entry.signed_part(previous), signature: entry.signature };
    let proof = ForkProof { kept: witness(kept), other: witness(other) };
    proof.holds(directory).then_some(proof)
}

#[cfg(test)]
mod tests;

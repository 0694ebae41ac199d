//! The rules by which an entry is appended to its log.
//!
//! The verdict is a function of the entry, the log before it and the documents as they were in the versions
//! that it names: never of the receiver's clock, of the order in which logs arrive or of what is newer. The cheap rules come first and give a
//! [`Candidate`]; only its signature check makes a [`VerifiedEntry`], and nothing else is ever
//! appended, our own entries included.
//!
//! Source:  FORMAT.md, section 5.

use crate::clock::Timestamp;
use crate::codec::{Decode, Encode};
use crate::directory::Directory;
use crate::entry::{Entry, EntryError, Header, Kind, SUITE, SignedPart, Witness};
use crate::epoch::{self, Rekey};
use crate::ids::{EntryId, Epoch, LogId, OfficeId, Seq, Version};
use crate::sign::{SecretKey, Signature};

/// What must be known of a log to judge its next entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
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
    /// The chart and the list of revocations that its writer knew when the epoch began.
    pub rekeyed: (Version, Version),
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
        rekeyed: (Version(0), Version(0)),
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
        if !directory.listed_at(header.log.office, header.directory) {
            return Err(unlisted(header, directory));
        }
        if !directory.may_write_at(header.log.office, header.log.topic, header.directory) {
            return Err(Refusal::MayNotWrite);
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
        let key = directory.verifier_at(header.log.office, header.directory).ok_or(Refusal::UnknownOffice)?;
        self.part.verify(key, &self.entry.signature).map_err(|_| Refusal::BadSignature)?;
        Ok(VerifiedEntry { entry: self.entry, previous: self.previous, state: self.state })
    }
}

/// Who is not listed may be in a delegated directory that is not here yet.
fn unlisted(header: &Header, directory: &Directory) -> Refusal {
    let office = header.log.office;
    if directory.office_ever(office).is_none() && directory.may_be_delegated(office) {
        Refusal::Pending(header.directory)
    } else {
        Refusal::UnknownOffice
    }
}

/// Checks that whoever was removed can read nothing that was written by somebody who knew; gives what was known when
/// the epoch began.
fn epoch_of(entry: &Entry, state: &LogState, directory: &Directory) -> Result<(Version, Version), Refusal> {
    let header = &entry.header;
    let known = (header.directory, header.revocations);
    if header.kind == Kind::REKEY {
        let rekey = Rekey::decode(&entry.body).map_err(|_| Refusal::WrongReaders)?;
        // Which edition of a delegated directory the writer knew is not told: of its numbers, only the revoked are held out.
        let decided = |office: &OfficeId| !directory.may_be_delegated(*office);
        let allowed = epoch::members(directory, &header.log, known).into_iter().filter(decided);
        let nobody_revoked = rekey.members().all(|office| !directory.is_revoked_at(office, header.revocations));
        let right = nobody_revoked && rekey.members().filter(decided).eq(allowed);
        return if right { Ok(known) } else { Err(Refusal::WrongReaders) };
    }
    if header.kind.is_sealed() && directory.is_dead(header.log.topic, state.rekeyed, known) {
        return Err(Refusal::DeadEpoch);
    }
    Ok(state.rekeyed)
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

    /// Its body, sealed or plain.
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
    };
    let mut entry = Entry { header, signature: Signature([0; 64]), body: draft.body };
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
    /// Whether it proves a fork: one place, two ids, both signed by the office.
    #[must_use]
    pub fn holds(&self, directory: &Directory) -> bool {
        let (a, b) = (&self.kept.part, &self.other.part);
        let one_place = a.header.log == b.header.log && a.header.seq == b.header.seq;
        let signed = |witness: &Witness| {
            let header = &witness.part.header;
            let key = directory.verifier_at(header.log.office, header.directory);
            key.is_some_and(|key| witness.part.verify(key, &witness.signature).is_ok())
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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::tests::log;
    use crate::epoch::KeyBox;
    use crate::ids::{Hash32, Topic, UnitId};
    use crate::revocations::CutOff;
    use crate::sample::{self, SampleDistrict};

    /// Office 3 writes to unit 2, which every office hosts.
    fn home() -> LogId {
        LogId { topic: Topic::Unit(UnitId(2)), ..log() }
    }

    fn draft(kind: Kind, epoch: u32, time: u64) -> Draft {
        Draft { kind, epoch: Epoch(epoch), time: Timestamp(time), body: vec![1, 2, 3] }
    }

    /// The body of a rekey entry with a box, which nobody opens here, for each of `members`.
    fn rekey(members: &[OfficeId]) -> Vec<u8> {
        let boxes = members.iter().map(|office| KeyBox { office: *office, key: 0, sealed: [7; 80] }).collect();
        Rekey { commitment: Hash32([7; 32]), boxes }.encode().unwrap()
    }

    fn due(directory: &Directory) -> Vec<u8> {
        rekey(&epoch::members(directory, &home(), (directory.version(), directory.revocations_version())))
    }

    /// A rekey entry and so many messages.
    fn written(district: &SampleDistrict, messages: u64) -> Vec<Entry> {
        let directory = district.trust.directory();
        let mut state = LogState::EMPTY;
        let first = Draft { body: due(&directory), ..draft(Kind::REKEY, 1, 10) };
        let drafts = [first].into_iter().chain((1..=messages).map(|n| draft(Kind::MESSAGE, 1, 10 + n)));
        let write = |draft| {
            let entry = write(home(), &state, draft, &directory, &district.sign_keys[2]).unwrap();
            state = *Candidate::next(entry.clone(), &state, &directory).unwrap().state();
            entry
        };
        drafts.map(write).collect()
    }

    fn append(state: &LogState, entry: &Entry, directory: &Directory) -> Result<LogState, Refusal> {
        Ok(*Candidate::next(entry.clone(), state, directory)?.verify(directory)?.state())
    }

    #[test]
    fn what_was_written_is_appended_in_its_order_only() {
        let district = sample::district(4);
        let directory = district.trust.directory();
        let entries = written(&district, 3);
        let mut state = LogState::EMPTY;
        assert_eq!(append(&state, &entries[1], &directory), Err(Refusal::Gap { head: Seq(0) }));
        for entry in &entries {
            state = append(&state, entry, &directory).unwrap();
        }
        assert_eq!(state.seq, Seq(4));
        assert_eq!(append(&state, &entries[3], &directory), Err(Refusal::Known { head: Seq(4) }));
    }

    #[test]
    fn each_broken_rule_has_its_own_verdict() {
        let district = sample::district(4);
        let directory = district.trust.directory();
        let entries = written(&district, 1);
        let state = append(&LogState::EMPTY, &entries[0], &directory).unwrap();
        let judged = |change: &dyn Fn(&mut Entry)| {
            let mut entry = entries[1].clone();
            change(&mut entry);
            append(&state, &entry, &directory).err()
        };
        let newer = Version(directory.version().0 + 1);
        assert_eq!(judged(&|e| e.header.directory = newer), Some(Refusal::Pending(newer)));
        assert_eq!(judged(&|e| e.header.revocations = Version(9)), Some(Refusal::Pending(Version(9))));
        assert_eq!(judged(&|e| e.header.log.office = OfficeId(99)), Some(Refusal::UnknownOffice));
        assert_eq!(judged(&|e| e.header.log.topic = Topic::Unit(UnitId(5))), Some(Refusal::MayNotWrite));
        assert_eq!(judged(&|e| e.header.time = Timestamp(10)), Some(Refusal::TimeNotRising));
        assert_eq!(judged(&|e| e.header.directory = Version(0)), Some(Refusal::UnknownOffice));
        assert_eq!(judged(&|e| e.header.epoch = Epoch(2)), Some(Refusal::EpochOutOfTurn));
        assert_eq!(judged(&|e| e.header.kind = Kind::REKEY), Some(Refusal::EpochOutOfTurn));
        assert_eq!(judged(&|e| e.body[0] = 9), Some(Refusal::BadSignature));
        assert_eq!(judged(&|_| ()), None);
        let sealed = write(home(), &LogState::EMPTY, draft(Kind::MESSAGE, 0, 10), &directory, &district.sign_keys[2]).unwrap();
        assert_eq!(append(&LogState::EMPTY, &sealed, &directory), Err(Refusal::EpochOutOfTurn));
    }

    #[test]
    fn an_entry_is_judged_by_the_version_that_it_names_however_new_the_chart() {
        let mut district = sample::district(4);
        let old = written(&district, 2);
        district.amend(|chart| chart.offices[2].hosts.retain(|unit| *unit != UnitId(2)));
        district.amend(|chart| drop(chart.offices.remove(2)));
        let newest = district.directory();
        let mut state = LogState::EMPTY;
        for entry in &old {
            state = append(&state, entry, &newest).unwrap();
        }
        // The same writer may not do it again once it knew.
        let knew = |version: u32| {
            let mut entry = old[2].clone();
            entry.header.seq = state.seq.next();
            entry.header.time = Timestamp(99);
            entry.header.directory = Version(version);
            entry.signature = entry.signed_part(state.id).sign(&district.sign_keys[2]);
            append(&state, &entry, &newest).err()
        };
        assert_eq!((knew(1), knew(2), knew(3)), (None, Some(Refusal::MayNotWrite), Some(Refusal::UnknownOffice)));
    }

    /// The verdict on the next entry of a log by somebody who knows `directory`.
    fn next(state: &LogState, draft: Draft, directory: &Directory, key: &SecretKey) -> Result<LogState, Refusal> {
        append(state, &write(home(), state, draft, directory, key).unwrap(), directory)
    }

    #[test]
    fn whoever_knew_of_a_removal_begins_an_epoch_without_the_removed() {
        let mut district = sample::district(4);
        let key = district.sign_keys[2].clone();
        let said = |time| draft(Kind::MESSAGE, 1, time);
        let begin = |body, time| Draft { body, ..draft(Kind::REKEY, 2, time) };
        let mut state = LogState::EMPTY;
        for entry in written(&district, 1) {
            state = append(&state, &entry, &district.directory()).unwrap();
        }
        let before = due(&district.directory());
        let removals: [&dyn Fn(&mut SampleDistrict); 3] = [
            &|district| drop(district.revoke(&[OfficeId(4)], &[], &[])),
            &|district| drop(district.amend(|chart| chart.offices[3].hosts.clear())),
            &|district| drop(district.amend(|chart| drop(chart.offices.pop()))),
        ];
        for (i, remove) in removals.iter().enumerate() {
            let mut district = district.clone();
            remove(&mut district);
            let directory = district.directory();
            assert_eq!(next(&state, said(20), &directory, &key).err(), Some(Refusal::DeadEpoch), "removal {i}");
            assert_eq!(next(&state, begin(before.clone(), 20), &directory, &key).err(), Some(Refusal::WrongReaders), "removal {i}");
            let few = rekey(&[OfficeId(1), OfficeId(3)]);
            assert_eq!(next(&state, begin(few, 20), &directory, &key).err(), Some(Refusal::WrongReaders), "removal {i}");
            let begun = next(&state, begin(due(&directory), 20), &directory, &key).unwrap();
            assert!(next(&begun, draft(Kind::MESSAGE, 2, 30), &directory, &key).is_ok(), "removal {i}");
        }
        // Who comes to a topic, or leaves another one, ends no epoch of this one.
        district.amend(|chart| chart.offices[1].hosts.retain(|unit| *unit != UnitId(4)));
        assert!(next(&state, said(20), &district.directory(), &key).is_ok());
    }

    #[test]
    fn a_removal_that_the_writer_had_not_heard_of_changes_no_verdict() {
        let mut district = sample::district(4);
        let entries = written(&district, 3);
        district.revoke(&[OfficeId(4)], &[], &[]);
        district.amend(|chart| chart.offices[1].hosts.clear());
        let newest = district.directory();
        let mut state = LogState::EMPTY;
        for entry in &entries {
            state = append(&state, entry, &newest).unwrap();
        }
        assert_eq!(state.seq, Seq(4));
    }

    #[test]
    fn a_revoked_writer_counts_up_to_its_end_and_never_after_it_knew() {
        let mut district = sample::district(4);
        let key = district.sign_keys[2].clone();
        let (before, entries) = (district.directory(), written(&district, 4));
        let states: Vec<LogState> = entries.iter().fold(vec![LogState::EMPTY], |mut states, entry| {
            states.push(append(states.last().unwrap(), entry, &before).unwrap());
            states
        });
        let all = |directory: &Directory| {
            let mut state = LogState::EMPTY;
            entries.iter().map_while(|entry| append(&state, entry, directory).map(|next| state = next).ok()).count()
        };
        // Nobody has said where it ends: what was written without knowing goes on counting.
        district.revoke(&[OfficeId(3)], &[], &[]);
        let open = district.directory();
        assert_eq!(all(&open), 5);
        assert_eq!(next(&states[5], draft(Kind::MESSAGE, 1, 90), &open, &key).err(), Some(Refusal::Revoked));
        let ends = |seq: usize, id| [CutOff { log: home(), seq: Seq(u64::try_from(seq).unwrap()), id }];
        let mut elsewhere = district.clone();
        district.revoke(&[], &[], &ends(3, states[3].id));
        assert_eq!(all(&district.directory()), 3);
        assert_eq!(append(&states[3], &entries[3], &district.directory()), Err(Refusal::BeyondEnd { end: Seq(3) }));
        // The end is an entry, and not another in its place.
        elsewhere.revoke(&[], &[], &ends(3, states[2].id));
        assert_eq!(all(&elsewhere.directory()), 2);
    }

    #[test]
    fn every_flipped_bit_of_an_entry_is_refused() {
        let district = sample::district(4);
        let directory = district.trust.directory();
        let entries = written(&district, 1);
        let state = append(&LogState::EMPTY, &entries[0], &directory).unwrap();
        let bytes = entries[1].encode();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let appended = Entry::decode(&flipped).is_ok_and(|entry| append(&state, &entry, &directory).is_ok());
            assert!(!appended, "bit {bit}");
        }
    }

    #[test]
    fn two_entries_for_one_place_are_a_fork_and_the_proof_convinces_others() {
        let district = sample::district(4);
        let directory = district.trust.directory();
        let state = append(&LogState::EMPTY, &written(&district, 1)[0], &directory).unwrap();
        let entry = |body: u8, key: usize| {
            let draft = Draft { body: vec![body], ..draft(Kind::MESSAGE, 1, 20) };
            write(home(), &state, draft, &directory, &district.sign_keys[key]).unwrap()
        };
        let proof = fork_proof(&entry(1, 2), &entry(2, 2), state.id, &directory).unwrap();
        let read: ForkProof = crate::codec::decode_canonical(&crate::codec::encode(&proof), 4_096).unwrap();
        assert!(read.holds(&directory));
        assert_eq!(fork_proof(&entry(1, 2), &entry(1, 2), state.id, &directory), None);
        assert_eq!(fork_proof(&entry(1, 2), &entry(2, 1), state.id, &directory), None);
    }

    proptest! {
        #[test]
        fn hostile_bytes_are_no_entry_and_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(entry) = Entry::decode(&bytes) {
                prop_assert_eq!(entry.encode(), bytes);
            }
        }
    }
}

//! Epochs: the keys under which a log's bodies are sealed.
//!
//! An epoch begins with a rekey entry in the log itself, so the order of the log is the order of the
//! keys. The entry carries the new key once for each member office, sealed to it, and a commitment
//! that makes all of them get the same one.
//!
//! Source:  FORMAT.md, section 5.

use rand_core::CryptoRngCore;

use crate::bounds::{EPOCH_MAX_AGE_MS, EPOCH_MAX_MESSAGES, MAX_BODY, MAX_DELEGATIONS, MAX_OFFICES, MAX_PLAINTEXT};
use crate::clock::Millis;
use crate::codec::{self, Decode, Encode};
use crate::digest;
use crate::directory::{Directory, Known};
use crate::entry::Header;
use crate::ids::{DistrictId, Epoch, Hash32, LogId, OfficeId, Seq, UnitId, Version};
use crate::labels;
use crate::opening::Opening;
use crate::seal::{OpenKey, SealKey, SharedKey};

/// Why an epoch's key or a body cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EpochError {
    /// The bytes are no rekey body.
    #[error("the bytes are no rekey entry")]
    Malformed,
    /// Sealed, but not for us in this place; or changed since.
    #[error("cannot be opened")]
    Sealed,
    /// The key that was sealed for us is not the one that everybody was promised.
    #[error("the key is not the one that the entry commits to")]
    Commitment,
    /// More offices than one entry can hold, or too long a text.
    #[error("too large to be sealed into one entry")]
    TooLarge,
}

/// An epoch's key, sealed to one office.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct KeyBox {
    /// Whose.
    pub office: OfficeId,
    /// Which of the office's sealing keys; 0 is the directory's.
    pub key: u32,
    /// 80 bytes: ephemeral, key, tag.
    pub sealed: [u8; 80],
}

/// The body of a rekey entry.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Rekey {
    /// Hash of the key and of where it is used.
    pub commitment: Hash32,
    /// One for each member office, the writer included; sorted by office.
    pub boxes: Vec<KeyBox>,
    /// The delegated directories that the writer knew, each with its edition; sorted by unit.
    pub delegated: Vec<(UnitId, Version)>,
}

/// Where an epoch's key is used: the log and the epoch in it, in one district.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Place {
    /// The district.
    pub district: DistrictId,
    /// The log.
    pub log: LogId,
    /// The epoch in it.
    pub epoch: Epoch,
}

impl Place {
    fn prologue(&self, label: &[u8]) -> Vec<u8> {
        let mut bytes = label.to_vec();
        codec::encode_into(self, &mut bytes);
        bytes
    }

    fn commitment(&self, key: &SharedKey) -> Hash32 {
        digest::hash(labels::EPOCH_COMMITMENT, &[key.bytes(), &codec::encode(self)])
    }

    fn box_prologue(&self, reader: OfficeId, key: u32, directory: Version) -> Vec<u8> {
        let mut bytes = self.prologue(labels::EPOCH_KEY);
        codec::encode_into(&(reader, key, directory), &mut bytes);
        bytes
    }

    fn body_prologue(&self, seq: Seq) -> Vec<u8> {
        let mut bytes = self.prologue(labels::BODY_PROLOGUE);
        codec::encode_into(&seq, &mut bytes);
        bytes
    }
}

impl Rekey {
    /// Seals `key` to every reader.
    ///
    /// Shapes:  `readers` are (office, number of its sealing key, sealing key), sorted by office, the writer among them, as
    ///          the directory says of `known`.
    ///
    /// # Errors
    /// A weak sealing key, or more readers than one entry holds.
    pub fn seal(
        place: &Place,
        key: &SharedKey,
        readers: &[(OfficeId, u32, SealKey)],
        known: impl Into<Known>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, EpochError> {
        let known = known.into();
        if readers.len() > MAX_OFFICES {
            return Err(EpochError::TooLarge);
        }
        let seal = |(office, number, to): &(OfficeId, u32, SealKey), rng: &mut _| {
            let sealed = to.seal(&place.box_prologue(*office, *number, known.chart), key.bytes(), rng).map_err(|_| EpochError::Sealed)?;
            Ok(KeyBox { office: *office, key: *number, sealed: sealed.try_into().map_err(|_| EpochError::Sealed)? })
        };
        let boxes = readers.iter().map(|reader| seal(reader, rng)).collect::<Result<_, _>>()?;
        Ok(Self { commitment: place.commitment(key), boxes, delegated: known.delegated })
    }

    /// Reads a rekey body.
    ///
    /// # Errors
    /// [`EpochError::Malformed`], also when the boxes are not sorted by office, or the editions not by unit.
    pub fn decode(body: &[u8]) -> Result<Self, EpochError> {
        let rekey: Self = codec::decode_canonical(body, MAX_BODY).map_err(|_| EpochError::Malformed)?;
        let named = rekey.delegated.is_sorted_by(|a, b| a.0 < b.0) && rekey.delegated.len() <= MAX_DELEGATIONS;
        let sorted = rekey.boxes.is_sorted_by(|a, b| a.office < b.office) && named;
        if sorted && rekey.delegated.iter().all(|(_, edition)| *edition > Version(0)) { Ok(rekey) } else { Err(EpochError::Malformed) }
    }

    /// The body as it is signed and sent.
    ///
    /// # Errors
    /// [`EpochError::TooLarge`] when the boxes do not fit into one entry.
    pub fn encode(&self) -> Result<Vec<u8>, EpochError> {
        let bytes = codec::encode(self);
        if bytes.len() > MAX_BODY { Err(EpochError::TooLarge) } else { Ok(bytes) }
    }

    /// Whether this is the key that every member was promised.
    #[must_use]
    pub fn promises(&self, place: &Place, key: &SharedKey) -> bool {
        place.commitment(key) == self.commitment
    }

    /// What the writer of a rekey entry knew, by the entry's header and its body.
    #[must_use]
    pub fn known_by(&self, header: &Header) -> Known {
        Known { chart: header.directory, revocations: header.revocations, delegated: self.delegated.clone() }
    }

    /// The offices that got the key.
    pub fn members(&self) -> impl Iterator<Item = OfficeId> + '_ {
        self.boxes.iter().map(|b| b.office)
    }

    /// Which of the reader's sealing keys opens its box; `None` when the epoch is not for it.
    #[must_use]
    pub fn box_for(&self, reader: OfficeId) -> Option<&KeyBox> {
        self.boxes.binary_search_by_key(&reader, |b| b.office).ok().and_then(|at| self.boxes.get(at))
    }

    /// Opens the key that was sealed for `reader`; `None` when there is none.
    ///
    /// Shapes:  `directory` is the chart version in the entry's header.
    ///
    /// # Errors
    /// [`EpochError::Sealed`] or [`EpochError::Commitment`].
    pub fn open(&self, place: &Place, reader: OfficeId, directory: Version, secret: &OpenKey) -> Result<Option<SharedKey>, EpochError> {
        let Some(found) = self.box_for(reader) else { return Ok(None) };
        let opened = secret.open(&place.box_prologue(reader, found.key, directory), &found.sealed).map_err(|_| EpochError::Sealed)?;
        let key = SharedKey::from_bytes(opened.as_slice().try_into().map_err(|_| EpochError::Sealed)?);
        if self.promises(place, &key) { Ok(Some(key)) } else { Err(EpochError::Commitment) }
    }
}

/// Who gets the key of an epoch whose writer knows these editions, by number: the readers of the topic that are not
/// revoked, and the writer.
#[must_use]
pub fn members(directory: &Directory, log: &LogId, known: &Known) -> Vec<OfficeId> {
    let mut members = directory.readers_allowed(log.topic, known);
    if let Err(at) = members.binary_search(&log.office) {
        members.insert(at, log.office);
    }
    members
}

/// Seals what an entry says, padded so that its length tells little.
///
/// # Errors
/// [`EpochError::TooLarge`].
pub fn seal_body(key: &SharedKey, place: &Place, seq: Seq, plain: &[u8], rng: &mut impl CryptoRngCore) -> Result<Vec<u8>, EpochError> {
    key.seal(&place.body_prologue(seq), &pad(plain)?, rng).map_err(|_| EpochError::TooLarge)
}

/// Opens a sealed body and takes the padding off.
///
/// # Errors
/// [`EpochError::Sealed`]; [`EpochError::Malformed`] when what was sealed is not padded.
pub fn open_body(key: &SharedKey, place: &Place, seq: Seq, body: &[u8]) -> Result<Vec<u8>, EpochError> {
    unpad(key.open(&place.body_prologue(seq), body).map_err(|_| EpochError::Sealed)?)
}

/// What opens one body, for whoever is to see that one alone.
///
/// # Errors
/// [`EpochError::Malformed`] when the body is too short to be one.
pub fn opening(key: &SharedKey, body: &[u8]) -> Result<Opening, EpochError> {
    Opening::of(key, body).map_err(|_| EpochError::Malformed)
}

/// Opens a sealed body by what opens it alone.
///
/// # Errors
/// As [`open_body`].
pub fn open_body_by(opening: &Opening, place: &Place, seq: Seq, body: &[u8]) -> Result<Vec<u8>, EpochError> {
    unpad(opening.open(&place.body_prologue(seq), body).map_err(|_| EpochError::Sealed)?)
}

/// Pads what is to be sealed.
pub(crate) fn pad(plain: &[u8]) -> Result<Vec<u8>, EpochError> {
    let mut padded = Vec::with_capacity(padded_len(plain.len() + 1));
    padded.extend_from_slice(plain);
    padded.push(PAD);
    let len = padded_len(padded.len());
    if padded.len() > MAX_PLAINTEXT {
        return Err(EpochError::TooLarge);
    }
    padded.resize(len.min(MAX_PLAINTEXT), 0);
    Ok(padded)
}

/// Takes the padding off.
pub(crate) fn unpad(mut padded: Vec<u8>) -> Result<Vec<u8>, EpochError> {
    let end = padded.iter().rposition(|byte| *byte != 0).ok_or(EpochError::Malformed)?;
    if padded.get(end) != Some(&PAD) {
        return Err(EpochError::Malformed);
    }
    padded.truncate(end);
    Ok(padded)
}

/// Ends what is sealed; zeros follow.
const PAD: u8 = 0x80;

/// The length to which `len` bytes are padded: at most an eighth more, and only the top bits of a length remain visible.
///
/// Source:  Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", 2019 (Padmé).
#[must_use]
pub fn padded_len(len: usize) -> usize {
    let exponent = len.checked_ilog2().unwrap_or(0);
    let kept = if exponent == 0 { 0 } else { exponent.ilog2() + 1 };
    let mask = (1usize << exponent.saturating_sub(kept)) - 1;
    (len + mask) & !mask
}

/// What a writer remembers of its running epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochState {
    /// Which.
    pub epoch: Epoch,
    /// When it began.
    pub since: Millis,
    /// Messages sealed in it.
    pub messages: u32,
    /// Who got its key, sorted.
    pub members: Vec<OfficeId>,
    /// Its key.
    pub key: SharedKey,
}

impl EpochState {
    /// Whether a new epoch must begin before the next message.
    ///
    /// The other reasons for one, a new process and a new incarnation, show in having no state at all.
    #[must_use]
    pub fn is_over(&self, members: &[OfficeId], now: Millis) -> bool {
        self.messages >= EPOCH_MAX_MESSAGES || self.members != members || now.since(self.since) >= EPOCH_MAX_AGE_MS
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::entry::tests::log;

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::from_seed([4; 32])
    }

    fn place() -> Place {
        Place { district: DistrictId(Hash32([5; 32])), log: log(), epoch: Epoch(1) }
    }

    fn sealed() -> (SharedKey, Vec<OpenKey>, Rekey) {
        let keys: Vec<_> = (1..=3).map(|n| OpenKey::from_seed(&[n; 32])).collect();
        let readers: Vec<_> = (1..).zip(&keys).map(|(n, key)| (OfficeId(n), 0, key.public())).collect();
        let key = SharedKey::from_bytes([9; 32]);
        let rekey = Rekey::seal(&place(), &key, &readers, Version(1), &mut rng()).unwrap();
        (key, keys, rekey)
    }

    #[test]
    fn members_get_the_key_and_nobody_else_does() {
        let (key, keys, rekey) = sealed();
        let rekey = Rekey::decode(&rekey.encode().unwrap()).unwrap();
        for (n, secret) in (1..).zip(&keys) {
            assert_eq!(rekey.open(&place(), OfficeId(n), Version(1), secret), Ok(Some(key.clone())));
        }
        assert_eq!(rekey.open(&place(), OfficeId(4), Version(1), &keys[0]), Ok(None));
        assert_eq!(rekey.open(&place(), OfficeId(1), Version(1), &keys[1]), Err(EpochError::Sealed));
    }

    #[test]
    fn a_key_is_of_no_use_in_another_place() {
        let (_, keys, rekey) = sealed();
        let mut elsewhere = place();
        elsewhere.epoch = Epoch(2);
        assert_eq!(rekey.open(&elsewhere, OfficeId(1), Version(1), &keys[0]), Err(EpochError::Sealed));
        assert_eq!(rekey.open(&place(), OfficeId(1), Version(2), &keys[0]), Err(EpochError::Sealed));
    }

    #[test]
    fn a_writer_who_gives_members_different_keys_is_found_out() {
        let (_, keys, mut rekey) = sealed();
        let other = SharedKey::from_bytes([8; 32]);
        let prologue = place().box_prologue(OfficeId(2), 0, Version(1));
        rekey.boxes[1].sealed = keys[1].public().seal(&prologue, other.bytes(), &mut rng()).unwrap().try_into().unwrap();
        assert_eq!(rekey.open(&place(), OfficeId(2), Version(1), &keys[1]), Err(EpochError::Commitment));
    }

    #[test]
    fn bodies_open_in_their_place_only_and_come_back_without_padding() {
        let key = SharedKey::from_bytes([9; 32]);
        for plain in [&b""[..], b"text", b"ends in zeros\0\0", &[0x80; 300]] {
            let body = seal_body(&key, &place(), Seq(5), plain, &mut rng()).unwrap();
            assert_eq!(open_body(&key, &place(), Seq(5), &body).unwrap(), plain);
            assert_eq!(open_body(&key, &place(), Seq(6), &body), Err(EpochError::Sealed));
        }
    }

    #[test]
    fn padding_costs_at_most_an_eighth() {
        for len in 1..70_000 {
            let padded = padded_len(len);
            assert!(padded >= len && padded <= len + len / 8 + 1, "{len} -> {padded}");
        }
        let longest = vec![1; MAX_PLAINTEXT - 1];
        let body = seal_body(&SharedKey::from_bytes([9; 32]), &place(), Seq(1), &longest, &mut rng()).unwrap();
        assert_eq!(body.len(), MAX_BODY);
    }

    proptest! {
        #[test]
        fn the_length_of_a_sealed_text_tells_its_class_alone(a in 0..40_000_usize, b in 0..40_000_usize, seq in 1..u64::MAX) {
            let sealed = |len| {
                let body = seal_body(&SharedKey::from_bytes([9; 32]), &place(), Seq(seq), &vec![7; len], &mut rng()).unwrap();
                prop_assert_eq!(open_body(&SharedKey::from_bytes([9; 32]), &place(), Seq(seq), &body).unwrap(), vec![7; len]);
                Ok(body.len())
            };
            let (long, short) = (sealed(a)?, sealed(b)?);
            prop_assert_eq!(long == short, padded_len(a + 1) == padded_len(b + 1));
            let waste = long - crate::bounds::SEAL_OVERHEAD - (a + 1);
            prop_assert!(waste * 100 <= 12 * (a + 1) || waste <= 1, "{} bytes for {}", waste, a + 1);
        }
    }

    #[test]
    fn lengths_up_to_the_longest_text_fall_into_few_classes() {
        let classes: std::collections::BTreeSet<_> = (1..=crate::bounds::MAX_TEXT).map(padded_len).collect();
        assert!(classes.len() < 200, "{} classes", classes.len());
        assert!(classes.iter().all(|len| padded_len(*len) == *len), "a class is its own longest length");
    }

    #[test]
    fn an_epoch_ends_by_count_by_age_and_by_a_change_of_members() {
        let members = vec![OfficeId(1), OfficeId(2)];
        let state = |messages| EpochState {
            epoch: Epoch(1),
            since: Millis(0),
            messages,
            members: members.clone(),
            key: SharedKey::from_bytes([9; 32]),
        };
        assert!(!state(999).is_over(&members, Millis(EPOCH_MAX_AGE_MS - 1)));
        assert!(state(1_000).is_over(&members, Millis(0)));
        assert!(state(0).is_over(&members, Millis(EPOCH_MAX_AGE_MS)));
        assert!(state(0).is_over(&members[..1], Millis(0)));
    }
}

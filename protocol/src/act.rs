//! Acts: what an administrator of an office did, as an entry in the office's district log.
//!
//! Every office holds that log, so the order and the number of acts are known everywhere and none can be taken back.
//! What was done is sealed: the office opens its own acts by a secret of its node, and shows a single one to others by
//! that act's key alone. The entry commits to the key, so no other key shows something else.
//!
//! Source:  FORMAT.md, section 5.

use rand_core::CryptoRngCore;

use crate::bounds::{MAX_ABOUT, MAX_ACT_TEXT, MAX_BODY, MAX_SLUG};
use crate::clock::Millis;
use crate::codec::{self, Decode, Encode};
use crate::digest;
use crate::document::DocumentKind;
use crate::epoch::{pad, unpad};
use crate::ids::{DistrictId, GroupId, Hash32, LogId, OfficeId, PersonId, Seq, UnitId, Version};
use crate::labels;
use crate::seal::SharedKey;

/// Why an act cannot be written or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// The bytes are no act, or one that breaks a rule.
    #[error("the bytes are no act")]
    Malformed,
    /// The key is not the one that the entry commits to, or the body was changed.
    #[error("cannot be opened")]
    Sealed,
}

/// Who did it, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum By {
    /// The node itself, by a rule.
    Node,
    /// Whoever holds the administrator's token of this machine.
    Token {
        /// The user whose program asked, by the operating system's word.
        uid: Option<u32>,
        /// That user's name on this machine.
        name: Option<String>,
    },
    /// A person of the office.
    Person(PersonId),
}

/// About whom or what.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum About {
    /// A person.
    Person(PersonId),
    /// A login, where nobody has the number yet.
    Login(String),
    /// An office.
    Office(OfficeId),
    /// A unit.
    Unit(UnitId),
    /// A group of offices.
    Group(GroupId),
    /// A document.
    Document(DocumentKind, Version),
    /// An entry.
    Entry(LogId, Seq),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused, with the code of the refusal.
    Refused(String),
    /// It was begun, and the node ended before it could say more.
    Unknown,
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Act {
    /// When it was begun, by the office's clock.
    pub time: Millis,
    /// By whom.
    pub by: By,
    /// What was done, such as `person.add`: at most 64 small Latin letters, digits, full stops and hyphens.
    pub deed: String,
    /// About whom or what; at most [`MAX_ABOUT`].
    pub about: Vec<About>,
    /// More of it for people, and never a secret: at most [`MAX_ACT_TEXT`] bytes.
    pub note: String,
    /// What came of it.
    pub outcome: Outcome,
}

impl Act {
    fn check(&self) -> Result<(), ActError> {
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
        let word = |text: &str| !text.is_empty() && text.len() <= MAX_SLUG && text.bytes().all(letter);
        let texts = self.about.iter().filter_map(|about| if let About::Login(login) = about { Some(login) } else { None });
        let short = |text: &String| text.len() <= MAX_ACT_TEXT;
        let named = !matches!(&self.by, By::Token { name: Some(name), .. } if !short(name));
        let ended = !matches!(&self.outcome, Outcome::Refused(code) if !word(code));
        let good = word(&self.deed) && self.about.len() <= MAX_ABOUT && texts.into_iter().all(short) && short(&self.note) && named && ended;
        if good { Ok(()) } else { Err(ActError::Malformed) }
    }
}

/// Where acts are written: the office, in its district.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Desk {
    /// The district.
    pub district: DistrictId,
    /// The office.
    pub office: OfficeId,
}

impl Desk {
    fn prologue(&self) -> Vec<u8> {
        let mut bytes = labels::ACT.to_vec();
        codec::encode_into(self, &mut bytes);
        bytes
    }

    fn commitment(&self, key: &SharedKey) -> Hash32 {
        digest::hash(labels::ACT_COMMITMENT, &[key.bytes(), &codec::encode(self)])
    }

    fn key(&self, secret: &SharedKey, salt: &[u8; 16]) -> SharedKey {
        SharedKey::from_bytes(*digest::derive(labels::ACT_KEY, secret.bytes(), &codec::encode(&(self, salt))))
    }
}

/// The body of an entry of kind [`crate::entry::Kind::ACT`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SealedAct {
    /// Hash of the act's key and of where it was written.
    commitment: Hash32,
    /// By which the office finds the key again.
    salt: [u8; 16],
    /// The act under its key.
    sealed: Vec<u8>,
}

impl SealedAct {
    /// Seals an act of the office that has `secret`.
    ///
    /// # Errors
    /// [`ActError::Malformed`] when the act breaks a rule.
    pub fn seal(desk: &Desk, secret: &SharedKey, act: &Act, rng: &mut impl CryptoRngCore) -> Result<Self, ActError> {
        act.check()?;
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let key = desk.key(secret, &salt);
        let padded = pad(&codec::encode(act)).map_err(|_| ActError::Malformed)?;
        let sealed = key.seal(&desk.prologue(), &padded, rng).map_err(|_| ActError::Malformed)?;
        Ok(Self { commitment: desk.commitment(&key), salt, sealed })
    }

    /// Reads the body of an entry.
    ///
    /// # Errors
    /// [`ActError::Malformed`].
    pub fn decode(body: &[u8]) -> Result<Self, ActError> {
        codec::decode_canonical(body, MAX_BODY).map_err(|_| ActError::Malformed)
    }

    /// The body as it is signed and sent.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// The key of this act alone, for whoever is to see it, from the office's secret.
    #[must_use]
    pub fn key(&self, desk: &Desk, secret: &SharedKey) -> SharedKey {
        desk.key(secret, &self.salt)
    }

    /// Opens the act by its own key.
    ///
    /// # Errors
    /// [`ActError::Sealed`]; [`ActError::Malformed`] when what was sealed is no act.
    pub fn open(&self, desk: &Desk, key: &SharedKey) -> Result<Act, ActError> {
        if desk.commitment(key) != self.commitment {
            return Err(ActError::Sealed);
        }
        let padded = key.open(&desk.prologue(), &self.sealed).map_err(|_| ActError::Sealed)?;
        let plain = unpad(padded).map_err(|_| ActError::Malformed)?;
        let act: Act = codec::decode_canonical(&plain, MAX_BODY).map_err(|_| ActError::Malformed)?;
        act.check()?;
        Ok(act)
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::from_seed([4; 32])
    }

    fn desk() -> Desk {
        Desk { district: DistrictId(Hash32([5; 32])), office: OfficeId(3) }
    }

    fn act() -> Act {
        Act {
            time: Millis(1_767_225_600_000),
            by: By::Token { uid: Some(0), name: Some("root".to_owned()) },
            deed: "person.add".to_owned(),
            about: vec![About::Person(PersonId(30_001)), About::Login("duty".to_owned())],
            note: "Дежурный".to_owned(),
            outcome: Outcome::Done,
        }
    }

    fn secret() -> SharedKey {
        SharedKey::from_bytes([9; 32])
    }

    #[test]
    fn the_office_opens_its_acts_and_shows_one_of_them_by_its_own_key() {
        let [first, second] = [act(), Act { outcome: Outcome::Refused("login_taken".to_owned()), ..act() }]
            .map(|act| (SealedAct::seal(&desk(), &secret(), &act, &mut rng()).unwrap(), act));
        for (sealed, act) in [&first, &second] {
            let read = SealedAct::decode(&sealed.encode()).unwrap();
            assert_eq!(read.open(&desk(), &read.key(&desk(), &secret())).as_ref(), Ok(act));
        }
        let mut other = rng();
        other.set_word_pos(1_000);
        let third = SealedAct::seal(&desk(), &secret(), &act(), &mut other).unwrap();
        assert_eq!(third.open(&desk(), &first.0.key(&desk(), &secret())), Err(ActError::Sealed));
        assert_eq!(first.0.open(&desk(), &first.0.key(&desk(), &SharedKey::from_bytes([8; 32]))), Err(ActError::Sealed));
    }

    #[test]
    fn an_act_is_no_other_office_s_and_no_other_district_s() {
        let sealed = SealedAct::seal(&desk(), &secret(), &act(), &mut rng()).unwrap();
        for elsewhere in [Desk { office: OfficeId(4), ..desk() }, Desk { district: DistrictId(Hash32([6; 32])), ..desk() }] {
            let key = sealed.key(&desk(), &secret());
            assert_eq!(sealed.open(&elsewhere, &key), Err(ActError::Sealed));
        }
    }

    #[test]
    fn every_flipped_bit_of_an_act_is_noticed() {
        let sealed = SealedAct::seal(&desk(), &secret(), &act(), &mut rng()).unwrap();
        let key = sealed.key(&desk(), &secret());
        let bytes = sealed.encode();
        // The salt finds the key; whoever has the key needs it no more, and the entry's signature covers it.
        let salt = 32 * 8..48 * 8;
        for bit in (0..bytes.len() * 8).filter(|bit| !salt.contains(bit)) {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(SealedAct::decode(&flipped).and_then(|act| act.open(&desk(), &key)).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn acts_that_say_too_much_or_nothing_are_refused() {
        let long = "x".repeat(MAX_ACT_TEXT + 1);
        for broken in [
            Act { deed: String::new(), ..act() },
            Act { deed: "Person Add".to_owned(), ..act() },
            Act { note: long.clone(), ..act() },
            Act { about: vec![About::Person(PersonId(1)); MAX_ABOUT + 1], ..act() },
            Act { about: vec![About::Login(long.clone())], ..act() },
            Act { outcome: Outcome::Refused("no such thing".to_owned()), ..act() },
            Act { by: By::Token { uid: None, name: Some(long) }, ..act() },
        ] {
            assert_eq!(SealedAct::seal(&desk(), &secret(), &broken, &mut rng()).err(), Some(ActError::Malformed), "{broken:?}");
        }
    }
}

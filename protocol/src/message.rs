//! What a person says, inside the seal.
//!
//! The person's signature names, besides the message, the district, the office, the topic and so the
//! place where it was said: a signed text cannot be moved elsewhere.
//!
//! Source:  FORMAT.md, section 5.

mod letter;

use rand_core::CryptoRngCore;

use crate::behalf::OnBehalf;
use crate::bounds::{MAX_PLAINTEXT, MAX_TEXT};
use crate::clock::Millis;
use crate::codec::{self, Decode, Encode};
use crate::digest;
use crate::ids::{DistrictId, Hash32, LogId, OfficeId, PersonId, Seq, Topic};
use crate::labels;
use crate::seal::{OpenKey, SealKey, SharedKey};
use crate::shorthand;
use crate::sign::{SecretKey, SignError, Signature, Verifier};

pub use letter::{End, Letter, Lines};

/// Why a message is not shown as what it claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The bytes are no message.
    #[error("the bytes are no message")]
    Malformed,
    /// The person's signature does not hold for this message in this place.
    #[error("the person's signature does not hold")]
    BadSignature,
    /// Longer than a message may be.
    #[error("the text is longer than a message may be")]
    TooLong,
    /// A direct message that this key does not open.
    #[error("cannot be opened")]
    Sealed,
}

impl From<SignError> for MessageError {
    fn from(_: SignError) -> Self {
        Self::BadSignature
    }
}

/// Another message, by its place; a place has one entry only, so this is as good as its hash and three times shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Reference {
    /// The log that carries it.
    pub log: LogId,
    /// Its place there.
    pub seq: Seq,
}

/// Where a message is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Setting {
    /// The district.
    pub district: DistrictId,
    /// The office whose log carries it.
    pub office: OfficeId,
    /// The topic of that log.
    pub topic: Topic,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A text for all readers of the topic.
    Text(String),
    /// A text for one person.
    Direct(Direct),
    /// A text between a role and a person.
    Letter(Letter),
    /// Something that a newer version says: verified, carried, shown as such.
    Unknown {
        /// Its number.
        kind: u32,
        /// As it came.
        bytes: Vec<u8>,
    },
}

const TEXT: u32 = 1;
const DIRECT: u32 = 2;
const LETTER: u32 = 3;

/// A text sealed to one person, and to its writer, who wants to read it again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Direct {
    /// To whom.
    pub to: PersonId,
    /// The text under a key of its own.
    pub sealed: Vec<u8>,
    /// That key, sealed to the addressee and to the writer.
    pub keys: [[u8; 80]; 2],
    /// Hash of that key and of where it is used: both sides get the same one, and it opens to one text only.
    pub commitment: Hash32,
}

/// What the person signs, besides the setting.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Said {
    person: PersonId,
    key_version: u32,
    counter: u64,
    time: Millis,
    reply_to: Option<Reference>,
    kind: u32,
    bytes: Vec<u8>,
    on_behalf: Option<OnBehalf>,
}

/// A message with its person's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who says it.
    pub person: PersonId,
    /// Which version of the person's record has the key that signed it.
    pub key_version: u32,
    /// The person's own count; accepted once.
    pub counter: u64,
    /// When it was said, by the office's clock.
    pub time: Millis,
    /// What it answers.
    pub reply_to: Option<Reference>,
    /// What is said.
    pub content: Content,
    /// For whom it is said, when not for the person alone.
    pub on_behalf: Option<OnBehalf>,
    signature: Signature,
}

/// A message that is about to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned {
    /// As in [`Message`].
    pub person: PersonId,
    /// As in [`Message`].
    pub key_version: u32,
    /// As in [`Message`].
    pub counter: u64,
    /// As in [`Message`].
    pub time: Millis,
    /// As in [`Message`].
    pub reply_to: Option<Reference>,
    /// As in [`Message`].
    pub content: Content,
    /// As in [`Message`].
    pub on_behalf: Option<OnBehalf>,
}

impl Unsigned {
    /// Signs it as the person, for one setting.
    ///
    /// # Errors
    /// [`MessageError::TooLong`].
    pub fn sign(self, setting: &Setting, key: &SecretKey) -> Result<Message, MessageError> {
        if matches!(&self.content, Content::Text(text) if text.len() > MAX_TEXT) {
            return Err(MessageError::TooLong);
        }
        let Self { person, key_version, counter, time, reply_to, content, on_behalf } = self;
        let mut message = Message { person, key_version, counter, time, reply_to, content, on_behalf, signature: Signature([0; 64]) };
        message.signature = key.sign(labels::MESSAGE, &message.signed_bytes(setting));
        Ok(message)
    }
}

impl Message {
    /// Reads what was sealed into an entry.
    ///
    /// # Errors
    /// [`MessageError::Malformed`].
    pub fn decode(plain: &[u8]) -> Result<Self, MessageError> {
        let (said, signature): (Said, Signature) = codec::decode_canonical(plain, MAX_PLAINTEXT).map_err(|_| MessageError::Malformed)?;
        let content = match said.kind {
            TEXT => Content::Text(shorthand::unpack(&said.bytes).ok_or(MessageError::Malformed)?),
            DIRECT => Content::Direct(codec::decode_canonical(&said.bytes, MAX_PLAINTEXT).map_err(|_| MessageError::Malformed)?),
            LETTER => Content::Letter(codec::decode_canonical(&said.bytes, MAX_PLAINTEXT).map_err(|_| MessageError::Malformed)?),
            kind => Content::Unknown { kind, bytes: said.bytes },
        };
        let Said { person, key_version, counter, time, reply_to, on_behalf, .. } = said;
        Ok(Self { person, key_version, counter, time, reply_to, content, on_behalf, signature })
    }

    /// The bytes to be sealed into an entry.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut said = self.said();
        if let Content::Text(text) = &self.content {
            said.bytes = shorthand::pack(text);
        }
        codec::encode(&(said, self.signature))
    }

    /// Verifies the person's signature.
    ///
    /// # Errors
    /// [`MessageError::BadSignature`].
    pub fn verify(&self, setting: &Setting, key: &Verifier) -> Result<(), MessageError> {
        Ok(key.verify(labels::MESSAGE, &self.signed_bytes(setting), &self.signature)?)
    }

    /// What is signed: a text as it is, not as it travels.
    fn said(&self) -> Said {
        let (kind, bytes) = match &self.content {
            Content::Text(text) => (TEXT, text.clone().into_bytes()),
            Content::Direct(direct) => (DIRECT, codec::encode(direct)),
            Content::Letter(letter) => (LETTER, codec::encode(letter)),
            Content::Unknown { kind, bytes } => (*kind, bytes.clone()),
        };
        let Self { person, key_version, counter, time, reply_to, on_behalf, .. } = *self;
        Said { person, key_version, counter, time, reply_to, kind, bytes, on_behalf }
    }

    fn signed_bytes(&self, setting: &Setting) -> Vec<u8> {
        codec::encode(&(setting, self.said()))
    }
}

/// Where a direct message stands: who writes to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Between {
    /// The setting of the message that carries it.
    pub setting: Setting,
    /// The writer.
    pub from: PersonId,
    /// The addressee.
    pub to: PersonId,
}

impl Between {
    fn commitment(&self, key: &SharedKey) -> Hash32 {
        digest::hash(labels::TEXT_COMMITMENT, &[key.bytes(), &self.prologue(labels::DIRECT_CONTENT, 0)])
    }

    fn prologue(&self, label: &[u8], place: u8) -> Vec<u8> {
        let mut bytes = label.to_vec();
        codec::encode_into(&(self, place), &mut bytes);
        bytes
    }
}

/// Which of the two people of a direct message opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The addressee.
    Addressee,
    /// The writer.
    Writer,
}

impl Side {
    fn place(self) -> u8 {
        match self {
            Self::Addressee => 0,
            Self::Writer => 1,
        }
    }
}

impl Direct {
    /// Seals a text from one person to another.
    ///
    /// # Errors
    /// [`MessageError::TooLong`], or [`MessageError::Sealed`] under a weak key.
    pub fn seal(
        between: &Between,
        text: &str,
        addressee: &SealKey,
        writer: &SealKey,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, MessageError> {
        if text.len() > MAX_TEXT {
            return Err(MessageError::TooLong);
        }
        let key = SharedKey::generate(rng);
        let sealed =
            key.seal(&between.prologue(labels::DIRECT_CONTENT, 0), &shorthand::pack(text), rng).map_err(|_| MessageError::Sealed)?;
        let mut lock = |to: &SealKey, side: Side| -> Result<[u8; 80], MessageError> {
            let sealed = to.seal(&between.prologue(labels::DIRECT_KEY, side.place()), key.bytes(), rng);
            sealed.ok().and_then(|bytes| bytes.try_into().ok()).ok_or(MessageError::Sealed)
        };
        let keys = [lock(addressee, Side::Addressee)?, lock(writer, Side::Writer)?];
        Ok(Self { to: between.to, sealed, keys, commitment: between.commitment(&key) })
    }

    /// The key of this text alone, by the secret of one of its sides.
    ///
    /// # Errors
    /// [`MessageError::Sealed`], also when it is not the key that the message commits to.
    pub fn key(&self, between: &Between, side: Side, secret: &OpenKey) -> Result<SharedKey, MessageError> {
        let locked = match side {
            Side::Addressee => &self.keys[0],
            Side::Writer => &self.keys[1],
        };
        let opened = secret.open(&between.prologue(labels::DIRECT_KEY, side.place()), locked).map_err(|_| MessageError::Sealed)?;
        let key = SharedKey::from_bytes(opened.as_slice().try_into().map_err(|_| MessageError::Sealed)?);
        if between.commitment(&key) == self.commitment { Ok(key) } else { Err(MessageError::Sealed) }
    }

    /// Opens the text by its own key, for whoever was shown that.
    ///
    /// # Errors
    /// [`MessageError::Sealed`], or [`MessageError::Malformed`] when what was sealed is no text.
    pub fn read(&self, between: &Between, key: &SharedKey) -> Result<String, MessageError> {
        if between.commitment(key) != self.commitment {
            return Err(MessageError::Sealed);
        }
        let text = key.open(&between.prologue(labels::DIRECT_CONTENT, 0), &self.sealed).map_err(|_| MessageError::Sealed)?;
        shorthand::unpack(&text).ok_or(MessageError::Malformed)
    }

    /// Opens the text.
    ///
    /// # Errors
    /// [`MessageError::Sealed`], or [`MessageError::Malformed`] when what was sealed is no text.
    pub fn open(&self, between: &Between, side: Side, secret: &OpenKey) -> Result<String, MessageError> {
        self.read(between, &self.key(between, side, secret)?)
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::behalf::Behalf;
    use crate::ids::{Hash32, RoleId, UnitId};

    fn setting() -> Setting {
        Setting { district: DistrictId(Hash32([1; 32])), office: OfficeId(3), topic: Topic::Unit(UnitId(12)) }
    }

    fn unsigned(content: Content) -> Unsigned {
        Unsigned { person: PersonId(30_001), key_version: 1, counter: 7, time: Millis(1_000), reply_to: None, content, on_behalf: None }
    }

    #[test]
    fn a_signed_text_cannot_be_moved_elsewhere() {
        let key = SecretKey::from_seed(&[1; 32]);
        let message = unsigned(Content::Text("текст".to_owned())).sign(&setting(), &key).unwrap();
        let read = Message::decode(&message.encode()).unwrap();
        assert_eq!(read, message);
        let verifier = key.public().verifier().unwrap();
        assert_eq!(read.verify(&setting(), &verifier), Ok(()));
        let mut topic = setting();
        topic.topic = Topic::District;
        let mut office = setting();
        office.office = OfficeId(4);
        let mut district = setting();
        district.district = DistrictId(Hash32([2; 32]));
        for elsewhere in [topic, office, district] {
            assert_eq!(read.verify(&elsewhere, &verifier), Err(MessageError::BadSignature));
        }
    }

    #[test]
    fn for_whom_something_is_said_is_signed_too() {
        let key = SecretKey::from_seed(&[1; 32]);
        let verifier = key.public().verifier().unwrap();
        let for_role = |role, version| Some(OnBehalf { of: Behalf::Role(RoleId(role)), version });
        let said = Unsigned { on_behalf: for_role(30_001, 2), ..unsigned(Content::Text("текст".to_owned())) };
        let message = Message::decode(&said.sign(&setting(), &key).unwrap().encode()).unwrap();
        assert_eq!(message.verify(&setting(), &verifier), Ok(()));
        let for_person = Some(OnBehalf { of: Behalf::Person(PersonId(30_001)), version: 2 });
        for on_behalf in [None, for_role(30_002, 2), for_role(30_001, 1), for_person] {
            let other = Message { on_behalf, ..message.clone() };
            assert_eq!(other.verify(&setting(), &verifier), Err(MessageError::BadSignature));
        }
    }

    #[test]
    fn every_flipped_bit_of_a_message_is_noticed() {
        let key = SecretKey::from_seed(&[1; 32]);
        let bytes = unsigned(Content::Text("text".to_owned())).sign(&setting(), &key).unwrap().encode();
        let verifier = key.public().verifier().unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let held = Message::decode(&flipped).is_ok_and(|message| message.verify(&setting(), &verifier).is_ok());
            assert!(!held, "bit {bit}");
        }
    }

    #[test]
    fn unknown_content_is_kept_as_it_came() {
        let key = SecretKey::from_seed(&[1; 32]);
        let message = unsigned(Content::Unknown { kind: 99, bytes: vec![1, 2, 3] }).sign(&setting(), &key).unwrap();
        assert_eq!(Message::decode(&message.encode()), Ok(message));
    }

    #[test]
    fn a_direct_message_opens_for_its_two_people_only() {
        let mut rng = ChaCha20Rng::from_seed([4; 32]);
        let [to, from, other] = [1, 2, 3].map(|n| OpenKey::from_seed(&[n; 32]));
        let between = Between { setting: setting(), from: PersonId(30_001), to: PersonId(40_001) };
        let direct = Direct::seal(&between, "лично", &to.public(), &from.public(), &mut rng).unwrap();
        assert_eq!(direct.open(&between, Side::Addressee, &to).as_deref(), Ok("лично"));
        assert_eq!(direct.open(&between, Side::Writer, &from).as_deref(), Ok("лично"));
        assert_eq!(direct.open(&between, Side::Addressee, &other), Err(MessageError::Sealed));
        let moved = Between { from: PersonId(30_002), ..between };
        assert_eq!(direct.open(&moved, Side::Addressee, &to), Err(MessageError::Sealed));
    }

    #[test]
    fn a_writer_who_gives_the_two_sides_different_keys_is_found_out() {
        let mut rng = ChaCha20Rng::from_seed([4; 32]);
        let [to, from] = [1, 2].map(|n| OpenKey::from_seed(&[n; 32]));
        let between = Between { setting: setting(), from: PersonId(30_001), to: PersonId(40_001) };
        let mut direct = Direct::seal(&between, "лично", &to.public(), &from.public(), &mut rng).unwrap();
        let key = direct.key(&between, Side::Addressee, &to).unwrap();
        assert_eq!(direct.read(&between, &key).as_deref(), Ok("лично"));
        let other = SharedKey::from_bytes([8; 32]);
        assert_eq!(direct.read(&between, &other), Err(MessageError::Sealed));
        let prologue = between.prologue(labels::DIRECT_KEY, Side::Addressee.place());
        direct.keys[0] = to.public().seal(&prologue, other.bytes(), &mut rng).unwrap().try_into().unwrap();
        assert_eq!(direct.open(&between, Side::Addressee, &to), Err(MessageError::Sealed));
        // Even where the text itself is sealed under that other key.
        direct.sealed = other.seal(&between.prologue(labels::DIRECT_CONTENT, 0), &shorthand::pack("другое"), &mut rng).unwrap();
        assert_eq!(direct.open(&between, Side::Addressee, &to), Err(MessageError::Sealed));
    }

    #[test]
    fn a_text_longer_than_allowed_is_refused() {
        let key = SecretKey::from_seed(&[1; 32]);
        let text = Content::Text("x".repeat(MAX_TEXT + 1));
        assert_eq!(unsigned(text).sign(&setting(), &key), Err(MessageError::TooLong));
    }
}

//! What a person and a role write to each other.

use rand_core::CryptoRngCore;

use super::{MessageError, Setting};
use crate::bounds::MAX_TEXT;
use crate::codec::{self, Decode, Encode};
use crate::digest;
use crate::ids::{Hash32, PersonId, RoleId};
use crate::labels;
use crate::seal::{OpenKey, SealKey, SharedKey};
use crate::shorthand;

/// A text between a role and a person, sealed to both: whoever has the duty reads it, and the person.
///
/// It is the role's own word when the message that carries it is said on behalf of that role, and the
/// person's otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Letter {
    /// The role.
    pub role: RoleId,
    /// The edition of the role to whose key it is sealed.
    pub edition: u32,
    /// The person on the other side.
    pub with: PersonId,
    /// The text under a key of its own.
    pub sealed: Vec<u8>,
    /// That key, sealed to the role and to the person.
    pub keys: [[u8; 80]; 2],
    /// Hash of that key and of where it is used: both ends get the same one, and it opens to one text only.
    pub commitment: Hash32,
}

/// Where a letter stands: what its seal is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Lines {
    /// The setting of the message that carries it.
    pub setting: Setting,
    /// Who writes it.
    pub from: PersonId,
    /// The role.
    pub role: RoleId,
    /// The edition of the role.
    pub edition: u32,
    /// The person on the other side.
    pub with: PersonId,
}

/// Which of the two opens a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The role, by the secret of the edition.
    Role,
    /// The person.
    Person,
}

impl End {
    fn place(self) -> u8 {
        match self {
            Self::Role => 0,
            Self::Person => 1,
        }
    }
}

impl Lines {
    fn commitment(&self, key: &SharedKey) -> Hash32 {
        digest::hash(labels::TEXT_COMMITMENT, &[key.bytes(), &self.prologue(labels::LETTER_CONTENT, 0)])
    }

    fn prologue(&self, label: &[u8], place: u8) -> Vec<u8> {
        let mut bytes = label.to_vec();
        codec::encode_into(&(self, place), &mut bytes);
        bytes
    }
}

impl Letter {
    /// Seals a text to a role and to a person.
    ///
    /// # Errors
    /// [`MessageError::TooLong`], or [`MessageError::Sealed`] under a weak key.
    pub fn seal(lines: &Lines, text: &str, role: &SealKey, person: &SealKey, rng: &mut impl CryptoRngCore) -> Result<Self, MessageError> {
        if text.len() > MAX_TEXT {
            return Err(MessageError::TooLong);
        }
        let key = SharedKey::generate(rng);
        let sealed = key.seal(&lines.prologue(labels::LETTER_CONTENT, 0), &shorthand::pack(text), rng).map_err(|_| MessageError::Sealed)?;
        let mut lock = |to: &SealKey, end: End| -> Result<[u8; 80], MessageError> {
            let sealed = to.seal(&lines.prologue(labels::LETTER_KEY, end.place()), key.bytes(), rng);
            sealed.ok().and_then(|bytes| bytes.try_into().ok()).ok_or(MessageError::Sealed)
        };
        let keys = [lock(role, End::Role)?, lock(person, End::Person)?];
        let Lines { role, edition, with, .. } = *lines;
        Ok(Self { role, edition, with, sealed, keys, commitment: lines.commitment(&key) })
    }

    fn lines(&self, setting: &Setting, from: PersonId) -> Lines {
        Lines { setting: *setting, from, role: self.role, edition: self.edition, with: self.with }
    }

    /// The key of this text alone, by the secret of one of its ends.
    ///
    /// # Errors
    /// [`MessageError::Sealed`], also when it is not the key that the letter commits to.
    pub fn key(&self, setting: &Setting, from: PersonId, end: End, secret: &OpenKey) -> Result<SharedKey, MessageError> {
        let lines = self.lines(setting, from);
        let locked = match end {
            End::Role => &self.keys[0],
            End::Person => &self.keys[1],
        };
        let opened = secret.open(&lines.prologue(labels::LETTER_KEY, end.place()), locked).map_err(|_| MessageError::Sealed)?;
        let key = SharedKey::from_bytes(opened.as_slice().try_into().map_err(|_| MessageError::Sealed)?);
        if lines.commitment(&key) == self.commitment { Ok(key) } else { Err(MessageError::Sealed) }
    }

    /// Opens the text by its own key, for whoever was shown that.
    ///
    /// # Errors
    /// [`MessageError::Sealed`], or [`MessageError::Malformed`] when what was sealed is no text.
    pub fn read(&self, setting: &Setting, from: PersonId, key: &SharedKey) -> Result<String, MessageError> {
        let lines = self.lines(setting, from);
        if lines.commitment(key) != self.commitment {
            return Err(MessageError::Sealed);
        }
        let text = key.open(&lines.prologue(labels::LETTER_CONTENT, 0), &self.sealed).map_err(|_| MessageError::Sealed)?;
        shorthand::unpack(&text).ok_or(MessageError::Malformed)
    }

    /// Opens the text.
    ///
    /// # Errors
    /// [`MessageError::Sealed`], or [`MessageError::Malformed`] when what was sealed is no text.
    pub fn open(&self, setting: &Setting, from: PersonId, end: End, secret: &OpenKey) -> Result<String, MessageError> {
        self.read(setting, from, &self.key(setting, from, end, secret)?)
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::ids::{DistrictId, Hash32, OfficeId, Topic};

    #[test]
    fn a_letter_opens_at_its_two_ends_and_nowhere_else() {
        let setting = Setting { district: DistrictId(Hash32([1; 32])), office: OfficeId(3), topic: Topic::Inbox(OfficeId(4)) };
        let lines = Lines { setting, from: PersonId(30_001), role: RoleId(40_001), edition: 2, with: PersonId(30_001) };
        let [role, person, other] = [1, 2, 3].map(|n| OpenKey::from_seed(&[n; 32]));
        let mut rng = ChaCha20Rng::from_seed([4; 32]);
        let letter = Letter::seal(&lines, "дежурному", &role.public(), &person.public(), &mut rng).unwrap();
        let open = |letter: &Letter, from, end, key: &OpenKey| letter.open(&setting, from, end, key);
        assert_eq!(open(&letter, lines.from, End::Role, &role).as_deref(), Ok("дежурному"));
        assert_eq!(open(&letter, lines.from, End::Person, &person).as_deref(), Ok("дежурному"));
        for (end, key) in [(End::Role, &person), (End::Person, &role), (End::Role, &other), (End::Person, &other)] {
            assert_eq!(open(&letter, lines.from, end, key), Err(MessageError::Sealed));
        }
        // Of another writer, another role, another edition, another conversation.
        assert_eq!(open(&letter, PersonId(30_002), End::Role, &role), Err(MessageError::Sealed));
        for change in [|l: &mut Letter| l.role = RoleId(40_002), |l: &mut Letter| l.edition = 1, |l: &mut Letter| l.with = PersonId(30_002)]
        {
            let mut moved = letter.clone();
            change(&mut moved);
            assert_eq!(open(&moved, lines.from, End::Role, &role), Err(MessageError::Sealed));
        }
    }
}

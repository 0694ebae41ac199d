//! Handing over: what the old office gives the new one when a person moves.
//!
//! The person's closed vault, and their direct messages one by one, as entries that the new office alone reads. Nothing of
//! it opens at the new office before the person has come: the vault wants the password, and the messages want the key in
//! it. Who wrote a message is known from its own signature, which names the office and the topic where it was said.
//!
//! Source:  FORMAT.md, section 5.

use crate::bounds::{MAX_PLAINTEXT, MAX_SLUG, MAX_VAULT};
use crate::clock::Timestamp;
use crate::codec::{self, CodecError, Decode, Encode};
use crate::ids::{LogId, PersonId, Seq};
use crate::message::Message;
use crate::vault::Vault;

/// Why something that was handed over is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandoverError {
    /// Too long, or not the bytes of a handover.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A field breaks a rule.
    #[error("what is handed over breaks a rule")]
    Malformed,
}

/// What is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Handover {
    /// The way to a person's keys.
    Account(Account),
    /// A message that was said elsewhere.
    Letter(Letter),
}

/// The way to a person's keys, for whoever knows the password.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Account {
    /// Whose.
    pub person: PersonId,
    /// The login that they had.
    pub login: String,
    /// Their vault, as the old office closed it.
    pub vault: Vec<u8>,
    /// The old node's share in this one vault.
    pub share: [u8; 32],
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("person", &self.person).finish_non_exhaustive()
    }
}

/// A message with the place where it was said.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Letter {
    /// The log that carried it.
    pub log: LogId,
    /// Its place there.
    pub seq: Seq,
    /// When that entry was appended.
    pub time: Timestamp,
    /// The message.
    pub message: Vec<u8>,
}

impl Letter {
    /// The message itself.
    ///
    /// # Errors
    /// The bytes are none.
    pub fn read(&self) -> Result<Message, HandoverError> {
        Message::decode(&self.message).map_err(|_| HandoverError::Malformed)
    }
}

impl Handover {
    /// The bytes to be sealed into an entry.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads what was sealed into an entry.
    ///
    /// # Errors
    /// Anything but what [`Handover::encode`] made of a whole vault or message.
    pub fn decode(plain: &[u8]) -> Result<Self, HandoverError> {
        let handover: Self = codec::decode_canonical(plain, MAX_PLAINTEXT)?;
        match &handover {
            Self::Account(account) => {
                let fits = !account.login.is_empty() && account.login.len() <= MAX_SLUG && account.vault.len() <= MAX_VAULT;
                Vault::decode(&account.vault).ok().filter(|_| fits).ok_or(HandoverError::Malformed)?;
            }
            Self::Letter(letter) => drop(letter.read()?),
        }
        Ok(handover)
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::vault::Cost;

    fn account() -> Account {
        let vault = Vault::seal_at(Cost::LEAST, "пароль", &[7; 32], b"keys", &mut ChaCha20Rng::from_seed([1; 32])).unwrap();
        Account { person: PersonId(10_001), login: "duty".to_owned(), vault: vault.encode(), share: [7; 32] }
    }

    #[test]
    fn an_account_reads_back_and_opens_by_the_password_and_its_share() {
        let account = account();
        let Ok(Handover::Account(read)) = Handover::decode(&Handover::Account(account.clone()).encode()) else { panic!("no account") };
        assert_eq!(read, account);
        let vault = Vault::decode(&read.vault).unwrap();
        assert_eq!(vault.open("пароль", &read.share).unwrap().as_slice(), b"keys");
        assert!(vault.open("пароль", &[8; 32]).is_err());
        assert!(!format!("{read:?}").contains("share"));
    }

    #[test]
    fn what_is_no_vault_and_no_message_is_refused() {
        let mut broken = account();
        broken.vault.truncate(40);
        assert_eq!(Handover::decode(&Handover::Account(broken).encode()), Err(HandoverError::Malformed));
        let nameless = Account { login: String::new(), ..account() };
        assert_eq!(Handover::decode(&Handover::Account(nameless).encode()), Err(HandoverError::Malformed));
        assert!(Handover::decode(b"").is_err());
        let mut bytes = Handover::Account(account()).encode();
        bytes.push(0);
        assert!(Handover::decode(&bytes).is_err());
    }
}

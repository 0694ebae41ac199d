//! Logins of this office: a vault each, opened by the password and by this node together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use okrug_protocol::bounds::MAX_VAULT;
use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::digest;
use okrug_protocol::ids::PersonId;
use okrug_protocol::labels;
use okrug_protocol::seal::{OpenKey, SharedKey};
use okrug_protocol::sign::SecretKey;
use okrug_protocol::vault::Vault;
use rand_core::RngCore;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::Refused;
use super::duties::Opened;
use super::sessions::Unlocked;

/// Passwords that are checked at once; each takes 64 MiB and a fifth of a second.
const AT_ONCE: usize = 2;
/// Logins that may wait for their turn.
const MAX_WAITING: usize = 16;
/// Longer than any account.
const MAX_ACCOUNT: usize = 2 * MAX_VAULT;
/// Both keys of a person, which a vault holds.
const SECRET_BYTES: usize = 64;
/// The shortest password, in characters.
pub const MIN_PASSWORD_CHARS: usize = 8;

/// A login as it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(crate) struct Account {
    pub(crate) person: PersonId,
    pub(crate) vault: Vault,
    /// Makes the node's share in this vault one of its own: it can go with the vault and opens no other.
    pub(crate) salt: [u8; 16],
    /// The share of the node where the vault was closed, until it is closed anew here.
    pub(crate) share: Option<[u8; 32]>,
    /// The password opens nothing until the person has come with a new code.
    pub(crate) locked: bool,
}

impl Account {
    /// What a node adds to the password.
    fn share(&self, node_key: &SharedKey) -> Zeroizing<[u8; 32]> {
        self.share.map_or_else(|| digest::derive(labels::VAULT_SHARE, node_key.bytes(), &self.salt), Zeroizing::new)
    }
}

/// Reads an account of the store.
pub(crate) fn read(bytes: &[u8]) -> Option<Account> {
    codec::decode(bytes, MAX_ACCOUNT).ok()
}

/// Opens and makes vaults, two at once.
#[derive(Debug, Clone)]
pub(crate) struct Vaults {
    node_key: Arc<SharedKey>,
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    guesses: Arc<AtomicU64>,
}

impl Vaults {
    pub(crate) fn new(node_key: SharedKey) -> Self {
        let (turns, waiting) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Semaphore::new(MAX_WAITING)));
        Self { node_key: Arc::new(node_key), turns, waiting, guesses: Arc::default() }
    }

    /// The node's share in a vault, to go with it to another node.
    pub(crate) fn share_of(&self, account: &Account) -> [u8; 32] {
        *account.share(&self.node_key)
    }

    /// The work done for passwords that were tried so far, in KiB filled.
    pub(crate) fn guessed_kib(&self) -> u64 {
        self.guesses.load(Ordering::Relaxed)
    }

    /// Opens an account. Without one a decoy is tried: the same is done whatever is wrong, so that the time of the answer
    /// does not tell which logins exist.
    pub(crate) async fn open(&self, account: Option<Account>, password: Zeroizing<String>) -> Result<Unlocked, Refused> {
        let (node_key, guesses) = (Arc::clone(&self.node_key), Arc::clone(&self.guesses));
        self.turn(move || {
            let account = account.filter(|account| !account.locked);
            let decoy = Account {
                person: PersonId(0),
                vault: Vault::decoy(SECRET_BYTES, &mut crate::clock::rng()),
                salt: [0; 16],
                share: None,
                locked: true,
            };
            let tried = account.as_ref().unwrap_or(&decoy);
            let opened = tried.vault.open(password.as_bytes(), &tried.share(&node_key));
            let cost = tried.vault.cost();
            guesses.fetch_add(u64::from(cost.memory_kib) * u64::from(cost.passes), Ordering::Relaxed);
            let (Some(account), Ok(secret)) = (account, opened) else { return Err(Refused::WrongLogin) };
            unlocked(account.person, &secret).ok_or(Refused::WrongLogin)
        })
        .await
    }

    /// Seals a person's keys under a password.
    pub(crate) async fn seal(&self, keys: Arc<Unlocked>, password: Zeroizing<String>) -> Result<Account, Refused> {
        if password.chars().count() < MIN_PASSWORD_CHARS {
            return Err(Refused::WeakPassword);
        }
        let node_key = Arc::clone(&self.node_key);
        self.turn(move || {
            let mut secret = Zeroizing::new([0; SECRET_BYTES]);
            let (sign, open) = secret.split_at_mut(32);
            sign.copy_from_slice(keys.sign.seed().as_ref());
            open.copy_from_slice(keys.open.seed().as_ref());
            let rng = &mut crate::clock::rng();
            let mut salt = [0; 16];
            rng.fill_bytes(&mut salt);
            let share = digest::derive(labels::VAULT_SHARE, node_key.bytes(), &salt);
            let vault = Vault::seal(password.as_bytes(), &share, secret.as_ref(), rng);
            Ok(Account { person: keys.person, vault, salt, share: None, locked: false })
        })
        .await
    }

    /// Works when it is its turn. The work has the turn and not whoever waits for it: a client that goes away stops no work
    /// that has begun, and must not make room for more beside it.
    async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Refused> + Send + 'static) -> Result<T, Refused> {
        let waits = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| Refused::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Refused::Stopping)?;
        let work = move || {
            let _held = (waits, turn);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Refused::Stopping)?
    }
}

/// New keys for a person.
pub(crate) fn new_keys(person: PersonId) -> Unlocked {
    let rng = &mut crate::clock::rng();
    Unlocked { person, sign: SecretKey::generate(rng), open: OpenKey::generate(rng), opened: Opened::default() }
}

fn unlocked(person: PersonId, secret: &[u8]) -> Option<Unlocked> {
    let (sign, open) = secret.split_first_chunk::<32>()?;
    let open: &[u8; 32] = open.try_into().ok()?;
    Some(Unlocked { person, sign: SecretKey::from_seed(sign), open: OpenKey::from_seed(open), opened: Opened::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn as_much_is_done_for_a_login_that_nobody_has_as_for_a_wrong_password() {
        let vaults = Vaults::new(SharedKey::from_bytes([1; 32]));
        let password = |text: &str| Zeroizing::new(text.to_owned());
        let account = vaults.seal(Arc::new(new_keys(PersonId(7))), password("длинный пароль")).await.unwrap();
        let locked = Account { locked: true, ..account.clone() };
        let mut done = Vec::new();
        for (who, tried) in
            [(Some(account.clone()), "не тот пароль"), (None, "не тот пароль"), (None, ""), (Some(locked), "длинный пароль")]
        {
            let before = vaults.guessed_kib();
            assert!(matches!(vaults.open(who, password(tried)).await, Err(Refused::WrongLogin)));
            done.push(vaults.guessed_kib() - before);
        }
        assert_eq!(done, [192 << 10; 4]);
        assert!(vaults.open(Some(account), password("длинный пароль")).await.is_ok());
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_keeps_its_turn_until_it_is_done() {
        let vaults = Vaults::new(SharedKey::from_bytes([1; 32]));
        let (finish, finished) = std::sync::mpsc::sync_channel::<()>(0);
        let given_up = vaults.turn(move || finished.recv().map_err(|_| Refused::Stopping));
        assert!(futures::poll!(Box::pin(given_up)).is_pending());
        // The client is gone, and the work goes on: it cannot be stopped.
        assert_eq!((vaults.turns.available_permits(), vaults.waiting.available_permits()), (AT_ONCE - 1, MAX_WAITING - 1));
        finish.send(()).unwrap();
        let all = u32::try_from(AT_ONCE).unwrap();
        drop(vaults.turns.acquire_many(all).await.unwrap());
    }
}

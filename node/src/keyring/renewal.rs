//! The sealing key that the chart is to list in place of the one that it lists: made, listed, and at last the only one.
//!
//! ```text
//!   made       okrug-node key renew; both keys open what comes, the chart still lists the old one
//!   listed     the chart lists the new one: the old one's term begins to end, as that of an announced key does
//!   over       the term has passed: the old one opens nothing more, and is destroyed when the node starts the next time
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::seal::{OpenKey, SealKey};
use zeroize::{Zeroize, Zeroizing};

use super::KeyringError;
use super::sealing::wipe;
use super::terms::{Moment, Term};
use crate::rest::Rest;
use crate::{clock, disk};

const ROOM: &str = "sealing-renewal";
const FILE: &str = "renewal";
const MAX_BYTES: usize = 1 << 10;
/// Of a key that only the chart knows, so that it is no announced key's.
const NUMBER: u32 = 0;

/// A renewal of the key that the chart lists, as far as it has come.
#[derive(Debug)]
pub struct Renewal {
    path: PathBuf,
    rest: Rest,
    key: OpenKey,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
enum State {
    Made,
    Listed(Term),
    Over,
}

impl Renewal {
    /// Reads the one that is under way in the folder of the sealing keys; `None` when there is none.
    ///
    /// # Errors
    /// The file cannot be read, or is damaged: then the key in it is lost, and the chart must not list it.
    pub fn open(dir: &Path, rest: &Rest) -> Result<Option<Self>, KeyringError> {
        let path = dir.join(FILE);
        let sealed = match fs::read(&path) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(KeyringError::at(&path)(error)),
        };
        let plain = rest.open(ROOM, FILE.as_bytes(), &sealed).map(Zeroizing::new).ok();
        let read = plain.and_then(|plain| codec::decode::<([u8; 32], State)>(&plain, MAX_BYTES).ok());
        let (mut seed, state) = read.ok_or_else(|| KeyringError::at(&path)(ErrorKind::InvalidData.into()))?;
        let key = OpenKey::from_seed(&seed);
        seed.zeroize();
        Ok(Some(Self { path, rest: rest.clone(), key, state }))
    }

    /// Makes a new key, durably; one that was made and is not over is the one.
    ///
    /// # Errors
    /// As [`Renewal::open`], or the disk does not take it.
    pub fn begin(dir: &Path, rest: &Rest) -> Result<Self, KeyringError> {
        if let Some(begun) = Self::open(dir, rest)? {
            return Ok(begun);
        }
        disk::private_dir(dir).map_err(KeyringError::at(dir))?;
        let key = OpenKey::generate(&mut clock::rng());
        let made = Self { path: dir.join(FILE), rest: rest.clone(), key, state: State::Made };
        made.save(made.state)?;
        dir.parent().map_or(Ok(()), disk::sync_dir).map_err(KeyringError::at(dir))?;
        Ok(made)
    }

    /// What opens what is sealed to the new key.
    #[must_use]
    pub fn key(&self) -> &OpenKey {
        &self.key
    }

    /// Whether the chart lists the new key already.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.state != State::Made
    }

    /// Whether the old key's term has passed: it opens nothing more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// Looks at what the chart lists, and how long ago it began to; `true` when the old key's term has just passed.
    ///
    /// # Errors
    /// The disk does not take it: the old key is kept longer.
    pub fn look(&mut self, listed: SealKey, grace_days: u16, now: Moment) -> Result<bool, KeyringError> {
        let next = match self.state {
            State::Over => return Ok(false),
            // The authority has taken it back, or the office entered another district file: both keys open.
            _ if listed != self.key.public() => State::Made,
            State::Made => {
                let mut term = Term::begin(NUMBER, now);
                term.replace(now);
                State::Listed(term)
            }
            State::Listed(mut term) => {
                let (over, _) = term.is_over(grace_days, now);
                if over { State::Over } else { State::Listed(term) }
            }
        };
        if next != self.state {
            self.save(next)?;
            self.state = next;
        }
        Ok(self.is_over())
    }

    fn save(&self, state: State) -> Result<(), KeyringError> {
        let plain = Zeroizing::new(codec::encode(&(*self.key.seed(), state)));
        let sealed = self.rest.seal(ROOM, FILE.as_bytes(), &plain);
        disk::replace(&self.path, &sealed).map_err(KeyringError::at(&self.path))
    }

    /// The new key lies where the old one lay: nothing is left of the renewal.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn end(self) -> Result<(), KeyringError> {
        let dir = self.path.parent().unwrap_or(Path::new(""));
        wipe(&self.path).and_then(|()| disk::sync_dir(dir)).map_err(KeyringError::at(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::clock::Millis;
    use okrug_protocol::seal::SharedKey;

    use super::*;

    fn rest() -> Rest {
        Rest::new(&SharedKey::from_bytes([3; 32]))
    }

    fn day(n: u64) -> Moment {
        let ms = n * 24 * 3_600 * 1_000;
        Moment { shown: Millis(ms), ran: ms, named: Millis(ms) }
    }

    #[test]
    fn a_renewal_goes_on_over_restarts_and_ends_when_the_term_of_the_old_key_has_passed() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("sealing");
        let open = || Renewal::open(&dir, &rest()).unwrap();
        assert!(open().is_none());
        let public = Renewal::begin(&dir, &rest()).unwrap().key().public();
        assert_eq!(Renewal::begin(&dir, &rest()).unwrap().key().public(), public, "it is made once");
        let old = OpenKey::from_seed(&[9; 32]).public();
        assert!(!open().unwrap().look(old, 35, day(400)).unwrap(), "nothing passes while the chart lists the old key");
        assert!(!open().unwrap().look(public, 35, day(400)).unwrap());
        assert!(!open().unwrap().look(public, 35, day(434)).unwrap());
        // Taken back: the term begins anew when it is listed again.
        assert!(!open().unwrap().look(old, 35, day(435)).unwrap() && !open().unwrap().is_listed());
        assert!(!open().unwrap().look(public, 35, day(436)).unwrap());
        assert!(!open().unwrap().look(public, 35, day(471)).unwrap(), "both clocks agree, and it waits for a day more");
        assert!(open().unwrap().look(public, 35, day(472)).unwrap());
        let over = open().unwrap();
        assert!(over.is_over() && over.key().public() == public);
        over.end().unwrap();
        assert!(open().is_none());
    }

    #[test]
    fn a_damaged_renewal_is_told_and_not_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let made = Renewal::begin(folder.path(), &rest()).unwrap();
        fs::write(&made.path, b"damaged").unwrap();
        assert!(Renewal::open(folder.path(), &rest()).is_err() && Renewal::begin(folder.path(), &rest()).is_err());
        assert_eq!(fs::read(&made.path).unwrap(), b"damaged");
    }
}

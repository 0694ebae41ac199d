//! The private halves of the sealing keys that this office announced.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::seal::OpenKey;
use okrug_protocol::sealing::SealingKey;
use zeroize::Zeroizing;

use super::harm::ASIDE;
use super::terms::{Moment, Term};
use super::{Harm, KeyringError};
use crate::rest::Rest;
use crate::{clock, disk};

const ROOM: &str = "sealing-key";
const TERMS: &str = "terms";
/// Keys at a time; a district that never issues a chart keeps a year of weeks and more.
const MAX_TERMS: usize = 64 << 10;
/// Milliseconds of running after which it is written down how long the node has run.
const SAVE_EVERY_MS: u64 = 10 * 60 * 1_000;

/// The sealing keys of this office that are not destroyed yet; the ledger's thread owns them.
#[derive(Debug)]
pub struct SealingKeys {
    dir: PathBuf,
    rest: Rest,
    keys: BTreeMap<u32, OpenKey>,
    damaged: Vec<u32>,
    /// Damaged files were set aside under these numbers.
    aside: Vec<u32>,
    /// Keys that are gone, which was told.
    gone: Vec<u32>,
    terms: Vec<Term>,
    /// Whether the file of the terms is damaged, or missing where it should be.
    terms_lost: bool,
    /// Whether it lies there.
    terms_kept: bool,
    /// How long the node had run before this process.
    ran_before: u64,
    saved: u64,
}

impl SealingKeys {
    /// Reads what is there. A file that does not open is left as it is, and its key counts as missing.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn open(dir: &Path, rest: &Rest) -> Result<Self, KeyringError> {
        let mut all = Self {
            dir: dir.to_owned(),
            rest: rest.clone(),
            keys: BTreeMap::new(),
            damaged: Vec::new(),
            aside: Vec::new(),
            gone: Vec::new(),
            terms: Vec::new(),
            terms_lost: false,
            terms_kept: false,
            ran_before: 0,
            saved: 0,
        };
        let entries = match fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(all),
            Err(error) => return Err(KeyringError::at(dir)(error)),
        };
        for entry in entries {
            let path = entry.map_err(KeyringError::at(dir))?.path();
            all.aside.extend(aside_of(&path));
            let Some(number) = number_of(&path) else { continue };
            match all.read(&path, number) {
                Ok(Some(key)) => drop(all.keys.insert(number, key)),
                Ok(None) => all.damaged.push(number),
                Err(error) => return Err(KeyringError::at(&path)(error)),
            }
        }
        let terms = match fs::read(dir.join(TERMS)) {
            Ok(sealed) => all.rest.open(ROOM, TERMS.as_bytes(), &sealed).ok().and_then(|plain| codec::decode(&plain, MAX_TERMS).ok()),
            // They are written before the first key is.
            Err(error) if error.kind() == ErrorKind::NotFound && all.keys.is_empty() && all.damaged.is_empty() => Some((0, vec![], vec![])),
            Err(_) => None,
        };
        all.terms_lost = terms.is_none();
        all.terms_kept = dir.join(TERMS).exists();
        // Without them every key begins its term anew: it is kept longer, and nothing is lost.
        (all.ran_before, all.terms, all.gone) = terms.unwrap_or_default();
        Ok(all)
    }

    fn read(&self, path: &Path, number: u32) -> io::Result<Option<OpenKey>> {
        let sealed = fs::read(path)?;
        let seed = self.rest.open(ROOM, &number.to_be_bytes(), &sealed).map(Zeroizing::new);
        Ok(seed.ok().and_then(|seed| <&[u8; 32]>::try_from(seed.as_slice()).ok().map(OpenKey::from_seed)))
    }

    /// Whether the terms are written down: from then on they are missed where they are not.
    #[must_use]
    pub fn has_terms(&self) -> bool {
        self.terms_kept
    }

    /// The terms were written down once, which the store remembers: where no key is that would tell of them, they are missed all the same.
    pub fn expect_terms(&mut self) {
        self.terms_lost |= !self.terms_kept;
    }

    /// What is damaged or missing; a key whose time had come may have been destroyed, and is not missed.
    #[must_use]
    pub fn look(&self) -> Vec<Harm> {
        let is_ending = |number: &u32| self.terms.iter().any(|term| term.number == *number && term.is_ending());
        let known = |number: &u32| {
            self.keys.contains_key(number) || [&self.damaged, &self.aside, &self.gone].iter().any(|all| all.contains(number))
        };
        let missing = self.terms.iter().map(|term| term.number).filter(|number| *number != 0 && !known(number));
        let keys = self.damaged.iter().copied().chain(missing).filter(|number| !is_ending(number));
        let keys = keys.map(|number| Harm { path: self.path(number), mended: 0, lost: 1 });
        let terms = Some(Harm { path: self.dir.join(TERMS), mended: 0, lost: 0 }).filter(|_| self.terms_lost);
        keys.chain(terms).collect()
    }

    /// Sets aside what is damaged, and takes note of what is missing; what it was is put into `harms`.
    ///
    /// # Errors
    /// The disk does not take it: it is told again at the next start.
    pub fn mend(&mut self, harms: &mut Vec<Harm>) -> Result<(), KeyringError> {
        let found = self.look();
        harms.extend(found.iter().cloned());
        for Harm { path, .. } in &found {
            let number = number_of(path);
            if path.exists() {
                disk::set_aside(path).map_err(KeyringError::at(path))?;
                self.damaged.retain(|damaged| Some(*damaged) != number);
                self.aside.extend(number);
            } else {
                self.gone.extend(number);
            }
        }
        if !found.is_empty() {
            self.write(self.ran_before)?;
            self.terms_lost = false;
        }
        Ok(())
    }

    /// The private half of an announced key; `None` when it is destroyed, damaged, or was never here.
    #[must_use]
    pub fn secret(&self, number: u32) -> Option<&OpenKey> {
        self.keys.get(&number)
    }

    /// The private halves that are here, by their numbers.
    pub fn secrets(&self) -> impl Iterator<Item = (u32, &OpenKey)> {
        self.keys.iter().map(|(number, key)| (*number, key))
    }

    /// The highest number that was ever made here, damaged ones included.
    #[must_use]
    pub fn last(&self) -> u32 {
        let terms = self.terms.iter().map(|term| term.number);
        self.keys.keys().chain(&self.damaged).chain(&self.aside).chain(&self.gone).copied().chain(terms).max().unwrap_or(0)
    }

    /// Now, by all three clocks.
    #[must_use]
    pub fn moment(&self, clock: &clock::Clock, named: Millis) -> Moment {
        Moment { shown: clock.now(), ran: self.ran_before.saturating_add(clock.passed()), named }
    }

    /// Whether the key in use is due to be replaced. One that is seen here for the first time begins its term now.
    pub fn is_old(&mut self, current: u32, days: u16, now: Moment) -> bool {
        match self.terms.iter().find(|term| term.number == current) {
            Some(term) => term.is_old(days, now),
            None => {
                self.terms.push(Term::begin(current, now));
                self.save_or_say(now);
                false
            }
        }
    }

    /// Makes the next key, durably, before anybody is told of it; one that was made and never announced comes first.
    ///
    /// # Errors
    /// The disk does not take it; then there is none.
    pub fn next(&mut self, announced: u32, now: Moment) -> Result<SealingKey, KeyringError> {
        if let Some((number, key)) = self.keys.range(announced.saturating_add(1)..).next_back() {
            return Ok(SealingKey { number: *number, key: key.public() });
        }
        let number = SealingKey::number_after(announced.max(self.last()), now.shown);
        let secret = OpenKey::generate(&mut clock::rng());
        disk::private_dir(&self.dir).map_err(KeyringError::at(&self.dir))?;
        if !self.dir.join(TERMS).exists() {
            self.save(now)?;
        }
        let path = self.path(number);
        let sealed = self.rest.seal(ROOM, &number.to_be_bytes(), secret.seed().as_ref());
        disk::replace(&path, &sealed).map_err(KeyringError::at(&path))?;
        // The folder itself may be new as well.
        self.dir.parent().map_or(Ok(()), disk::sync_dir).map_err(KeyringError::at(&self.dir))?;
        let key = secret.public();
        self.keys.insert(number, secret);
        Ok(SealingKey { number, key })
    }

    /// From now on others seal to this one: the terms of all before it begin to end.
    pub fn in_use(&mut self, current: u32, now: Moment) {
        let mut news = false;
        for number in self.keys.keys().chain(&self.aside).copied().chain([0, current]) {
            if !self.terms.iter().any(|term| term.number == number) {
                self.terms.push(Term::begin(number, now));
                news = true;
            }
        }
        for term in &mut self.terms {
            news |= if term.number < current { term.replace(now) } else { term.reinstate() };
        }
        if news {
            self.save_or_say(now);
        }
    }

    /// Destroys the keys whose term is over, and says which; the directory's, number 0, is not kept here and not destroyed.
    pub fn sweep(&mut self, grace_days: u16, now: Moment) -> Vec<u32> {
        let (mut over, mut news) = (Vec::new(), false);
        for term in self.terms.iter_mut().filter(|term| term.number != 0) {
            let (is_over, changed) = term.is_over(grace_days, now);
            news |= changed;
            if is_over {
                over.push(term.number);
            }
        }
        over.retain(|number| match self.destroy(*number) {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(event = "sealing_key_not_destroyed", number, %error, "it is tried again");
                false
            }
        });
        self.terms.retain(|term| !over.contains(&term.number));
        self.gone.retain(|number| !over.contains(number));
        if news || !over.is_empty() || now.ran.saturating_sub(self.saved) >= SAVE_EVERY_MS {
            self.save_or_say(now);
        }
        over
    }

    fn destroy(&mut self, number: u32) -> Result<(), KeyringError> {
        self.keys.remove(&number);
        let path = self.path(number);
        if self.aside.contains(&number) {
            for entry in fs::read_dir(&self.dir).map_err(KeyringError::at(&self.dir))? {
                let aside = entry.map_err(KeyringError::at(&self.dir))?.path();
                if aside_of(&aside) == Some(number) {
                    wipe(&aside).map_err(KeyringError::at(&aside))?;
                }
            }
            self.aside.retain(|aside| *aside != number);
        }
        match wipe(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            wiped => wiped.and_then(|()| disk::sync_dir(&self.dir)).map_err(KeyringError::at(&path)),
        }
    }

    /// Writes down how long the node has run and how the terms stand.
    ///
    /// # Errors
    /// The disk does not take it; then keys are kept longer.
    pub fn save(&mut self, now: Moment) -> Result<(), KeyringError> {
        self.write(now.ran)?;
        self.saved = now.ran;
        Ok(())
    }

    fn write(&mut self, ran: u64) -> Result<(), KeyringError> {
        disk::private_dir(&self.dir).map_err(KeyringError::at(&self.dir))?;
        let path = self.dir.join(TERMS);
        let sealed = self.rest.seal(ROOM, TERMS.as_bytes(), &codec::encode(&(ran, &self.terms, &self.gone)));
        disk::replace(&path, &sealed).map_err(KeyringError::at(&path))?;
        self.terms_kept = true;
        Ok(())
    }

    fn save_or_say(&mut self, now: Moment) {
        if let Err(error) = self.save(now) {
            tracing::warn!(event = "sealing_terms_not_kept", %error, "keys are kept longer");
        }
    }

    fn path(&self, number: u32) -> PathBuf {
        self.dir.join(format!("{number:010}.key"))
    }
}

fn number_of(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.strip_suffix(".key")?.parse().ok()
}

/// The number of a damaged key that was set aside.
fn aside_of(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.split_once(&format!(".key{ASIDE}"))?.0.parse().ok()
}

/// Overwrites a file and removes it.
pub(super) fn wipe(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let len = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    file.write_all(&vec![0; len])?;
    file.sync_all()?;
    drop(file);
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use okrug_protocol::seal::SharedKey;

    use super::*;

    const DAY_MS: u64 = 24 * 3_600 * 1_000;

    fn open(dir: &Path) -> SealingKeys {
        SealingKeys::open(dir, &Rest::new(&SharedKey::from_bytes([3; 32]))).unwrap()
    }

    fn day(n: u64) -> Moment {
        Moment { shown: Millis(1_767_225_600_000 + n * DAY_MS), ran: n * DAY_MS, named: Millis(n * DAY_MS) }
    }

    #[test]
    fn a_key_is_on_the_disk_before_its_public_half_is_known_and_is_not_made_twice() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("keys").join("sealing");
        let made = open(&dir).next(0, day(0)).unwrap();
        // The process was killed before it could say so.
        let mut again = open(&dir);
        assert_eq!(again.next(0, day(1)).unwrap(), made);
        assert_eq!(again.secret(made.number).unwrap().public(), made.key);
        again.in_use(made.number, day(1));
        let next = again.next(made.number, day(8)).unwrap();
        assert!(next.number > made.number && next.key != made.key);
    }

    #[test]
    fn a_replaced_key_is_destroyed_after_its_term_and_its_bytes_are_gone_from_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut keys = open(folder.path());
        let first = keys.next(0, day(0)).unwrap();
        keys.in_use(first.number, day(0));
        let second = keys.next(first.number, day(7)).unwrap();
        keys.in_use(second.number, day(7));
        assert!(keys.sweep(35, day(42)).is_empty());
        drop(keys);
        let mut keys = open(folder.path());
        assert_eq!(keys.sweep(35, day(43)), [first.number]);
        assert!(keys.secret(first.number).is_none() && keys.secret(second.number).is_some());
        let keys = open(folder.path());
        assert!(keys.secret(first.number).is_none() && keys.secret(second.number).is_some());
        assert!(!keys.path(first.number).exists());
        assert!(keys.last() >= second.number);
    }

    #[test]
    fn a_damaged_key_counts_as_missing_and_its_number_as_given() {
        let folder = tempfile::tempdir().unwrap();
        let made = open(folder.path()).next(0, day(0)).unwrap();
        let path = open(folder.path()).path(made.number);
        let mut bytes = fs::read(&path).unwrap();
        bytes[30] ^= 1;
        fs::write(&path, bytes).unwrap();
        let mut keys = open(folder.path());
        assert!(keys.secret(made.number).is_none());
        assert!(keys.next(0, day(0)).unwrap().number > made.number);
    }

    #[test]
    fn lost_terms_keep_keys_longer() {
        let folder = tempfile::tempdir().unwrap();
        let mut keys = open(folder.path());
        let first = keys.next(0, day(0)).unwrap();
        let second = SealingKeys::next(&mut keys, first.number + 1_000_000, day(7)).unwrap();
        keys.in_use(second.number, day(7));
        fs::remove_file(folder.path().join(TERMS)).unwrap();
        let mut keys = open(folder.path());
        keys.in_use(second.number, day(60));
        assert!(keys.sweep(35, day(61)).is_empty());
        assert!(keys.secret(first.number).is_some());
    }
    #[test]
    fn damage_is_told_once_and_a_damaged_key_is_destroyed_when_its_time_has_come() {
        let folder = tempfile::tempdir().unwrap();
        let (mut keys, mut made) = (open(folder.path()), Vec::new());
        for week in 0..3 {
            let key = keys.next(made.last().copied().unwrap_or(0), day(7 * week)).unwrap();
            keys.in_use(key.number, day(7 * week));
            made.push(key.number);
        }
        assert_eq!(open(folder.path()).look(), []);
        let damage = |path: PathBuf| {
            let mut bytes = fs::read(&path).unwrap();
            bytes[30] ^= 1;
            fs::write(path, bytes).unwrap();
        };
        damage(keys.path(made[0]));
        fs::remove_file(keys.path(made[1])).unwrap();
        let harm = |path: PathBuf, lost| Harm { path, mended: 0, lost };
        let (mut keys, mut harms) = (open(folder.path()), Vec::new());
        keys.mend(&mut harms).unwrap();
        assert_eq!(harms, [harm(keys.path(made[0]), 1), harm(keys.path(made[1]), 1)]);
        assert_eq!((open(folder.path()).look(), open(folder.path()).last()), (vec![], made[2]), "it was told");
        damage(folder.path().join(TERMS));
        let (mut keys, mut harms) = (open(folder.path()), Vec::new());
        keys.mend(&mut harms).unwrap();
        assert_eq!((harms, open(folder.path()).look()), (vec![harm(folder.path().join(TERMS), 0)], vec![]));
        fs::remove_file(folder.path().join(TERMS)).unwrap();
        assert_eq!(open(folder.path()).look(), [harm(folder.path().join(TERMS), 0)]);
        let mut keys = open(folder.path());
        keys.mend(&mut Vec::new()).unwrap();
        keys.in_use(made[2], day(21));
        assert_eq!((keys.sweep(35, day(56)), keys.sweep(35, day(57))), (vec![], vec![made[0]]));
        let asides = fs::read_dir(folder.path()).unwrap().filter(|entry| aside_of(&entry.as_ref().unwrap().path()).is_some());
        assert_eq!(asides.count(), 0);
        // What was being destroyed when the power went is not missed.
        fs::write(keys.path(made[0]), [0; 72]).unwrap();
        keys.terms.push(Term::begin(made[0], day(0)));
        keys.terms.last_mut().unwrap().replace(day(1));
        keys.terms.last_mut().unwrap().is_over(35, day(60));
        keys.save(day(60)).unwrap();
        assert_eq!(open(folder.path()).look(), []);
    }
}

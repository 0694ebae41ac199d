//! The data directory: one office's, used by one process at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use okrug_protocol::digest;
use okrug_protocol::ids::{DistrictId, Hash32, OfficeId, hex, unhex};
use okrug_protocol::labels;
use okrug_protocol::seal::SharedKey;

use crate::disk;
use crate::here::{Here, Marker};

/// The layout of the data directory that this version writes.
pub const HOME_FORMAT: u32 = 1;

const LOCK: &str = "lock";
const OWNER: &str = "owner";
/// How long is waited for a process that is just ending.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// Whose data a directory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The district.
    pub district: DistrictId,
    /// The office in it.
    pub office: OfficeId,
}

/// Why a data directory cannot be used. It is untouched then.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Another process uses it.
    #[error("{} is used by a running node{}", path.display(), process.map(|id| format!(" (process {id})")).unwrap_or_default())]
    Locked {
        /// The directory.
        path: PathBuf,
        /// That process, where it said so.
        process: Option<u32>,
    },
    /// It belongs to another office.
    #[error("{} holds the data of office {} of district {}, not of office {} of district {}", path.display(),
        found.office, found.district.0.short(), expected.office, expected.district.0.short())]
    OtherOffice {
        /// The directory.
        path: PathBuf,
        /// Whose it is.
        found: Owner,
        /// Who wanted it.
        expected: Owner,
    },
    /// What lies there was sealed with another key.
    #[error("what lies in {} was sealed with another key than this node has", path.display())]
    OtherKey {
        /// The directory.
        path: PathBuf,
    },
    /// A newer version wrote it.
    #[error("{} has format {found}, and this version knows formats up to {HOME_FORMAT}", path.display())]
    Newer {
        /// The directory.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// Its marker does not say whose it is.
    #[error("{} does not say whose data lie there", path.display())]
    Unmarked {
        /// The marker.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// What was touched.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// A data directory that is ours as long as this lives.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    owner: Owner,
    marker: Marker,
    here: Here,
    witness: Option<PathBuf>,
    set_aside: Option<PathBuf>,
    _lock: File,
}

/// A data directory that no other process uses and this version knows, before it is known whose it must be.
#[derive(Debug)]
pub struct Locked {
    path: PathBuf,
    lock: File,
    marker: Marked,
}

/// What the file says that names the owner.
#[derive(Debug)]
enum Marked {
    /// There is none: the directory is new.
    No,
    /// This.
    So(String),
    /// Nothing that can be relied on.
    Damaged,
}

impl Locked {
    /// Takes a directory for this process, before anything in it is touched.
    ///
    /// # Errors
    /// See [`HomeError`]; nothing was changed then.
    pub fn take(path: &Path) -> Result<Self, HomeError> {
        disk::private_dir(path).map_err(|source| HomeError::Io { path: path.to_owned(), source })?;
        let lock = lock(path)?;
        let marker = match fs::read(path.join(OWNER)) {
            Ok(bytes) => whole(&bytes).map_or(Marked::Damaged, |text| Marked::So(text.to_owned())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Marked::No,
            Err(source) => return Err(HomeError::Io { path: path.join(OWNER), source }),
        };
        if let Marked::So(text) = &marker {
            let found = format(path, text)?;
            if found > HOME_FORMAT {
                return Err(HomeError::Newer { path: path.to_owned(), found });
            }
        }
        Ok(Self { path: path.to_owned(), lock, marker })
    }

    /// Takes it for one office; marks it when it is new, and marks it again where its mark is damaged: journal and store say
    /// for themselves whose they are.
    ///
    /// # Errors
    /// See [`HomeError`]; nothing was changed then.
    pub fn claim(self, owner: Owner, at_rest: &SharedKey) -> Result<Home, HomeError> {
        let Self { path, lock, marker } = self;
        let file = path.join(OWNER);
        let at = |source| HomeError::Io { path: file.clone(), source };
        let mut set_aside = None;
        match marker {
            Marked::So(text) => check(&path, &text, owner, at_rest)?,
            Marked::No => disk::replace(&file, mark(owner, at_rest).as_bytes()).map_err(at)?,
            Marked::Damaged => {
                let aside = disk::set_aside(&file).map_err(at)?;
                tracing::error!(event = "owner_set_aside", aside = %aside.display(), "it was damaged, and is written anew");
                set_aside = Some(aside);
                disk::replace(&file, mark(owner, at_rest).as_bytes()).map_err(at)?;
            }
        }
        let marker = Marker::of(&path, at_rest);
        let here = marker.read();
        Ok(Home { path, owner, marker, here, witness: None, set_aside, _lock: lock })
    }
}

impl Home {
    /// Takes a directory for one office; marks it when it is new.
    ///
    /// # Errors
    /// See [`HomeError`]; nothing was changed then.
    pub fn claim(path: &Path, owner: Owner, at_rest: &SharedKey) -> Result<Self, HomeError> {
        Locked::take(path)?.claim(owner, at_rest)
    }

    /// The same with a directory elsewhere, where it is written down how far its journal has come.
    #[must_use]
    pub fn witnessed(self, witness: Option<PathBuf>) -> Self {
        Self { witness, ..self }
    }

    /// That directory.
    #[must_use]
    pub fn witness(&self) -> Option<&Path> {
        self.witness.as_deref()
    }

    /// Where the file lies that named the owner and was damaged.
    #[must_use]
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What its marker said when it was claimed: whether it is a copy of another one.
    #[must_use]
    pub fn here(&self) -> Here {
        self.here
    }

    /// The marker, to be written when nothing that a copy could do harms any more.
    #[must_use]
    pub fn marker(&self) -> &Marker {
        &self.marker
    }

    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> Owner {
        self.owner
    }
}

/// Takes the lock and leaves our process number in it, for whoever finds it taken.
fn lock(dir: &Path) -> Result<File, HomeError> {
    let path = dir.join(LOCK);
    let at = |source| HomeError::Io { path: path.clone(), source };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    disk::owner_only(&mut options);
    let mut file = options.open(&path).map_err(at)?;
    if !disk::lock_within(&file, LOCK_PATIENCE).map_err(at)? {
        let mut text = String::new();
        let process = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
        return Err(HomeError::Locked { path: dir.to_owned(), process });
    }
    // The number is a courtesy: a full disk must not keep the node from its own directory.
    let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(file)
}

fn mark(owner: Owner, at_rest: &SharedKey) -> String {
    let Owner { district, office } = owner;
    checked(&format!("format {HOME_FORMAT}\ndistrict {}\noffice {office}\nkey {}\n", district.0.to_hex(), fingerprint(at_rest)))
}

/// A text with a last line by which damage to it shows.
fn checked(text: &str) -> String {
    format!("{text}check {:08x}\n", crc32c::crc32c(text.as_bytes()))
}

/// The text before its last line; `None` when it is damaged.
fn whole(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let lines = text.strip_suffix('\n')?;
    let before = text.get(..lines.rfind('\n')? + 1)?;
    (checked(before) == text).then_some(before)
}

/// Tells keys apart without telling anything about them.
fn fingerprint(at_rest: &SharedKey) -> String {
    hex(&digest::derive(labels::NODE_KEY, at_rest.bytes(), b"fingerprint")[..8])
}

/// What a marker says under a name.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

fn format(path: &Path, text: &str) -> Result<u32, HomeError> {
    let format = field(text, "format").and_then(|v| v.parse().ok());
    format.ok_or_else(|| HomeError::Unmarked { path: path.join(OWNER) })
}

fn check(path: &Path, text: &str, expected: Owner, at_rest: &SharedKey) -> Result<(), HomeError> {
    let path = path.to_owned();
    let field = |name: &str| field(text, name);
    let unmarked = || HomeError::Unmarked { path: path.join(OWNER) };
    let district = field("district").and_then(unhex).and_then(|v| v.try_into().ok()).map(|v| DistrictId(Hash32(v)));
    let office = field("office").and_then(|v| v.parse().ok());
    let (Some(district), Some(office), Some(key)) = (district, office, field("key")) else { return Err(unmarked()) };
    let found = Owner { district, office };
    if found != expected {
        Err(HomeError::OtherOffice { path, found, expected })
    } else if key != fingerprint(at_rest) {
        Err(HomeError::OtherKey { path })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(office: u32) -> Owner {
        Owner { district: DistrictId(Hash32([5; 32])), office: OfficeId(office) }
    }

    fn key(byte: u8) -> SharedKey {
        SharedKey::from_bytes([byte; 32])
    }

    #[test]
    fn a_directory_serves_one_process_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = Home::claim(dir.path(), owner(3), &key(1)).unwrap();
        let second = Home::claim(dir.path(), owner(3), &key(1));
        assert!(matches!(&second, Err(HomeError::Locked { process: Some(id), .. }) if *id == std::process::id()), "{second:?}");
        drop(first);
        assert!(Home::claim(dir.path(), owner(3), &key(1)).is_ok());
    }

    #[test]
    fn a_directory_of_another_office_or_key_is_refused_in_words() {
        let dir = tempfile::tempdir().unwrap();
        drop(Home::claim(dir.path(), owner(3), &key(1)).unwrap());
        let other = Home::claim(dir.path(), owner(4), &key(1)).unwrap_err();
        assert!(other.to_string().contains("of office o3 of district 05050505, not of office o4"), "{other}");
        assert!(matches!(Home::claim(dir.path(), owner(3), &key(2)), Err(HomeError::OtherKey { .. })));
        assert!(Home::claim(dir.path(), owner(3), &key(1)).is_ok());
    }

    #[test]
    fn a_directory_of_a_newer_version_or_without_a_whole_marker_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        drop(Home::claim(dir.path(), owner(3), &key(1)).unwrap());
        fs::write(dir.path().join(OWNER), checked("format 2\nsomething new\n")).unwrap();
        assert!(matches!(Home::claim(dir.path(), owner(3), &key(1)), Err(HomeError::Newer { found: 2, .. })));
        fs::write(dir.path().join(OWNER), checked("format 1\n")).unwrap();
        assert!(matches!(Home::claim(dir.path(), owner(3), &key(1)), Err(HomeError::Unmarked { .. })));
    }

    #[test]
    fn a_damaged_mark_is_set_aside_and_written_anew_whichever_bit_was_hit() {
        let dir = tempfile::tempdir().unwrap();
        drop(Home::claim(dir.path(), owner(3), &key(1)).unwrap());
        let path = dir.path().join(OWNER);
        let text = fs::read(&path).unwrap();
        let flipped = (0..text.len() * 8).step_by(13).map(|bit| {
            let mut bytes = text.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        });
        for bytes in flipped.chain([vec![], vec![0; 100], text[..20].to_vec()]) {
            fs::write(&path, &bytes).unwrap();
            let home = Home::claim(dir.path(), owner(3), &key(1)).unwrap();
            let aside = home.set_aside().unwrap();
            assert_eq!(fs::read(aside).unwrap(), bytes);
            fs::remove_file(aside).unwrap();
            assert_eq!(fs::read(&path).unwrap(), text);
        }
    }
}

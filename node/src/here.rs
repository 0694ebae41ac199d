//! The marker: names this machine and this very data directory, so that a copy of it is noticed.
//!
//! It names itself by what the file system gives a file when it is made and no copy can take along:
//!
//! | what happened to the directory | what shows it |
//! |---|---|
//! | copied or moved to another machine | the machine's identity is another |
//! | copied on this machine, restored from a backup of files, moved to another disk | the marker's own number and birth are others |
//! | the marker was left behind or removed | there is none |
//! | the volume was set back, or files were written back into those that are there | a witness elsewhere has seen more, where there is one |
//! | a whole machine was set back or cloned, with all that is on it | nothing in here: the neighbours notice it |
//!
//! Where a file system gives no lasting numbers (FUSE, 9p, NFS, SMB) the machine's identity alone is compared.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use okrug_protocol::ids::hex;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::{digest, labels};

use crate::disk;

const NAME: &str = "here";
/// Where Linux keeps a number that is drawn when a system is installed.
const MACHINE: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];
/// What the firmware, or whoever runs a virtual machine, calls this one; only root may read it.
const BOARD: &str = "/sys/class/dmi/id/product_uuid";
/// Nothing is known of it.
const UNKNOWN: &str = "-";

/// What a marker says about the directory in which it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// It was written for this directory on this machine.
    Same,
    /// It was written on another machine.
    OtherMachine,
    /// It was written for another directory, of which this one is a copy.
    Copied,
    /// There is none, or none that can be read.
    Unmarked,
    /// The journal ends before the place that a witness elsewhere has seen.
    SetBack,
}

/// The marker of one data directory.
#[derive(Debug, Clone)]
pub struct Marker {
    path: PathBuf,
    /// Makes the machine's identity unreadable to whoever has the file alone.
    key: SharedKey,
}

impl Marker {
    /// The marker of a data directory, whether it is there or not.
    #[must_use]
    pub fn of(home: &Path, at_rest: &SharedKey) -> Self {
        Self { path: home.join(NAME), key: at_rest.clone() }
    }

    /// Compares what it says with what is.
    #[must_use]
    pub fn read(&self) -> Here {
        let Ok(text) = fs::read_to_string(&self.path) else { return Here::Unmarked };
        let Ok(metadata) = fs::metadata(&self.path) else { return Here::Unmarked };
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let (Some(machine), Some(board), Some(file)) = (field("machine"), field("board"), field("file")) else { return Here::Unmarked };
        let differs = |said: &str, is: &str| said != UNKNOWN && is != UNKNOWN && said != is;
        if differs(machine, &self.machine()) || differs(board, &self.board()) {
            Here::OtherMachine
        } else if differs(file, &self.file(&metadata)) {
            Here::Copied
        } else {
            Here::Same
        }
    }

    /// Writes it for this directory on this machine.
    ///
    /// # Errors
    /// The disk does not take it; the one before is untouched then.
    pub fn write(&self) -> io::Result<()> {
        let fresh = self.path.with_added_extension("new");
        // A number that was given before may be given again to another file: it must be a new file.
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = File::options();
        options.write(true).create_new(true);
        disk::owner_only(&mut options);
        let mut file = options.open(&fresh)?;
        let (machine, board, itself) = (self.machine(), self.board(), self.file(&file.metadata()?));
        file.write_all(format!("machine {machine}\nboard {board}\nfile {itself}\n").as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)?;
        self.path.parent().map_or(Ok(()), disk::sync_dir)
    }

    fn machine(&self) -> String {
        MACHINE.iter().find_map(|path| self.hashed(Path::new(path))).unwrap_or_else(|| UNKNOWN.to_owned())
    }

    fn board(&self) -> String {
        self.hashed(Path::new(BOARD)).unwrap_or_else(|| UNKNOWN.to_owned())
    }

    fn hashed(&self, path: &Path) -> Option<String> {
        let text = fs::read_to_string(path).ok()?;
        let text = text.trim();
        (!text.is_empty()).then(|| hex(&digest::derive(labels::NODE_KEY, self.key.bytes(), text.as_bytes())[..8]))
    }

    /// The number and the birth of the marker itself, as far as the file system keeps them.
    fn file(&self, metadata: &Metadata) -> String {
        if !disk::keeps_numbers(self.path.parent().unwrap_or(Path::new("/"))) {
            return UNKNOWN.to_owned();
        }
        let born = metadata.created().ok().and_then(|born| born.duration_since(UNIX_EPOCH).ok());
        format!("{} {}", metadata.ino(), born.map_or_else(|| UNKNOWN.to_owned(), |born| born.as_nanos().to_string()))
    }
}

/// A file outside the data directory that says how far its journal had come: what is set back with the data is no witness.
#[derive(Debug, Clone)]
pub struct Witness {
    path: PathBuf,
    told: Option<u64>,
}

impl Witness {
    /// The witness of a journal in a directory elsewhere.
    #[must_use]
    pub fn of(dir: &Path, journal: &[u8]) -> Self {
        Self { path: dir.join(hex(journal)), told: None }
    }

    /// How far the journal had come; `None` when nothing was written down.
    #[must_use]
    pub fn seen(&self) -> Option<u64> {
        fs::read_to_string(&self.path).ok()?.trim().parse().ok()
    }

    /// Writes down how far it has come, where that is news.
    ///
    /// # Errors
    /// The disk does not take it.
    pub fn tell(&mut self, last: u64) -> io::Result<()> {
        if self.told == Some(last) {
            return Ok(());
        }
        if let Some(dir) = self.path.parent() {
            disk::private_dir(dir)?;
        }
        disk::replace(&self.path, format!("{last}\n").as_bytes())?;
        self.told = Some(last);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(dir: &Path) -> Marker {
        Marker::of(dir, &SharedKey::from_bytes([7; 32]))
    }

    #[test]
    fn a_marker_holds_in_its_own_directory_and_wherever_that_is_renamed_to() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::create_dir(&a).unwrap();
        assert_eq!(marker(&a).read(), Here::Unmarked);
        marker(&a).write().unwrap();
        assert_eq!(marker(&a).read(), Here::Same);
        marker(&a).write().unwrap();
        fs::rename(&a, &b).unwrap();
        assert_eq!(marker(&b).read(), Here::Same, "it is the same directory under another name");
    }

    #[test]
    fn a_copy_is_noticed_also_in_the_place_of_the_one_that_was_copied() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::create_dir(&a).unwrap();
        fs::create_dir(&b).unwrap();
        marker(&a).write().unwrap();
        fs::copy(a.join(NAME), b.join(NAME)).unwrap();
        assert_eq!(marker(&b).read(), Here::Copied);
        assert_eq!(marker(&a).read(), Here::Same);
        // Restored: the file was removed and comes back from the copy.
        fs::remove_file(a.join(NAME)).unwrap();
        fs::copy(b.join(NAME), a.join(NAME)).unwrap();
        assert_eq!(marker(&a).read(), Here::Copied);
        fs::write(a.join(NAME), "nonsense").unwrap();
        assert_eq!(marker(&a).read(), Here::Unmarked);
    }

    #[test]
    fn another_machine_is_told_from_another_directory() {
        let folder = tempfile::tempdir().unwrap();
        let marker = marker(folder.path());
        marker.write().unwrap();
        let path = folder.path().join(NAME);
        let text = fs::read_to_string(&path).unwrap();
        let file = text.lines().find(|line| line.starts_with("file")).unwrap();
        // Written into the same file, so that it alone differs.
        fs::write(&path, format!("machine 0000000000000000\nboard -\n{file}\n")).unwrap();
        let known = marker.machine() != UNKNOWN;
        assert_eq!(marker.read(), if known { Here::OtherMachine } else { Here::Same });
    }
}

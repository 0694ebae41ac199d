//! What the disk is asked for besides reading and writing: room, and that a file stays.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How often a lock is tried that somebody is about to let go of.
const TRY_EVERY: Duration = Duration::from_millis(5);

/// Bytes that this process may still write on the disk of `path`.
///
/// # Errors
/// The path does not exist, or the system does not tell.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(path)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Bytes of the disk of `path`.
///
/// # Errors
/// As [`free_bytes`].
pub fn size_bytes(path: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(path)?;
    Ok(stat.f_blocks.saturating_mul(stat.f_frsize))
}

/// Whether an error says that the disk, or this user's share of it, is full.
#[must_use]
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Whether an error says that the disk did not do what the system was asked for.
#[must_use]
pub fn is_unconfirmed(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
}

/// Reads a file as far as the disk can: zeros stand where it cannot. Tells whether all of it was read.
///
/// # Errors
/// As the system says, but for single places that cannot be read.
pub fn read_around(path: &Path) -> io::Result<(Vec<u8>, bool)> {
    const BLOCK: usize = 4_096;
    match fs::read(path) {
        Err(error) if is_unconfirmed(&error) => {}
        read => return Ok((read?, true)),
    }
    let file = File::open(path)?;
    let mut bytes = vec![0; usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?];
    for (at, block) in (0u64..).step_by(BLOCK).zip(bytes.chunks_mut(BLOCK)) {
        match std::os::unix::fs::FileExt::read_exact_at(&file, block, at) {
            Err(error) if is_unconfirmed(&error) => block.fill(0),
            read => read?,
        }
    }
    Ok((bytes, false))
}

/// Makes the names in a directory last, after a file was made, renamed or removed there.
///
/// # Errors
/// As the system says.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Replaces a file as a whole: a crash leaves the old or the new one, never a part.
///
/// Only the owner may read it.
///
/// # Errors
/// As the system says; the old file is then untouched, and nothing lies beside it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_added_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    owner_only(&mut options);
    let mut file = options.open(&fresh)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    written.and_then(|()| fs::rename(&fresh, path)).inspect_err(|_| {
        // It would take of the room that is missing.
        let _ = fs::remove_file(&fresh);
    })?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// Renames what is damaged, so that another can take its place and nobody's data are deleted.
///
/// # Errors
/// As the system says.
pub fn set_aside(path: &Path) -> io::Result<std::path::PathBuf> {
    let aside = path.with_added_extension(format!("damaged-{}", crate::clock::now().0));
    fs::rename(path, &aside)?;
    path.parent().map_or(Ok(()), sync_dir)?;
    Ok(aside)
}

/// Keeps `bytes` of the disk for later, in a file that can be removed when there is nothing left.
///
/// # Errors
/// As the system says; the file is then removed again.
pub fn reserve(path: &Path, bytes: u64) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    owner_only(&mut options);
    let file = options.open(path)?;
    if file.metadata()?.len() == bytes {
        return Ok(());
    }
    let taken = rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, bytes).map_err(io::Error::from);
    taken.and_then(|()| file.sync_all()).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

/// Makes a folder, with those above it, that nobody but the owner may enter; one that exists is left as it is.
///
/// The name of each that is new lasts: what is synced inside a folder whose own name was lost would be lost with it.
///
/// # Errors
/// As the system says.
pub fn private_dir(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private_dir(parent)?;
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made.and_then(|()| sync_dir(parent)),
    }
}

/// Makes sure that a file can grow by `least` bytes without asking the disk for room; takes `wanted` when it must ask.
///
/// Where the file system cannot hold room for a file, this does nothing.
///
/// # Errors
/// No room, or as the system says.
pub fn hold_ahead(file: &File, least: u64, wanted: u64) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    const BLOCK: u64 = 512;
    let metadata = file.metadata()?;
    if metadata.blocks().saturating_mul(BLOCK) >= metadata.len().saturating_add(least) {
        return Ok(());
    }
    match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::KEEP_SIZE, metadata.len(), wanted) {
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) | Ok(()) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

/// Takes the lock of a file, and waits so long for whoever is just letting go of it; tells whether it was had.
///
/// # Errors
/// As the system says.
pub fn lock_within(file: &File, patience: Duration) -> io::Result<bool> {
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if began.elapsed() >= patience => return Ok(false),
            Err(TryLockError::WouldBlock) => thread::sleep(TRY_EVERY),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Lets nobody but the owner read a file that is made.
pub fn owner_only(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

/// Whether the file system of `path` gives a file the same number at every mount; false where it is not known.
#[must_use]
pub fn keeps_numbers(path: &Path) -> bool {
    // FUSE, 9p, NFS, CIFS, SMB 2, FAT, exFAT: numbers are made up as files are looked at.
    const MADE_UP: [u32; 7] = [0x6573_5546, 0x0102_1997, 0x6969, 0xff53_4d42, 0xfe53_4d42, 0x4d44, 0x2011_bab0];
    rustix::fs::statfs(path).is_ok_and(|stat| u32::try_from(stat.f_type).is_ok_and(|kind| !MADE_UP.contains(&kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_file_is_the_old_or_the_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(replace(&dir.path().join("missing").join("file"), b"x").is_err());
    }

    #[test]
    fn room_held_ahead_does_not_show_in_the_length() {
        let dir = tempfile::tempdir().unwrap();
        let file = File::create(dir.path().join("file")).unwrap();
        hold_ahead(&file, 1 << 20, 2 << 20).unwrap();
        let metadata = file.metadata().unwrap();
        assert_eq!(metadata.len(), 0);
        assert!(std::os::unix::fs::MetadataExt::blocks(&metadata) * 512 >= 2 << 20);
        assert!(hold_ahead(&file, u64::MAX >> 2, u64::MAX >> 2).is_err());
    }

    #[test]
    fn reserved_room_is_really_taken_and_given_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("reserve");
        reserve(&path, 1 << 20).unwrap();
        reserve(&path, 1 << 20).unwrap();
        assert!(std::os::unix::fs::MetadataExt::blocks(&fs::metadata(&path).unwrap()) * 512 >= 1 << 20);
        assert!(free_bytes(dir.path()).unwrap() > 0);
        assert!(reserve(&path, u64::MAX >> 1).is_err());
        assert!(!path.exists());
    }
}

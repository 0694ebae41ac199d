//! The file on the stick: written beside, finished where it was half written, then renamed into place; read with its beginning mended.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use okrug_node::office::view::MadeBundle;
use okrug_protocol::bundle::{Head, mend};

use super::progress::Progress;
use crate::client::Client;
use crate::context::Context;
use crate::problem::{FileError, Problem};

/// Read from the node and written to the stick at a time.
const PIECE: usize = 256 << 10;

/// Where a file goes: into a folder under its own name, or where it was said.
pub(super) fn target(out: &Path, name: &str) -> PathBuf {
    if out.is_dir() { out.join(name) } else { out.to_owned() }
}

/// The folder in which a file lies.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A half-written file of the same wish, if there is one: the name that it is to have, and the bundle's at the node.
///
/// Shapes:  `.NAME.ID.WISH.part`, beside the file that is to be.
pub(super) fn half_written(folder: &Path, wish: &str) -> Option<(PathBuf, String, String)> {
    let ending = format!(".{wish}.part");
    let names = fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut found = names.filter_map(|name| {
        let (file, id) = name.strip_prefix('.')?.strip_suffix(&ending)?.rsplit_once('.')?;
        Some((folder.join(&name), file.to_owned(), id.to_owned()))
    });
    found.next()
}

/// The name of a file that is being written.
pub(super) fn part(target: &Path, id: &str, wish: &str) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    folder(target).join(format!(".{name}.{id}.{wish}.part"))
}

/// Fetches a bundle into a file: whole, or not at all.
///
/// # Errors
/// The stick takes no more, and then nothing is left there; the node breaks off, and then what is there can be finished.
pub(super) fn fetch(context: &Context, node: &Client, made: &MadeBundle, part: &Path, target: &Path) -> Result<(), Problem> {
    let kept = fs::metadata(part).map_or(0, |file| file.len());
    let frames = kept.saturating_sub(made.head_bytes) / made.frame_bytes.max(1);
    let from = u32::try_from(frames).unwrap_or(u32::MAX).min(made.frames);
    let keep = if from == 0 { 0 } else { made.head_bytes + u64::from(from) * made.frame_bytes };
    let progress = Progress::new(context, made.bytes, made.entries.all());
    progress.more(usize::try_from(keep).unwrap_or(usize::MAX));
    let mut reader = node.stream(&format!("/bundle/{}?frame={from}", made.id))?;
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o644).open(part);
    let mut file = opened.map_err(FileError::at(part))?;
    let wrote = file.set_len(keep).and_then(|()| file.seek(SeekFrom::End(0))).map(|_| ());
    wrote.map_err(|error| give_up(part, error))?;
    let (mut buffer, mut all) = (vec![0; PIECE], keep);
    loop {
        let read = reader.read(&mut buffer).map_err(|error| node.broke_off(&error))?;
        if read == 0 {
            break;
        }
        let piece = buffer.get(..read).unwrap_or_default();
        file.write_all(piece).map_err(|error| give_up(part, error))?;
        progress.more(read);
        all += u64::try_from(read).unwrap_or(0);
    }
    if all != made.bytes {
        return Err(node.broke_off(&io::Error::from(io::ErrorKind::UnexpectedEof)));
    }
    file.sync_all().map_err(|error| give_up(part, error))?;
    drop(file);
    fs::rename(part, target).and_then(|()| File::open(folder(target))?.sync_all()).map_err(FileError::at(target))?;
    Ok(())
}

/// The stick does not take it: what was written is of no use, and is in the way.
fn give_up(part: &Path, error: io::Error) -> Problem {
    let _ = fs::remove_file(part);
    FileError::at(part)(error).into()
}

/// Opens a file of a bundle; where its beginning is damaged, the copy at its end is read in its place.
pub(super) fn open(path: &Path) -> Result<(impl Read + use<>, u64), Problem> {
    let opening = || -> io::Result<_> {
        let mut file = File::open(path)?;
        let len = file.metadata()?.len();
        let ends = u64::try_from(Head::MAX + Head::TAIL).unwrap_or(u64::MAX);
        let (mut front, mut back) = (Vec::new(), Vec::new());
        Read::by_ref(&mut file).take(ends).read_to_end(&mut front)?;
        file.seek(SeekFrom::Start(len.saturating_sub(ends)))?;
        Read::by_ref(&mut file).take(ends).read_to_end(&mut back)?;
        let mended = mend(&front, &back).unwrap_or_default();
        file.seek(SeekFrom::Start(u64::try_from(mended.len()).unwrap_or(u64::MAX).min(len)))?;
        Ok((Cursor::new(mended).chain(file), len))
    };
    Ok(opening().map_err(FileError::at(path))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_written_file_is_found_by_its_wish_alone() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("okrug-uray-20261127-0a1b2c3d.okb");
        assert_eq!(half_written(folder.path(), "77"), None);
        let part = part(&target, "0a1b2c3d4e5f6071", "77");
        fs::write(&part, b"half").unwrap();
        let name = "okrug-uray-20261127-0a1b2c3d.okb".to_owned();
        assert_eq!(half_written(folder.path(), "77"), Some((part, name, "0a1b2c3d4e5f6071".to_owned())));
        assert_eq!(half_written(folder.path(), "78"), None);
    }
}

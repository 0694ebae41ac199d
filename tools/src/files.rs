//! Files that are whole or not there: written beside, made durable, then renamed into place.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::problem::{Exit, FileError, Problem};
use crate::words::said;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody: what is signed, and working files without secrets.
    Everybody,
    /// Its owner alone.
    Owner,
}

impl Access {
    fn mode(self) -> u32 {
        match self {
            Self::Everybody => 0o644,
            Self::Owner => 0o600,
        }
    }
}

/// Reads a file of at most `max` bytes.
///
/// # Errors
/// When it cannot be read, or is longer.
pub fn read(path: &Path, max: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(FileError::at(path))?;
    if bytes.len() > max {
        let path = path.display();
        return Err(Problem::new(
            "file_too_long",
            Exit::Failed,
            said!("{path}: больше {max} байт, такого файла здесь быть не может", "{path}: more than {max} bytes, no file of this kind"),
        ));
    }
    Ok(bytes)
}

/// Reads a text of at most `max` bytes.
///
/// # Errors
/// As [`read`], and when it is not UTF-8.
pub fn read_text(path: &Path, max: usize) -> Result<String, Problem> {
    String::from_utf8(read(path, max)?).map_err(|_| {
        let path = path.display();
        Problem::new("not_text", Exit::Failed, said!("{path}: это не текст в UTF-8", "{path}: not a text in UTF-8"))
    })
}

/// Replaces a file, or leaves it as it was.
///
/// # Errors
/// When it cannot be written; then the file that was there is still there.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> Result<(), Problem> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let written = write_new(&beside, bytes, access).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.and_then(|()| File::open(folder)?.sync_all()).map_err(FileError::at(path))?;
    Ok(())
}

fn write_new(path: &Path, bytes: &[u8], access: Access) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(access.mode()).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a folder and those above it.
///
/// # Errors
/// When it cannot be made.
pub fn folder(path: &Path) -> Result<(), Problem> {
    fs::create_dir_all(path).map_err(FileError::at(path))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_kept_from_others() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        write(&path, b"one", Access::Owner).unwrap();
        write(&path, b"two", Access::Owner).unwrap();
        assert_eq!(read(&path, 3).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_too_long_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("long");
        write(&path, &[0; 100], Access::Everybody).unwrap();
        assert_eq!(read(&path, 99).unwrap_err().code, "file_too_long");
        assert_eq!(read(&dir.path().join("none"), 9).unwrap_err().exit, Exit::NotFound);
    }
}

//! Why the keys cannot be made or unlocked.

use std::io;
use std::path::{Path, PathBuf};

use okrug_protocol::request::RequestError;

use crate::problem::{Exit, Problem};
use crate::said;

/// The keys cannot be made or unlocked.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// No keys were made here yet.
    #[error("no keys in {0}")]
    None(PathBuf),
    /// There are keys already; they are never overwritten.
    #[error("keys exist in {0}")]
    Exist(PathBuf),
    /// Others than the owner may read this.
    #[error("{path} has mode {mode:o}")]
    Open {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The keys are locked by a passphrase, and no file with it was named.
    #[error("a passphrase is needed")]
    NeedsPassphrase,
    /// The keys are locked by a systemd credential, and there is none.
    #[error("the credential node.key is needed")]
    NeedsCredential,
    /// The passphrase is too short to resist guessing.
    #[error("the passphrase is shorter than {0} characters")]
    Weak(usize),
    /// The master key does not open the keys: the wrong one, or a changed file.
    #[error("the master key does not open {0}")]
    WrongMaster(PathBuf),
    /// Not a file that this program wrote, or cut short.
    #[error("{0} is damaged")]
    Damaged(PathBuf),
    /// Written by a newer program.
    #[error("{path} has version {version}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u8,
    },
    /// The office cannot be called so.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl KeysError {
    /// Names the file in an error of the operating system.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

impl From<KeysError> for Problem {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::None(path) => {
                let dir = path.display();
                Self::new(
                    "no_keys",
                    Exit::NotEnrolled,
                    said!("в {dir} ещё нет ключей отделения", "there are no keys of an office in {dir} yet"),
                )
                .hint(said!(
                    "okrug-node init --data ПАПКА --request ФАЙЛ создаст их",
                    "okrug-node init --data DIR --request FILE makes them"
                ))
            }
            KeysError::Exist(path) => {
                let dir = path.display();
                let message =
                    said!("в {dir} уже есть ключи; они оставлены как были", "there are keys in {dir} already; they were left as they are");
                Self::new("keys_exist", Exit::Refused, message).hint(said!(
                    "okrug-node key show --request ФАЙЛ ещё раз запишет заявку; для нового отделения нужна другая папка",
                    "okrug-node key show --request FILE writes the request again; a new office needs another directory",
                ))
            }
            KeysError::Open { path, mode } => {
                let (path, right) = (path.display().to_string(), if path.is_dir() { "700" } else { "600" });
                let message = said!(
                    "{path} с правами {mode:o} доступен не только владельцу: ключи могли быть прочитаны",
                    "{path} has mode {mode:o} and is open to others than its owner: the keys may have been read",
                );
                Self::new("keys_open", Exit::NotPermitted, message).hint(said!("chmod {right} {path}", "chmod {right} {path}"))
            }
            KeysError::NeedsPassphrase => {
                let message = said!(
                    "ключи заперты паролем, а файл с ним не указан",
                    "the keys are locked by a passphrase, and no file with it was named"
                );
                Self::new("passphrase_needed", Exit::NotPermitted, message).hint(said!("--passphrase-file ФАЙЛ", "--passphrase-file FILE"))
            }
            KeysError::NeedsCredential => {
                let message = said!(
                    "ключи заперты systemd-credential node.key, а её нет",
                    "the keys are locked by the systemd credential node.key, and there is none",
                );
                Self::new("credential_needed", Exit::NotPermitted, message)
                    .hint(said!("LoadCredentialEncrypted=node.key:… в юните", "LoadCredentialEncrypted=node.key:… in the unit"))
            }
            KeysError::Weak(least) => Self::new(
                "passphrase_weak",
                Exit::Usage,
                said!(
                    "пароль короче {least} знаков подберут; ключи не созданы",
                    "a passphrase of less than {least} characters is guessed; no keys were made"
                ),
            ),
            KeysError::WrongMaster(path) => {
                let path = path.display();
                let message = said!(
                    "{path} не открывается: пароль или главный ключ не тот, либо файл изменён; ничего не тронуто",
                    "{path} does not open: another passphrase or master key, or the file was changed; nothing was touched",
                );
                Self::new("keys_locked", Exit::NotPermitted, message)
            }
            KeysError::Damaged(path) => {
                let path = path.display();
                Self::new(
                    "keys_damaged",
                    Exit::Failed,
                    said!("{path} повреждён; оставлен как есть", "{path} is damaged; it was left as it is"),
                )
                .hint(said!("верните файл из резервной копии", "restore the file from a backup"))
            }
            KeysError::Newer { path, version } => {
                let path = path.display();
                let message = said!(
                    "{path} записан более новой программой (версия {version})",
                    "{path} was written by a newer program (version {version})"
                );
                Self::new("keys_newer", Exit::Changed, message).hint(said!("обновите okrug-node", "update okrug-node"))
            }
            // What was typed is wrong here, not a file.
            KeysError::Request(error) => Self { exit: Exit::Usage, ..error.into() },
            KeysError::Io { path, source } => Self::io(&path, &source),
        }
    }
}

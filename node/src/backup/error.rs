//! Why a backup is not made, not whole, or not restored.

use std::io;
use std::path::{Path, PathBuf};

use super::BACKUP_FORMAT;
use crate::disk;
use crate::journal::JournalError;
use crate::keys::KeysError;
use crate::problem::{Exit, Problem};
use crate::said;
use crate::store::{OpenError, StoreError};

/// Why a backup is not made, not whole, or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Another one is being made.
    #[error("another backup is being made")]
    Busy,
    /// Whoever took it has gone.
    #[error("whoever took the backup has gone")]
    Gone,
    /// No backup of ours.
    #[error("no backup of this program")]
    NoBackup,
    /// A newer version wrote it.
    #[error("the backup has format {0}, and this version knows formats up to {BACKUP_FORMAT}")]
    Newer(u8),
    /// A newer version's store is in it.
    #[error("the store in the backup has format {0}")]
    NewerStore(u32),
    /// It ends too early: it was not written to its end, or was cut off.
    #[error("the backup ends after {0} bytes, before its end")]
    Short(u64),
    /// A part of it is not as it was written.
    #[error("the backup was changed or damaged behind byte {0}")]
    Damaged(u64),
    /// Another passphrase.
    #[error("the passphrase does not open the backup")]
    WrongPassphrase,
    /// The passphrase is too short to resist guessing.
    #[error("the passphrase has fewer than {0} characters")]
    Weak(usize),
    /// What is called a key for backups is none.
    #[error("this is no key for backups")]
    NoLock,
    /// Something lies where it is to be restored to.
    #[error("{0} is not empty")]
    NotEmpty(PathBuf),
    /// Less room than it needs.
    #[error("{needed} bytes are needed, and {free} are free")]
    NoRoom {
        /// About so much.
        needed: u64,
        /// And there is so much.
        free: u64,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A store that is to be filled.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A journal that is to be begun.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The operating system.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl BackupError {
    /// Names the file in an error of the operating system.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

impl From<BackupError> for Problem {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Busy => {
                let message = said!("другая резервная копия ещё пишется", "another backup is being made");
                Self::new("backup_busy", Exit::Busy, message).hint(said!("повторите позже", "try again later"))
            }
            BackupError::Gone => {
                Self::new("backup_gone", Exit::Failed, said!("запись копии прервана", "the writing of the backup was broken off"))
            }
            BackupError::NoBackup => {
                Self::new("no_backup", Exit::Failed, said!("это не резервная копия отделения", "this is no backup of an office"))
            }
            BackupError::Newer(found) => {
                let known = BACKUP_FORMAT;
                Self::new(
                    "backup_newer",
                    Exit::Changed,
                    said!(
                        "копия записана более новой программой (формат {found}, эта знает до {known}); ничего не изменено",
                        "a newer program wrote the backup (format {found}, this one knows up to {known}); nothing was changed"
                    ),
                )
                .hint(said!("обновите программу", "update the program"))
            }
            BackupError::NewerStore(found) => Self::new(
                "backup_newer",
                Exit::Changed,
                said!(
                    "хранилище в копии более нового формата ({found}); ничего не изменено",
                    "the store in the backup has a newer format ({found}); nothing was changed"
                ),
            )
            .hint(said!("обновите программу", "update the program")),
            BackupError::Short(at) => {
                let message = said!(
                    "копия обрывается после {at} байт: она не была дописана или обрезана; восстановлено ничего не было",
                    "the backup ends after {at} bytes: it was never finished, or was cut off; nothing was restored"
                );
                Self::new("backup_short", Exit::BadSignature, message).hint(another())
            }
            BackupError::Damaged(at) => {
                let message = said!(
                    "копия повреждена или изменена после байта {at}; восстановлено ничего не было",
                    "the backup was damaged or changed behind byte {at}; nothing was restored"
                );
                Self::new("backup_damaged", Exit::BadSignature, message).hint(another())
            }
            BackupError::WrongPassphrase => Self::new(
                "wrong_passphrase",
                Exit::NotPermitted,
                said!(
                    "парольная фраза не открывает копию; ничего не изменено",
                    "the passphrase does not open the backup; nothing was changed"
                ),
            ),
            BackupError::Weak(least) => Self::new(
                "passphrase_short",
                Exit::Refused,
                said!(
                    "фраза короче {least} знаков, ничего не создано",
                    "the passphrase has fewer than {least} characters, nothing was made"
                ),
            ),
            BackupError::NoLock => {
                Self::new("no_backup_key", Exit::Usage, said!("это не ключ резервных копий", "this is no key for backups"))
                    .hint(said!("okrug backup key --out ФАЙЛ создаст его", "okrug backup key --out FILE makes one"))
            }
            BackupError::NotEmpty(path) => {
                let path = path.display();
                let message = said!("{path} не пуста; в ней ничего не изменено", "{path} is not empty; nothing in it was changed");
                Self::new("not_empty", Exit::Refused, message)
                    .hint(said!("восстанавливают только в пустую папку", "a backup is restored into an empty directory only"))
            }
            BackupError::NoRoom { needed, free } => Self::new(
                "no_space",
                Exit::NoSpace,
                said!(
                    "нужно около {needed} байт, свободно {free}; ничего не создано",
                    "about {needed} bytes are needed, {free} are free; nothing was made"
                ),
            ),
            BackupError::Store(StoreError::Full) | BackupError::Open(OpenError::Full { .. }) | BackupError::Journal(JournalError::Full) => {
                Self::new("no_space", Exit::NoSpace, said!("на диске нет места", "no space left on the disk"))
                    .hint(said!("освободите место и повторите", "make room, and repeat"))
            }
            BackupError::Store(error) => {
                Self::new("store", Exit::Failed, said!("хранилище отказало: {error}", "the store failed: {error}"))
            }
            BackupError::Open(error) => Self::new("store", Exit::Failed, said!("хранилище отказало: {error}", "the store failed: {error}")),
            BackupError::Journal(error) => {
                Self::new("journal", Exit::Failed, said!("журнал отказал: {error}", "the journal failed: {error}"))
            }
            BackupError::Keys(error) => error.into(),
            BackupError::Io { path, source } if disk::is_full(&source) => Self::io(&path, &io::Error::from(io::ErrorKind::StorageFull)),
            BackupError::Io { path, source } => Self::io(&path, &source),
        }
    }
}

fn another() -> crate::words::Said {
    said!(
        "возьмите другую копию (okrug backup list ПАПКА); без копии: okrug-node rebuild --from-mesh",
        "take another one (okrug backup list DIR); without any: okrug-node rebuild --from-mesh"
    )
}

//! Why a node does not start or cannot go on, in words: the data directory and what lies in it.

use std::path::PathBuf;

use crate::home::{HOME_FORMAT, HomeError};
use crate::journal::JournalError;
use crate::ledger::{self, DataError, Fatal};
use crate::problem::{Exit, Problem};
use crate::said;
use crate::store::{OpenError, StoreError};

/// The code of a problem after which the node starts again in the same process: what is damaged is set aside then.
pub(super) const STORE_DAMAGED: &str = "store_damaged";
/// The same for the journal.
pub(super) const JOURNAL_DAMAGED: &str = "journal_damaged";
const UNSYNCED: &str = "disk_unsynced";

pub(super) fn home(error: HomeError) -> Problem {
    match error {
        HomeError::Locked { path, process } => {
            let path = path.display();
            let who = process.map_or_else(|| "?".to_owned(), |id| id.to_string());
            let message = said!(
                "с папкой {path} уже работает узел (процесс {who}); ничего не изменено",
                "a node runs on {path} already (process {who}); nothing was changed",
            );
            Problem::new("data_locked", Exit::Busy, message)
                .hint(said!("остановите его или укажите другую папку: --data", "stop it, or name another directory: --data"))
        }
        HomeError::OtherOffice { path, found, expected } => {
            let path = path.display();
            let found = format!("{} {}", found.office, found.district.0.short());
            let expected = format!("{} {}", expected.office, expected.district.0.short());
            let message = said!(
                "в папке {path} данные другого отделения ({found}, а узел — {expected}); ничего не изменено, кроме документов округа, если даны более новые",
                "{path} holds the data of another office ({found}, and this node is {expected}); nothing was changed but the district's documents, where newer ones were given",
            );
            Problem::new("data_of_another", Exit::Refused, message)
                .hint(said!("укажите папку этого отделения: --data", "name this office's directory: --data"))
        }
        HomeError::OtherKey { path } => {
            let path = path.display();
            let message = said!(
                "данные в {path} запечатаны другим ключом, чем у этого узла; ничего не изменено",
                "the data in {path} were sealed with another key than this node has; nothing was changed",
            );
            Problem::new("data_of_other_key", Exit::Refused, message)
                .hint(said!("верните папку keys, с которой они записаны", "put back the folder keys that they were written with"))
        }
        HomeError::Newer { path, found } => newer(path, found, HOME_FORMAT),
        HomeError::Unmarked { path } => {
            let path = path.display();
            let message = said!(
                "{path} не говорит, чьи это данные: файл повреждён; ничего не изменено",
                "{path} does not say whose data these are: it is damaged; nothing was changed",
            );
            Problem::new("data_unmarked", Exit::Failed, message).hint(said!("верните его из резервной копии", "restore it from a backup"))
        }
        HomeError::Io { path, source } => Problem::io(&path, &source),
    }
}

pub(super) fn data(error: DataError) -> Problem {
    match error {
        DataError::Journal(error) => journal(error),
        DataError::Store(OpenError::Newer { path, found }) => newer(path, found, crate::store::STORE_FORMAT),
        DataError::Store(OpenError::Full { path }) => full(path),
        DataError::Store(OpenError::Locked { path }) => {
            let path = path.display();
            let message =
                said!("с {path} работает другая программа; ничего не изменено", "another program uses {path}; nothing was changed");
            Problem::new("data_locked", Exit::Busy, message).hint(said!("остановите её", "stop it"))
        }
        DataError::Store(OpenError::Damaged { path, what }) => damaged(path, &what),
        DataError::Store(OpenError::Unsynced { what, .. }) => unsynced(&what),
        DataError::Store(OpenError::Io { path, what }) => {
            let path = path.display();
            Problem::new("store", Exit::Failed, said!("{path}: {what}", "{path}: {what}"))
        }
        DataError::Keyring(error) => Problem::io(&error.path, &error.source),
        DataError::SetAside(error) => {
            let message = said!(
                "хранилище повреждено, и отложить его в сторону не удалось: {error}; ничего не изменено",
                "the store is damaged and could not be set aside: {error}; nothing was changed",
            );
            Problem::new("store_not_set_aside", Exit::Failed, message).hint(said!(
                "проверьте диск и права на папку с данными и запустите узел снова: хранилище он соберёт из журнала",
                "check the disk and the rights on the data directory and start the node again: it makes the store anew from the journal",
            ))
        }
    }
}

fn journal(error: JournalError) -> Problem {
    match error {
        JournalError::Full => full(PathBuf::from("journal")),
        JournalError::Newer { path, found } => newer(path, found, crate::journal::JOURNAL_FORMAT),
        JournalError::Damaged { path, what } => damaged(path, what),
        JournalError::Foreign { path } => {
            let path = path.display();
            let message = said!(
                "{path} — из журнала другого отделения или другого узла; ничего не изменено",
                "{path} belongs to the journal of another office or node; nothing was changed",
            );
            Problem::new("data_of_another", Exit::Refused, message)
                .hint(said!("укажите папку этого отделения: --data", "name this office's directory: --data"))
        }
        JournalError::Io { path, source } => Problem::io(&path, &source),
        JournalError::Unsynced(error) => unsynced(&error.to_string()),
        error @ (JournalError::Failed | JournalError::TooLong(_)) => {
            Problem::new("journal", Exit::Failed, said!("журнал отказал: {error}", "the journal failed: {error}"))
        }
    }
}

pub(super) fn store(error: &StoreError) -> Problem {
    match error {
        StoreError::Full => full(PathBuf::from("store")),
        StoreError::Unsynced(why) => unsynced(why),
        StoreError::Unreadable(why) => {
            let message = said!(
                "диск не может прочитать часть хранилища ({why}); журнал цел, при следующем запуске хранилище будет отложено в сторону и заполнено снова; проверьте диск (smartctl, dmesg)",
                "the disk cannot read a part of the store ({why}); the journal is whole, and at the next start the store is set aside and filled again; check the disk (smartctl, dmesg)",
            );
            Problem::new(STORE_DAMAGED, Exit::Failed, message)
        }
        error @ (StoreError::Damaged { .. } | StoreError::Broken(_)) => {
            let message = said!(
                "хранилище повреждено ({error}); журнал цел, при следующем запуске хранилище будет отложено в сторону и заполнено снова",
                "the store is damaged ({error}); the journal is whole, and at the next start the store is set aside and filled again",
            );
            Problem::new(STORE_DAMAGED, Exit::Failed, message)
        }
        error => Problem::new("store", Exit::Failed, said!("хранилище отказало: {error}", "the store failed: {error}")),
    }
}

pub(super) fn ledger(error: ledger::StartError) -> Problem {
    match error {
        ledger::StartError::Store(error) => store(&error),
        ledger::StartError::Fatal(error) => fatal(error),
        error @ ledger::StartError::Thread(_) => {
            Problem::new("ledger", Exit::Failed, said!("узел не запущен: {error}", "the node did not start: {error}"))
        }
    }
}

/// A node that ran and could not go on.
pub(super) fn fatal(error: Fatal) -> Problem {
    let problem = match error {
        Fatal::Journal(JournalError::Damaged { path, what }) => {
            let path = path.display();
            let message = said!(
                "журнал {path} повреждён: {what}; при следующем запуске он будет отложен в сторону и записан заново по хранилищу",
                "the journal {path} is damaged: {what}; at the next start it is set aside and written anew from the store",
            );
            Problem::new(JOURNAL_DAMAGED, Exit::Failed, message)
        }
        Fatal::Journal(error) => journal(error),
        Fatal::Store(error) => store(&error),
        error @ Fatal::Panicked => {
            Problem::new("ledger", Exit::Failed, said!("ошибка в программе: {error}", "a fault in the program: {error}"))
        }
    };
    if problem.code == UNSYNCED {
        return problem;
    }
    problem.hint(said!(
        "всё, что было подтверждено, на диске; запустите узел снова",
        "all that was confirmed is on the disk; start the node again",
    ))
}

/// The node stops at once and tries nothing twice: the system may have dropped what it could not write, and would confirm
/// the next attempt all the same.
fn unsynced(why: &str) -> Problem {
    let message = said!(
        "диск не подтвердил запись ({why}); узел остановлен, чтобы не подтвердить людям того, чего на диске нет",
        "the disk did not confirm what was written ({why}); the node stopped, so as not to confirm to people what is not on the disk",
    );
    Problem::new(UNSYNCED, Exit::Failed, message).hint(said!(
        "проверьте диск (smartctl, dmesg) и запустите узел снова: всё, что было подтверждено, на диске",
        "check the disk (smartctl, dmesg) and start the node again: all that was confirmed is on the disk",
    ))
}

fn newer(path: PathBuf, found: u32, known: u32) -> Problem {
    let path = path.display();
    let message = said!(
        "{path} записано более новой программой (формат {found}, эта знает {known}); ничего не изменено",
        "{path} was written by a newer program (format {found}, this one knows {known}); nothing was changed",
    );
    Problem::new("data_newer", Exit::Changed, message).hint(said!("обновите okrug-node", "update okrug-node"))
}

fn full(path: PathBuf) -> Problem {
    let path = path.display();
    let message = said!(
        "на диске нет места, чтобы открыть {path}; всё записанное цело",
        "no room on the disk to open {path}; all that was written is whole",
    );
    Problem::new("no_space", Exit::NoSpace, message).hint(said!("освободите место и запустите снова", "make room and start again"))
}

fn damaged(path: PathBuf, what: &str) -> Problem {
    let path = path.display();
    let message = said!("{path} повреждено: {what}; оставлено как есть", "{path} is damaged: {what}; it was left as it is");
    Problem::new("data_damaged", Exit::Failed, message).hint(said!("верните его из резервной копии", "restore it from a backup"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn a_store_that_could_not_be_set_aside_says_what_was_kept_and_what_to_do() {
        let problem = data(DataError::SetAside(std::io::Error::from(std::io::ErrorKind::PermissionDenied)));
        assert_eq!((problem.code, problem.exit), ("store_not_set_aside", Exit::Failed));
        assert!(
            problem.message.text(Lang::Ru).contains("ничего не изменено") && problem.message.text(Lang::En).contains("nothing was changed")
        );
        assert!(problem.message.text(Lang::En).contains("permission denied"), "{}", problem.message.text(Lang::En));
        assert!(
            problem.hint.is_some_and(|hint| hint.text(Lang::Ru).contains("права на папку") && hint.text(Lang::En).contains("rights on"))
        );
    }
}

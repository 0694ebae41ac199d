//! Why a node does not start, in words and with an exit code.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use okrug_protocol::ids::Version;

use crate::documents::DocumentsError;
use crate::home::HomeError;
use crate::keys::KeysError;
use crate::problem::{Exit, Problem};
use crate::said;
use crate::words::Said;

/// A node does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The keys do not open.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// What was kept of the district cannot be used.
    #[error(transparent)]
    Documents(#[from] DocumentsError),
    /// The named district file was refused.
    #[error("{path}: {error}")]
    DistrictFile {
        /// The file.
        path: PathBuf,
        /// Why.
        error: DocumentsError,
    },
    /// The node was never told of a district.
    #[error("no district yet")]
    NoDistrict {
        /// The file that was named and is not there.
        waits_for: Option<PathBuf>,
    },
    /// The district does not list an office with these keys.
    #[error("the district {district} ({version}) lists no office with these keys")]
    NotListed {
        /// Its name.
        district: String,
        /// The version of its directory.
        version: Version,
    },
    /// The data directory is not ours to use.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// An address cannot be listened on.
    #[error("{setting}: {address}: {source}")]
    Listen {
        /// The setting that named it.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl From<StartError> for Problem {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Keys(error) => error.into(),
            StartError::Documents(error) => documents(error).hint(said!(
                "переименуйте documents/district.okd и запустите с --district ФАЙЛ",
                "rename documents/district.okd and start with --district FILE",
            )),
            StartError::DistrictFile { path, error } => at(&path, documents(error)),
            StartError::NoDistrict { waits_for } => no_district(waits_for),
            StartError::NotListed { district, version } => Self::new(
                "not_enrolled",
                Exit::NotEnrolled,
                said!(
                    "узел не зачислен: в округе «{district}» (справочник {version}) нет отделения с этими ключами",
                    "the node is not enrolled: the district \"{district}\" (directory {version}) has no office with these keys",
                ),
            )
            .hint(said!(
                "передайте администратору округа заявку (okrug-node key show --request ФАЙЛ) и возьмите у него новый файл округа",
                "hand the request to the authority (okrug-node key show --request FILE) and take a newer district file from it",
            )),
            StartError::Home(error) => home(error),
            StartError::Listen { setting, address, source } => listen(setting, address, &source),
            StartError::Io { path, source } => Self::io(&path, &source),
        }
    }
}

fn documents(error: DocumentsError) -> Problem {
    match error {
        DocumentsError::Trust(error) => error.into(),
        DocumentsError::NoFile(error) => error.into(),
        DocumentsError::File { path, source } => Problem::io(&path, &source),
    }
}

/// The same with the file that it is about.
fn at(path: &std::path::Path, problem: Problem) -> Problem {
    let path = path.display();
    let message = Said::new(
        format!("{path}: {}", problem.message.text(crate::words::Lang::Ru)),
        format!("{path}: {}", problem.message.text(crate::words::Lang::En)),
    );
    Problem { message, ..problem }
}

fn no_district(waits_for: Option<PathBuf>) -> Problem {
    let message = match waits_for.map(|path| path.display().to_string()) {
        Some(path) => {
            said!("узел не зачислен: файла округа {path} ещё нет", "the node is not enrolled: the district file {path} is not there yet",)
        }
        None => said!("узел не зачислен: он ещё не видел файла округа", "the node is not enrolled: it has not seen a district file yet"),
    };
    Problem::new("not_enrolled", Exit::NotEnrolled, message).hint(said!(
        "возьмите файл округа у администратора и запустите okrug-node run --district ФАЙЛ",
        "take the district file from the authority and start okrug-node run --district FILE",
    ))
}

fn home(error: HomeError) -> Problem {
    match error {
        HomeError::Locked { path, process } => {
            let path = path.display();
            let who = process.map(|id| id.to_string()).unwrap_or_else(|| "?".to_owned());
            Problem::new(
                "data_locked",
                Exit::Busy,
                said!("с папкой {path} уже работает узел (процесс {who})", "a node runs on {path} already (process {who})"),
            )
            .hint(said!("остановите его или укажите другую папку: --data", "stop it, or name another directory: --data"))
        }
        HomeError::OtherOffice { path, found, expected } => {
            let path = path.display();
            let (found, expected) =
                (format!("{} {}", found.office, found.district.0.short()), format!("{} {}", expected.office, expected.district.0.short()));
            Problem::new(
                "data_of_another",
                Exit::Refused,
                said!(
                    "в папке {path} данные другого отделения ({found}, а узел — {expected}); ничего не изменено",
                    "{path} holds the data of another office ({found}, and this node is {expected}); nothing was changed",
                ),
            )
            .hint(said!("укажите папку этого отделения: --data", "name this office's directory: --data"))
        }
        HomeError::OtherKey { path } => {
            let path = path.display();
            Problem::new(
                "data_of_other_key",
                Exit::Refused,
                said!(
                    "данные в {path} запечатаны другим ключом, чем у этого узла; ничего не изменено",
                    "the data in {path} were sealed with another key than this node has; nothing was changed",
                ),
            )
            .hint(said!("верните папку keys, с которой они записаны", "put back the folder keys that they were written with"))
        }
        HomeError::Newer { path, found } => {
            let (path, known) = (path.display(), crate::home::HOME_FORMAT);
            Problem::new(
                "data_newer",
                Exit::Changed,
                said!(
                    "папка {path} записана более новой программой (формат {found}, эта знает {known}); ничего не изменено",
                    "{path} was written by a newer program (format {found}, this one knows {known}); nothing was changed",
                ),
            )
            .hint(said!("обновите okrug-node", "update okrug-node"))
        }
        HomeError::Unmarked { path } => {
            let path = path.display();
            Problem::new(
                "data_unmarked",
                Exit::Failed,
                said!(
                    "{path} не говорит, чьи это данные: файл повреждён; ничего не изменено",
                    "{path} does not say whose data these are: it is damaged; nothing was changed",
                ),
            )
        }
        HomeError::Io { path, source } => Problem::io(&path, &source),
    }
}

fn listen(setting: &'static str, address: SocketAddr, error: &io::Error) -> Problem {
    let hint = said!("измените {setting}", "change {setting}");
    let (code, exit, message) = match error.kind() {
        io::ErrorKind::AddrInUse => (
            "port_in_use",
            Exit::Busy,
            said!("{setting}: адрес {address} занят другой программой", "{setting}: another program uses {address}"),
        ),
        io::ErrorKind::PermissionDenied => (
            "port_not_permitted",
            Exit::NotPermitted,
            said!(
                "{setting}: порт {address} доступен только администратору системы",
                "{setting}: the port of {address} is for the system's administrator alone"
            ),
        ),
        io::ErrorKind::AddrNotAvailable => (
            "address_elsewhere",
            Exit::Usage,
            said!("{setting}: адреса {address} на этой машине нет", "{setting}: this machine has no address {address}"),
        ),
        _ => ("listen", Exit::Failed, said!("{setting}: {address}: {error}", "{setting}: {address}: {error}")),
    };
    Problem::new(code, exit, message).hint(hint)
}

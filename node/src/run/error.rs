//! Why a node does not start, in words and with an exit code.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use okrug_protocol::ids::Version;
use okrug_protocol::paper::PaperError;

use super::words;
use crate::documents::DocumentsError;
use crate::home::HomeError;
use crate::keyring::KeyringError;
use crate::keys::KeysError;
use crate::problem::{Exit, Problem};
use crate::said;
use crate::words::{Lang, Said};
use crate::{api, engine};

/// A node does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The keys do not open.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The keyring cannot be read or written.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
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
    /// The answer on paper was mistyped.
    #[error("{path}: {error}")]
    Answer {
        /// The file with its lines.
        path: PathBuf,
        /// Which line, and what is wrong with it.
        error: PaperError,
    },
    /// None of the offices that the answer names gave the district's documents.
    #[error("no office gave the documents: {reason}")]
    NotFetched {
        /// Why the last one did not.
        reason: String,
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
    /// The certificate of the page.
    #[error(transparent)]
    Certs(#[from] crate::certs::CertsError),
    /// A part of the node.
    #[error(transparent)]
    Engine(#[from] engine::StartError),
    /// The page and the API.
    #[error(transparent)]
    Api(#[from] api::StartError),
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
            StartError::Keyring(error) => Self::io(&error.path, &error.source).hint(said!(
                "если файл повреждён, а справочник ещё называет прежний ключ: уберите файл и выполните okrug-node key renew снова",
                "if the file is damaged and the chart still lists the old key: move the file away and run okrug-node key renew again",
            )),
            StartError::Documents(error) => documents(error).hint(said!(
                "переименуйте documents/district.okd и запустите с --district ФАЙЛ",
                "rename documents/district.okd and start with --district FILE",
            )),
            StartError::DistrictFile { path, error } => at(&path, documents(error)),
            StartError::NoDistrict { waits_for } => no_district(waits_for),
            StartError::Answer { path, error } => {
                let path = path.display();
                Self::new(
                    "mistyped",
                    Exit::Usage,
                    said!("{path}: строки ответа набраны с ошибкой: {error}", "{path}: the lines of the answer are mistyped: {error}"),
                )
                .hint(said!("сверьте строки с листком", "compare the lines with the paper"))
            }
            StartError::NotFetched { reason } => Self::new(
                "not_enrolled",
                Exit::NotEnrolled,
                said!(
                    "узел не зачислен: ни одно отделение из ответа не отдало документы округа: {reason}",
                    "the node is not enrolled: no office of the answer gave the district's documents: {reason}",
                ),
            )
            .hint(said!(
                "повторите, когда есть связь; соседи узнают о зачислении, когда до них дойдёт новый справочник",
                "try again when there is a link; neighbours know of the enrolment when the newer directory has reached them",
            )),
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
            StartError::Home(error) => words::home(error),
            StartError::Engine(error) => engine(error),
            StartError::Certs(error) => error.into(),
            StartError::Api(error) => error.into(),
            // The API's words serve for every port.
            StartError::Listen { setting, address, source } => api::StartError::Bind { address, setting, source }.into(),
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
    let message = Said::new(format!("{path}: {}", problem.message.text(Lang::Ru)), format!("{path}: {}", problem.message.text(Lang::En)));
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

fn engine(error: engine::StartError) -> Problem {
    match error {
        engine::StartError::Data(error) => words::data(error),
        engine::StartError::Store(error) => words::store(&error),
        engine::StartError::Ledger(error) => words::ledger(error),
        engine::StartError::Mesh(error) => Problem::new(
            "mesh",
            Exit::Failed,
            said!("узел не может принимать соединения: {error}", "the node cannot take connections: {error}"),
        )
        .hint(said!("проверьте mesh.listen", "check mesh.listen")),
    }
}

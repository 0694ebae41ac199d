//! Which node to talk to, what to show it, and how it is known to be the one.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use okrug_node::api::{self, Access};
use okrug_node::config::Config;
use okrug_node::documents::Documents;
use okrug_node::keys::KeyFolder;
use ureq::http::Uri;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::files;
use crate::problem::{Exit, FileError, Problem, misuse};
use crate::words::said;

/// The longest file with a token in it.
const MAX_TOKEN_FILE: usize = 4 << 10;

/// How a node is reached, beyond `--node`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Reach {
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// A node that can be talked to.
#[derive(Clone)]
pub struct Place {
    /// Its address, such as `http://127.0.0.1:7680`.
    pub url: String,
    /// Its data directory, where that is how it was named.
    pub data: Option<PathBuf>,
    /// The token of `--token-file`.
    pub given: Option<Zeroizing<String>>,
    /// The administrator's token of the data directory.
    pub admin: Option<Zeroizing<String>>,
    /// The only certificates to be trusted; without them, those that the public trusts.
    pub certificate: Option<PathBuf>,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place").field("url", &self.url).field("data", &self.data).finish_non_exhaustive()
    }
}

impl Place {
    /// The node that `--node` names, by default that of `okrug-node`'s own default data directory.
    ///
    /// # Errors
    /// No node runs there, its token is not ours to read, or the address cannot be one.
    pub fn of(context: &Context, reach: &Reach) -> Result<Self, Problem> {
        let given = reach.token_file.as_deref().map(token).transpose()?;
        let place = match &context.node {
            Some(word) if word.contains("://") => Self::at(word)?,
            Some(word) => Self::in_directory(Path::new(word))?,
            None => Self::in_directory(&Config::default().data)?,
        };
        Ok(Self { given, certificate: reach.ca.clone().or(place.certificate), ..place })
    }

    /// The node that runs on a data directory.
    ///
    /// # Errors
    /// It has not left its address there, or it is not ours to read.
    pub fn in_directory(data: &Path) -> Result<Self, Problem> {
        let Access { url, token, certificate } = Access::read(data).map_err(|error| no_access(data, error))?;
        Ok(Self { url, data: Some(data.to_owned()), given: None, admin: Some(token.into()), certificate })
    }

    /// The node at an address.
    fn at(word: &str) -> Result<Self, Problem> {
        let url = address(word).ok_or_else(|| {
            misuse(said!(
                "--node: «{word}» не адрес узла; нужен https://ИМЯ:ПОРТ, а http только для этой машины",
                "--node: \"{word}\" is no address of a node; https://NAME:PORT is, and http for this machine only"
            ))
        })?;
        Ok(Self { url, data: None, given: None, admin: None, certificate: None })
    }
}

/// The address of a node without what follows the port; none where secrets would go in clear over a network.
fn address(word: &str) -> Option<String> {
    let uri: Uri = word.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    let host = authority.host().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let is_safe = scheme == "https" || (scheme == "http" && is_here);
    let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !authority.as_str().contains('@');
    (is_safe && is_bare && !host.is_empty()).then(|| format!("{scheme}://{authority}"))
}

/// The first line of a file.
fn token(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let text = Zeroizing::new(files::read_text(path, MAX_TOKEN_FILE)?);
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().trim().to_owned()))
}

fn no_access(data: &Path, error: std::io::Error) -> Problem {
    let (dir, path) = (data.display(), data.join(api::FILE));
    match error.kind() {
        ErrorKind::NotFound if waits_for_its_district(data) => Problem::new(
            "not_enrolled",
            Exit::NotEnrolled,
            said!(
                "{dir}: узел не зачислен и поэтому не работает",
                "{dir}: the node is not enrolled, and does not run therefore"
            ),
        )
        .hint(said!(
            "передайте администратору округа заявку (okrug-node key show --request ФАЙЛ) и запустите узел с его файлом округа",
            "hand the request to the authority (okrug-node key show --request FILE) and start the node with its district file"
        )),
        ErrorKind::NotFound => Problem::new(
            "node_not_running",
            Exit::NotRunning,
            said!("{dir}: узел здесь не работает", "{dir}: no node is running here"),
        )
        .hint(said!(
            "запустите okrug-node run или назовите другой узел: --node ПАПКА или --node https://ИМЯ:ПОРТ",
            "start okrug-node run, or name another node: --node DIR or --node https://NAME:PORT"
        )),
        ErrorKind::PermissionDenied => Problem::from(FileError::at(&path)(error)).hint(said!(
            "выполните команду от имени пользователя узла или назовите адрес узла и файл ключа: --node http://127.0.0.1:7680 --token-file ФАЙЛ",
            "run the command as the node's user, or name the node's address and a token: --node http://127.0.0.1:7680 --token-file FILE"
        )),
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof => {
            let path = path.display();
            Problem::new("api_file", Exit::NotRunning, said!("{path}: файл повреждён", "{path} is damaged"))
                .hint(said!("перезапустите узел", "restart the node"))
        }
        _ => FileError::at(&path)(error).into(),
    }
}

/// Whether the node has keys, and no district of its lists an office with them.
fn waits_for_its_district(data: &Path) -> bool {
    let Ok((_, request)) = KeyFolder::of(data).request() else { return false };
    match Documents::open(&data.join("documents")) {
        Ok(Some(documents)) => documents.directory().office_by_peer(&request.peer).is_none(),
        Ok(None) => true,
        // Something else is wrong there, and the node itself says what.
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_in_clear_to_this_machine_only() {
        for good in
            ["http://127.0.0.1:7680", "http://localhost:7680/", "http://[::1]:7680", "https://kotlas.example", "https://192.0.2.7:7680"]
        {
            assert_eq!(address(good).as_deref(), Some(good.trim_end_matches('/')));
        }
        for bad in
            ["http://192.0.2.7:7680", "http://kotlas.example", "ftp://127.0.0.1", "https://", "https://a@b", "https://a/b", "https://a?b"]
        {
            assert_eq!(address(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_directory_where_no_node_runs_is_told_from_one_that_is_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let code = || Place::in_directory(dir.path()).map(|place| place.url).map_err(|problem| (problem.code, problem.exit));
        assert_eq!(code(), Err(("node_not_running", Exit::NotRunning)));
        std::fs::write(dir.path().join(api::FILE), "{").unwrap();
        assert_eq!(code(), Err(("api_file", Exit::NotRunning)));
        std::fs::write(dir.path().join(api::FILE), r#"{"url":"http://127.0.0.1:1","token":"t"}"#).unwrap();
        assert_eq!(code(), Ok("http://127.0.0.1:1".to_owned()));
    }
}

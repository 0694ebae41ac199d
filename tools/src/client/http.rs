//! One request, one answer.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use okrug_node::api::WRITE_HEADER;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::Response;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, SendBody};
use zeroize::Zeroizing;

use super::place::Place;
use super::refusal;
use crate::files;
use crate::problem::{Exit, Problem};
use crate::words::{Lang, Said, said};

/// The longest answer; that of a whole district's tree is far below.
const MAX_ANSWER: u64 = 16 << 20;
/// The longest file that a node makes, and a little more.
const MAX_FILE: u64 = 300 << 20;
/// A stream of events says something every 20 seconds; one that is silent for longer than two of them is dead.
const SILENCE: Duration = Duration::from_secs(45);
/// A file of which nothing comes for so long is broken off.
const STALLED: Duration = Duration::from_secs(120);
/// What is left to be done when a file was sent takes no longer.
const LONG_ANSWER: Duration = Duration::from_secs(600);
/// The longest file of certificates.
const MAX_CERTIFICATES: usize = 1 << 20;

/// What talks to a node.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    url: String,
    token: Option<Zeroizing<String>>,
    lang: Lang,
    patience: Duration,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Client {
    /// Talks to a node as its administrator, or as whoever the given token is.
    ///
    /// # Errors
    /// There is no token, or the certificate is none.
    pub fn admin(place: &Place, lang: Lang, patience: Duration) -> Result<Self, Problem> {
        let token = place.given.clone().or_else(|| place.admin.clone()).ok_or_else(no_token)?;
        Ok(Self::of(place, lang, patience)?.with_token(token))
    }

    /// Talks to a node as nobody yet.
    ///
    /// # Errors
    /// The certificate is none.
    pub fn of(place: &Place, lang: Lang, patience: Duration) -> Result<Self, Problem> {
        // A node is near; what stands in variables for the way to the Internet is not for it.
        let config = Agent::config_builder().proxy(None).max_redirects(0).http_status_as_error(false);
        let config = config.tls_config(tls(place.certificate.as_deref())?).build();
        Ok(Self { agent: config.into(), url: place.url.clone(), token: None, lang, patience })
    }

    /// The same for whoever has this token.
    #[must_use]
    pub fn with_token(&self, token: Zeroizing<String>) -> Self {
        Self { token: Some(token), ..self.clone() }
    }

    /// The node's address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Reads.
    ///
    /// # Errors
    /// The node refuses, does not answer, or what answers is no node.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        let request = self.headers(self.agent.get(self.full(path))).config().timeout_global(Some(self.patience)).build();
        self.read(request.call()).map(|(_, answer)| answer)
    }

    /// Writes; gives the status beside the answer.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<(u16, T), Problem> {
        let request = self.headers(self.agent.post(self.full(path))).config().timeout_global(Some(self.patience)).build();
        self.read(request.send_json(body))
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn post_bytes<T: DeserializeOwned>(&self, path: &str, bytes: &[u8]) -> Result<T, Problem> {
        let request = self.headers(self.agent.post(self.full(path))).header("Content-Type", "application/octet-stream");
        self.read(request.config().timeout_global(Some(self.patience)).build().send(bytes)).map(|(_, answer)| answer)
    }

    /// Changes a part of something.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Problem> {
        let request = self.headers(self.agent.patch(self.full(path))).config().timeout_global(Some(self.patience)).build();
        self.read(request.send_json(body)).map(|(_, answer)| answer)
    }

    /// Puts something in the place of another.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Problem> {
        let request = self.headers(self.agent.put(self.full(path))).config().timeout_global(Some(self.patience)).build();
        self.read(request.send_json(body)).map(|(_, answer)| answer)
    }

    /// Takes something away, and hears what that was.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn take<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        let request = self.headers(self.agent.delete(self.full(path))).config().timeout_global(Some(self.patience)).build();
        self.read(request.call()).map(|(_, answer)| answer)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn file(&self, path: &str) -> Result<Vec<u8>, Problem> {
        let request = self.headers(self.agent.get(self.full(path))).config().timeout_global(Some(self.patience)).build();
        self.long_body(self.checked(request.call())?)
    }

    /// Has a file made, and reads it.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn made(&self, path: &str) -> Result<Vec<u8>, Problem> {
        let request = self.headers(self.agent.post(self.full(path))).config().timeout_global(Some(self.patience)).build();
        self.long_body(self.checked(request.send_empty())?)
    }

    /// Reads a file as it comes, however long it is.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn stream(&self, path: &str) -> Result<impl Read + use<>, Problem> {
        let request = self.agent.get(self.full(path)).config();
        let request = request.timeout_connect(Some(self.patience)).timeout_recv_response(Some(self.patience));
        let request = self.headers(request.timeout_per_read(Some(STALLED)).build());
        Ok(self.checked(request.call())?.into_body().into_with_config().limit(u64::MAX).reader())
    }

    /// Asks for a file to be made, and reads it as it comes, however long it is.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn post_for_stream<T: Serialize>(&self, path: &str, body: &T) -> Result<impl Read + use<T>, Problem> {
        let request = self.agent.post(self.full(path)).config();
        let request = request.timeout_connect(Some(self.patience)).timeout_recv_response(Some(LONG_ANSWER));
        let request = self.headers(request.timeout_per_read(Some(STALLED)).build());
        Ok(self.checked(request.send_json(body))?.into_body().into_with_config().limit(u64::MAX).reader())
    }

    /// Puts something in its place, and hears nothing but that it is there.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn put_nothing(&self, path: &str, body: &impl Serialize) -> Result<(), Problem> {
        let request = self.headers(self.agent.put(self.full(path))).config().timeout_global(Some(self.patience)).build();
        self.checked(request.send_json(body)).map(|_| ())
    }

    /// Sends a file as it is read, however long it is.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn post_stream<T: DeserializeOwned>(&self, path: &str, reader: &mut dyn Read) -> Result<T, Problem> {
        let request = self.headers(self.agent.post(self.full(path))).header("Content-Type", "application/octet-stream");
        let request = request.config().timeout_connect(Some(self.patience)).timeout_recv_response(Some(LONG_ANSWER)).build();
        self.read(request.send(SendBody::from_reader(reader))).map(|(_, answer)| answer)
    }

    /// The node broke off in the middle of a file.
    #[must_use]
    pub fn broke_off(&self, error: &std::io::Error) -> Problem {
        let url = &self.url;
        let message = said!(
            "{url}: узел прервал передачу: {error}; начатый файл можно дописать",
            "{url}: the node broke off: {error}; the file that was begun can be finished"
        );
        Problem::new("broken_off", Exit::NotRunning, message).hint(said!("повторите ту же команду", "repeat the same command"))
    }

    fn long_body(&self, mut answer: Response<Body>) -> Result<Vec<u8>, Problem> {
        answer.body_mut().with_config().limit(MAX_FILE).read_to_vec().map_err(|error| self.unreachable(error))
    }

    /// Takes something away.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn delete(&self, path: &str) -> Result<(), Problem> {
        let request = self.headers(self.agent.delete(self.full(path))).config().timeout_global(Some(self.patience)).build();
        self.checked(request.call()).map(|_| ())
    }

    /// Opens the stream of events after a number, or from now; it ends with the connection, or when nothing
    /// comes for longer than the node is ever silent.
    pub(super) fn events(&self, after: Option<u64>) -> Result<impl Read + use<>, Problem> {
        let request = self.agent.get(self.full("/events?whole=true")).config();
        let request = request.timeout_connect(Some(self.patience)).timeout_recv_response(Some(self.patience));
        let mut request = self.headers(request.timeout_per_read(Some(SILENCE)).build());
        if let Some(after) = after {
            request = request.header("Last-Event-ID", after.to_string());
        }
        Ok(self.checked(request.call())?.into_body().into_with_config().limit(u64::MAX).reader())
    }

    fn full(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.url)
    }

    fn headers<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        let request = request.header(WRITE_HEADER, "1").header("Accept-Language", self.lang.word());
        match &self.token {
            Some(token) => request.header("Authorization", format!("Bearer {}", token.as_str())),
            None => request,
        }
    }

    fn read<T: DeserializeOwned>(&self, answer: Result<Response<Body>, ureq::Error>) -> Result<(u16, T), Problem> {
        let mut answer = self.checked(answer)?;
        let status = answer.status().as_u16();
        let bytes = self.body(&mut answer)?;
        serde_json::from_slice(&bytes).map(|value| (status, value)).map_err(|_| refusal::foreign(&self.url, status))
    }

    /// An answer that is no refusal.
    fn checked(&self, answer: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>, Problem> {
        let mut answer = answer.map_err(|error| self.unreachable(error))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        let body = self.body(&mut answer)?;
        let problem = refusal::problem(&self.url, answer.status().as_u16(), &body);
        Err(match wait {
            Some(seconds) => problem.hint(refusal::later(seconds)),
            None => problem,
        })
    }

    fn body(&self, answer: &mut Response<Body>) -> Result<Vec<u8>, Problem> {
        answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map_err(|error| self.unreachable(error))
    }

    fn unreachable(&self, error: ureq::Error) -> Problem {
        let (url, seconds) = (&self.url, self.patience.as_secs_f64());
        if let Some(reason) = untrusted(&error) {
            return Problem::new(
                "node_untrusted",
                Exit::BadSignature,
                said!(
                    "{url}: сертификат узла не проверен ({reason}); ничего не передано",
                    "{url}: the node's certificate did not verify ({reason}); nothing was sent"
                ),
            )
            .hint(said!(
                "возьмите у администратора сертификат узла (tls/cert.pem из папки данных): --ca ФАЙЛ",
                "take the node's certificate from its administrator (tls/cert.pem in its data directory): --ca FILE"
            ));
        }
        let message = match error {
            ureq::Error::Timeout(_) => {
                said!("{url}: узел не ответил за {seconds} с", "{url}: the node did not answer within {seconds} s")
            }
            error => said!("{url}: узел не отвечает: {error}", "{url}: the node does not answer: {error}"),
        };
        Problem::new("node_not_running", Exit::NotRunning, message)
            .hint(said!("работает ли узел? okrug-node run", "does the node run? okrug-node run"))
    }
}

/// Why a certificate was not believed, where that is what stopped us.
fn untrusted(error: &ureq::Error) -> Option<String> {
    match error {
        ureq::Error::Rustls(error) => Some(error.to_string()),
        ureq::Error::Tls(reason) => Some((*reason).to_owned()),
        // The handshake runs inside the first write, which can fail with an error of the socket alone.
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => Some(error.to_string()),
        _ => None,
    }
}

/// Trusts the named certificates and nothing else; without any, what the public trusts.
fn tls(certificate: Option<&Path>) -> Result<TlsConfig, Problem> {
    let Some(path) = certificate else { return Ok(TlsConfig::builder().build()) };
    let bytes = files::read(path, MAX_CERTIFICATES)?;
    let mut certificates = Vec::new();
    for item in parse_pem(&bytes) {
        if let Ok(PemItem::Certificate(certificate)) = item {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        let path = path.display();
        return Err(Problem::new(
            "no_certificate",
            Exit::Failed,
            said!("{path}: сертификата (PEM) в файле нет", "{path}: there is no certificate (PEM) in the file"),
        ));
    }
    Ok(TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(certificates))).build())
}

fn no_token() -> Problem {
    Problem::new("token_needed", Exit::Usage, said!("по адресу узла нужен ключ доступа", "a node's address needs a token"))
        .hint(Said::same("--token-file FILE"))
}

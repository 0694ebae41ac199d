//! A client that adds nothing to what it is told to say: one request to a connection, HTTP/1.1.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::{ClientConfig, ClientConnection, StreamOwned};
use rustls_pki_types::ServerName;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::PATIENCE;

/// A client with the headers that it always sends.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    headers: Vec<(String, String)>,
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
}

/// An answer.
#[derive(Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, headers: vec![("host".to_owned(), address.to_string())], tls: None }
    }

    /// The same at another address.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }.with("host", &address.to_string())
    }

    /// The same under TLS, greeting the node by a name.
    pub(crate) fn secured(&self, config: &Arc<ClientConfig>, name: &str) -> Self {
        Self { tls: Some((Arc::clone(config), ServerName::try_from(name.to_owned()).unwrap())), ..self.clone() }
    }

    /// The same without TLS.
    pub(crate) fn in_clear(&self) -> Self {
        Self { tls: None, ..self.clone() }
    }

    /// The same with a header, in the place of the one of this name that it had.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.without(name);
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(had, _)| had != name);
        client
    }

    pub(crate) fn bearer(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// With a cookie, `name=value`.
    pub(crate) fn cookie(&self, cookie: &str) -> Self {
        self.with("cookie", cookie)
    }

    /// A header that it always sends.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(had, _)| had == name).map(|(_, value)| value.as_str())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }

    /// A write with JSON, as our page sends it.
    pub(crate) async fn write(&self, method: &str, path: &str, body: &Value) -> Answer {
        let client = self.with("x-okrug", "1").with("content-type", "application/json");
        client.ask(method, path, &serde_json::to_vec(body).unwrap()).await
    }

    /// A write with a file.
    pub(crate) async fn file(&self, path: &str, body: &[u8]) -> Answer {
        self.with("x-okrug", "1").with("content-type", "application/octet-stream").ask("POST", path, body).await
    }

    /// A request with a body of a declared length.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        let head = self.head(method, path, &format!("connection: close\r\n{length}"));
        self.raw(&[head.as_bytes(), body].concat()).await.expect("an answer")
    }

    /// The head of a request, with more lines after its own.
    pub(crate) fn head(&self, method: &str, path: &str, more: &str) -> String {
        let lines: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{method} {path} HTTP/1.1\r\n{lines}{more}\r\n")
    }

    /// A connection.
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Says these bytes and hears what comes until the node closes; `None` when that is no answer.
    ///
    /// The node may close before it has read all: what could not be said any more is no fault.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> Option<Answer> {
        if let Some((config, name)) = &self.tls {
            return Answer::read(&secretly(self.address, config, name, bytes.to_vec()).await.expect("TLS with the node"));
        }
        let mut stream = self.connect().await;
        let (mut from, mut to) = stream.split();
        let mut heard = Vec::new();
        let say = async {
            let _ = to.write_all(bytes).await;
        };
        let hear = async {
            let _ = from.read_to_end(&mut heard).await;
        };
        tokio::time::timeout(PATIENCE, async { tokio::join!(say, hear) }).await.expect("the node closes the connection");
        Answer::read(&heard)
    }
}

/// Says it under TLS and hears what comes until the node closes.
///
/// Errors:  nobody agrees on TLS with us, or not by this name.
pub(crate) async fn secretly(
    address: SocketAddr,
    config: &Arc<ClientConfig>,
    name: &ServerName<'static>,
    bytes: Vec<u8>,
) -> Result<Vec<u8>, String> {
    let mut client = ClientConnection::new(Arc::clone(config), name.clone()).unwrap();
    let talk = move || {
        let mut line = std::net::TcpStream::connect(address).map_err(|error| error.to_string())?;
        line.set_read_timeout(Some(PATIENCE)).unwrap();
        while client.is_handshaking() {
            client.complete_io(&mut line).map_err(|error| error.to_string())?;
        }
        let mut stream = StreamOwned::new(client, line);
        // The node may close before it has read all, and may leave without the word of TLS for it.
        let _ = stream.write_all(&bytes);
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
        Ok(heard)
    };
    tokio::task::spawn_blocking(talk).await.unwrap()
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(300).collect();
        write!(f, "{} {:?} {body}", self.status, self.headers)
    }
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        let pair = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        Some(Self { status, headers: lines.filter_map(pair).collect(), body: bytes[end + 4..].to_vec() })
    }

    /// The one value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(had, _)| had == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} comes twice: {:?}", self.headers);
        value
    }

    /// `name=value` of the cookie that is set.
    pub(crate) fn cookie(&self) -> &str {
        self.header("set-cookie").expect("a cookie").split(';').next().unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {} {:?}", self.status, self.text()))
    }

    /// The code of a refusal.
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let body = self.json();
        assert_eq!(body["status"], self.status);
        body["code"].as_str().unwrap().to_owned()
    }

    /// The status and the code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status, self.code())
    }
}

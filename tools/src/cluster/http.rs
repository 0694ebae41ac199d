//! The API of a node on whatever network it is, as measurements and tests need it: one connection, no copies, next
//! to no cost of its own.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::namespace::inside;
use crate::problem::{Exit, Problem};
use crate::words::Said;

/// No answer and no event of the API is longer.
const MAX_BODY: usize = 16 << 20;

/// A connection to a node's API.
#[derive(Debug)]
pub struct Line {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
    token: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What came with it.
    pub body: Vec<u8>,
}

/// What the head of an answer says.
struct Head {
    status: u16,
    /// None when the body comes in chunks.
    length: Option<usize>,
}

impl Line {
    /// Connects; `token` may be empty until there is one.
    ///
    /// # Errors
    /// When nobody listens there.
    pub fn to(host: SocketAddr, namespace: Option<&str>, token: &str) -> Result<Self, Problem> {
        // Loopback answers at once: nobody waits for this connection to be made.
        let stream = inside(namespace, || std::net::TcpStream::connect(host))?.map_err(|e| broken("api", &e))?;
        stream.set_nonblocking(true).map_err(|e| broken("api", &e))?;
        let stream = TcpStream::from_std(stream).map_err(|e| broken("api", &e))?;
        stream.set_nodelay(true).map_err(|e| broken("api", &e))?;
        Ok(Self { stream: BufReader::new(stream), host, token: token.to_owned() })
    }

    /// Logs in, and shows the token from now on.
    ///
    /// # Errors
    /// When the node refuses, or does not answer.
    pub async fn login(&mut self, login: &str, password: &str) -> Result<String, Problem> {
        let answer = self.post("/api/v1/session", &json!({ "login": login, "password": password, "token": true }).to_string()).await?;
        let token = answer.json()?["token"].as_str().unwrap_or_default().to_owned();
        self.token.clone_from(&token);
        Ok(token)
    }

    /// Asks for something.
    ///
    /// # Errors
    /// When the node refuses, or does not answer.
    pub async fn get(&mut self, path: &str) -> Result<Value, Problem> {
        self.fetch(path).await?.json()
    }

    /// Asks for something; a refusal is an answer.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn fetch(&mut self, path: &str) -> Result<Answer, Problem> {
        self.ask("GET", path, "").await?;
        self.answer().await
    }

    /// Sends something; a refusal is an answer.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn post(&mut self, path: &str, body: &str) -> Result<Answer, Problem> {
        self.ask("POST", path, body).await?;
        self.answer().await
    }

    /// Writes a message to everybody; it was taken when this returns.
    ///
    /// # Errors
    /// When the node refuses, or does not answer.
    pub async fn say(&mut self, client_id: &str, text: &str) -> Result<(), Problem> {
        let body = format!(r#"{{"client_id":"{client_id}","text":"{text}","precedence":"routine"}}"#);
        let answer = self.post("/api/v1/chat/u1/message", &body).await?;
        if answer.status == 201 { Ok(()) } else { Err(broken("message", &String::from_utf8_lossy(&answer.body))) }
    }

    /// Begins to listen to events.
    ///
    /// # Errors
    /// When the node refuses, or does not answer.
    pub async fn events(mut self) -> Result<Events, Problem> {
        self.ask("GET", "/api/v1/events", "").await?;
        let head = self.head().await?;
        if head.status == 200 && head.length.is_none() {
            return Ok(Events { line: self, left: Vec::new() });
        }
        Err(broken("events", &head.status))
    }

    async fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<(), Problem> {
        let (host, token, length) = (self.host, &self.token, body.len());
        let authorization = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{authorization}X-Okrug: 1\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes()).await.map_err(|e| broken("api", &e))
    }

    async fn answer(&mut self) -> Result<Answer, Problem> {
        let head = self.head().await?;
        let mut body = Vec::new();
        match head.length {
            Some(length) => self.read(length, &mut body).await?,
            None => while self.chunk(&mut body).await? {},
        }
        Ok(Answer { status: head.status, body })
    }

    async fn head(&mut self) -> Result<Head, Problem> {
        let first = self.line().await?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(|| broken("api", &first))?;
        let mut head = Head { status, length: Some(0) };
        loop {
            let line = self.line().await?.to_ascii_lowercase();
            if line.is_empty() {
                return Ok(head);
            }
            if let Some(length) = line.strip_prefix("content-length:") {
                head.length = length.trim().parse().ok();
            }
            if line.starts_with("transfer-encoding:") {
                head.length = None;
            }
        }
    }

    /// One chunk; false after the last.
    async fn chunk(&mut self, out: &mut Vec<u8>) -> Result<bool, Problem> {
        let size = self.line().await?;
        let size = usize::from_str_radix(size.trim(), 16).map_err(|e| broken("chunk", &e))?;
        self.read(size, out).await?;
        self.line().await?;
        Ok(size > 0)
    }

    async fn read(&mut self, length: usize, out: &mut Vec<u8>) -> Result<(), Problem> {
        if length > MAX_BODY {
            return Err(broken("api", &"too long an answer"));
        }
        let from = out.len();
        out.resize(from + length, 0);
        self.stream.read_exact(&mut out[from..]).await.map_err(|e| broken("api", &e))?;
        Ok(())
    }

    async fn line(&mut self) -> Result<String, Problem> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await.map_err(|e| broken("api", &e))?;
        if read == 0 {
            return Err(broken("api", &"the node closed the connection"));
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Answer {
    /// The body of an answer that is no refusal.
    ///
    /// # Errors
    /// A refusal, in the node's words; or what is no JSON.
    pub fn json(&self) -> Result<Value, Problem> {
        if self.status >= 400 {
            return Err(broken("api", &String::from_utf8_lossy(&self.body)));
        }
        serde_json::from_slice(&self.body).map_err(|e| broken("json", &e))
    }
}

/// A stream of events.
#[derive(Debug)]
pub struct Events {
    line: Line,
    /// What has come of an event that is not whole.
    left: Vec<u8>,
}

impl Events {
    /// The next event: its fields as lines.
    ///
    /// # Errors
    /// When the stream ends.
    pub async fn next(&mut self) -> Result<String, Problem> {
        loop {
            if let Some(end) = self.left.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.left.drain(..end + 2).collect();
                return String::from_utf8(event).map_err(|e| broken("event", &e));
            }
            if !self.line.chunk(&mut self.left).await? {
                return Err(broken("events", &"the node closed the stream"));
            }
        }
    }
}

/// Something that should work did not.
fn broken(what: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::new("client", Exit::Failed, Said::same(format!("{what}: {error}")))
}

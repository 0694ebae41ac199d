//! A stream of events, read one by one as a browser does.

use okrug_node::office::view::Event;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::PATIENCE;
use super::client::{Answer, Client};

/// An open stream.
pub(crate) struct Stream {
    lines: BufReader<TcpStream>,
    pub(crate) answer: Answer,
}

/// One event as it came.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) id: String,
    pub(crate) event: Event,
}

impl Stream {
    /// Opens the stream, and waits until the node says that it stands.
    pub(crate) async fn open(client: &Client) -> Self {
        let stream = Self::try_open(client).await;
        assert_eq!(stream.answer.status, 200, "{:?}", stream.answer);
        stream
    }

    pub(crate) async fn try_open(client: &Client) -> Self {
        let mut stream = client.connect().await;
        stream.write_all(client.head("GET", "/api/v1/events", "").as_bytes()).await.unwrap();
        let mut lines = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = tokio::time::timeout(PATIENCE, lines.read_line(&mut head)).await.expect("an answer").unwrap();
            assert!(read > 0, "the node closed the connection: {head}");
        }
        Self { answer: Answer::read(head.as_bytes()).unwrap(), lines }
    }

    /// The place at which the stream says that it stands, read as a browser reads it: with the first comment.
    pub(crate) async fn place(&mut self) -> String {
        let mut id = String::new();
        loop {
            let mut line = String::new();
            tokio::time::timeout(PATIENCE, self.lines.read_line(&mut line)).await.expect("the first words").unwrap();
            if let Some(value) = line.trim_end().strip_prefix("id: ") {
                value.clone_into(&mut id);
            }
            if line.starts_with(':') {
                return id;
            }
        }
    }

    /// The next event; `None` when the stream has ended. Comments and the sizes of chunks are passed over.
    pub(crate) async fn next(&mut self) -> Option<Came> {
        let (mut id, mut name) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            let read = tokio::time::timeout(PATIENCE, self.lines.read_line(&mut line)).await.expect("an event or the end");
            if read.is_err() || read.is_ok_and(|bytes| bytes == 0) || line == "0\r\n" {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("id", value)) => value.clone_into(&mut id),
                Some(("event", value)) => value.clone_into(&mut name),
                Some(("data", data)) => {
                    let event = Event::read(&name, data).unwrap_or_else(|| panic!("{name}: {data}"));
                    return Some(Came { id, event });
                }
                _ => {}
            }
        }
    }

    /// Waits for an event of some kind.
    pub(crate) async fn wait_for<T>(&mut self, wanted: impl Fn(&Came) -> Option<T>) -> T {
        loop {
            let came = self.next().await.expect("the stream goes on");
            if let Some(found) = wanted(&came) {
                return found;
            }
        }
    }

    /// Waits for the next message and gives its text.
    pub(crate) async fn message(&mut self) -> String {
        self.wait_for(text).await
    }

    /// All texts up to this one.
    pub(crate) async fn texts_up_to(&mut self, last: &str) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.last().map(String::as_str) != Some(last) {
            texts.push(self.message().await);
        }
        texts
    }
}

/// The text of a message.
pub(crate) fn text(came: &Came) -> Option<String> {
    match &came.event {
        Event::MessageNew(message) => Some(message.text.clone()),
        _ => None,
    }
}

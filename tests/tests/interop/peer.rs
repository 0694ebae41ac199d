//! The js-libp2p peer of `tests/interop/peer.mjs`: told what to do, and heard, in lines of JSON.

use std::path::Path;
use std::process::Stdio;

use okrug_protocol::ids::{hex, unhex};
use okrug_tests::wait::within;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A running peer; gone when dropped.
pub(crate) struct Peer {
    _process: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    /// Starts a peer with this identity.
    pub(crate) async fn start(seed: &[u8; 32]) -> Self {
        Self::start_at(seed, &[]).await
    }

    /// The same, waiting for calls at these addresses.
    pub(crate) async fn start_at(seed: &[u8; 32], listen: &[String]) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
        assert!(folder.join("node_modules").exists(), "npm ci in tests/interop comes first");
        let mut command = Command::new("node");
        command.arg(folder.join("peer.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let (stdin, stdout) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let mut peer = Self { _process: process, stdin, lines: BufReader::new(stdout).lines() };
        peer.tell(&json!({ "seed": hex(seed), "listen": listen })).await;
        peer.hear("ready").await;
        peer
    }

    /// Calls a node: what came of it.
    pub(crate) async fn dial(&mut self, address: &str) -> String {
        self.tell(&json!({ "do": "dial", "address": address })).await;
        self.hear_any(&["connected", "refused"]).await["event"].as_str().unwrap().to_owned()
    }

    /// Subscribes to a topic, and waits until gossip of it flows.
    pub(crate) async fn join(&mut self, topic: &str) {
        self.tell(&json!({ "do": "subscribe", "topic": topic })).await;
        while self.hear("joined").await["topic"] != topic {}
    }

    /// Publishes; to how many peers it went.
    pub(crate) async fn publish(&mut self, topic: &str, bytes: &[u8]) -> u64 {
        self.tell(&json!({ "do": "publish", "topic": topic, "bytes": hex(bytes) })).await;
        self.hear("published").await["receivers"].as_u64().unwrap()
    }

    /// Asks by the multiplexer, and waits for the answer.
    pub(crate) async fn ping(&mut self) {
        self.tell(&json!({ "do": "ping" })).await;
        self.hear("answered").await;
    }

    /// Opens a stream.
    pub(crate) async fn open(&mut self, protocol: &str) {
        self.tell(&json!({ "do": "open", "protocol": protocol })).await;
        self.hear("opened").await;
    }

    /// Writes to it.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.tell(&json!({ "do": "write", "bytes": hex(bytes) })).await;
    }

    /// The next thing that it says of one kind; whatever it says before is passed over.
    pub(crate) async fn hear(&mut self, event: &str) -> Value {
        self.hear_any(&[event]).await
    }

    /// The bytes that the next thing of one kind brings.
    pub(crate) async fn hear_bytes(&mut self, event: &str) -> Vec<u8> {
        unhex(self.hear(event).await["bytes"].as_str().unwrap()).unwrap()
    }

    async fn tell(&mut self, what: &Value) {
        self.stdin.write_all(format!("{what}\n").as_bytes()).await.unwrap();
    }

    async fn hear_any(&mut self, events: &[&str]) -> Value {
        within(&format!("the peer says one of {events:?}"), async {
            loop {
                let line = self.lines.next_line().await.unwrap().expect("the peer runs");
                let said: Value = serde_json::from_str(&line).unwrap();
                if events.iter().any(|event| said["event"] == *event) {
                    return said;
                }
            }
        })
        .await
    }
}

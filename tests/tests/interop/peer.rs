//! The js-libp2p peer of `tests/interop/peer.mjs`: told what to do, and heard, in lines of JSON.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use okrug_protocol::ids::hex;
use serde_json::{Value, json};

/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running peer; gone when dropped.
pub(crate) struct Peer {
    process: Child,
    stdin: ChildStdin,
    said: Receiver<Value>,
}

impl Peer {
    /// Starts a peer with this identity.
    pub(crate) fn start(seed: &[u8; 32]) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
        assert!(folder.join("node_modules").exists(), "npm ci in tests/interop comes first");
        let mut command = Command::new("node");
        let mut process = command.arg(folder.join("peer.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (stdin, stdout) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let (sender, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let mut peer = Self { process, stdin, said };
        peer.tell(&json!({ "seed": hex(seed) }));
        peer.hear("ready");
        peer
    }

    /// Tells it to do something.
    pub(crate) fn tell(&mut self, what: &Value) {
        writeln!(self.stdin, "{what}").unwrap();
    }

    /// The next thing that it says of one kind; whatever it says before is passed over.
    pub(crate) fn hear(&self, event: &str) -> Value {
        self.hear_any(&[event])
    }

    /// Calls a node: what came of it.
    pub(crate) fn dial(&mut self, address: &str) -> String {
        self.tell(&json!({ "do": "dial", "address": address }));
        self.hear_any(&["connected", "refused"])["event"].as_str().unwrap().to_owned()
    }

    fn hear_any(&self, events: &[&str]) -> Value {
        loop {
            let said = self.said.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("the peer does not say {events:?}: {error}"));
            if events.iter().any(|event| said["event"] == *event) {
                return said;
            }
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

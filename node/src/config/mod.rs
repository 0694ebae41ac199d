//! The node's configuration: typed, with a default for everything.
//!
//! The program reads it from its [`Sources`]: flags, environment, drop-ins, a file. A test or the
//! demo fills in the struct: `Config { data: dir, ..Config::default() }`.

mod address;
mod value;
mod table;
mod fault;
mod layers;
mod rules;
mod show;

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::words::Lang;

pub use address::{Address, BadAddress, Budget, Multiaddr, Thin};
pub use fault::{ConfigError, Fault, Origin};
pub use layers::{Flag, Loaded, Sources, check};
pub use show::{current, example};

/// All that can be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The data directory: keys, journal, store, documents.
    pub data: PathBuf,
    /// Language of what the daemon says to a person; never of logs.
    pub language: Lang,
    /// A district file to take at start; what was accepted before is kept in the data directory.
    pub district: Option<PathBuf>,
    /// A directory outside the data directory, where it is written down how far the journal has come.
    pub witness: Option<PathBuf>,
    /// Where the master key is unlocked from.
    pub keys: Keys,
    /// How much of the disk is left alone.
    pub store: Store,
    /// How other offices reach this one.
    pub mesh: Mesh,
    /// How much is put on which link.
    pub link: Link,
    /// How other offices are found.
    pub discovery: Discovery,
    /// Where the page and the API are.
    pub api: Api,
    /// Where the metrics are.
    pub metrics: Metrics,
    /// What is logged, and how.
    pub log: Log,
}

/// Where the master key is unlocked from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    /// A file with the passphrase; without it the systemd credential `node.key`, or `master.key` beside the keys.
    pub passphrase_file: Option<PathBuf>,
}

/// How much of the disk is left alone. Units: bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Store {
    /// Kept in a file that is given up when the store cannot be opened without it.
    pub reserve: u64,
    /// With less than this free, nothing is written; what is stored is served.
    pub min_free: u64,
    /// With less than this free, nothing of other offices is taken: the rest is for this office's people.
    pub min_free_foreign: u64,
}

/// How other offices reach this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mesh {
    /// Multiaddrs to listen on, such as `/ip4/0.0.0.0/tcp/7600`.
    pub listen: Vec<Multiaddr>,
    /// Bytes of other offices' sealed entries that a carrier keeps.
    pub carrier_quota: u64,
}

/// How much is put on which link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Milliseconds after which a received entry is told back as a head; see `exchange`.
    pub ack_delay_ms: u64,
    /// Seconds of silence after which a link is asked whether the other side is still there.
    pub ping_s: u64,
    /// Whether copies of small new messages go by UDP where a line loses packets.
    pub copies: bool,
    /// Bytes per second that may go to an office, by its slug or number; no budget where it is not named.
    pub budgets: Vec<Budget>,
    /// Links that are thin whatever is measured, with what may go over them.
    pub thin: Vec<Thin>,
}

/// How other offices are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// Whether to announce and to look for offices on the LAN by mDNS.
    pub mdns: bool,
    /// Names of the interfaces for mDNS; empty for all of them, loopback too.
    pub interfaces: Vec<String>,
    /// Addresses of offices beyond what the signed bootstrap list says.
    pub bootstrap: Vec<Address>,
}

/// Where the page and the API are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    /// Address to listen on; any but a loopback address needs TLS.
    pub listen: SocketAddr,
    /// Whether to serve TLS.
    pub tls: TlsMode,
    /// Certificate chain (PEM) for TLS.
    pub tls_cert: Option<PathBuf>,
    /// Private key (PEM) for TLS.
    pub tls_key: Option<PathBuf>,
    /// Host names under which browsers may ask, beyond addresses and `localhost`.
    pub hosts: Vec<String>,
}

/// Whether to serve TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TlsMode {
    /// Where there is a certificate, and on every address that is seen from the network: then with one that the
    /// node makes and keeps when none is given.
    #[default]
    Auto,
    /// Never; for loopback addresses only.
    Off,
}

/// Where the metrics are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    /// Address to listen on; `None` when off.
    pub listen: Option<SocketAddr>,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Text for people or JSON for collectors.
    pub format: LogFormat,
    /// Levels, such as `info` or `warn,okrug_node::mesh=debug`.
    pub filter: String,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One line of text.
    Text,
    /// One JSON object on a line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("/var/lib/okrug"),
            language: Lang::En,
            district: None,
            witness: None,
            keys: Keys::default(),
            store: Store { reserve: 32 << 20, min_free: 32 << 20, min_free_foreign: 128 << 20 },
            mesh: Mesh { listen: vec![Multiaddr::any_ip4(7600), Multiaddr::any_ip6(7600)], carrier_quota: 4 << 30 },
            link: Link { ack_delay_ms: 6_000, ping_s: 100, copies: true, budgets: Vec::new(), thin: Vec::new() },
            discovery: Discovery { mdns: true, interfaces: Vec::new(), bootstrap: Vec::new() },
            api: Api {
                listen: SocketAddr::from(([127, 0, 0, 1], 7680)),
                tls: TlsMode::Auto,
                tls_cert: None,
                tls_key: None,
                hosts: Vec::new(),
            },
            metrics: Metrics { listen: Some(SocketAddr::from(([127, 0, 0, 1], 9733))) },
            log: Log { format: LogFormat::Text, filter: "info".to_owned() },
        }
    }
}

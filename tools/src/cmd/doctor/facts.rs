//! All that checks look at, gathered once: from the data directory, which is not changed, and from the node, where it runs.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use okrug_node::clock;
use okrug_node::config::{Config, ConfigError, Flag, Sources};
use okrug_node::documents::Documents;
use okrug_node::keys::{KeyFolder, KeysError, NodeKeys, Unlock};
use okrug_node::office::view::{NodeStatus, PageCertificate};
use okrug_protocol::chart::Office;
use okrug_protocol::clock::Millis;
use okrug_protocol::request::Request;

use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::problem::Problem;

/// What is known before the first check.
pub(super) struct Facts {
    /// The data directory; `None` when the node was named by an address.
    pub(super) data: Option<PathBuf>,
    /// The settings by which the node starts there.
    pub(super) config: Option<Result<Config, ConfigError>>,
    /// The keys, unlocked.
    pub(super) keys: Option<Result<NodeKeys, KeysError>>,
    /// The public half of the keys.
    pub(super) request: Option<Request>,
    /// What was kept of the district; `None` in the middle where there is nothing yet.
    pub(super) documents: Option<Result<Option<Documents>, String>>,
    /// What the node says of itself.
    pub(super) status: Result<NodeStatus, Problem>,
    /// The certificate that it shows.
    pub(super) page: Option<PageCertificate>,
    /// The process that has the data directory.
    pub(super) process: Option<u32>,
    /// Whether some process has it.
    pub(super) runs: bool,
    pub(super) now: Millis,
}

impl Facts {
    pub(super) fn gather(context: &Context, reach: &Reach) -> Self {
        let data = match &context.node {
            Some(word) if word.contains("://") => None,
            Some(word) => Some(PathBuf::from(word)),
            None => Some(Config::default().data),
        };
        let client = Place::of(context, reach).and_then(|place| Client::admin(&place, context.lang, context.timeout));
        let status = client.as_ref().map_err(Clone::clone).and_then(|client| client.get::<NodeStatus>("/node/status"));
        let page = client.ok().filter(|_| status.is_ok()).and_then(|client| client.get("/admin/tls").ok());
        let config = data.as_deref().map(settings);
        let passphrase = config.as_ref().and_then(|config| config.as_ref().ok()).and_then(|config| config.keys.passphrase_file.clone());
        let folder = data.as_deref().map(KeyFolder::of);
        let (runs, process) = data.as_deref().map_or((status.is_ok(), None), holder);
        Self {
            keys: folder.as_ref().map(|folder| folder.open(&Unlock::of_process(passphrase))),
            request: folder.and_then(|folder| folder.request().ok()).map(|(_, request)| request),
            documents: data.as_deref().map(|data| Documents::open(&data.join("documents")).map_err(|error| error.to_string())),
            config,
            status,
            page,
            process,
            runs,
            data,
            now: clock::now(),
        }
    }

    /// The kept documents, where there are any.
    pub(super) fn district(&self) -> Option<&Documents> {
        self.documents.as_ref()?.as_ref().ok()?.as_ref()
    }

    /// The office of these keys, as the chart lists it.
    pub(super) fn office(&self) -> Option<Office> {
        let (directory, request) = (self.district()?.directory(), self.request.as_ref()?);
        directory.office_by_peer(&request.peer).or_else(|| self.revoked_office()).and_then(|id| directory.office(id)).cloned()
    }

    fn revoked_office(&self) -> Option<okrug_protocol::ids::OfficeId> {
        let (directory, request) = (self.district()?.directory(), self.request.as_ref()?);
        directory.offices().find(|office| office.peer == request.peer).map(|office| office.id)
    }

    pub(super) fn config(&self) -> Option<&Config> {
        self.config.as_ref()?.as_ref().ok()
    }

    pub(super) fn at_rest(&self) -> Option<&okrug_protocol::seal::SharedKey> {
        Some(&self.keys.as_ref()?.as_ref().ok()?.at_rest)
    }
}

/// The settings as `okrug-node run --data DIR` reads them.
fn settings(data: &Path) -> Result<Config, ConfigError> {
    let flag = Flag { flag: "--data".to_owned(), name: "data".to_owned(), value: data.display().to_string() };
    Sources::of_process(None, vec![flag]).load().map(|loaded| loaded.config)
}

/// Whether a process has a data directory, and which; the lock is tried and given back at once.
fn holder(data: &Path) -> (bool, Option<u32>) {
    let path = data.join("lock");
    let Ok(file) = File::open(&path) else { return (false, None) };
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => (true, fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok())),
        _ => (false, None),
    }
}

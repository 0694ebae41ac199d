//! Finding the other offices: mDNS on the LAN, the bootstrap list, last-good addresses.
//!
//! All of it is hints for the mesh, which dials only offices of the directory and proves whom it reached. A forged
//! hint costs a call to a wrong door.
//!
//! ```text
//!   bootstrap list ─┐
//!   last-good file ─┼─▶ mesh::Handle::address ─▶ dialled until a link stands
//!   mDNS ───────────┘        mesh::Handle::reached ─▶ last-good file
//! ```

mod bootstrap;
mod found;
mod last_good;
mod mdns;
#[cfg(feature = "outside")]
pub mod outside;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use okrug_protocol::ids::OfficeId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::mesh::{self, Admission};

/// Rows of a bootstrap list: offices and their addresses as text.
pub type Rows = Vec<(OfficeId, Vec<String>)>;

/// What discovery is told at its start.
pub struct Setup {
    /// The district's tag, as in [`mesh::Config::tag`].
    pub tag: String,
    /// Our own peer key.
    pub peer: [u8; 32],
    /// Says which peers are offices.
    pub admission: Arc<dyn Admission>,
    /// Where hints go.
    pub mesh: mesh::Handle,
    /// Whether to announce and to look by mDNS.
    pub mdns: bool,
    /// Names of the interfaces for mDNS; empty for all, loopback too.
    pub interfaces: Vec<String>,
    /// The file of last-good addresses, in the data directory.
    pub last_good: PathBuf,
    /// The bootstrap list to begin with.
    pub bootstrap: Rows,
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("tag", &self.tag).field("mdns", &self.mdns).finish_non_exhaustive()
    }
}

/// The way into discovery.
#[derive(Debug, Clone)]
pub struct Handle {
    rows: watch::Sender<Rows>,
}

impl Handle {
    /// Replaces the bootstrap list.
    pub fn bootstrap(&self, rows: Rows) {
        self.rows.send_replace(rows);
    }
}

/// Starts discovery; its tasks are tracked by `tasks` and end with `stop`.
pub fn start(setup: Setup, tasks: &TaskTracker, stop: &CancellationToken) -> Handle {
    let (rows, list) = watch::channel(setup.bootstrap);
    tasks.spawn(stop.clone().run_until_cancelled_owned(bootstrap::tell(list, setup.mesh.clone())));
    tasks.spawn(stop.clone().run_until_cancelled_owned(last_good::keep(setup.last_good, setup.mesh.clone())));
    if setup.mdns {
        let lan = mdns::Lan {
            ours: found::Ours { tag: setup.tag, peer: setup.peer, admission: setup.admission },
            mesh: setup.mesh,
            interfaces: setup.interfaces,
        };
        tasks.spawn(mdns::run(lan, stop.clone()));
    }
    Handle { rows }
}

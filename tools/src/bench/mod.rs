//! Measurements: each figure that was promised, how it is measured, and what came out.
//!
//! ```text
//!   figure     a measured value beside what was due
//!   local      an office in this process, without a mesh
//!   entries own growth        in process
//!   rig                       real nodes with somebody at each
//!   delivery held wire page        over real nodes
//! ```

mod figure;
mod local;
mod entries;
mod own;
mod rig;
mod delivery;
mod held;
mod rebuild;
mod wire;
mod page;
mod growth;

use std::path::PathBuf;

pub use figure::{Due, Figure, percentile, short};

use crate::cluster::{Blueprint, Pages};
use crate::problem::{Exit, Problem};
use crate::staff;
use crate::words::{Said, said};

/// How a measurement is to be made.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Where data go: the disk that is measured.
    pub root: PathBuf,
    /// A tenth of the work, for a first look.
    pub quick: bool,
}

impl Setup {
    /// So much work, or a tenth of it.
    #[must_use]
    pub fn amount(&self, full: u32) -> u32 {
        if self.quick { full / 10 } else { full }
    }

    /// A district of so many offices on this machine.
    ///
    /// # Errors
    /// When it cannot be laid out.
    pub fn blueprint(&self, offices: usize) -> Result<Blueprint, Problem> {
        let mut blueprint = Blueprint::lay_out(&self.root, "Округ", &staff::sample(), offices, Pages::Anywhere)?;
        blueprint.log = "warn".to_owned();
        Ok(blueprint)
    }
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its name on the command line.
    pub name: &'static str,
    /// Whether it is to run on one processor alone.
    pub one_core: bool,
}

/// Everything that can be measured, in the order of the table.
pub const KINDS: &[Kind] = &[
    Kind { name: "entries", one_core: true },
    Kind { name: "own", one_core: false },
    Kind { name: "delivery", one_core: false },
    Kind { name: "latency", one_core: false },
    Kind { name: "catch-up", one_core: false },
    Kind { name: "bytes", one_core: false },
    Kind { name: "idle", one_core: false },
    Kind { name: "memory", one_core: false },
    Kind { name: "open", one_core: false },
    Kind { name: "rebuild", one_core: false },
    Kind { name: "growth", one_core: false },
    Kind { name: "page", one_core: false },
];

/// Measures one kind of figure.
///
/// # Errors
/// Whatever stops the measurement.
pub async fn measure(name: &str, setup: &Setup) -> Result<Vec<Figure>, Problem> {
    match name {
        "entries" => entries::measure(setup).await,
        "own" => own::measure(setup).await,
        "delivery" => delivery::throughput(setup).await,
        "latency" => delivery::latency(setup).await,
        "catch-up" => held::catch_up(setup).await,
        "bytes" => wire::bytes(setup).await,
        "idle" => wire::idle(setup).await,
        "memory" => held::memory(setup).await,
        "rebuild" => rebuild::measure(setup).await,
        "growth" => growth::measure(setup),
        "page" => page::page(setup).await,
        "open" => held::open(setup).await,
        _ => Err(Problem::new("no_figure", Exit::Usage, said!("измерения «{name}» нет", "there is no figure \"{name}\""))),
    }
}

/// Something that should work did not.
fn broken(what: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::new("bench", Exit::Failed, Said::same(format!("{what}: {error}")))
}

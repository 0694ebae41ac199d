//! A node on a new machine that fetches the office's past from its neighbours, as the node that it will be.
//!
//! It writes nothing but what every new incarnation announces; whatever it has fetched stays, so a rebuild that was
//! broken off goes on where it stopped.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use okrug_protocol::ids::{Incarnation, OfficeId};

use crate::backup::{Reader, Restored, restore};
use crate::config::Config;
use crate::keys::{KeyFolder, KeysError, Unlock};
use crate::office::Behind;
use crate::problem::{Exit, Problem};
use crate::said;
use crate::store::Tree;

/// Between two looks.
const LOOK: Duration = Duration::from_millis(250);
/// With nothing missing and nothing new for so long, all is there that the neighbours have.
const QUIET: Duration = Duration::from_secs(5);

/// With something missing and nothing new for so long, the neighbours that are linked do not have it.
const STUCK: Duration = Duration::from_secs(120);

/// How a rebuild stands.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// What is here and what is not.
    pub behind: Behind,
    /// How long it has taken so far.
    pub took: Duration,
    /// How long the rest will take, as it went up to now; none while nothing can be said.
    pub left: Option<Duration>,
}

/// What a rebuild has brought.
#[derive(Debug, Clone)]
pub struct Rebuilt {
    /// Which office this is.
    pub office: OfficeId,
    /// As which incarnation it goes on.
    pub incarnation: Incarnation,
    /// Entries that are here.
    pub entries: u64,
    /// Entries that somebody said to hold, and that nobody gave.
    pub missing: u64,
    /// Of those that are here, written by this office.
    pub own: u64,
    /// People who can log in as before.
    pub logins: usize,
    /// Epochs that are here and cannot be read.
    pub unopened: usize,
    /// How long it took.
    pub took: Duration,
}

/// Puts the office's sealed file of keys into an empty data directory.
///
/// # Errors
/// The file is not whole, the passphrase is another, or something lies there.
pub fn restore_keys(file: &Path, passphrase: &str, data: &Path, unlock: &Unlock) -> Result<Restored, Problem> {
    let from = File::open(file).map_err(|error| Problem::io(file, &error))?;
    Ok(restore(Reader::open(BufReader::new(from), file, passphrase)?, data, unlock, |_| ())?)
}

/// Whether there are keys in a data directory.
#[must_use]
pub fn has_keys(data: &Path) -> bool {
    !matches!(KeyFolder::of(data).lock(), Err(KeysError::None(_)))
}

/// Runs the node until it has all that its neighbours have, at least `neighbours` of them linked; then stops it.
///
/// # Errors
/// It does not start, fails, nobody is linked within `patience`, or `tell` says that it is to end.
pub async fn rebuild(
    config: Config,
    neighbours: usize,
    patience: Option<Duration>,
    mut tell: impl FnMut(Step) -> ControlFlow<()>,
) -> Result<Rebuilt, Problem> {
    let began = Instant::now();
    let running = super::start(config).await?;
    let (engine, me) = (running.engine(), running.office());
    let (mut first, mut last, mut still) = (None, Behind::default(), Instant::now());
    let ended = loop {
        let behind = engine.office.behind();
        if behind != last {
            (last, still) = (behind, Instant::now());
        }
        let took = began.elapsed();
        let (start, since) = *first.get_or_insert((behind.held, took));
        let (come, time) = (behind.held.saturating_sub(start), took.saturating_sub(since));
        let left = (come > 0).then(|| time.mul_f64(number(behind.missing) / number(come)));
        if tell(Step { behind, took, left }).is_break() {
            break Err(interrupted());
        }
        let quiet = if behind.missing == 0 { QUIET } else { STUCK };
        if behind.linked >= neighbours && still.elapsed() >= quiet {
            break Ok(());
        }
        if behind.linked == 0 && patience.is_some_and(|patience| still.elapsed() >= patience) {
            break Err(nobody());
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = engine.broken() => break Ok(()),
        }
    };
    let mut logins = 0;
    let counted = engine.store.scan(Tree::Accounts, &[]).each(|_, _| {
        logins += 1;
        ControlFlow::Continue(())
    });
    let own = engine.ledger.heads().iter().filter(|head| head.log.office == me).map(|head| head.seq.0).sum();
    let rebuilt = Rebuilt {
        office: me,
        incarnation: engine.ledger.incarnation(),
        entries: engine.ledger.entries(),
        missing: last.missing,
        own,
        logins,
        unopened: engine.ledger.unopened().len(),
        took: began.elapsed().saturating_sub(QUIET),
    };
    running.stop().await?;
    ended?;
    counted.map_err(|error| super::words::store(&error))?;
    Ok(rebuilt)
}

/// For shares of time alone.
fn number(n: u64) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

fn interrupted() -> Problem {
    Problem::new("interrupted", Exit::Interrupted, said!("прервано; всё полученное сохранено", "interrupted; what has come is kept"))
        .hint(said!("повторите команду: она продолжит", "repeat the command: it goes on"))
}

fn nobody() -> Problem {
    let message = said!("ни один сосед не на связи; всё полученное сохранено", "no neighbour is linked; what has come is kept");
    Problem::new("no_neighbour", Exit::Unreachable, message).hint(said!(
        "назовите адрес соседа: --set discovery.bootstrap=kotlas=/ip4/192.0.2.7/tcp/7600",
        "name a neighbour's address: --set discovery.bootstrap=kotlas=/ip4/192.0.2.7/tcp/7600"
    ))
}

//! A node that runs, as a library.

use std::sync::Arc;
use std::time::Duration;

use okrug_protocol::ids::OfficeId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::ground::Ground;
use super::ports;
use super::{StartError, addresses};
use crate::backup::Source;
use crate::certs::Keeper;
use crate::config::{self, Config};
use crate::documents::Documents;
use crate::engine::{Declaration, Engine, Setup};
use crate::office::Pace;
use crate::problem::Problem;
use crate::rest::Rest;
use crate::store::Limits;
use crate::{api, discovery, mesh};

/// A node that runs.
#[derive(Debug)]
pub struct Running {
    office: OfficeId,
    engine: Engine,
    api_url: String,
    api: tokio::task::JoinHandle<std::io::Result<()>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Starts a node.
///
/// # Errors
/// See [`StartError`]; nothing runs then.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let config = Arc::new(config);
    let preparing = Arc::clone(&config);
    let ground = tokio::task::spawn_blocking(move || Ground::prepare(&preparing)).await.expect("preparing does not panic")?;
    let listen = ports::try_mesh(&config.mesh.listen)?;
    ports::try_http("api.listen", config.api.listen)?;
    config.metrics.listen.map_or(Ok(()), |address| ports::try_http("metrics.listen", address))?;
    let (office, documents, peer) = (ground.office, Arc::clone(&ground.documents), ground.keys.peer.public().0);
    let keeper = keeper(&config, &ground)?;
    let (owner, keys) = (ground.home.owner(), ground.keys.clone());
    let stop = CancellationToken::new();
    let engine = Engine::start(setup(&config, ground, listen), stop.child_token()).await?;
    engine.ledger.set_carrier_quota(config.mesh.carrier_quota);
    let source = Source::running(&config.data, owner, keys, Arc::clone(&documents), engine.store.clone());
    let api = match api::start(parts(&config, &engine, keeper, source), stop.child_token()) {
        Ok(api) => api,
        Err(error) => {
            stop.cancel();
            // Why the page cannot be served is what is to be told.
            let _ = engine.stop().await;
            return Err(error.into());
        }
    };
    let tasks = TaskTracker::new();
    discover(&config, &engine, documents, peer, &tasks, &stop);
    tracing::info!(event = "node_started", %office, url = %api.url);
    Ok(Running { office, engine, api_url: api.url.clone(), api: tokio::spawn(api.ended()), tasks, stop })
}

fn setup(config: &Config, ground: Ground, listen: Vec<mesh::Multiaddr>) -> Setup {
    let Ground { office, keys, documents, home } = ground;
    let config::Store { reserve, min_free: own, min_free_foreign: foreign } = config.store;
    let links = mesh::Links { ping: Duration::from_secs(config.link.ping_s), copies: config.link.copies, ..mesh::Links::default() };
    let thin = declarations(&config.link);
    let (ack_delay_ms, pace, limits) = (config.link.ack_delay_ms, Pace::default(), Limits { reserve, own, foreign, ..Limits::default() });
    Setup { office, keys, documents, home, listen, links, thin, ack_delay_ms, pace, limits }
}

/// What was declared of links, a row for each office that is named.
fn declarations(link: &config::Link) -> Vec<Declaration> {
    let of = |thin: &config::Thin| {
        let hours = thin.hours.map(|(from, to)| mesh::Hours { from, to });
        let ration = mesh::Ration { bytes_an_hour: thin.bytes_an_hour, hours, ..mesh::Ration::default() };
        Declaration { office: thin.office.clone(), ration }
    };
    let mut rows: Vec<Declaration> = link.thin.iter().map(of).collect();
    for budget in &link.budgets {
        let bytes_a_second = Some(budget.bytes_per_s);
        match rows.iter_mut().find(|row| row.office == budget.office) {
            Some(row) => row.ration.bytes_a_second = bytes_a_second,
            None => {
                rows.push(Declaration { office: budget.office.clone(), ration: mesh::Ration { bytes_a_second, ..mesh::Ration::default() } })
            }
        }
    }
    rows
}

/// Looks for the other offices until `stop`.
fn discover(config: &Config, engine: &Engine, documents: Arc<Documents>, peer: [u8; 32], tasks: &TaskTracker, stop: &CancellationToken) {
    let config::Discovery { mdns, interfaces, bootstrap } = config.discovery.clone();
    let changes = documents.follow();
    let setup = discovery::Setup {
        tag: documents.directory().district().0.short(),
        peer,
        admission: engine.admission(),
        mesh: engine.mesh.clone(),
        mdns,
        interfaces,
        last_good: config.data.join("last-good"),
        bootstrap: addresses::written_down(&documents, &bootstrap),
    };
    let handle = discovery::start(setup, tasks, stop);
    tasks.spawn(stop.clone().run_until_cancelled_owned(addresses::follow(handle, documents, changes, bootstrap)));
}

/// Keeps the certificate of the page for this office.
fn keeper(config: &Config, ground: &Ground) -> Result<Keeper, StartError> {
    let (documents, directory) = (Arc::clone(&ground.documents), ground.documents.directory());
    let slug = directory.office(ground.office).map(|office| office.slug.clone()).unwrap_or_default();
    let rest = Rest::new(&ground.keys.at_rest);
    let root = Arc::new(move || documents.directory().page_root());
    Ok(Keeper::open(&config.data, &slug, &rest, &ground.keys.sign, root)?)
}

fn parts(config: &Config, engine: &Engine, keeper: Keeper, source: Source) -> api::Parts {
    let (mesh, doorkeeper, prober) = (engine.mesh.clone(), engine.mesh.clone(), engine.mesh.clone());
    api::Parts {
        office: engine.office.clone(),
        api: config.api.clone(),
        metrics: config.metrics.clone(),
        data: config.data.clone(),
        language: config.language,
        ready: ready(&engine.mesh),
        links: Arc::new(move || mesh.links()),
        strangers: Arc::new(move || doorkeeper.strangers()),
        ping: Arc::new(move |office, patience| {
            let mesh = prober.clone();
            Box::pin(async move { mesh.ping(office, patience).await.ok() })
        }),
        patience: api::Patience::default(),
        keeper: Some(keeper),
        backup: Some(Arc::new(source)),
    }
}

/// Whether the mesh listens, as it changes.
fn ready(mesh: &mesh::Handle) -> watch::Receiver<bool> {
    let (told, ready) = watch::channel(false);
    let mut listening = mesh.listening();
    tokio::spawn(async move {
        loop {
            let listens = !listening.borrow_and_update().is_empty();
            told.send_if_modified(|before| std::mem::replace(before, listens) != listens);
            if listening.changed().await.is_err() {
                return;
            }
        }
    });
    ready
}

impl Running {
    /// Which office this node is.
    #[must_use]
    pub fn office(&self) -> OfficeId {
        self.office
    }

    /// Where the page and the API are.
    #[must_use]
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// The parts beneath the API, for whoever runs a node inside another program.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Closes all links, and takes and makes none, as if the line were down; or lets them stand again.
    pub async fn cut(&self, cut: bool) {
        self.engine.cut(cut).await;
    }

    /// Waits until a part cannot go on; for ever, as long as all is well.
    pub async fn broken(&mut self) {
        tokio::select! {
            () = self.engine.broken() => {}
            _ = &mut self.api => {}
        }
    }

    /// Stops the node; what was accepted is on the disk when this returns.
    ///
    /// # Errors
    /// A part could not go on.
    pub async fn stop(self) -> Result<(), Problem> {
        self.stop.cancel();
        self.tasks.close();
        let served = if self.api.is_finished() { Ok(Ok(())) } else { self.api.await };
        let ended = self.engine.stop().await;
        self.tasks.wait().await;
        tracing::info!(event = "node_stopped", office = %self.office);
        let _ = served;
        ended.map_err(super::words::fatal)
    }
}

//! An office that runs, for what is read by the whole of one.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use okrug_node::api::{self, Access, Parts, Patience, Running};
use okrug_node::backup::{BackupLock, Scope, Source};
use okrug_node::config;
use okrug_node::documents::Documents;
use okrug_node::engine::{Engine, Setup};
use okrug_node::home::{Home, Owner};
use okrug_node::office::Pace;
use okrug_node::office::view::{ChatId, NewBundle, NewPerson, Post};
use okrug_node::store::Limits;
use okrug_node::words::Lang;
use okrug_protocol::ids::{OfficeId, Precedence, UnitId};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::fixture::{district, keys};

/// The first office of the district, serving.
pub(crate) struct Live {
    pub(crate) runtime: Runtime,
    pub(crate) engine: Engine,
    pub(crate) access: Access,
    pub(crate) running: Running,
    stop: CancellationToken,
    /// Keeps `ready` true.
    _ready: watch::Sender<bool>,
    _folder: TempDir,
}

/// The office that is tried, and one that speaks to it.
pub(crate) const ME: OfficeId = OfficeId(1);
/// The password of everybody.
const PASSWORD: &str = "длинный пароль";

thread_local!(static LIVE: RefCell<Option<Live>> = const { RefCell::new(None) });

/// Does something with the office of this thread, which is started when it is first wanted.
pub(crate) fn with<T>(what: impl FnOnce(&Live) -> T) -> T {
    LIVE.with(|live| what(live.borrow_mut().get_or_insert_with(Live::start)))
}

/// Stops the office of this thread, if there is one.
pub(crate) fn stop() {
    if let Some(live) = LIVE.take() {
        live.stop.cancel();
        let Live { runtime, engine, running, .. } = live;
        runtime.block_on(async {
            let _ = running.ended().await;
            engine.stop().await.expect("an office that did nothing wrong stops");
        });
    }
}

impl Live {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("there is a place for files");
        let (runtime, stop) = (runtime(), CancellationToken::new());
        let engine = runtime.block_on(new(folder.path(), ME));
        let (ready, is_ready) = watch::channel(true);
        let parts = Parts {
            office: engine.office.clone(),
            api: config::Api {
                listen: ([127, 0, 0, 1], 0).into(),
                tls: config::TlsMode::Off,
                tls_cert: None,
                tls_key: None,
                hosts: Vec::new(),
            },
            metrics: config::Metrics { listen: None },
            data: folder.path().to_owned(),
            language: Lang::En,
            ready: is_ready,
            links: Arc::new(Vec::new),
            strangers: Arc::new(|| 0),
            ping: Arc::new(|_, _| Box::pin(async { None })),
            patience: Patience::default(),
            keeper: None,
            backup: None,
        };
        let served = stop.clone();
        let running = runtime.block_on(async { api::start(parts, served) }).expect("loopback has a free port");
        let access = Access::read(folder.path()).expect("it was just written");
        Self { runtime, engine, access, running, stop, _ready: ready, _folder: folder }
    }
}

/// Whether a node starts on what lies in a folder; whatever that is, it stops again.
pub(crate) fn starts(data: &Path) -> bool {
    let runtime = runtime();
    let started = runtime.block_on(async {
        let Some(engine) = engine(data, ME).await else { return false };
        let _ = (engine.office.status(), engine.office.people_views());
        engine.stop().await.is_ok()
    });
    runtime.shutdown_timeout(Duration::from_secs(60));
    started
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("this machine gives threads")
}

/// The bytes of a backup and of a bundle that an office makes which has a person and messages.
pub(crate) fn carried(office: OfficeId, lock: &BackupLock, to: &str) -> (Vec<u8>, Vec<u8>) {
    let (folder, runtime) = (tempfile::tempdir().expect("there is a place for files"), runtime());
    let made = runtime.block_on(async {
        let engine = new(folder.path(), office).await;
        let here = &engine.office;
        let new = NewPerson {
            login: "dezhurny".to_owned(),
            password: PASSWORD.to_owned().into(),
            name: "Дежурный".to_owned(),
            position: "Оперативный дежурный".to_owned(),
            unit: UnitId(2),
        };
        here.add_person(new).await.expect("the rules are kept");
        let session = here.login("dezhurny", PASSWORD).await.expect("it is the password");
        for (n, precedence) in [(1, Precedence::Flash), (2, Precedence::Routine)] {
            let client_id = format!("text-{n}").parse().expect("letters, a hyphen, a digit");
            let post = Post { client_id, text: "Принято".to_owned(), precedence, reply_to: None, on_behalf_of: None };
            here.post(session, ChatId::Unit(UnitId(2)), post).await.expect("there is room");
        }
        let wish = NewBundle { to: vec![to.to_owned()], all: true, ..NewBundle::default() };
        let (id, mut bundle) = (here.new_bundle(wish).await.expect("there is something").id, Vec::new());
        let (_, _, mut pieces) = here.bundle(&id, 0).expect("it was just made");
        while let Some(piece) = pieces.recv().await {
            bundle.extend_from_slice(&piece.expect("the store answers"));
        }
        let documents = Arc::new(Documents::open(&folder.path().join("documents")).ok().flatten().expect("they were entered"));
        let owner = Owner { district: district().id(), office };
        let source = Source::running(folder.path(), owner, keys(office), documents, engine.store.clone());
        let (forecast, mut backup) = (source.forecast(Scope::All).expect("it is open"), Vec::new());
        source.write(lock, Scope::All, forecast, &mut backup).expect("memory takes it");
        engine.stop().await.expect("an office stops");
        (backup, bundle)
    });
    runtime.shutdown_timeout(Duration::from_secs(60));
    made
}

/// An office in an empty folder.
async fn new(data: &Path, office: OfficeId) -> Engine {
    let documents = data.join("documents");
    std::fs::create_dir_all(&documents).expect("it is ours");
    Documents::enter(&documents, &district().file.encode(), None).expect("a district file");
    engine(data, office).await.expect("an empty folder")
}

/// The engine of an office on what lies in a folder.
async fn engine(data: &Path, office: OfficeId) -> Option<Engine> {
    let keys = keys(office);
    let documents = Documents::open(&data.join("documents")).ok()??;
    let owner = Owner { district: documents.directory().district(), office };
    let setup = Setup {
        office,
        home: Home::claim(data, owner, &keys.at_rest).ok()?,
        keys,
        documents: Arc::new(documents),
        listen: vec!["/ip4/127.0.0.1/tcp/0".parse().expect("an address")],
        links: okrug_node::mesh::Links::default(),
        thin: Vec::new(),
        ack_delay_ms: 200,
        pace: Pace { routine: Duration::from_millis(500), urgent: Duration::from_millis(100) },
        limits: Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 },
    };
    Engine::start(setup, CancellationToken::new()).await.ok()
}

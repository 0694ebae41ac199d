//! A whole office behind a real listener: engine, store and API in this process, and a client that says exactly what a test
//! wants to say.

#![allow(dead_code, reason = "each suite uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

pub(crate) mod client;
pub(crate) mod stream;
pub(crate) mod writes;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use client::Client;
use okrug_node::api::{self, Access, Parts, Patience, Running};
use okrug_node::certs::Keeper;
use okrug_node::config;
use okrug_node::documents::Documents;
use okrug_node::engine::{Engine, Setup};
use okrug_node::home::{Home, Owner};
use okrug_node::keys::NodeKeys;
use okrug_node::office::view::{NewPerson, PersonView};
use okrug_node::office::{Handle, Pace};
use okrug_node::store::{Limits, Store};
use okrug_node::words::Lang;
use okrug_protocol::ids::{OfficeId, UnitId};
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::seal::SharedKey;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How long anything may take before the test fails; no verdict depends on it being short.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The password of everybody.
pub(crate) const PASSWORD: &str = "длинный пароль";

/// The first office of a district of two, serving.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) metrics: SocketAddr,
    pub(crate) access: Access,
    pub(crate) sample: SampleDistrict,
    pub(crate) ready: watch::Sender<bool>,
    pub(crate) folder: TempDir,
    engine: Engine,
    running: Running,
    stop: CancellationToken,
}

/// How it serves.
pub(crate) struct Manner {
    pub(crate) patience: Patience,
    pub(crate) api: config::Api,
    pub(crate) keeper: Option<Keeper>,
}

impl Default for Manner {
    fn default() -> Self {
        let hosts = vec!["kotlas.okrug.internal".to_owned()];
        let api = config::Api { listen: ([127, 0, 0, 1], 0).into(), tls: config::TlsMode::Off, tls_cert: None, tls_key: None, hosts };
        Self { patience: Patience::default(), api, keeper: None }
    }
}

impl Served {
    pub(crate) async fn start() -> Self {
        Self::so(Manner::default()).await
    }

    pub(crate) async fn so(manner: Manner) -> Self {
        let (sample, folder) = (sample::district(2), TempDir::new().unwrap());
        let kept = folder.path().join("documents");
        std::fs::create_dir_all(&kept).unwrap();
        Documents::enter(&kept, &sample.file.encode(), None).unwrap();
        Self::on(sample, folder, manner).await
    }

    /// Serves what lies in a folder.
    async fn on(sample: SampleDistrict, folder: TempDir, manner: Manner) -> Self {
        let engine = Engine::start(setup(&sample, &folder), CancellationToken::new()).await.unwrap();
        let (ready, is_ready) = watch::channel(true);
        let parts = Parts {
            office: engine.office.clone(),
            api: manner.api,
            metrics: config::Metrics { listen: Some(([127, 0, 0, 1], 0).into()) },
            data: folder.path().to_owned(),
            language: Lang::En,
            ready: is_ready,
            links: Arc::new(Vec::new),
            strangers: Arc::new(|| 0),
            ping: Arc::new(|_, _| Box::pin(async { None })),
            patience: manner.patience,
            keeper: manner.keeper,
            backup: None,
        };
        let stop = CancellationToken::new();
        let running = api::start(parts, stop.clone()).unwrap();
        let (address, metrics) = (running.address, running.metrics.unwrap());
        let access = Access::read(folder.path()).unwrap();
        Self { address, metrics, access, sample, ready, folder, engine, running, stop }
    }

    /// The office itself, past the API: for looking whether something happened.
    pub(crate) fn office(&self) -> &Handle {
        &self.engine.office
    }

    /// What lies on the disk, for looking and for breaking it.
    pub(crate) fn store(&self) -> &Store {
        &self.engine.store
    }

    /// A client that nobody knows.
    pub(crate) fn stranger(&self) -> Client {
        Client::new(self.address)
    }

    /// A client with the token of `api.json`.
    pub(crate) fn admin(&self) -> Client {
        self.stranger().bearer(&self.access.token)
    }

    /// Enrols a person without asking the API.
    pub(crate) async fn person(&self, login: &str, unit: u32) -> PersonView {
        let new = NewPerson {
            login: login.to_owned(),
            password: PASSWORD.to_owned().into(),
            name: "Дежурный".to_owned(),
            position: "Оперативный дежурный".to_owned(),
            unit: UnitId(unit),
        };
        self.office().add_person(new).await.unwrap()
    }

    /// Invites somebody and gives what the administrator is told.
    pub(crate) async fn invite(&self, wish: &serde_json::Value) -> serde_json::Value {
        let answer = self.admin().write("POST", "/api/v1/admin/invitation", wish).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }

    /// Enrols a person and gives the client of a script of theirs.
    pub(crate) async fn member(&self, login: &str, unit: u32) -> Client {
        self.person(login, unit).await;
        let answer = self.stranger().write("POST", "/api/v1/session", &login_body(login, true)).await;
        self.stranger().bearer(answer.json()["token"].as_str().unwrap())
    }

    /// Enrols a person and gives the client that their browser is.
    pub(crate) async fn browser(&self, login: &str, unit: u32) -> Client {
        self.person(login, unit).await;
        let answer = self.stranger().write("POST", "/api/v1/session", &login_body(login, false)).await;
        self.stranger().cookie(answer.cookie()).with("origin", &format!("http://{}", self.address))
    }

    pub(crate) async fn stop(self) -> (SampleDistrict, TempDir) {
        self.stop.cancel();
        self.running.ended().await.unwrap();
        self.engine.stop().await.unwrap();
        (self.sample, self.folder)
    }

    pub(crate) async fn restarted(self) -> Self {
        let (sample, folder) = self.stop().await;
        Self::on(sample, folder, Manner::default()).await
    }
}

/// The body of a login.
pub(crate) fn login_body(login: &str, token: bool) -> serde_json::Value {
    json!({ "login": login, "password": PASSWORD, "token": token })
}

/// The body of a message.
pub(crate) fn post_body(client_id: &str, text: &str) -> serde_json::Value {
    json!({ "client_id": client_id, "text": text })
}

fn setup(sample: &SampleDistrict, folder: &TempDir) -> Setup {
    let key = |n: u8| SharedKey::from_bytes([n; 32]);
    let (sign, peer, seal) = (sample.sign_keys[0].clone(), sample.peer_keys[0].clone(), sample.open_keys[0].clone());
    let keys = NodeKeys { sign, peer, seal, vault: key(1), at_rest: key(2) };
    let documents = Documents::open(&folder.path().join("documents")).unwrap().unwrap();
    let owner = Owner { district: documents.directory().district(), office: OfficeId(1) };
    Setup {
        office: OfficeId(1),
        home: Home::claim(folder.path(), owner, &keys.at_rest).unwrap(),
        keys,
        documents: Arc::new(documents),
        listen: vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()],
        links: okrug_node::mesh::Links::default(),
        thin: Vec::new(),
        ack_delay_ms: 200,
        pace: Pace { routine: Duration::from_millis(500), urgent: Duration::from_millis(100) },
        limits: Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 },
    }
}

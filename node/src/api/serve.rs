//! Starting and stopping the listeners.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::tls_rustls::RustlsConfig;
use axum_server::{Handle as ServerHandle, Server};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::clear;
use super::cookie::Cookie;
use super::door::Door;
use super::file::Access;
use super::gate::Gate;
use super::guard::Names;
use super::listen::{StartError, bind};
use super::metrics::{Links, Metrics, Strangers};
use super::patience::Patience;
use super::router;
use super::shown::Shown;
use super::state::{App, Desk, Ping};
use super::streams::Streams;
use super::tls::{self, Tls};
use super::token::Token;
use super::unread::Worded;
use crate::backup::Source;
use crate::certs::Keeper;
use crate::clock;
use crate::config::{self, TlsMode};
use crate::office::Handle;
use crate::shared::Shared;
use crate::words::Lang;

/// The longest head of a request.
const MAX_HEAD_BYTES: usize = 64 << 10;
/// How often it is looked whether a new certificate is due.
const LOOK: Duration = Duration::from_secs(60);
/// Answers under way at shutdown have so long.
const GRACE: Duration = Duration::from_secs(3);

/// What the API is made of.
pub struct Parts {
    /// The office.
    pub office: Handle,
    /// Where to listen, TLS, and the names of this node.
    pub api: config::Api,
    /// Where the metrics are.
    pub metrics: config::Metrics,
    /// The data directory, for `api.json` and a certificate.
    pub data: PathBuf,
    /// The language for clients that ask for none.
    pub language: Lang,
    /// Whether the mesh listens.
    pub ready: watch::Receiver<bool>,
    /// How the links stand.
    pub links: Links,
    /// How many strangers knocked.
    pub strangers: Strangers,
    /// How long the way to an office and back is.
    pub ping: Ping,
    /// How long clients may take.
    pub patience: Patience,
    /// Keeps the certificate that the authority issued for the page.
    pub keeper: Option<Keeper>,
    /// From where backups are made.
    pub backup: Option<Arc<Source>>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("api", &self.api).finish_non_exhaustive()
    }
}

/// The API, serving.
#[derive(Debug)]
pub struct Running {
    /// Where people open the page.
    pub url: String,
    /// The address that is listened on.
    pub address: SocketAddr,
    /// The address of the metrics.
    pub metrics: Option<SocketAddr>,
    servers: JoinSet<io::Result<()>>,
    data: PathBuf,
}

impl Running {
    /// Waits until everything has ended, after `stop` or because a listener failed.
    ///
    /// # Errors
    /// A listener failed.
    pub async fn ended(mut self) -> io::Result<()> {
        let mut result = Ok(());
        while let Some(ended) = self.servers.join_next().await {
            result = result.and(ended.unwrap_or_else(|error| Err(io::Error::other(error))));
        }
        Access::remove(&self.data);
        result
    }
}

/// Takes the addresses, serves until `stop`, and tells programs on this machine in `api.json` where.
///
/// # Errors
/// See [`StartError`]; nothing serves then.
pub fn start(parts: Parts, stop: CancellationToken) -> Result<Running, StartError> {
    let mut hosts = parts.api.hosts.clone();
    hosts.extend(parts.keeper.as_ref().map(Keeper::host));
    let own = match (parts.api.tls, &parts.api.tls_cert, parts.api.listen.ip().is_loopback()) {
        (TlsMode::Off, _, false) => return Err(StartError::Plain(parts.api.listen)),
        (TlsMode::Off, ..) | (TlsMode::Auto, None, true) => None,
        (TlsMode::Auto, ..) => Some(tls::own(&parts.api, &parts.data)?),
    };
    let trusted = own.as_ref().map(|own| own.trusted.clone());
    let shown = Arc::new(Shown::new(own, parts.keeper, parts.api.listen.ip()));
    shown.renew(clock::now());
    let tls = trusted.map(|trusted| tls::server(Arc::clone(&shown), trusted)).transpose()?;
    let (listener, address) = bind(parts.api.listen, "api.listen")?;
    let metrics = parts.metrics.listen.map(|address| bind(address, "metrics.listen")).transpose()?;
    let admin = Token::fresh();
    let streams = Streams::default();
    let desk = Desk {
        cookie: Cookie::new(&parts.office.status().office.slug, tls.is_some()),
        throttle: Shared::default(),
        metrics: Metrics::new(parts.office.clone(), parts.links, parts.strangers, streams.clone()),
        streams,
        backup: parts.backup,
        ready: parts.ready,
        stop: stop.clone(),
        patience: parts.patience,
        tokens: Shared::default(),
        admin: admin.hash(),
        ping: parts.ping,
        office: parts.office,
        shown: Arc::clone(&shown),
    };
    let app: App = Arc::new(desk);
    let access = access(&parts.api, address, tls.as_ref(), &admin);
    let url = access.url.clone();

    // Before anybody is answered: whoever is told that the node is ready finds how to reach it.
    access.write(&parts.data).map_err(|source| StartError::File { path: parts.data.join(super::FILE), source })?;
    let mut servers = JoinSet::new();
    let names = Names::new(&hosts, tls.is_some());
    let full = router::build(&app, names.clone(), parts.language);
    let router = if tls.is_some() { clear::either(full, clear::build(&app, names, parts.language)) } else { full };
    tokio::spawn(stop.clone().run_until_cancelled_owned(renewed(shown)));
    let site = Site { patience: parts.patience, tls, router, lang: parts.language, stop: stop.clone() };
    site.serve(listener, &mut servers).map_err(StartError::Serve)?;
    let (metrics, metrics_address) = metrics.unzip();
    if let Some(listener) = metrics {
        let site = Site { patience: parts.patience, tls: None, router: router::metrics(&app), lang: parts.language, stop };
        site.serve(listener, &mut servers).map_err(StartError::Serve)?;
    }
    tracing::info!(event = "api_listening", %url, "the page and the API are served");
    Ok(Running { url, address, metrics: metrics_address, servers, data: parts.data })
}

/// Looks for ever whether a new certificate is due; by the clock on the wall, which may jump.
async fn renewed(shown: Arc<Shown>) {
    loop {
        tokio::time::sleep(LOOK).await;
        shown.renew(clock::now());
    }
}

/// Whoever reads it stands in another folder, perhaps, than the node does.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// How programs on this machine reach the API.
fn access(api: &config::Api, address: SocketAddr, tls: Option<&Tls>, admin: &Token) -> Access {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let (scheme, host) = match (tls, api.hosts.first()) {
        (None, _) => ("http", SocketAddr::new(ip, address.port()).to_string()),
        // A certificate from elsewhere is for a name, hardly ever for an address.
        (Some(_), Some(name)) if api.tls_cert.is_some() => ("https", format!("{name}:{}", address.port())),
        (Some(_), _) => ("https", SocketAddr::new(ip, address.port()).to_string()),
    };
    Access { url: format!("{scheme}://{host}"), token: admin.text(), certificate: tls.map(|tls| absolute(&tls.trusted)) }
}

/// What one listener serves, and how.
struct Site {
    patience: Patience,
    tls: Option<Tls>,
    router: Router,
    lang: Lang,
    stop: CancellationToken,
}

impl Site {
    fn serve(self, listener: TcpListener, servers: &mut JoinSet<io::Result<()>>) -> io::Result<()> {
        let handle = ServerHandle::new();
        let server = limited(axum_server::from_tcp(listener)?, &self.patience).handle(handle.clone());
        let service = self.router.into_make_service_with_connect_info::<SocketAddr>();
        let gate = Gate::new(self.patience.silence);
        match self.tls {
            None => servers.spawn(server.http1_only().acceptor(Worded::new(gate, self.lang)).serve(service)),
            Some(tls) => {
                let door = Door::new(gate, RustlsConfig::from_config(tls.server), self.patience.head);
                servers.spawn(server.acceptor(Worded::new(door, self.lang)).serve(service))
            }
        };
        tokio::spawn(async move {
            self.stop.cancelled().await;
            handle.graceful_shutdown(Some(GRACE));
        });
        Ok(())
    }
}

/// What a client may take of time and memory before there is a request.
fn limited(mut server: Server<SocketAddr>, patience: &Patience) -> Server<SocketAddr> {
    server.http_builder().http1().header_read_timeout(patience.head).max_buf_size(MAX_HEAD_BYTES);
    let streams = u32::try_from(super::gate::MAX_CONNECTIONS_PER_ADDRESS).unwrap_or(u32::MAX);
    let head = u32::try_from(MAX_HEAD_BYTES).unwrap_or(u32::MAX);
    server.http_builder().http2().max_concurrent_streams(streams).max_header_list_size(head);
    server.first_request_timeout(patience.head)
}

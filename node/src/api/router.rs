//! All routes, and what every request passes on its way to them.
//!
//! From the outside in: security headers, words of refusals, panics, the count, the guard, the clock.

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::code::Code;
use super::document::complete;
use super::guard::{Names, guard};
use super::headers::secure;
use super::metrics::OPENMETRICS;
use super::problem::{in_words, of_panic};
use super::resource::{
    admin, audit, backup, bundle, chat, ends, enrol, event, graph, health, keeper, login, look, node, org, policy, role, session, staff,
    tls, transfer, trust,
};
use super::state::App;
use crate::page::enrol::{ENROL, RULES};
use crate::page::login::{LOGIN, LOGOUT};
use crate::page::trust::{CHECK, ROOT_DER, ROOT_PEM, SEEN, TRUST};
use crate::words::Lang;

#[derive(OpenApi)]
#[openapi(info(
    title = "Okrug",
    description = "The HTTP API of a node. Times are RFC 3339 in UTC, ids are strings, refusals are problem+json with a stable `code`. \
        Every write carries `X-Okrug: 1`. A browser has a session by cookie, a script by bearer token; `/admin` takes the token of \
        `api.json` in the node's data directory.",
    license(name = "MIT OR Apache-2.0")
))]
struct Document;

fn routes() -> OpenApiRouter<App> {
    let api = OpenApiRouter::new()
        .routes(routes!(session::login, session::who, session::logout))
        .routes(routes!(org::tree))
        .routes(routes!(role::roles))
        .routes(routes!(role::role))
        .routes(routes!(role::add_role))
        .routes(routes!(role::close_role))
        .routes(routes!(role::assign_role))
        .routes(routes!(role::dismiss_from_role))
        .routes(routes!(role::name_deputy, role::end_deputy))
        .routes(routes!(role::name_own_deputy, role::end_own_deputy))
        .routes(routes!(chat::chats))
        .routes(routes!(chat::history, chat::post))
        .routes(routes!(chat::read))
        .routes(routes!(look::trace))
        .routes(routes!(look::person))
        .routes(routes!(chat::evidence))
        .routes(routes!(event::events))
        .routes(routes!(node::status))
        .routes(routes!(graph::graph))
        .routes(routes!(graph::documents))
        .routes(routes!(admin::add_person, admin::people))
        .routes(routes!(admin::district))
        .routes(routes!(admin::ping))
        .routes(routes!(backup::plan, backup::make, backup::confirm))
        .routes(routes!(ends::ends))
        .routes(routes!(tls::certificate, tls::take))
        .routes(routes!(enrol::enrol))
        .routes(routes!(session::own, session::end_others))
        .routes(routes!(session::end_own))
        .routes(routes!(session::change_password))
        .routes(routes!(staff::invite, staff::invitations))
        .routes(routes!(staff::withdraw))
        .routes(routes!(staff::set))
        .routes(routes!(staff::reset))
        .routes(routes!(staff::dismiss))
        .routes(routes!(staff::restore))
        .routes(routes!(staff::sessions, staff::end_sessions))
        .routes(routes!(staff::release))
        .routes(routes!(transfer::transfer))
        .routes(routes!(staff::arrivals, transfer::take))
        .routes(routes!(keeper::add_right, keeper::remove_right))
        .routes(routes!(staff::receive))
        .routes(routes!(policy::show))
        .routes(routes!(audit::list))
        .routes(routes!(audit::show))
        .routes(routes!(audit::check))
        .routes(routes!(audit::journal))
        .routes(routes!(bundle::make))
        .routes(routes!(bundle::fetch))
        .routes(routes!(bundle::import));
    let health = OpenApiRouter::new().routes(routes!(health::alive)).routes(routes!(health::ready));
    OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", api).merge(health)
}

/// The OpenAPI document, as it is committed.
#[must_use]
pub fn openapi() -> String {
    let document = complete(routes().into_openapi()).to_pretty_json().expect("a document has only texts and numbers");
    document + "\n"
}

/// The page and the API.
pub(crate) fn build(app: &App, names: Names, lang: Lang) -> Router {
    let (router, document) = routes().split_for_parts();
    let document: &'static str = Box::leak(complete(document).to_json().unwrap_or_default().into_boxed_str());
    router
        .route("/api/v1/openapi.json", get(move || async move { ([("content-type", "application/json")], document) }))
        .route(ENROL, get(enrol::door).post(enrol::take))
        .route(RULES, get(enrol::rules))
        .route(LOGIN, get(login::door).post(login::enter))
        .route(LOGOUT, post(login::exit))
        .route(TRUST, get(trust::page))
        .route(ROOT_DER, get(trust::der))
        .route(ROOT_PEM, get(trust::text))
        .route(SEEN, get(trust::seen))
        .route(CHECK, get(trust::check))
        .with_state(App::clone(app))
        .merge(crate::page::routes())
        .fallback(|| async { Code::NoSuchRoute })
        .layer(from_fn_with_state(app.patience.request, in_time))
        .layer(from_fn_with_state(names, guard))
        .layer(from_fn_with_state(App::clone(app), counted))
        .layer(CatchPanicLayer::custom(of_panic))
        .layer(from_fn_with_state(lang, in_words))
        .layer(from_fn(secure))
}

/// The metrics, for a listener of their own.
pub(crate) fn metrics(app: &App) -> Router {
    let text = |State(app): State<App>| async move { ([("content-type", OPENMETRICS)], app.metrics.text()) };
    Router::new()
        .route("/metrics", get(text))
        .with_state(App::clone(app))
        .layer(from_fn_with_state(app.patience.request, in_time))
        .layer(from_fn(secure))
}

/// Gives up what takes too long.
pub(super) async fn in_time(State(longest): State<Duration>, request: Request, next: Next) -> Response {
    if bundle::UNHURRIED.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    tokio::time::timeout(longest, next.run(request)).await.unwrap_or_else(|_| Code::TooSlow.into_response())
}

async fn counted(State(app): State<App>, matched: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let response = next.run(request).await;
    let route = matched.as_ref().map_or("other", MatchedPath::as_str);
    app.metrics.request(route, response.status().as_u16(), began.elapsed());
    response
}

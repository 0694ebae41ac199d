//! The page by which a machine comes to trust the district, and what it needs; said in clear as well.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::api::body::Params;
use crate::api::code::Code;
use crate::api::door::Wire;
use crate::api::plain::Spoken;
use crate::api::problem::HTML;
use crate::api::state::App;
use crate::certs::{fingerprint, pem};
use crate::page::trust::{self, Trust};
use crate::words::Lang;

const CROSS_ORIGIN: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The page.
pub(crate) async fn page(
    State(app): State<App>,
    Extension(lang): Extension<Lang>,
    Params(asked): Params<Spoken>,
    wire: Option<Extension<Wire>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let authority = authority(&uri, &headers);
    let scheme = if matches!(wire, Some(Extension(Wire::Tls))) { "https" } else { "http" };
    let here = format!("{scheme}://{authority}");
    let secure = secure(&app, &authority);
    let trust = Trust {
        office: &app.office.name(),
        root: app.shown.root().map(|root| fingerprint(&root)),
        own: app.shown.own(),
        here: &here,
        secure: secure.as_deref(),
        print: false,
    };
    html(trust::page(asked.lang(lang), &trust), secure.as_deref())
}

/// The root certificate for Windows, Android and iOS.
pub(crate) async fn der(State(app): State<App>) -> Result<Response, Code> {
    let root = app.shown.root().ok_or(Code::NoSuchRoute)?;
    Ok(file("application/x-x509-ca-cert", "attachment; filename=\"okrug-root.crt\"", root.to_vec()))
}

/// The root certificate for Linux.
pub(crate) async fn text(State(app): State<App>) -> Result<Response, Code> {
    let root = app.shown.root().ok_or(Code::NoSuchRoute)?;
    Ok(file("application/x-pem-file", "attachment; filename=\"okrug-root.pem\"", pem(&root).into_bytes()))
}

/// The picture that a browser shows if it trusts the district; the page that asks for it was perhaps loaded in clear.
pub(crate) async fn seen(Extension(lang): Extension<Lang>, Params(asked): Params<Spoken>) -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml"), (CROSS_ORIGIN, "cross-origin")], trust::seen(asked.lang(lang))).into_response()
}

/// The page that opens without a warning.
pub(crate) async fn check(
    State(app): State<App>,
    Extension(lang): Extension<Lang>,
    Params(asked): Params<Spoken>,
    wire: Option<Extension<Wire>>,
) -> Response {
    let is_tls = matches!(wire, Some(Extension(Wire::Tls)));
    html(trust::checked(asked.lang(lang), &app.office.name(), is_tls), None)
}

/// Where this office's page is under TLS: by the name that the browser has used, if the certificate has it.
fn secure(app: &App, authority: &str) -> Option<String> {
    if !app.shown.is_tls() {
        return None;
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, format!(":{port}")),
        _ => (authority, String::new()),
    };
    let host = if app.shown.covers(host) { host.to_owned() } else { app.shown.host().unwrap_or_else(|| host.to_owned()) };
    Some(format!("https://{host}{port}"))
}

/// The name that the browser has used; the guard knows it for one of ours.
pub(crate) fn authority(uri: &Uri, headers: &HeaderMap) -> String {
    let host = || headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    uri.authority().map_or_else(|| host().to_owned(), ToString::to_string)
}

fn html(page: String, secure: Option<&str>) -> Response {
    let policy = HeaderValue::try_from(trust::policy(secure)).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(HTML)), (header::CONTENT_SECURITY_POLICY, policy)], page).into_response()
}

fn file(kind: &'static str, name: &'static str, bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
}

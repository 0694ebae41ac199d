//! What is said in clear where TLS is spoken: how to come to trust, the root certificate, and the way to TLS.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

use super::code::Code;
use super::door::Wire;
use super::guard::{Names, guard};
use super::headers::secure;
use super::problem::{in_words, of_panic};
use super::resource::trust;
use super::router::in_time;
use super::state::App;
use crate::page::trust::{ROOT_DER, ROOT_PEM, TRUST};
use crate::words::Lang;

/// All that is said in clear.
pub(crate) fn build(app: &App, names: Names, lang: Lang) -> Router {
    Router::new()
        .route(TRUST, get(trust::page))
        .route(ROOT_DER, get(trust::der))
        .route(ROOT_PEM, get(trust::text))
        .with_state(App::clone(app))
        .fallback(to_tls)
        .layer(from_fn_with_state(app.patience.request, in_time))
        .layer(from_fn_with_state(names, guard))
        .layer(CatchPanicLayer::custom(of_panic))
        .layer(from_fn_with_state(lang, in_words))
        .layer(from_fn(secure))
}

/// Leads to the same address under TLS; what carries a body has said it in clear already, and is not answered.
async fn to_tls(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Code::NeedsTls.into_response();
    }
    let authority = trust::authority(request.uri(), request.headers());
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    match HeaderValue::try_from(format!("https://{authority}{path}")) {
        Ok(there) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, there)]).into_response(),
        Err(_) => Code::BadRequest.into_response(),
    }
}

/// Both, each for its own connections.
pub(crate) fn either(full: Router, clear: Router) -> Router {
    let pick = |State((full, clear)): State<(Router, Router)>, request: Request| async move {
        let is_clear = request.extensions().get::<Wire>() == Some(&Wire::Clear);
        let answer = if is_clear { clear } else { full }.oneshot(request).await;
        answer.unwrap_or_else(|never| match never {})
    };
    Router::new().fallback(pick).with_state((full, clear))
}

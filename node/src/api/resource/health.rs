//! Whether the process lives, and whether it can serve.

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::code::Code;
use crate::api::problem::ProblemBody;
use crate::api::state::App;

/// Answers while the process lives.
#[utoipa::path(get, path = "/healthz", responses((status = 204, description = "The process lives")))]
pub(crate) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Answers well when the store is open and the mesh listens.
#[utoipa::path(
    get,
    path = "/readyz",
    responses(
        (status = 204, description = "The store is open and the mesh listens"),
        (status = 503, description = "`not_ready`, `stopping`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ready(State(app): State<App>) -> Result<StatusCode, Code> {
    if app.stop.is_cancelled() {
        Err(Code::Stopping)
    } else if *app.ready.borrow() {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotReady)
    }
}

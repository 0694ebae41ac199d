//! The state of the node.

use axum::Json;
use axum::extract::State;

use crate::api::auth::Either;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::view::NodeStatus;

/// Shows the node's state, to people and to the administrator.
#[utoipa::path(
    get,
    path = "/node/status",
    responses(
        (status = 200, description = "The state", body = NodeStatus),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn status(State(app): State<App>, who: Either) -> Result<Json<NodeStatus>, Refusal> {
    if let Either::Member(ticket) = who {
        app.office.who(ticket.session)?;
    }
    Ok(Json(app.office.status()))
}

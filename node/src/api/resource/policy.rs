//! The rules of the district as this node works by them.

use axum::Json;
use axum::extract::State;

use crate::api::auth::Admin;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::view::PolicyView;

/// Shows the rules of the district, what is held, and what this node has erased by them.
#[utoipa::path(
    get,
    path = "/policy",
    operation_id = "policy",
    responses(
        (status = 200, description = "The rules", body = PolicyView),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(app): State<App>, _: Admin) -> Result<Json<PolicyView>, Refusal> {
    Ok(Json(app.office.policy()?))
}

//! The organisation: units, offices, people.

use axum::Json;
use axum::extract::State;

use crate::api::auth::Either;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::view::Tree;

/// Shows the tree, to people and to the administrator.
#[utoipa::path(
    get,
    path = "/org/tree",
    responses(
        (status = 200, description = "The tree", body = Tree),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn tree(State(app): State<App>, who: Either) -> Result<Json<Tree>, Refusal> {
    match who {
        Either::Member(ticket) => Ok(Json(app.office.tree(ticket.session)?)),
        Either::Admin => Ok(Json(app.office.whole_tree())),
    }
}

//! What whoever revokes an office asks.

use axum::Json;
use axum::extract::State;

use crate::api::auth::Admin;
use crate::api::body::Part;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::view::OfficeEnds;

/// Gives the last entry of each log of an office that this node holds.
#[utoipa::path(
    get,
    path = "/admin/office/{office}/end",
    params(("office" = String, Path, description = "The office: its number, such as `o3`, or its short name", example = "o1")),
    responses(
        (status = 200, description = "The last entries; none where nothing of it is held", body = OfficeEnds),
        (status = 403, description = "`not_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_office`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ends(State(app): State<App>, _: Admin, Part(office): Part) -> Result<Json<OfficeEnds>, Refusal> {
    Ok(Json(app.office.ends(&office)?))
}

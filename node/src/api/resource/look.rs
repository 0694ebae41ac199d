//! Looking closer: the movement of a message, the card of a person.

use axum::Json;
use axum::extract::State;

use crate::api::auth::Member;
use crate::api::body::Part;
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::view::{MessageId, PersonCard, Trace};

/// Shows the movement of a message: by what it came, which office has it since when, and why it waits.
#[utoipa::path(
    get,
    path = "/message/{id}/trace",
    params(("id" = String, Path, description = "The message, such as `o1.77.d.routine.5`", example = "o1.77.d.routine.5")),
    responses(
        (status = 200, description = "The movement", body = Trace),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_message`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn trace(State(app): State<App>, Member(ticket): Member, Part(id): Part) -> Result<Json<Trace>, Refusal> {
    let id: MessageId = id.parse().map_err(|_| Code::NoSuchMessage)?;
    Ok(Json(app.office.trace(ticket.session, &id)?))
}

/// Shows a person by their record, with the fingerprint of their keys.
#[utoipa::path(
    get,
    path = "/person/{id}",
    params(("id" = String, Path, description = "The person, such as `p10002`", example = "p10001")),
    responses(
        (status = 200, description = "The person", body = PersonCard),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_person`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn person(State(app): State<App>, Member(ticket): Member, Part(id): Part) -> Result<Json<PersonCard>, Refusal> {
    let id = id.parse().map_err(|_| Code::NoSuchPerson)?;
    Ok(Json(app.office.person_card(ticket.session, id)?))
}

//! Looking closer: the movement of a message, the card of a person.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use super::chat::chat_id;
use crate::api::auth::Member;
use crate::api::body::{Params, Part};
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office::view::{MessageId, PersonCard, Trace, text};

/// Which message.
#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    #[serde(with = "text")]
    message: MessageId,
}

/// Says which offices have a message, as far as this one has heard.
#[utoipa::path(
    get,
    path = "/chat/{chat}/trace",
    params(
        ("chat" = String, Path, description = "`d`, `u12`, `g7` or `p10002`", example = "u1"),
        ("message" = String, Query, description = "The message, such as `o1.77.d.routine.5`"),
    ),
    responses(
        (status = 200, description = "The offices", body = Trace),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_chat`, `no_such_message`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn trace(
    State(app): State<App>,
    Member(ticket): Member,
    Part(chat): Part,
    Params(of): Params<Of>,
) -> Result<Json<Trace>, Refusal> {
    Ok(Json(app.office.trace(ticket.session, chat_id(&chat)?, &of.message)?))
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

//! Conversations: the list, history, saying something, what was read.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use okrug_protocol::clock::Millis;
use serde::Deserialize;

use crate::api::auth::Member;
use crate::api::body::{self, Bytes, Params, Part};
use crate::api::code::Code;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::office;
use crate::office::view::{ChatId, Chats, Cursor, Message, MessageId, Page, Post, Posted, Read, text};

/// Messages of a page that says nothing else.
const DEFAULT_LIMIT: usize = 50;

/// Which part of a conversation.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    #[serde(default, with = "text::optional")]
    before: Option<Cursor>,
    #[serde(default, with = "text::optional")]
    after: Option<Cursor>,
    #[serde(default, with = "text::optional")]
    around: Option<MessageId>,
    limit: Option<usize>,
}

/// Lists the conversations.
#[utoipa::path(
    get,
    path = "/chat",
    responses(
        (status = 200, description = "The conversations", body = Chats),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn chats(State(app): State<App>, Member(ticket): Member) -> Result<Json<Chats>, Refusal> {
    Ok(Json(Chats { chats: app.office.chats(ticket.session)? }))
}

/// Shows a part of a conversation, oldest message first.
#[utoipa::path(
    get,
    path = "/chat/{chat}/message",
    params(
        ("chat" = String, Path, description = "`d`, `u12`, `g7`, `p10002`, `r10001`, or `r10001.p10002` for who has the role's duty", example = "u1"),
        ("before" = Option<String>, Query, description = "The `before` of the page after it; without it the newest messages"),
        ("after" = Option<String>, Query, description = "The `after` of the page before it"),
        ("around" = Option<String>, Query, description = "A message that is to stand in the middle of the page; of the three one at most counts, this one first"),
        ("limit" = Option<usize>, Query, description = "Messages at most, 1 to 200; 50 by default"),
    ),
    responses(
        (status = 200, description = "The messages", body = Page),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_chat`, `no_such_message`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn history(
    State(app): State<App>,
    Member(ticket): Member,
    Part(chat): Part,
    Params(which): Params<Which>,
) -> Result<Json<Page>, Refusal> {
    let limit = which.limit.unwrap_or(DEFAULT_LIMIT);
    let (session, chat) = (ticket.session, chat_id(&chat)?);
    let page = match which {
        Which { around: Some(message), .. } => app.office.history_around(session, chat, &message, limit),
        Which { after: Some(after), .. } => app.office.history_after(session, chat, after, limit),
        Which { before, .. } => app.office.history(session, chat, before, limit),
    };
    Ok(Json(page?))
}

/// Says something; it is on this office's disk when the answer comes.
#[utoipa::path(
    post,
    path = "/chat/{chat}/message",
    params(("chat" = String, Path, description = "`d`, `u12`, `g7`, `p10002`, `r10001`, or `r10001.p10002` for who has the role's duty", example = "u1")),
    request_body = Post,
    responses(
        (status = 201, description = "Said", body = Message),
        (status = 200, description = "The same `client_id` had said it before", body = Message),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`may_not_post`, `may_not_speak_for`, `office_suspended`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_chat`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`empty_text`, `text_too_long`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`over_quota`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "`no_space`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(app): State<App>,
    Member(ticket): Member,
    Part(chat): Part,
    body::Json(post): body::Json<Post>,
) -> Result<Response, Refusal> {
    let Posted { message, repeated } = app.office.post(ticket.session, chat_id(&chat)?, post).await?;
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(message)).into_response())
}

/// Remembers how far a conversation was read.
#[utoipa::path(
    post,
    path = "/read",
    request_body = Read,
    responses(
        (status = 204, description = "Remembered"),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_chat`, `no_such_message`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn read(
    State(app): State<App>,
    Member(ticket): Member,
    body::Json(read): body::Json<Read>,
) -> Result<StatusCode, Refusal> {
    app.office.read(ticket.session, read.chat, read.cursor)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn chat_id(text: &str) -> Result<ChatId, Refusal> {
    text.parse().map_err(|_| Code::NoSuchChat.into())
}

/// Which messages are to be proven.
#[derive(Debug, Deserialize)]
pub(crate) struct Proof {
    #[serde(default, with = "text::optional")]
    message: Option<MessageId>,
    #[serde(default, with = "text::optional_time")]
    from: Option<Millis>,
    #[serde(default, with = "text::optional_time")]
    to: Option<Millis>,
}

/// Gives a message or a part of a conversation as a file that `okrug verify` checks anywhere.
///
/// The text of a direct message is shown by one of its two sides only.
#[utoipa::path(
    get,
    path = "/chat/{chat}/evidence",
    params(
        ("chat" = String, Path, description = "`d`, `u12`, `g7` or `p10002`", example = "u1"),
        ("message" = Option<String>, Query, description = "This message alone"),
        ("from" = Option<String>, Query, description = "Not earlier than this (RFC 3339)"),
        ("to" = Option<String>, Query, description = "Before this (RFC 3339)"),
    ),
    responses(
        (status = 200, description = "The file", body = String, content_type = "application/octet-stream"),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_chat`, `no_such_message`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`too_many`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn evidence(
    State(app): State<App>,
    Member(ticket): Member,
    Part(chat): Part,
    Params(proof): Params<Proof>,
) -> Result<Bytes, Refusal> {
    let (office, chat) = (app.office.clone(), chat_id(&chat)?);
    let part = office::Part { message: proof.message, from: proof.from, to: proof.to };
    let made = tokio::task::spawn_blocking(move || office.evidence(ticket.session, chat, part)).await.map_err(|_| Code::Internal)?;
    Ok(Bytes(made?))
}

//! Logging in and out, and who is logged in.

use std::net::SocketAddr;
use std::time::Instant;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::api::auth::Member;
use crate::api::body::{Json, Part};
use crate::api::code::Code;
use crate::api::device::origin;
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::api::token::Token as ApiToken;
use crate::office::view::{Ended, Login, Me, NewPassword, Sessions, Token};
use crate::office::{Origin, Refused, SessionId};

/// Logs in.
///
/// The token is a new one whatever cookie came along, and the session of that cookie ends: a token that
/// somebody planted in a browser never becomes a session.
#[utoipa::path(
    post,
    path = "/session",
    request_body = Login,
    responses(
        (status = 200, description = "Logged in; the cookie is set. With `token: true` the body is a token instead.", body = Me),
        (status = 401, description = "`wrong_login`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`throttled`, with `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`busy`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn login(
    State(app): State<App>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Json(login): Json<Login>,
) -> Result<Response, Refusal> {
    let (session, token) = begin(&app, origin(client.ip(), &headers, login.token), &login.login, login.password.reveal()).await?;
    if login.token {
        return Ok(axum::Json(Token { token: token.text() }).into_response());
    }
    leave(&app, &headers);
    let me = app.office.who(session)?;
    Ok(([(header::SET_COOKIE, app.cookie.set(&token))], axum::Json(me)).into_response())
}

/// Tries a password, not too often, and begins a session.
pub(super) async fn begin(app: &App, from: Origin, login: &str, password: &str) -> Result<(SessionId, ApiToken), Refusal> {
    let attempt = app.throttle.change(|throttle| throttle.begin(login, from.address, Instant::now()));
    let attempt = attempt.map_err(|wait| Refusal::from(Code::Throttled).retry_after(wait.as_secs() + 1))?;
    let session = match app.office.login(login, password).await {
        Ok(session) => session,
        Err(refused) => {
            if !matches!(refused, Refused::WrongLogin) {
                app.throttle.change(|throttle| throttle.undecided(&attempt));
            }
            return Err(refused.into());
        }
    };
    app.throttle.change(|throttle| throttle.succeeded(&attempt));
    Ok((session, app.begin(session, from)))
}

/// Ends the session that the browser had.
pub(super) fn leave(app: &App, headers: &HeaderMap) {
    let before = app.cookie.read(headers).and_then(|token| app.tokens.read(|tokens| tokens.find(&token)));
    before.iter().for_each(|before| app.end(before));
}

/// Says who is logged in.
#[utoipa::path(
    get,
    path = "/session",
    responses(
        (status = 200, description = "Who is logged in", body = Me),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn who(State(app): State<App>, Member(ticket): Member) -> Result<axum::Json<Me>, Refusal> {
    Ok(axum::Json(app.office.who(ticket.session)?))
}

/// Logs out: the keys are wiped, the streams end, the cookie is taken back.
#[utoipa::path(
    delete,
    path = "/session",
    responses(
        (status = 204, description = "Logged out"),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn logout(State(app): State<App>, Member(ticket): Member) -> Response {
    app.end(&ticket);
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, app.cookie.clear())]).into_response()
}

/// Lists one's own sessions.
#[utoipa::path(
    get,
    path = "/session/own",
    responses(
        (status = 200, description = "The newest first", body = Sessions),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn own(State(app): State<App>, Member(ticket): Member) -> Result<axum::Json<Sessions>, Refusal> {
    Ok(axum::Json(app.office.own_sessions(ticket.session)?))
}

/// Ends all of one's own sessions but the one that asks.
#[utoipa::path(
    delete,
    path = "/session/own",
    responses(
        (status = 200, description = "How many there were", body = Ended),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_others(State(app): State<App>, Member(ticket): Member) -> Result<axum::Json<Ended>, Refusal> {
    Ok(axum::Json(Ended { ended: app.office.end_other_sessions(ticket.session)? }))
}

/// Ends one of one's own sessions.
#[utoipa::path(
    delete,
    path = "/session/own/{session}",
    params(("session" = String, Path, description = "Its `id` in the list")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`no_such_session`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_own(State(app): State<App>, Member(ticket): Member, Part(mark): Part) -> Result<StatusCode, Refusal> {
    app.office.end_own_session(ticket.session, &mark)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes one's own password; one's other sessions end.
#[utoipa::path(
    put,
    path = "/password",
    request_body = NewPassword,
    responses(
        (status = 200, description = "Changed; so many other sessions ended", body = Ended),
        (status = 401, description = "`not_logged_in`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`wrong_password`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`weak_password`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`throttled`, with `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`busy`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_password(
    State(app): State<App>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    Member(ticket): Member,
    Json(wish): Json<NewPassword>,
) -> Result<axum::Json<Ended>, Refusal> {
    // Whoever has got hold of a session guesses no faster than whoever has none.
    let login = app.office.login_of(ticket.session)?;
    let attempt = app.throttle.change(|throttle| throttle.begin(&login, client.ip(), Instant::now()));
    let attempt = attempt.map_err(|wait| Refusal::from(Code::Throttled).retry_after(wait.as_secs() + 1))?;
    let done = app.office.change_password(ticket.session, wish.old.reveal(), wish.new.reveal()).await;
    match &done {
        Ok(_) => app.throttle.change(|throttle| throttle.succeeded(&attempt)),
        Err(Refused::WrongPassword) => {}
        Err(_) => app.throttle.change(|throttle| throttle.undecided(&attempt)),
    }
    Ok(axum::Json(Ended { ended: done? }))
}

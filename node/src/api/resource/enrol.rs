//! Somebody comes with a code: for scripts, and as pages that need none.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::session::leave;
use crate::api::body::{Form, Json, Params};
use crate::api::code::Code;
use crate::api::device::origin;
use crate::api::plain::{failed, page, with_wait, words};
use crate::api::problem::{ProblemBody, Refusal};
use crate::api::state::App;
use crate::api::token::Token as ApiToken;
use crate::office::view::{Enrol, Invitation, Me, Password, Token};
use crate::office::{Origin, Refused, SessionId};
use crate::page::enrol::{self, Newcomer, RULES};
use crate::said;
use crate::words::Lang;

/// Makes an account of a code, and logs in.
///
/// The code is used up by success alone. Wrong codes are slowed down like wrong passwords.
#[utoipa::path(
    post,
    path = "/enrol",
    request_body = Enrol,
    responses(
        (status = 201, description = "Enrolled and logged in; the cookie is set. With `token: true` the body is a token instead.", body = Me),
        (status = 401, description = "`wrong_code`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`office_suspended`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`login_taken`, `has_left`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`bad_login`, `weak_password`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`throttled`, with `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`busy`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn enrol(
    State(app): State<App>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Json(wish): Json<Enrol>,
) -> Result<Response, Refusal> {
    let as_token = wish.token;
    let (session, token) = come(&app, origin(client.ip(), &headers, as_token), wish).await?;
    if as_token {
        return Ok((StatusCode::CREATED, axum::Json(Token { token: token.text() })).into_response());
    }
    leave(&app, &headers);
    let me = app.office.who(session)?;
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, app.cookie.set(&token))], axum::Json(me)).into_response())
}

/// What the address of a page says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    code: String,
    #[serde(default)]
    lang: String,
}

impl Asked {
    fn lang(&self, fallback: Lang) -> Lang {
        self.lang.parse().unwrap_or(fallback)
    }
}

/// What a form brings; the first one has the code alone.
#[derive(Debug, Deserialize)]
pub(crate) struct Filled {
    code: Password,
    login: Option<String>,
    password: Option<Password>,
    again: Option<Password>,
}

/// Shows the form for the code; one in the address is filled in, and not used.
pub(crate) async fn door(State(app): State<App>, Extension(lang): Extension<Lang>, Params(asked): Params<Asked>) -> Response {
    page(StatusCode::OK, enrol::code(asked.lang(lang), &office(&app), &asked.code, None))
}

/// Takes the form: the code alone leads to the second page, all of it to the rules.
pub(crate) async fn take(
    State(app): State<App>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    Extension(lang): Extension<Lang>,
    Params(asked): Params<Asked>,
    headers: HeaderMap,
    Form(filled): Form<Filled>,
) -> Response {
    let lang = asked.lang(lang);
    let code = filled.code.reveal().to_owned();
    let looked = tried(&app, client.ip(), async { app.office.invited(&code) }).await;
    let who = match looked {
        Ok(invitation) => newcomer(invitation),
        Err(refusal) => return failed(&refusal, enrol::code(lang, &office(&app), &code, Some(&words(&refusal, lang)))),
    };
    let login = filled.login.unwrap_or_default();
    let again = |status, fault: Option<&str>| page(status, enrol::account(lang, &office(&app), &code, &who, login.trim(), fault));
    let (Some(password), Some(repeated)) = (filled.password, filled.again) else { return again(StatusCode::OK, None) };
    if password.reveal() != repeated.reveal() {
        let differ = said!("Пароли не совпали. Введите их ещё раз.", "The passwords differ. Type them again.");
        return again(StatusCode::UNPROCESSABLE_ENTITY, Some(differ.text(lang)));
    }
    let wish = Enrol { code: filled.code, login: login.trim().to_owned(), password, token: false };
    match come(&app, origin(client.ip(), &headers, false), wish).await {
        Ok((_, token)) => {
            leave(&app, &headers);
            let rules = HeaderValue::try_from(format!("{RULES}?lang={}", lang.word())).expect("an address of ours is visible ASCII");
            (StatusCode::SEE_OTHER, [(header::SET_COOKIE, app.cookie.set(&token)), (header::LOCATION, rules)]).into_response()
        }
        Err(refusal) => with_wait(again(refusal.code().row().status, Some(&words(&refusal, lang))), &refusal),
    }
}

/// Shows the rules.
pub(crate) async fn rules(State(app): State<App>, Extension(lang): Extension<Lang>, Params(asked): Params<Asked>) -> Response {
    page(StatusCode::OK, enrol::rules(asked.lang(lang), &office(&app)))
}

/// Somebody comes. What has begun is done, whether the client waits for it or not: otherwise they would have a number and no account.
async fn come(app: &App, from: Origin, wish: Enrol) -> Result<(SessionId, ApiToken), Refusal> {
    let office = app.office.clone();
    let coming = async move {
        let work = tokio::spawn(async move { office.enrol(&wish).await });
        work.await.unwrap_or(Err(Refused::Stopping))
    };
    let session = tried(app, from.address, coming).await?;
    Ok((session, app.begin(session, from)))
}

/// Lets somebody try a code, not too often from one address. The address alone counts: a code is too long to be guessed from
/// many, and nobody keeps others from coming.
async fn tried<T>(app: &App, from: IpAddr, work: impl Future<Output = Result<T, Refused>>) -> Result<T, Refusal> {
    let attempt = app.throttle.change(|throttle| throttle.begin(&format!("\0enrol {from}"), from, Instant::now()));
    let attempt = attempt.map_err(|wait| Refusal::from(Code::Throttled).retry_after(wait.as_secs() + 1))?;
    let done = work.await;
    match &done {
        // Whoever has a code knows it; what else was wrong is no guess.
        Ok(_) => app.throttle.change(|throttle| throttle.succeeded(&attempt)),
        Err(Refused::WrongCode) => {}
        Err(_) => app.throttle.change(|throttle| throttle.undecided(&attempt)),
    }
    Ok(done?)
}

fn newcomer(invitation: Invitation) -> Newcomer {
    let Invitation { name, position, unit_name, login, .. } = invitation;
    Newcomer { name, position, unit: unit_name, login }
}

fn office(app: &App) -> String {
    app.office.name()
}

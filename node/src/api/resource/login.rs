//! Logging in without scripts: the same gate as for those with scripts, and a page instead of JSON.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::session::{begin, leave};
use crate::api::auth::Member;
use crate::api::body::{Form, Params};
use crate::api::device::origin;
use crate::api::plain::{Spoken, failed, page, words};
use crate::api::state::App;
use crate::office::view::Password;
use crate::page::login::{LOGIN, form, inside};
use crate::words::Lang;

/// What the form says.
#[derive(Debug, Deserialize)]
pub(crate) struct Filled {
    #[serde(default)]
    login: String,
    password: Password,
}

/// Shows the form, or who is logged in.
pub(crate) async fn door(
    State(app): State<App>,
    Extension(lang): Extension<Lang>,
    Params(asked): Params<Spoken>,
    member: Result<Member, crate::api::code::Code>,
) -> Response {
    let lang = asked.lang(lang);
    let who = member.ok().and_then(|Member(ticket)| app.office.who(ticket.session).ok());
    page(
        StatusCode::OK,
        match who {
            Some(me) => inside(lang, &app.office.name(), &me.person.name, &me.person.position),
            None => form(lang, &app.office.name(), "", None),
        },
    )
}

/// Logs in, and leads to the page; without scripts that leads back here.
pub(crate) async fn enter(
    State(app): State<App>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    Extension(lang): Extension<Lang>,
    Params(asked): Params<Spoken>,
    headers: HeaderMap,
    Form(filled): Form<Filled>,
) -> Response {
    let lang = asked.lang(lang);
    let login = filled.login.trim();
    match begin(&app, origin(client.ip(), &headers, false), login, filled.password.reveal()).await {
        Ok((_, token)) => {
            leave(&app, &headers);
            (StatusCode::SEE_OTHER, [(header::SET_COOKIE, app.cookie.set(&token)), (header::LOCATION, ROOT)]).into_response()
        }
        Err(refusal) => failed(&refusal, form(lang, &app.office.name(), login, Some(&words(&refusal, lang)))),
    }
}

const ROOT: header::HeaderValue = header::HeaderValue::from_static("/");
const DOOR: header::HeaderValue = header::HeaderValue::from_static(LOGIN);

/// Logs out.
pub(crate) async fn exit(State(app): State<App>, headers: HeaderMap) -> Response {
    leave(&app, &headers);
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, app.cookie.clear()), (header::LOCATION, DOOR)]).into_response()
}

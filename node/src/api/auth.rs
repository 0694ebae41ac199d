//! Who asks: a person with a session, or the administrator of this machine.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use okrug_protocol::act::By;

use super::code::Code;
use super::peer::token_holder;
use super::state::App;
use super::token::{Ticket, Token};

/// A request of somebody with a session, by cookie or bearer token.
///
/// Whether the session still runs is the office's to say.
#[derive(Debug)]
pub(crate) struct Member(pub(crate) Ticket);

/// A request with the token of `api.json`, and by whom, as far as it is known.
#[derive(Debug)]
pub(crate) struct Admin(pub(crate) By);

/// Either of them.
#[derive(Debug)]
pub(crate) enum Either {
    /// A person.
    Member(Ticket),
    /// The administrator.
    Admin,
}

impl FromRequestParts<App> for Member {
    type Rejection = Code;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Code> {
        shown(app, &parts.headers).and_then(|token| app.tokens.read(|tokens| tokens.find(&token))).map(Self).ok_or(Code::NotLoggedIn)
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = Code;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Code> {
        match Either::from_request_parts(parts, app).await? {
            Either::Admin => {
                let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| *address);
                // Tables of the system are read where reading may wait.
                let by = tokio::task::spawn_blocking(move || token_holder(address)).await;
                Ok(Self(by.unwrap_or(By::Token { uid: None, name: None })))
            }
            Either::Member(_) => Err(Code::NotAdmin),
        }
    }
}

impl FromRequestParts<App> for Either {
    type Rejection = Code;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Code> {
        if bearer(&parts.headers).is_some_and(|token| token.hash() == app.admin) {
            return Ok(Self::Admin);
        }
        Member::from_request_parts(parts, app).await.map(|Member(ticket)| Self::Member(ticket))
    }
}

/// A bearer token goes before a cookie: whoever sends one means it.
fn shown(app: &App, headers: &HeaderMap) -> Option<Token> {
    if headers.contains_key(header::AUTHORIZATION) { bearer(headers) } else { app.cookie.read(headers) }
}

/// The one bearer token; twice is a trick.
fn bearer(headers: &HeaderMap) -> Option<Token> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (first, None) = (given.next()?, given.next()) else { return None };
    let (scheme, token) = first.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Token::read(token.trim()))?
}

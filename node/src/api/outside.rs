//! What stands in the head of a request, read by itself: for fuzzing.

use axum::http::{HeaderMap, HeaderValue, header};

use super::cookie::Cookie;
use super::token::Token;

/// The token that a browser shows in its cookies, as text.
#[must_use]
pub fn cookie(bytes: &[u8]) -> Option<String> {
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, HeaderValue::from_bytes(bytes).ok()?);
    Cookie::new("uray", false).read(&headers).map(|token| token.text())
}

/// The token of a script, as text.
#[must_use]
pub fn token(text: &str) -> Option<String> {
    Token::read(text).map(|token| token.text())
}

//! Pages that the node makes itself, as answers.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::problem::{HTML, Refusal};
use crate::words::Lang;

/// What the address of a plain page says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Spoken {
    lang: Option<String>,
}

impl Spoken {
    /// The language that was asked for, else that of the browser.
    pub(crate) fn lang(&self, browser: Lang) -> Lang {
        self.lang.as_deref().and_then(|word| word.parse().ok()).unwrap_or(browser)
    }
}

/// A refusal as one sentence for a page.
pub(crate) fn words(refusal: &Refusal, lang: Lang) -> String {
    let row = refusal.code().row();
    let hint = row.hint.map_or_else(String::new, |hint| format!(" ({})", hint.text(lang)));
    format!("{}: {}{hint}.", row.title.text(lang), refusal.detail(lang))
}

/// A page that says why.
pub(crate) fn failed(refusal: &Refusal, html: String) -> Response {
    with_wait(page(refusal.code().row().status, html), refusal)
}

/// With how long to wait, where that is known.
pub(crate) fn with_wait(mut response: Response, refusal: &Refusal) -> Response {
    if let Some(seconds) = refusal.wait_s() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// A page; the browser tells this node alone where its form came from.
pub(crate) fn page(status: StatusCode, html: String) -> Response {
    (status, [(header::CONTENT_TYPE, HTML), (header::REFERRER_POLICY, "same-origin")], html).into_response()
}

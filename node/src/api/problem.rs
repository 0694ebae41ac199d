//! Refusals over HTTP: one table of codes, and the answer that is made of a row.
//!
//! A handler says only which row; the text is put in by [`in_words`], in the language that the client
//! asks for, so that every answer has the same form: the router's own refusals and panics too.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::code::Code;
use crate::words::{Lang, Said};

/// The media type of a refusal.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// The media type of a page that is made for the request.
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// A refusal as JSON.
///
/// Source:  RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `about:blank`: the code says which it is.
    #[serde(rename = "type", default = "blank")]
    pub kind: String,
    /// What is refused, in a few words.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// A stable name, such as `not_logged_in`.
    pub code: String,
    /// What happened, why, and what was kept.
    pub detail: String,
    /// What to do next.
    #[schema(required = true)]
    pub hint: Option<String>,
}

fn blank() -> String {
    "about:blank".to_owned()
}

/// A refusal on its way out.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    code: Code,
    more: Option<String>,
    told: Option<Said>,
    retry_after_s: Option<u64>,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self { code, more: None, told: None, retry_after_s: None }
    }
}

impl Refusal {
    /// With what the table cannot know, such as the place of a mistake in JSON, after its words.
    pub(crate) fn more(self, more: impl Into<String>) -> Self {
        Self { more: Some(more.into()), ..self }
    }

    /// With a sentence in the place of the table's.
    pub(crate) fn told(self, told: Said) -> Self {
        Self { told: Some(told), ..self }
    }

    /// With how long to wait.
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after_s: Some(seconds), ..self }
    }

    /// What happened, for a page.
    pub(crate) fn detail(&self, lang: Lang) -> String {
        self.body(lang).detail
    }

    /// How long to wait.
    pub(crate) fn wait_s(&self) -> Option<u64> {
        self.retry_after_s
    }

    /// Its row.
    pub(crate) fn code(&self) -> Code {
        self.code
    }

    fn body(&self, lang: Lang) -> ProblemBody {
        let row = self.code.row();
        let detail = self.told.as_ref().unwrap_or(&row.detail).text(lang);
        ProblemBody {
            kind: blank(),
            title: row.title.text(lang).to_owned(),
            status: row.status.as_u16(),
            code: self.code.word().to_owned(),
            detail: self.more.as_ref().map_or_else(|| detail.to_owned(), |more| format!("{detail}: {more}")),
            hint: row.hint.map(|hint| hint.text(lang).to_owned()),
        }
    }

    /// Its body under a status of its own, for an answer that no router makes.
    pub(crate) fn json(&self, lang: Lang, status: u16) -> Vec<u8> {
        serde_json::to_vec(&ProblemBody { status, ..self.body(lang) }).expect("texts and numbers always have their JSON")
    }

    fn write(&self, lang: Lang) -> Response {
        let json = self.json(lang, self.code.row().status.as_u16());
        let mut response = (self.code.row().status, [(header::CONTENT_TYPE, PROBLEM_JSON)], json).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.word()));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.code == Code::NotLoggedIn {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.code.row().status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Code {
    fn into_response(self) -> Response {
        Refusal::from(self).into_response()
    }
}

/// Gives every refusal its words.
pub(crate) async fn in_words(State(fallback): State<Lang>, mut request: Request, next: Next) -> Response {
    let lang = language(request.headers()).unwrap_or(fallback);
    request.extensions_mut().insert(lang);
    let mut response = next.run(request).await;
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        return keep_headers(response, refusal.write(lang));
    }
    match Code::of_bare_status(response.status()) {
        Some(code) if !is_worded(&response) => keep_headers(response, Refusal::from(code).write(lang)),
        _ => response,
    }
}

/// A refusal, or a page that says by itself what is wrong.
fn is_worded(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == PROBLEM_JSON || value == HTML)
}

/// What the router has said in headers, such as `Allow`, stays.
fn keep_headers(bare: Response, mut worded: Response) -> Response {
    for (name, value) in bare.headers() {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            worded.headers_mut().entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    worded
}

/// The first language of ours that the client lists.
fn language(headers: &HeaderMap) -> Option<Lang> {
    let listed = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    listed.split(',').find_map(|item| {
        let tag = item.trim().split([';', '-']).next()?;
        tag.to_ascii_lowercase().parse().ok()
    })
}

/// What a client sees of a panic; the log has the rest.
pub(crate) fn of_panic(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!(event = "request_panicked", "a request ended in a panic; the node goes on");
    Code::Internal.into_response()
}

impl Code {
    /// The row for an answer that came without one: the router's own.
    fn of_bare_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::NoSuchRoute),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::MethodNotAllowed),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Self::MediaType),
            status if status.is_client_error() => Some(Self::BadRequest),
            status if status.is_server_error() => Some(Self::Internal),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(languages: &'static str) -> Option<Lang> {
        language(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(languages))]))
    }

    #[test]
    fn a_refusal_speaks_the_first_language_of_ours_that_was_asked_for() {
        assert_eq!(asked("ru-RU,ru;q=0.9,en;q=0.8"), Some(Lang::Ru));
        assert_eq!(asked("de, EN-gb;q=0.7, ru"), Some(Lang::En));
        assert_eq!(asked("de"), None);
        assert_eq!(asked(""), None);
        let body = |lang| Refusal::from(Code::NotLoggedIn).body(lang);
        assert_ne!(body(Lang::Ru).detail, body(Lang::En).detail);
        assert_eq!((body(Lang::Ru).code.as_str(), body(Lang::Ru).status), ("not_logged_in", 401));
    }

    #[test]
    fn what_the_table_cannot_know_follows_its_words() {
        let body = Refusal::from(Code::BadRequest).more("line 1 column 2").body(Lang::En);
        assert!(body.detail.ends_with(": line 1 column 2"), "{}", body.detail);
    }
}

//! What comes in a request, read within limits and refused in our words.

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::BytesMut;
use futures::StreamExt;
use serde::de::DeserializeOwned;

use super::code::Code;
use super::problem::Refusal;

/// The longest JSON body.
pub const MAX_JSON_BYTES: usize = 256 << 10;
/// The longest form.
const MAX_FORM_BYTES: usize = 16 << 10;
/// The longest district file.
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

/// The fields of a form.
#[derive(Debug)]
pub(crate) struct Form<T>(pub(crate) T);

/// A file as the body.
#[derive(Debug)]
pub(crate) struct File(pub(crate) bytes::Bytes);

/// A file as the answer.
#[derive(Debug)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl IntoResponse for Bytes {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/octet-stream")], self.0).into_response()
    }
}

/// A part of the path; what cannot be one names nothing that exists.
#[derive(Debug)]
pub(crate) struct Part(pub(crate) String);

/// Two parts of the path.
#[derive(Debug)]
pub(crate) struct TwoParts(pub(crate) String, pub(crate) String);

/// What follows the question mark.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        expect_type(request.headers(), "application/json")?;
        let bytes = read(request, MAX_JSON_BYTES).await?;
        // A list of the values without their names would be read as well.
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(Refusal::from(Code::BadRequest).more("{"));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| Refusal::from(Code::BadRequest).more(error.to_string()))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        expect_type(request.headers(), "application/x-www-form-urlencoded")?;
        let bytes = read(request, MAX_FORM_BYTES).await?;
        let fields: serde_json::Map<_, _> = form_urlencoded::parse(&bytes).map(|(name, text)| (name.into_owned(), text.into())).collect();
        serde_json::from_value(fields.into()).map(Self).map_err(|error| Refusal::from(Code::BadRequest).more(error.to_string()))
    }
}

impl<S: Send + Sync> FromRequest<S> for File {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        expect_type(request.headers(), "application/octet-stream")?;
        read(request, MAX_FILE_BYTES).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Part {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(text)| Self(text)).map_err(|_| Code::NoSuchRoute.into())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for TwoParts {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        path.map(|Path((first, second))| Self(first, second)).map_err(|_| Code::NoSuchRoute.into())
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(value)| Self(value)).map_err(|error| Refusal::from(Code::BadRequest).more(error.body_text()))
    }
}

/// The one kind that a body is said to be of; twice is a trick.
pub(crate) fn expect_type(headers: &HeaderMap, wanted: &str) -> Result<(), Refusal> {
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    let first = given.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = first.split(';').next().unwrap_or_default().trim();
    let fits = essence.eq_ignore_ascii_case(wanted) && given.next().is_none();
    if fits { Ok(()) } else { Err(Refusal::from(Code::MediaType).more(wanted)) }
}

/// Reads a body; what announces itself as too long is not read at all.
async fn read(request: Request, limit: usize) -> Result<bytes::Bytes, Refusal> {
    let too_large = || Refusal::from(Code::TooLarge).more(format!("{limit} B"));
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit)) {
        return Err(too_large());
    }
    let mut chunks = request.into_body().into_data_stream();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        // Otherwise the client went away, or its chunks are no chunks.
        let chunk = chunk.map_err(|_| Code::BadRequest)?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

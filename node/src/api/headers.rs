//! What every answer tells the browser: trust nothing but this node.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

pub use crate::page::CONTENT_SECURITY_POLICY;

pub(crate) const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Of answers that no cache may keep.
pub(crate) const UNKEPT: (HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

/// Adds what an answer does not say itself. Answers of the API are never kept by a cache.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let of_api = !request.uri().path().starts_with("/page/") && request.uri().path() != "/";
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if of_api {
        headers.entry(UNKEPT.0).or_insert(HeaderValue::from_static(UNKEPT.1));
    }
    response
}

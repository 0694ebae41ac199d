//! The page over HTTP: thin, all knowledge is in `assets`.

use axum::Router;
use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY as POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, Response, StatusCode, Uri};
use axum::routing::get;
use bytes::Bytes;

use super::assets::{Asset, Coding, asset};

/// What a browser lets the page do: its own scripts and styles, requests to its own node, one worker, and nothing else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
    manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types okrug-sw";

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The page's routes, to be merged with the API's: they need no state and no session.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/", get(serve)).route("/sw.js", get(serve)).route("/page/{*path}", get(serve))
}

async fn serve(uri: Uri, headers: HeaderMap) -> Response<Body> {
    respond(asset(uri.path()), &headers)
}

fn respond(asset: Option<&Asset>, request: &HeaderMap) -> Response<Body> {
    let answer = Response::builder()
        .header(POLICY, CONTENT_SECURITY_POLICY)
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(X_FRAME_OPTIONS, "DENY")
        .header(REFERRER_POLICY, "no-referrer")
        .header(CROSS_ORIGIN_OPENER_POLICY, "same-origin")
        .header(CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    let answer = match asset {
        None => answer.status(StatusCode::NOT_FOUND).header(CACHE_CONTROL, "no-store").body(Body::empty()),
        Some(asset) => {
            let (bytes, etag, coding) = variant(asset, request);
            let answer = answer
                .header(CONTENT_TYPE, asset.mime)
                .header(VARY, "accept-encoding")
                .header(CACHE_CONTROL, if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" })
                .header(ETAG, &etag);
            let answer = match coding {
                Some(coding) => answer.header(CONTENT_ENCODING, coding.name()),
                None => answer,
            };
            if known(request, &etag) { answer.status(StatusCode::NOT_MODIFIED).body(Body::empty()) } else { answer.body(Body::from(bytes)) }
        }
    };
    answer.expect("constant headers and a tag of hexadecimal digits are valid")
}

/// The bytes this browser can read; each encoding has an entity tag of its own (RFC 9110, section 8.8.3.3).
fn variant(asset: &Asset, request: &HeaderMap) -> (Bytes, String, Option<Coding>) {
    let small = |coding| Some((asset.small(coding)?, coding));
    match Coding::ALL.into_iter().filter(|coding| accepts(request, coding.name())).find_map(small) {
        Some((small, coding)) => (small.clone(), format!("{}-{}\"", asset.etag.trim_end_matches('"'), coding.name()), Some(coding)),
        None => (asset.bytes.clone(), asset.etag.clone(), None),
    }
}

fn accepts(request: &HeaderMap, coding: &str) -> bool {
    items(request, &ACCEPT_ENCODING).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next() == Some(coding)
            && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.trim_end_matches(['0', '.']).is_empty()))
    })
}

fn known(request: &HeaderMap, etag: &str) -> bool {
    items(request, &IF_NONE_MATCH).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

fn items<'a>(request: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    request.get_all(name).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, pairs: &[(HeaderName, &str)]) -> Response<Body> {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().expect("a header"))).collect();
        respond(asset(path), &headers)
    }

    fn header(answer: &Response<Body>, name: &HeaderName) -> String {
        answer.headers().get(name).map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
    }

    /// Spelled out: whoever weakens the policy changes this list, and not only the constant with which answers are compared.
    #[test]
    fn the_policy_lets_no_script_in_but_ours_and_no_text_become_one() {
        let given: Vec<_> = CONTENT_SECURITY_POLICY.split(';').map(str::trim).collect();
        for due in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "require-trusted-types-for 'script'",
            "trusted-types okrug-sw",
        ] {
            assert!(given.contains(&due), "{due} is missing in {CONTENT_SECURITY_POLICY}");
        }
        assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"), "{CONTENT_SECURITY_POLICY}");
    }

    #[test]
    fn index_is_asked_for_again_and_files_are_kept() {
        let index = ask("/", &[]);
        assert_eq!(index.status(), StatusCode::OK);
        assert_eq!(header(&index, &CACHE_CONTROL), "no-cache");
        let script = ask(&format!("/page/{}/js/main.js", super::super::build()), &[]);
        assert_eq!(header(&script, &CONTENT_TYPE), "text/javascript; charset=utf-8");
        assert!(header(&script, &CACHE_CONTROL).ends_with("immutable"));
    }

    #[test]
    fn known_tag_is_answered_without_a_body() {
        for encoding in ["identity", "gzip", "br"] {
            let first = ask("/", &[(ACCEPT_ENCODING, encoding)]);
            let again = ask("/", &[(ACCEPT_ENCODING, encoding), (IF_NONE_MATCH, &format!("\"x\", {}", header(&first, &ETAG)))]);
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{encoding}");
        }
        let plain = header(&ask("/", &[]), &ETAG);
        assert_eq!(ask("/", &[(ACCEPT_ENCODING, "gzip"), (IF_NONE_MATCH, &plain)]).status(), StatusCode::OK);
    }

    #[test]
    fn the_smallest_coding_that_is_taken_is_sent() {
        for (accepted, sent) in [
            ("gzip, deflate, br", "br"),
            ("br;q=0.5, gzip", "br"),
            ("gzip, deflate", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("gzip;q=0", ""),
            ("gzip; q=0.0, zstd", ""),
        ] {
            let answer = ask("/", &[(ACCEPT_ENCODING, accepted)]);
            assert_eq!(header(&answer, &CONTENT_ENCODING), sent, "{accepted}");
            assert_eq!(header(&answer, &VARY), "accept-encoding");
        }
    }

    #[test]
    fn every_answer_carries_the_policy() {
        for path in ["/", "/page/none"] {
            assert!(header(&ask(path, &[]), &POLICY).starts_with("default-src 'none'"), "{path}");
            assert_eq!(header(&ask(path, &[]), &X_CONTENT_TYPE_OPTIONS), "nosniff");
        }
        assert_eq!(ask("/page/none", &[]).status(), StatusCode::NOT_FOUND);
    }
}

//! Whether a request comes from our own page, a program of ours, or from somebody's web site.
//!
//! A browser says where a request comes from: `Origin` and `Sec-Fetch-Site` cannot be set by a script.
//! A write needs a header that no form can send, and, where a cookie alone would give it force, the
//! browser's own word that it comes from our page. `Host` must be a name of ours, or a site that has
//! pointed its name at our address would count as our page (DNS rebinding).
//!
//! Source:  threats.md, M43; Fetch Metadata Request Headers (W3C).

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, AsHeaderName, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::code::Code;

/// The header that every write carries.
pub const WRITE_HEADER: &str = "x-okrug";

/// By which names the node may be called.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    hosts: Vec<String>,
    scheme: &'static str,
}

impl Names {
    /// Addresses and `localhost` always, and the names that were configured.
    pub(crate) fn new(hosts: &[String], is_tls: bool) -> Self {
        Self { hosts: hosts.iter().map(|host| host.to_ascii_lowercase()).collect(), scheme: if is_tls { "https" } else { "http" } }
    }

    fn knows(&self, authority: &str) -> bool {
        let Some(host) = host_of(authority) else { return false };
        let host = host.to_ascii_lowercase();
        let is_address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
        is_address || host == "localhost" || self.hosts.contains(&host)
    }
}

/// The name without the port; `None` when the text is no authority of ours (user names, spaces, empty).
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let is_bracketed = host.starts_with('[') && host.ends_with(']');
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    (port_fits && !host.is_empty() && (is_bracketed || host.bytes().all(plain))).then_some(host)
}

/// Lets a request pass or refuses it.
pub(crate) async fn guard(State(names): State<Names>, request: Request, next: Next) -> Response {
    match check(&names, request.method(), request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(code) => {
            tracing::debug!(event = "request_refused", code = code.word(), "a request was refused before it was read");
            code.into_response()
        }
    }
}

fn check(names: &Names, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Code> {
    let authority = match (uri.authority(), one(headers, HOST)?) {
        (Some(authority), None) => authority.as_str(),
        (None, Some(host)) => host,
        (Some(authority), Some(host)) if authority.as_str() == host => host,
        _ => return Err(Code::BadHost),
    };
    if !names.knows(authority) {
        return Err(Code::BadHost);
    }
    let is_write = !matches!(*method, Method::GET | Method::HEAD);
    let is_api = uri.path().starts_with("/api/");
    // The page itself may be opened from anywhere; it shows nothing by itself.
    if !is_api && !is_write {
        return Ok(());
    }
    let site = one(headers, "sec-fetch-site")?;
    let origin = one(headers, ORIGIN)?;
    let from_page = site == Some("same-origin") || origin.is_some();
    if origin.is_some_and(|origin| origin != format!("{}://{authority}", names.scheme)) {
        return Err(Code::Forged);
    }
    match site {
        None | Some("same-origin") => {}
        // Typed into the address bar: harmless when it only reads.
        Some("none") if !is_write => {}
        Some(_) => return Err(Code::Forged),
    }
    if !is_write {
        return Ok(());
    }
    // A form sends no header of ours: there the browser's word is all, and there must be one.
    if !is_api {
        return if from_page { Ok(()) } else { Err(Code::Forged) };
    }
    if one(headers, WRITE_HEADER)? != Some("1") {
        return Err(Code::NoWriteHeader);
    }
    let by_cookie = headers.contains_key(COOKIE) && !headers.contains_key(AUTHORIZATION);
    if by_cookie && !from_page { Err(Code::Forged) } else { Ok(()) }
}

/// The one value of a header; twice the same header is a trick.
fn one(headers: &HeaderMap, name: impl AsHeaderName) -> Result<Option<&str>, Code> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Code::BadRequest),
        (Some(_), Some(_)) => Err(Code::BadRequest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn verdict(method: Method, path: &str, headers: &[(&str, &str)]) -> Result<(), Code> {
        let headers = headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap()));
        let names = Names::new(&["Kotlas.Okrug.Internal".to_owned()], false);
        check(&names, &method, &path.parse().unwrap(), &headers.collect())
    }

    const HERE: (&str, &str) = ("host", "127.0.0.1:7680");
    const WRITE: (&str, &str) = ("x-okrug", "1");

    #[test]
    fn only_our_own_names_are_answered() {
        let get = |host| verdict(Method::GET, "/", &[("host", host)]);
        for good in ["127.0.0.1:7680", "localhost:7680", "LOCALHOST", "[::1]:7680", "192.0.2.7", "kotlas.okrug.internal:7680"] {
            assert_eq!(get(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "evil.example",
            "evil.example:7680",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "user@localhost",
            "localhost:99999",
            "[::1",
            "::1",
        ] {
            assert_eq!(get(bad), Err(Code::BadHost), "{bad}");
        }
        assert_eq!(verdict(Method::GET, "/", &[]), Err(Code::BadHost));
        assert_eq!(verdict(Method::GET, "/", &[HERE, ("host", "evil.example")]), Err(Code::BadRequest));
        assert_eq!(verdict(Method::GET, "http://evil.example/", &[HERE]), Err(Code::BadHost));
    }

    #[test]
    fn a_write_by_cookie_needs_the_browsers_word_that_it_comes_from_our_page() {
        let write =
            |more: &[(&str, &str)]| verdict(Method::POST, "/api/v1/read", &[&[HERE, WRITE, ("cookie", "okrug-a=1")], more].concat());
        assert_eq!(write(&[]), Err(Code::Forged));
        assert_eq!(write(&[("sec-fetch-site", "same-origin")]), Ok(()));
        assert_eq!(write(&[("origin", "http://127.0.0.1:7680")]), Ok(()));
        for site in ["cross-site", "same-site", "none", "weird"] {
            assert_eq!(write(&[("sec-fetch-site", site)]), Err(Code::Forged), "{site}");
        }
        for origin in ["null", "http://evil.example", "https://127.0.0.1:7680", "http://127.0.0.1:7681", "http://127.0.0.1", ""] {
            assert_eq!(write(&[("origin", origin)]), Err(Code::Forged), "{origin}");
            assert_eq!(write(&[("origin", origin), ("sec-fetch-site", "same-origin")]), Err(Code::Forged), "{origin}");
        }
        assert_eq!(write(&[("authorization", "Bearer x")]), Ok(()));
    }

    #[test]
    fn a_write_without_our_header_is_refused_whoever_sends_it() {
        for value in [None, Some(""), Some("0"), Some("true")] {
            let mut headers = vec![HERE, ("authorization", "Bearer x")];
            headers.extend(value.map(|value| ("x-okrug", value)));
            for method in [Method::POST, Method::DELETE, Method::PUT, Method::PATCH] {
                assert_eq!(verdict(method, "/api/v1/session", &headers), Err(Code::NoWriteHeader));
            }
        }
    }

    #[test]
    fn a_form_needs_the_browsers_word_whether_there_is_a_cookie_or_not() {
        let post = |more: &[(&str, &str)]| verdict(Method::POST, "/enrol", &[&[HERE], more].concat());
        assert_eq!(post(&[("origin", "http://127.0.0.1:7680")]), Ok(()));
        assert_eq!(post(&[("sec-fetch-site", "same-origin")]), Ok(()));
        for forged in [&[][..], &[WRITE], &[("origin", "null")], &[("origin", "http://evil.example")], &[("sec-fetch-site", "none")]] {
            assert_eq!(post(forged), Err(Code::Forged), "{forged:?}");
        }
    }

    #[test]
    fn another_site_cannot_read_either() {
        let read = |more: &[(&str, &str)]| verdict(Method::GET, "/api/v1/events", &[&[HERE], more].concat());
        assert_eq!(read(&[]), Ok(()));
        assert_eq!(read(&[("sec-fetch-site", "none")]), Ok(()));
        assert_eq!(read(&[("sec-fetch-site", "same-site")]), Err(Code::Forged));
        assert_eq!(read(&[("origin", "http://evil.example")]), Err(Code::Forged));
        assert_eq!(verdict(Method::GET, "/", &[HERE, ("sec-fetch-site", "cross-site")]), Ok(()));
    }
}

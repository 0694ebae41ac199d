//! A table of forged requests, each with its name and the refusal that is due; none of them changes anything.
//!
//! Source:  threats.md, M43 and C15.

use std::sync::Arc;

use okrug_node::api::{MAX_JSON_BYTES, WRITE_HEADER};
use serde_json::json;

use crate::forged::State;
use crate::served::client::{Client, secretly};
use crate::served::{PASSWORD, Served, login_body, post_body};
use crate::tls::{client, over_tls};

const MESSAGE: &str = "/api/v1/chat/u2/message";
const READ: &str = "/api/v1/read";
const OWN: &str = "/api/v1/session/own";

/// What must be answered.
#[derive(Debug, Clone, Copy)]
enum Due {
    /// A refusal of ours.
    Refused(u16, &'static str),
    /// What is no HTTP: refused, or the connection is closed without a word.
    NoHttp,
}

/// A forged request.
struct Row {
    name: &'static str,
    bytes: Vec<u8>,
    due: Due,
}

/// The table while it is made: an honest write of Ann's browser, and what is done to it.
struct Table {
    rows: Vec<Row>,
    honest: Client,
    body: Vec<u8>,
    /// `http`, or `https`.
    scheme: &'static str,
}

impl Table {
    /// A row with any bytes.
    fn raw(&mut self, name: &'static str, bytes: impl Into<Vec<u8>>, due: Due) {
        self.rows.push(Row { name, bytes: bytes.into(), due });
    }

    /// A write with other headers, and more lines in its head.
    fn with_lines(&mut self, name: &'static str, client: &Client, more: &str, status: u16, code: &'static str) {
        let head = client.head("POST", MESSAGE, &format!("{more}content-length: {}\r\n", self.body.len()));
        self.raw(name, [head.as_bytes(), &self.body].concat(), Due::Refused(status, code));
    }

    fn write(&mut self, name: &'static str, client: &Client, status: u16, code: &'static str) {
        self.with_lines(name, client, "", status, code);
    }

    /// The same write to another place.
    fn asked(&mut self, name: &'static str, client: &Client, method: &str, path: &str, status: u16, code: &'static str) {
        self.raw(name, client.head(method, path, "content-length: 0\r\n"), Due::Refused(status, code));
    }
}

/// By which name the node is called.
fn hosts(table: &mut Table) {
    let honest = table.honest.clone();
    let port = honest.header("host").unwrap().rsplit_once(':').unwrap().1.to_owned();
    for (name, host) in [
        ("host: another name", "evil.example".to_owned()),
        ("host: a name that begins like our address", "127.0.0.1.evil.example".to_owned()),
        ("host: a name that begins like localhost", "localhost.evil.example".to_owned()),
        ("host: our name as the user of another", "localhost@evil.example".to_owned()),
        ("host: another's user at our name", "evil.example@localhost".to_owned()),
        ("host: nothing", String::new()),
        ("host: a port alone", format!(":{port}")),
        ("host: a port that cannot be", "localhost:99999".to_owned()),
        ("host: no port where one is announced", "localhost:".to_owned()),
        ("host: a dot at the end", "localhost.".to_owned()),
        ("host: an address without its brackets", "::1".to_owned()),
        ("host: an address as one number", "2130706433".to_owned()),
        ("host: an address as hexadecimals", "0x7f.0.0.1".to_owned()),
        ("host: a path in the name", "localhost/evil.example".to_owned()),
        ("host: two names in one", "localhost, evil.example".to_owned()),
    ] {
        table.write(name, &honest.with("host", &host).with("origin", &format!("{}://{host}", table.scheme)), 421, "bad_host");
    }
    table.write("host: none", &honest.without("host"), 421, "bad_host");
    table.with_lines("host: twice, ours first", &honest, "host: evil.example\r\n", 400, "bad_request");
    table.with_lines("host: twice, ours last", &honest.with("host", "evil.example"), "host: localhost\r\n", 400, "bad_request");
    // A site whose name was pointed at our address: to its page we are the same origin.
    let rebound = honest.with("host", "rebound.example").with("origin", "http://rebound.example").with("sec-fetch-site", "same-origin");
    table.write("rebinding: a write", &rebound, 421, "bad_host");
    table.asked("rebinding: a read", &rebound.without("origin"), "GET", "/api/v1/chat", 421, "bad_host");
    table.asked("rebinding: the page", &rebound.without("origin"), "GET", "/", 421, "bad_host");
    table.write("rebinding: with our name beside it", &rebound.with("x-forwarded-host", "localhost"), 421, "bad_host");
    table.write("rebinding: with our name as forwarded", &rebound.with("forwarded", "host=localhost"), 421, "bad_host");
    table.asked("host: an absolute address of another", &honest, "POST", "http://evil.example/api/v1/read", 421, "bad_host");
    let ours = format!("http://localhost:{port}{READ}");
    table.asked("host: ours in the address, another in the head", &honest.with("host", "evil.example"), "POST", &ours, 421, "bad_host");
}

/// Where a browser says that the request comes from.
fn origins(table: &mut Table) {
    let honest = table.honest.clone();
    let here = honest.header("host").unwrap().to_owned();
    let (scheme, other_scheme) = if table.scheme == "http" { ("http", "https") } else { ("https", "http") };
    let (name, port) = here.rsplit_once(':').unwrap();
    let other_name = if name == "localhost" { "127.0.0.1" } else { "localhost" };
    for (name, origin) in [
        ("origin: another site", "http://evil.example".to_owned()),
        ("origin: a page without one", "null".to_owned()),
        ("origin: another port", format!("{scheme}://{name}:1")),
        ("origin: another scheme", format!("{other_scheme}://{here}")),
        ("origin: our address with a path", format!("{scheme}://{here}/")),
        ("origin: a name that begins like ours", format!("{scheme}://{here}.evil.example")),
        ("origin: another user of ours", format!("{scheme}://evil.example@{here}")),
        ("origin: another name of ours", format!("{scheme}://{other_name}:{port}")),
        ("origin: in capitals", format!("{}://{here}", scheme.to_uppercase())),
        ("origin: nothing", String::new()),
        ("origin: two in one", format!("{scheme}://{here} http://evil.example")),
    ] {
        table.write(name, &honest.with("origin", &origin), 403, "forged");
    }
    table.with_lines("origin: twice", &honest, "origin: http://evil.example\r\n", 400, "bad_request");
    let silent = honest.without("origin");
    table.write("origin: none, and no other word of the browser", &silent, 403, "forged");
    table.write("origin: none, and our address as the referer", &silent.with("referer", &format!("http://{here}/")), 403, "forged");
    for (name, site) in [
        ("site: another", "cross-site"),
        ("site: a neighbour", "same-site"),
        ("site: the address bar", "none"),
        ("site: ours in capitals", "SAME-ORIGIN"),
        ("site: an unknown word", "trusted"),
        ("site: nothing", ""),
    ] {
        table.write(name, &honest.with("sec-fetch-site", site), 403, "forged");
    }
    table.with_lines("site: twice", &honest.with("sec-fetch-site", "same-origin"), "sec-fetch-site: cross-site\r\n", 400, "bad_request");
    let elsewhere = honest.without("x-okrug").without("content-type");
    for (name, path) in [
        ("reading from another site: the conversations", "/api/v1/chat"),
        ("reading from another site: the events", "/api/v1/events"),
        ("reading from another site: who is logged in", "/api/v1/session"),
    ] {
        table.asked(name, &elsewhere.with("sec-fetch-site", "cross-site").without("origin"), "GET", path, 403, "forged");
    }
    let asks = elsewhere.with("origin", "http://evil.example").with("access-control-request-method", "POST");
    table.asked("a browser asks whether another site may write", &asks, "OPTIONS", MESSAGE, 403, "forged");
}

/// What no form and no link can send.
fn shapes(table: &mut Table) {
    let honest = table.honest.clone();
    table.write("our header: none", &honest.without(WRITE_HEADER), 403, "no_write_header");
    table.write("our header: another value", &honest.with(WRITE_HEADER, "true"), 403, "no_write_header");
    table.write("our header: nothing", &honest.with(WRITE_HEADER, ""), 403, "no_write_header");
    table.write("our header: with an underscore", &honest.without(WRITE_HEADER).with("x_okrug", "1"), 403, "no_write_header");
    table.with_lines("our header: twice", &honest, "x-okrug: 1\r\n", 400, "bad_request");
    for (name, kind) in [
        ("kind: text", "text/plain"),
        ("kind: text that says it is JSON", "text/plain; application/json"),
        ("kind: a form", "application/x-www-form-urlencoded"),
        ("kind: a form in parts", "multipart/form-data; boundary=x"),
        ("kind: almost JSON", "application/jsonp"),
        ("kind: JSON of another kind", "application/json-patch+json"),
        ("kind: nothing", ""),
    ] {
        table.write(name, &honest.with("content-type", kind), 415, "media_type");
    }
    table.write("kind: none", &honest.without("content-type"), 415, "media_type");
    table.with_lines("kind: twice", &honest, "content-type: text/plain\r\n", 415, "media_type");
    let read = honest.with("x-http-method-override", "POST");
    table.asked("method: a read that says it is a write", &read, "GET", READ, 405, "method_not_allowed");
    let delete = honest.with("x-http-method-override", "DELETE").with("x-method-override", "DELETE");
    table.asked("method: a write that says it is another", &delete, "POST", OWN, 405, "method_not_allowed");
    table.asked("method: in the address", &honest, "POST", "/api/v1/session/own?_method=DELETE", 405, "method_not_allowed");
    for (name, method) in
        [("method: TRACE", "TRACE"), ("method: PUT", "PUT"), ("method: one of its own", "BREW"), ("method: small", "post")]
    {
        table.asked(name, &honest, method, READ, 405, "method_not_allowed");
    }
    let socket = honest.with("connection", "upgrade").with("upgrade", "websocket").with("sec-websocket-version", "13");
    let socket = socket.with("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==");
    let there = socket.with("origin", "http://evil.example");
    table.asked("socket: from another site", &there, "GET", "/api/v1/events", 403, "forged");
    let rebound = socket.with("host", "rebound.example").with("origin", "http://rebound.example");
    table.asked("socket: by a name that points at us", &rebound, "GET", "/api/v1/events", 421, "bad_host");
    table.asked("socket: where there is none", &socket.with("connection", "close, upgrade"), "GET", READ, 405, "method_not_allowed");
    let head = honest.head("POST", MESSAGE, &format!("content-length: {}\r\n", MAX_JSON_BYTES + 1));
    table.raw("size: more than a body may have", head, Due::Refused(413, "too_large"));
    let head = honest.head("POST", MESSAGE, "content-length: 9223372036854775807\r\n");
    table.raw("size: more than there is memory", head, Due::Refused(413, "too_large"));
}

/// Who the request claims to be from.
fn sessions(table: &mut Table, ended: &Client, planted: &str, admin: &str) {
    let honest = table.honest.clone();
    let cookie = honest.header("cookie").unwrap().to_owned();
    let (name, token) = cookie.split_once('=').unwrap();
    // Under TLS every node has the one name; in clear each has its own, since ports share cookies.
    let other = if table.scheme == "http" { "__Host-okrug" } else { "okrug-kotlas" };
    for (row, cookies) in [
        ("cookie: none of ours", format!("other={token}")),
        ("cookie: twice, the same", format!("{cookie}; {cookie}")),
        ("cookie: twice, a planted one last", format!("{cookie}; {planted}")),
        ("cookie: twice, a planted one first", format!("{planted}; {cookie}")),
        ("cookie: a planted one", planted.to_owned()),
        ("cookie: the name of a node that speaks otherwise", format!("{other}={token}")),
        ("cookie: the prefix before our name", format!("__Host-{cookie}")),
        ("cookie: our name in capitals", format!("{}={token}", name.to_uppercase())),
        ("cookie: our name and more", format!("{name}x={token}")),
        ("cookie: our name in quotes", format!("\"{name}\"={token}")),
        ("cookie: the token in quotes", format!("{name}=\"{token}\"")),
        ("cookie: the token and more", format!("{cookie}0")),
        ("cookie: the token without its end", cookie[..cookie.len() - 1].to_owned()),
        ("cookie: nothing", format!("{name}=")),
        ("cookie: the administrator's token", format!("{name}={admin}")),
    ] {
        table.write(row, &honest.cookie(&cookies), 401, "not_logged_in");
    }
    table.write("cookie: of a session that has ended", &honest.cookie(ended.header("cookie").unwrap()), 401, "not_logged_in");
    let bare = honest.without("cookie");
    table.asked("token: in the address", &bare, "POST", &format!("{MESSAGE}?token={token}"), 401, "not_logged_in");
    table.write("token: as a password", &bare.with("authorization", &format!("Basic {token}")), 401, "not_logged_in");
    table.write("token: a wrong one before the cookie", &honest.bearer(&"0".repeat(64)), 401, "not_logged_in");
    let other = format!("authorization: Bearer {}\r\n", "0".repeat(64));
    table.with_lines("token: twice", &bare.bearer(token), &other, 401, "not_logged_in");
    table.write("token: from another site", &bare.bearer(token).with("origin", "http://evil.example"), 403, "forged");
    table.write("token: without our header", &bare.bearer(token).without(WRITE_HEADER), 403, "no_write_header");
    let form = bare.without(WRITE_HEADER).with("origin", "http://evil.example");
    table.write("nobody, from another site", &form, 403, "forged");
}

/// One request within another, and what is no request.
fn smuggled(table: &mut Table) {
    let honest = table.honest.clone();
    let hidden = [honest.head("POST", MESSAGE, &format!("content-length: {}\r\n", table.body.len())).as_bytes(), &table.body].concat();
    let keeps = honest.without("connection");
    let both = keeps.head("POST", READ, &format!("content-length: {}\r\ntransfer-encoding: chunked\r\n", hidden.len() + 5));
    let due = Due::Refused(400, "bad_request");
    table.raw("smuggling: a length and chunks", [both.as_bytes(), b"0\r\n\r\n", &hidden].concat(), due);
    let both = keeps.head("POST", READ, "transfer-encoding: chunked\r\ncontent-length: 5\r\n");
    table.raw("smuggling: chunks and a length", [both.as_bytes(), b"0\r\n\r\n", &hidden].concat(), due);
    for (name, lines) in [
        ("smuggling: two lengths", "content-length: 0\r\ncontent-length: 5\r\n"),
        ("smuggling: a length with a sign", "content-length: +0\r\n"),
        ("smuggling: two lengths in one", "content-length: 0, 5\r\n"),
        ("smuggling: a length in hexadecimals", "content-length: 0x0\r\n"),
        ("smuggling: a length below nothing", "content-length: -1\r\n"),
        ("smuggling: chunks by another name", "transfer-encoding: xchunked\r\n"),
        ("smuggling: chunks that are not the last", "transfer-encoding: chunked, identity\r\n"),
        ("smuggling: a space before the colon", "transfer-encoding : chunked\r\n"),
        ("smuggling: a tab before the colon", "content-length\t: 0\r\n"),
        ("smuggling: a line that goes on", "x-a: b\r\n transfer-encoding: chunked\r\n"),
        ("smuggling: nothing in a name", "x-a\0: b\r\n"),
        ("smuggling: a carriage return in a value", "x-a: b\rtransfer-encoding: chunked\r\n"),
    ] {
        table.raw(name, [keeps.head("POST", READ, lines).as_bytes(), &hidden].concat(), Due::NoHttp);
    }
    let chunks = keeps.head("POST", READ, "transfer-encoding: chunked\r\n");
    table.raw("smuggling: a chunk without end", [chunks.as_bytes(), b"fffffffffffffffff\r\n", &hidden].concat(), due);
    table.raw("no request: HTTP/2 without TLS", [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &hidden[..]].concat(), Due::NoHttp);
    table.raw("no request: a version of tomorrow", [b"POST / HTTP/3.0\r\n\r\n", &hidden[..]].concat(), Due::NoHttp);
    table.raw("no request: a head without end", honest.with("x-long", &"x".repeat(100_000)).head("POST", READ, ""), Due::NoHttp);
    let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
    table.raw("no request: lines without number", honest.head("POST", READ, &many), Due::NoHttp);
}

/// All of it. `ended` is a browser whose session is over, `planted` a cookie that somebody made up.
fn table(served: &Served, scheme: &'static str, ann: &Client, ended: &Client, planted: &str) -> Vec<Row> {
    let honest = ann.with(WRITE_HEADER, "1").with("content-type", "application/json").with("connection", "close");
    let body = serde_json::to_vec(&post_body("forged", "подложено")).unwrap();
    let mut table = Table { rows: Vec::new(), honest, body, scheme };
    hosts(&mut table);
    origins(&mut table);
    shapes(&mut table);
    sessions(&mut table, ended, planted, &served.access.token);
    smuggled(&mut table);
    table.rows
}

/// Sends every row and holds that it is refused as is due, in the form of every refusal, and changes nothing.
async fn refused(served: &Served, stranger: &Client, ann: &Client, rows: &[Row]) {
    let mut names: Vec<_> = rows.iter().map(|row| row.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rows.len(), "each row has a name of its own");
    let before = State::of(served, ann).await;
    for Row { name, bytes, due } in rows {
        let answer = stranger.raw(bytes).await;
        match (due, &answer) {
            (Due::Refused(status, code), Some(answer)) => {
                assert_eq!(answer.status, *status, "{name}: {answer:?}");
                assert_eq!(answer.code(), *code, "{name}: {answer:?}");
            }
            (Due::Refused(..), None) => panic!("{name}: no answer"),
            (Due::NoHttp, None) => {}
            (Due::NoHttp, Some(answer)) => {
                assert!((400..500).contains(&answer.status), "{name}: {answer:?}");
                assert!(["bad_request", "head_too_long"].contains(&answer.code().as_str()), "{name}: {answer:?}");
            }
        }
        if let Some(answer) = answer {
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{name}");
            assert!(answer.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'none'")), "{name}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{name}");
            let more = answer.body.windows(9).any(|window| window == b"HTTP/1.1 ");
            assert!(!more, "{name}: what was hidden in it is answered too: {answer:?}");
            let tells = |(header, _): &(String, String)| header == "set-cookie" || header.starts_with("access-control-");
            assert!(!answer.headers.iter().any(tells), "{name}: {answer:?}");
        }
        // Said at once for each: the row that changed something is the one that is named.
        assert_eq!(State::of(served, ann).await, before, "{name}");
    }
    // The same write, unforged, is done: it was not refused for something else.
    assert_eq!(ann.write("POST", MESSAGE, &post_body("forged", "подложено")).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_forged_request_of_the_table_is_refused_by_its_name_and_changes_nothing() {
    let served = Served::start().await;
    let (ann, ended) = (served.browser("ann", 2).await, served.browser("eve", 2).await);
    assert_eq!(ended.write("DELETE", "/api/v1/session", &json!(null)).await.status, 204);
    let name = ann.header("cookie").unwrap().split_once('=').unwrap().0.to_owned();
    let planted = format!("{name}={}", "ab".repeat(32));
    let rows = table(&served, "http", &ann, &ended, &planted);
    assert!(rows.len() >= 100, "{}", rows.len());
    refused(&served, &served.stranger(), &ann, &rows).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_tls_the_whole_table_is_refused_and_so_is_what_comes_in_clear() {
    let (served, folder) = over_tls().await;
    let config = Arc::new(client(&folder.path().join("cert.pem")));
    let host = format!("localhost:{}", served.address.port());
    let stranger = served.stranger().secured(&config, "localhost").with("host", &host);
    let browser = async |login: &str| {
        served.person(login, 2).await;
        let answer = stranger.write("POST", "/api/v1/session", &login_body(login, false)).await;
        stranger.cookie(answer.cookie()).with("origin", &format!("https://{host}"))
    };
    let (ann, ended) = (browser("ann").await, browser("eve").await);
    assert_eq!(ended.write("DELETE", "/api/v1/session", &json!(null)).await.status, 204);
    let rows = table(&served, "https", &ann, &ended, &format!("__Host-okrug={}", "ab".repeat(32)));
    refused(&served, &stranger, &ann, &rows).await;

    // In clear on the same port: nothing that Ann's browser could say is done, whatever it says of itself.
    let clear = served.stranger();
    let mut in_clear =
        Table { rows: Vec::new(), honest: ann.with(WRITE_HEADER, "1").with("connection", "close"), body: b"{}".to_vec(), scheme: "http" };
    let honest = in_clear.honest.with("content-type", "application/json");
    in_clear.write("clear: her own write", &honest, 403, "needs_tls");
    in_clear.write("clear: as if a proxy had spoken TLS", &honest.with("x-forwarded-proto", "https"), 403, "needs_tls");
    in_clear.write("clear: from the page in clear", &honest.with("origin", &format!("http://{host}")), 403, "forged");
    in_clear.write("clear: by another name", &honest.with("host", "evil.example"), 421, "bad_host");
    in_clear.asked("clear: the way out", &honest, "DELETE", "/api/v1/session", 403, "needs_tls");
    in_clear.raw("clear: a head that goes on", honest.head("POST", READ, "x-a: b\r\n folded\r\n"), Due::NoHttp);
    let before = State::of(&served, &ann).await;
    for Row { name, bytes, due } in &in_clear.rows {
        let answer = clear.raw(bytes).await.expect(name);
        let (status, code) = if let Due::Refused(status, code) = due { (*status, *code) } else { (400, "bad_request") };
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{name}: {answer:?}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{name}");
        assert_eq!(State::of(&served, &ann).await, before, "{name}");
    }
    // A read with the cookie in clear is led to TLS, and tells nothing on the way.
    let led = ann.in_clear().get("/api/v1/chat").await;
    assert!(led.status == 307 && led.body.is_empty() && led.header("location").unwrap().starts_with("https://"), "{led:?}");
    // Greeted by a name that the certificate is not for, the node has nobody to talk to who looks at certificates.
    for name in ["evil.example", "urai.okrug.internal", "localhost.evil.example"] {
        let name = rustls_pki_types::ServerName::try_from(name).unwrap();
        let heard = secretly(served.address, &config, &name, ann.head("GET", "/api/v1/session", "").into_bytes()).await;
        assert!(heard.is_err(), "{name:?}: {heard:?}");
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_cookie_becomes_no_session_and_a_new_login_ends_the_old_one() {
    let served = Served::start().await;
    let ann = served.browser("ann", 2).await;
    let name = ann.header("cookie").unwrap().split_once('=').unwrap().0.to_owned();
    let planted = format!("{name}={}", "ab".repeat(32));
    let log_in = async |client: &Client| client.write("POST", "/api/v1/session", &login_body("ann", false)).await;
    let answer = log_in(&ann.cookie(&planted)).await;
    assert_eq!(answer.status, 200);
    assert_ne!(answer.cookie(), planted);
    assert_eq!(ann.cookie(&planted).get("/api/v1/session").await.code(), "not_logged_in", "the planted one");
    let first = ann.cookie(answer.cookie());
    // A wrong password neither ends the session that is there nor begins another.
    let wrong = first.write("POST", "/api/v1/session", &json!({ "login": "ann", "password": format!("{PASSWORD}x") })).await;
    assert_eq!((wrong.code(), wrong.header("set-cookie")), ("wrong_login".to_owned(), None));
    assert_eq!(first.get("/api/v1/session").await.status, 200);
    let second = log_in(&first).await;
    assert_ne!(second.cookie(), first.header("cookie").unwrap());
    assert_eq!(first.get("/api/v1/session").await.code(), "not_logged_in", "whoever had the old one is out");
    assert_eq!(ann.cookie(second.cookie()).get("/api/v1/session").await.status, 200);
    served.stop().await;
}

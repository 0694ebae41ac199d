//! What every answer says besides its content: headers for the browser, words for people, codes for programs.

use crate::served::client::{Answer, Client};
use crate::served::stream::Stream;
use crate::served::{self, Served, post_body};
use okrug_node::api::{CONTENT_SECURITY_POLICY, Code};
use serde_json::json;

const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

#[track_caller]
fn protects(what: &str, answer: &Answer) {
    for (name, value) in ALWAYS {
        assert_eq!(answer.header(name), Some(value), "{what}: {answer:?}");
    }
    assert!(answer.header("permissions-policy").is_some(), "{what}");
    // The page itself says more.
    assert!(answer.header("content-security-policy").unwrap().starts_with(CONTENT_SECURITY_POLICY), "{what}: {answer:?}");
    for other in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert_eq!(answer.header(other), None, "{what}");
    }
}

/// One answer of each kind of refusal that a client can bring about.
async fn refusals(served: &Served, ann: &Client) -> Vec<Answer> {
    let write = ann.with("x-okrug", "1").with("content-type", "application/json");
    let session = "/api/v1/session";
    let admin = |client: &Client| client.with("x-okrug", "1").with("content-type", "application/json").with("accept-language", lang(ann));
    let person = |login: &str, password: &str, name: &str, unit: &str| json!({ "login": login, "password": password, "name": name, "position": "Дежурный", "unit": unit });
    let enrol = async |body: serde_json::Value| admin(&served.admin()).write("POST", "/api/v1/admin/person", &body).await;
    let district = async |bytes: &[u8]| admin(&served.admin()).file("/api/v1/admin/district", bytes).await;
    vec![
        ann.get("/nowhere").await,
        ann.get("/page/nowhere").await,
        write.ask("PUT", session, b"{}").await,
        write.ask("POST", "/api/v1/read", b"{").await,
        write.with("content-length", "9999999").ask("POST", "/api/v1/read", b"").await,
        write.with("content-type", "text/plain").ask("POST", "/api/v1/read", b"{}").await,
        ann.with("host", "evil.example").get("/").await,
        ann.with("origin", "http://evil.example").get("/api/v1/chat").await,
        ann.without("authorization").get("/api/v1/chat").await,
        ann.without("authorization").write("POST", session, &json!({ "login": "ann", "password": "не тот" })).await,
        ann.get("/api/v1/admin/person").await,
        ann.get("/api/v1/chat/u99/message").await,
        ann.write("POST", "/api/v1/chat/p77777/message", &post_body("p", "кому")).await,
        ann.write("POST", "/api/v1/chat/d/message", &post_body("e", " ")).await,
        ann.write("POST", "/api/v1/chat/d/message", &post_body("l", &"x".repeat(32_769))).await,
        ann.write("POST", "/api/v1/chat/d/message", &json!({ "client_id": "r", "text": "ответ", "reply_to": "o1.1.d.routine.1" })).await,
        enrol(person("dan", "короток", "Дежурный", "u2")).await,
        enrol(person("д н", "длинный пароль", "Дежурный", "u2")).await,
        enrol(person("dan", "длинный пароль", "", "u2")).await,
        enrol(person("dan", "длинный пароль", "Дежурный", "u99")).await,
        enrol(person("ann", "длинный пароль", "Дежурный", "u2")).await,
        district(b"no file of ours").await,
    ]
}

fn lang(client: &Client) -> &str {
    client.header("accept-language").unwrap_or("en")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_protects_the_browser() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let index = ann.get("/").await;
    let script = index.text().split('"').find(|text| text.starts_with("/page/")).unwrap().to_owned();
    for (what, answer) in [
        ("the page", index),
        ("a part of the page", ann.get(&script).await),
        ("json", ann.get("/api/v1/chat").await),
        ("the document", ann.get("/api/v1/openapi.json").await),
        ("health", ann.get("/healthz").await),
        ("a head alone", ann.ask("HEAD", "/api/v1/chat", b"").await),
        ("a message", ann.write("POST", "/api/v1/chat/d/message", &post_body("a", "текст")).await),
        ("a stream", Stream::open(&ann).await.answer.clone()),
        ("the metrics", Client::new(served.metrics).get("/metrics").await),
        ("no metrics", Client::new(served.metrics).get("/").await),
    ] {
        protects(what, &answer);
    }
    for answer in refusals(&served, &ann).await {
        protects("a refusal", &answer);
    }
    let api = ann.get("/api/v1/chat").await;
    assert_eq!(api.header("cache-control"), Some("no-store"), "nobody keeps what was for one person");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_has_a_code_and_says_it_in_the_language_that_was_asked_for() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let (en, ru) = (ann.with("accept-language", "en-GB,en;q=0.9,ru;q=0.1"), ann.with("accept-language", "de, ru-RU;q=0.8, en;q=0.2"));
    let (english, russian) = (refusals(&served, &en).await, refusals(&served, &ru).await);
    let cyrillic = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c.to_ascii_lowercase()));
    let mut codes = Vec::new();
    assert_eq!(english.len(), russian.len());
    for (english, russian) in english.iter().zip(&russian) {
        assert_eq!(english.refusal(), russian.refusal());
        let code = english.code();
        let row = Code::of(&code).unwrap_or_else(|| panic!("{code} is in the table")).row();
        assert_eq!(english.status, row.status.as_u16());
        assert_eq!((english.header("content-language"), russian.header("content-language")), (Some("en"), Some("ru")), "{code}");
        for part in ["title", "detail", "hint"] {
            let (english, russian) = (&english.json()[part], &russian.json()[part]);
            assert_eq!(english.is_string(), russian.is_string(), "{code}");
            if let (Some(english), Some(russian)) = (english.as_str(), russian.as_str()) {
                assert!(!english.is_empty() && !cyrillic(english), "{code} {part}: {english}");
                assert!(cyrillic(russian), "{code} {part}: {russian}");
            }
        }
        codes.push(code);
    }
    codes.sort();
    codes.dedup();
    assert!(codes.len() >= 20, "{codes:?}");
    // Whoever asks for no language of ours gets the node's own.
    assert_eq!(ann.with("accept-language", "fr").get("/nowhere").await.header("content-language"), Some("en"));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_on_their_own_listener_only_and_name_nobody() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    ann.write("POST", "/api/v1/chat/u2/message", &post_body("a", "секретный текст")).await;
    ann.get("/some/path/that/somebody/typed").await;
    assert_eq!(ann.get("/metrics").await.refusal(), (404, "no_such_route".to_owned()));
    assert_eq!(served.admin().get("/metrics").await.status, 404);
    let monitor = Client::new(served.metrics);
    for path in ["/", "/api/v1/session", "/api/v1/openapi.json", "/healthz"] {
        assert_eq!(monitor.get(path).await.status, 404, "{path}");
    }
    assert_ne!(monitor.write("POST", "/api/v1/session", &served::login_body("ann", true)).await.status, 200);
    let text = monitor.get("/metrics").await;
    assert!(text.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    let text = text.text();
    assert!(text.contains(r#"route="/api/v1/chat/{chat}/message",code="201""#) && text.contains(r#"route="other",code="404""#), "{text}");
    for secret in ["ann", "p10001", "Дежурный", "секретный", "u2/", "somebody"] {
        assert!(!text.lines().any(|line| !line.starts_with('#') && line.contains(secret)), "{secret}: {text}");
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_told_to_anybody_and_readiness_as_it_is() {
    let served = Served::start().await;
    let anybody = served.stranger();
    assert_eq!((anybody.get("/healthz").await.status, anybody.get("/readyz").await.status), (204, 204));
    served.ready.send_replace(false);
    assert_eq!(anybody.get("/readyz").await.refusal(), (503, "not_ready".to_owned()));
    assert_eq!(anybody.get("/healthz").await.status, 204);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ping_names_how_things_stand_where_there_is_no_link_and_no_office_where_there_is_none() {
    let served = Served::start().await;
    let ping =
        async |office: &str| served.admin().write("POST", "/api/v1/admin/ping", &json!({ "office": office, "wait_ms": 60_000 })).await;
    let alone = ping("o2").await.json();
    assert_eq!((&alone["rtt_us"], &alone["peer"]["link"], &alone["carriers"]), (&json!(null), &"down".into(), &json!([])));
    assert_eq!(ping("o9").await.refusal(), (404, "no_such_office".to_owned()));
    assert_eq!(ping("o1").await.refusal(), (404, "no_such_office".to_owned()), "the node itself is no other office");
    assert_eq!(ping("kotlas").await.refusal(), (400, "bad_request".to_owned()));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_not_read_as_the_object_whose_values_it_has() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let message = "/api/v1/chat/d/message";
    for list in [json!(["id", "текст"]), json!(["id", "текст", "routine", null, null]), json!([]), json!(null), json!("id")] {
        assert_eq!(ann.write("POST", message, &list).await.refusal(), (400, "bad_request".to_owned()), "{list}");
    }
    assert!(ann.get(message).await.json()["messages"].as_array().unwrap().is_empty());
    let spaced = format!(" \n\t{}", post_body("id", "текст"));
    let client = ann.with("x-okrug", "1").with("content-type", "application/json");
    assert_eq!(client.ask("POST", message, spaced.as_bytes()).await.status, 201);
    served.stop().await;
}

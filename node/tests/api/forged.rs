//! Requests that somebody else's page, or somebody without the right, sends: refused, and nothing is changed by them.

use crate::served::client::{Answer, Client};
use crate::served::writes::{self, Who, Write};
use crate::served::{Served, post_body};
use okrug_node::office::view::{ChatId, DocumentVersions, PersonView};
use okrug_protocol::ids::UnitId;

const UNIT: ChatId = ChatId::Unit(UnitId(2));

/// All that a write could change.
#[derive(Debug, PartialEq)]
pub(crate) struct State {
    me: serde_json::Value,
    chats: serde_json::Value,
    texts: Vec<String>,
    people: Vec<PersonView>,
    documents: DocumentVersions,
}

impl State {
    pub(crate) async fn of(served: &Served, person: &Client) -> Self {
        let page = person.get(&format!("/api/v1/chat/{UNIT}/message")).await.json();
        Self {
            me: person.get("/api/v1/session").await.json(),
            chats: person.get("/api/v1/chat").await.json(),
            texts: page["messages"].as_array().unwrap().iter().map(|message| message["text"].to_string()).collect(),
            people: served.office().people_views().unwrap(),
            documents: served.office().status().documents,
        }
    }
}

/// An office with a browser of Ann's, and one message of Bob's that she has not read; also where it is.
async fn office() -> (Served, Client, String) {
    let served = Served::start().await;
    let (ann, bob) = (served.browser("ann", 2).await, served.member("bob", 2).await);
    let said = bob.write("POST", "/api/v1/chat/u2/message", &post_body("one", "не прочитано")).await;
    assert_eq!(said.status, 201);
    let cursor = said.json()["cursor"].as_str().unwrap().to_owned();
    (served, ann, cursor)
}

/// What is done to an honest request, and the refusal that is due.
fn forgeries(write: &Write, honest: &Client) -> Vec<(&'static str, Client, (u16, &'static str))> {
    let forged = (403, "forged");
    let from = |origin: &str| honest.without("sec-fetch-site").with("origin", origin);
    let mut all = vec![
        ("without our header", honest.without("x-okrug"), (403, "no_write_header")),
        ("with another value in our header", honest.with("x-okrug", "true"), (403, "no_write_header")),
        ("from another origin", from("http://evil.example"), forged),
        ("from another port of ours", from("http://127.0.0.1:1"), forged),
        ("from a page without an origin", from("null"), forged),
        ("from another site", honest.with("sec-fetch-site", "cross-site"), forged),
        ("from another name of our site", honest.with("sec-fetch-site", "same-site"), forged),
        ("by a name that points at us", honest.with("host", "evil.example"), (421, "bad_host")),
        ("by a name that begins like ours", honest.with("host", "127.0.0.1.evil.example"), (421, "bad_host")),
        ("without a name", honest.without("host"), (421, "bad_host")),
    ];
    if write.who == Who::Person {
        all.push(("without the browser's word", honest.without("origin"), forged));
    }
    for simple in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        // The kinds that a form of any site can send.
        if write.media_type.is_some() {
            all.push((simple, honest.with("content-type", simple), (415, "media_type")));
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_write_is_refused_and_changes_nothing_and_the_honest_one_is_done() {
    let (served, ann, cursor) = office().await;
    let writes = writes::all(&served, &cursor).await;
    let covered: Vec<_> = writes.iter().map(|write| (write.method.to_owned(), write.route.clone())).collect();
    for documented in writes::documented() {
        assert!(covered.contains(&documented), "{documented:?} is a write that this test does not know");
    }
    let before = State::of(&served, &ann).await;
    let mut tried = 0;
    for write in &writes {
        for (what, client, due) in forgeries(write, &write.honest(&served, &ann)) {
            let answer = write.by(&client).await;
            let (status, code) = answer.refusal();
            assert_eq!((status, code.as_str()), due, "{} {} {what}: {answer:?}", write.method, write.path);
            assert_eq!(answer.header("set-cookie"), None, "{} {} {what}", write.method, write.path);
            tried += 1;
        }
        assert_eq!(State::of(&served, &ann).await, before, "{} {}", write.method, write.path);
    }
    assert!(tried >= 60, "{tried}");
    for write in &writes {
        let answer = write.by(&write.honest(&served, &ann)).await;
        let done = (200..300).contains(&answer.status);
        assert!(done || write.refused == Some(answer.code().as_str()), "{} {}: {answer:?}", write.method, write.path);
        if write.method != "DELETE" {
            let after = State::of(&served, &ann).await;
            assert!(after != before || write.who == Who::Anybody, "{} {} changes nothing at all", write.method, write.path);
        }
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_by_the_address_of_a_write_changes_nothing() {
    let (served, ann, cursor) = office().await;
    let writes = writes::all(&served, &cursor).await;
    let before = State::of(&served, &ann).await;
    let documented = writes::documented();
    for write in writes {
        for method in ["GET", "HEAD", "OPTIONS"] {
            let client = write.honest(&served, &ann).with("x-http-method-override", write.method).with("x-okrug", "0");
            let answer = client.ask(method, &write.path, &write.body).await;
            assert!(answer.status < 500 && answer.header("access-control-allow-origin").is_none(), "{method} {}: {answer:?}", write.path);
        }
        let strange = ["PUT", "PATCH", "TRACE", "BREW"].into_iter();
        for method in strange.filter(|method| !documented.contains(&((*method).to_owned(), write.route.clone()))) {
            let answer = write.honest(&served, &ann).ask(method, &write.path, &write.body).await;
            assert_eq!(answer.refusal(), (405, "method_not_allowed".to_owned()), "{method} {}", write.path);
        }
        assert_eq!(State::of(&served, &ann).await, before, "{}", write.path);
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_the_administrators_is_refused_to_everybody_else() {
    let (served, ann, cursor) = office().await;
    let bob = served.member("carol", 2).await;
    let writes = writes::all(&served, &cursor).await;
    let routes = writes::routes().into_iter().filter(|(_, path)| path.starts_with("/api/v1/admin/"));
    let before = State::of(&served, &ann).await;
    let mut tried = 0;
    for (method, path) in routes {
        let write = writes.iter().find(|write| write.route == path && (write.method == method || method == "GET"));
        // What is only read has no write beside it, and no number of anybody in its path.
        let asked = write.map_or(path.as_str(), |write| write.path.as_str());
        let media_type = write.and_then(|write| write.media_type).unwrap_or("application/json");
        let ask = async |client: &Client| -> Answer {
            let client = client.with("x-okrug", "1").with("content-type", media_type);
            client.ask(&method, asked, write.filter(|_| method != "GET").map_or(&[][..], |write| &write.body)).await
        };
        let cut = &served.access.token[..63];
        for (who, client, code) in [
            ("nobody", served.stranger(), "not_logged_in"),
            ("a wrong token", served.stranger().bearer(&"0".repeat(64)), "not_logged_in"),
            ("a cut token", served.stranger().bearer(cut), "not_logged_in"),
            ("the token as a cookie", served.stranger().cookie(&format!("okrug={}", served.access.token)), "not_logged_in"),
            ("a script of a person", bob.clone(), "not_admin"),
            ("a browser of a person", ann.clone(), "not_admin"),
        ] {
            let client = if who == "the token as a cookie" { client.with("sec-fetch-site", "same-origin") } else { client };
            assert_eq!(ask(&client).await.code(), code, "{method} {path} by {who}");
            tried += 1;
        }
        assert_eq!(State::of(&served, &ann).await, before, "{method} {path}");
    }
    assert!(tried >= 18, "{tried}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrators_token_speaks_for_no_person() {
    let (served, _, cursor) = office().await;
    let persons = |write: &Write| write.who == Who::Person;
    for write in writes::all(&served, &cursor).await.iter().filter(|write| persons(write)) {
        assert_eq!(write.by(&write.honest(&served, &served.admin())).await.code(), "not_logged_in", "{}", write.path);
    }
    for path in ["/api/v1/chat", "/api/v1/chat/d/message", "/api/v1/events", "/api/v1/session"] {
        assert_eq!(served.admin().get(path).await.code(), "not_logged_in", "{path}");
    }
    // The tree is shown, in which the administrator is nobody.
    let tree = served.admin().get("/api/v1/org/tree").await.json();
    let people = tree["people"].as_array().unwrap();
    assert!(!people.is_empty() && people.iter().all(|person| person["me"] == false), "{tree}");
    served.stop().await;
}

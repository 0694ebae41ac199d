//! Passwords, sessions, resets, changes of place and dismissals over HTTP.

use std::time::Duration;

use crate::served::client::{Answer, Client};
use crate::served::stream::Stream;
use crate::served::{Manner, PASSWORD, Served, post_body};
use okrug_node::api::{FREE_TRIES, Patience};
use okrug_node::store::{Batch, Tree};
use serde_json::{Value, json};

const SESSION: &str = "/api/v1/session";
const NEW: &str = "совсем новый пароль";

async fn log_in(served: &Served, login: &str, password: &str) -> Answer {
    served.stranger().write("POST", SESSION, &json!({ "login": login, "password": password, "token": true })).await
}

async fn script(served: &Served, login: &str, password: &str) -> Client {
    let answer = log_in(served, login, password).await;
    served.stranger().bearer(answer.json()["token"].as_str().unwrap_or_else(|| panic!("{answer:?}")))
}

async fn admin(served: &Served, method: &str, path: &str, body: &Value) -> Answer {
    served.admin().write(method, &format!("/api/v1/admin/person/{path}"), body).await
}

async fn texts(client: &Client, chat: &str) -> Vec<(String, String)> {
    let page = client.get(&format!("/api/v1/chat/{chat}/message")).await.json();
    let text = |message: &Value| (message["kind"].as_str().unwrap().to_owned(), message["text"].as_str().unwrap().to_owned());
    page["messages"].as_array().unwrap().iter().map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_takes_the_old_one_and_ends_the_other_sessions() {
    // Without pings nothing but the end itself can stop a stream.
    let patience = Patience { ping: Duration::from_secs(3_600), ..Patience::default() };
    let served = Served::so(Manner { patience, ..Manner::default() }).await;
    let (ann, bob) = (served.browser("ann", 2).await, served.member("bob", 2).await);
    let elsewhere = script(&served, "ann", PASSWORD).await;
    let mut stream = Stream::open(&elsewhere).await;
    let change = async |old: &str, new: &str| ann.write("PUT", "/api/v1/password", &json!({ "old": old, "new": new })).await;
    assert_eq!(change("не тот пароль", NEW).await.refusal(), (403, "wrong_password".to_owned()));
    assert_eq!(change(PASSWORD, "коротко").await.code(), "weak_password");
    assert_eq!(elsewhere.get(SESSION).await.status, 200);
    assert_eq!(change(PASSWORD, NEW).await.json(), json!({ "ended": 1 }));
    assert!(stream.next().await.is_none(), "the stream of the other session has ended");
    assert_eq!(elsewhere.get(SESSION).await.code(), "not_logged_in");
    assert_eq!((ann.get(SESSION).await.status, bob.get(SESSION).await.status), (200, 200));
    assert_eq!(log_in(&served, "ann", PASSWORD).await.code(), "wrong_login");
    assert_eq!(log_in(&served, "ann", NEW).await.status, 200);
    // Whoever has got hold of a session guesses no faster than whoever has none.
    for _ in 0..FREE_TRIES {
        change("не тот пароль", NEW).await;
    }
    assert_eq!(change(NEW, PASSWORD).await.code(), "throttled");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_one_by_one_or_all() {
    let served = Served::start().await;
    let ann = served.browser("ann", 2).await;
    let bob = served.member("bob", 2).await;
    let [second, third] = [script(&served, "ann", PASSWORD).await, script(&served, "ann", PASSWORD).await];
    let listed = async |client: &Client| client.get("/api/v1/session/own").await.json()["sessions"].as_array().unwrap().clone();
    let all = listed(&ann).await;
    assert_eq!((all.len(), all.iter().filter(|one| one["current"] == true).count()), (3, 1));
    let of_second = listed(&second).await.into_iter().find(|one| one["current"] == true).unwrap();
    let end = async |client: &Client, id: &Value| {
        client.write("DELETE", &format!("/api/v1/session/own/{}", id.as_str().unwrap()), &Value::Null).await
    };
    assert_eq!(end(&bob, &of_second["id"]).await.refusal(), (404, "no_such_session".to_owned()), "somebody else's");
    assert_eq!(end(&ann, &of_second["id"]).await.status, 204);
    assert_eq!((second.get(SESSION).await.status, third.get(SESSION).await.status), (401, 200));
    assert_eq!(ann.write("DELETE", "/api/v1/session/own", &Value::Null).await.json(), json!({ "ended": 1 }));
    assert_eq!((ann.get(SESSION).await.status, third.get(SESSION).await.status), (200, 401));

    let admins = admin(&served, "GET", "p10001/session", &Value::Null).await.json();
    assert_eq!((admins["sessions"].as_array().unwrap().len(), &admins["sessions"][0]["current"]), (1, &json!(false)));
    let mut stream = Stream::open(&ann).await;
    assert_eq!(admin(&served, "DELETE", "p10001/session", &Value::Null).await.json(), json!({ "ended": 1 }));
    assert!(stream.next().await.is_none());
    assert_eq!((ann.get(SESSION).await.status, bob.get(SESSION).await.status), (401, 200));
    assert_eq!(admin(&served, "GET", "p20001/session", &Value::Null).await.code(), "no_such_person");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_gives_new_keys_and_says_no_more_than_is_lost() {
    let served = Served::start().await;
    let (ann, bob) = (served.member("ann", 2).await, served.member("bob", 2).await);
    ann.write("POST", "/api/v1/chat/u2/message", &post_body("a", "сказано прежним ключом")).await;
    bob.write("POST", "/api/v1/chat/p10001/message", &post_body("b", "лично, прежнему ключу")).await;
    let reset = admin(&served, "POST", "p10001/reset", &json!({})).await;
    assert_eq!((reset.status, &reset.json()["invitation"]["login"]), (201, &json!("ann")));
    let code = reset.json()["code"].clone();
    assert_eq!(ann.get(SESSION).await.code(), "not_logged_in");
    assert_eq!(log_in(&served, "ann", PASSWORD).await.code(), "wrong_login", "the old password is locked");

    let came =
        served.stranger().write("POST", "/api/v1/enrol", &json!({ "code": code, "login": "other", "password": NEW, "token": true })).await;
    assert_eq!(came.status, 201, "{came:?}");
    let ann = served.stranger().bearer(came.json()["token"].as_str().unwrap());
    assert_eq!(ann.get(SESSION).await.json()["person"]["id"], "p10001");
    assert_eq!((log_in(&served, "other", NEW).await.code(), log_in(&served, "ann", NEW).await.status), ("wrong_login".to_owned(), 200));
    bob.write("POST", "/api/v1/chat/p10001/message", &post_body("c", "лично, новому ключу")).await;
    ann.write("POST", "/api/v1/chat/u2/message", &post_body("d", "сказано новым ключом")).await;
    let pair = |kind: &str, text: &str| (kind.to_owned(), text.to_owned());
    assert_eq!(texts(&ann, "p10002").await, [pair("unreadable", ""), pair("text", "лично, новому ключу")]);
    assert_eq!(texts(&bob, "p10001").await[0], pair("text", "лично, прежнему ключу"), "the writer still reads it");
    assert_eq!(texts(&bob, "u2").await, [pair("text", "сказано прежним ключом"), pair("text", "сказано новым ключом")]);

    // One that is taken back leaves everything as it was.
    let reset = admin(&served, "POST", "p10001/reset", &json!({})).await.json();
    assert_eq!(served.admin().write("DELETE", "/api/v1/admin/invitation/p10001", &Value::Null).await.status, 204);
    assert_eq!(log_in(&served, "ann", NEW).await.status, 200);
    let late = served.stranger().write("POST", "/api/v1/enrol", &json!({ "code": reset["code"], "password": PASSWORD })).await;
    assert_eq!(late.code(), "wrong_code");
    let withdrawn = async || served.admin().write("DELETE", "/api/v1/admin/invitation/p10001", &Value::Null).await.status;
    assert_eq!(withdrawn().await, 404, "nothing is left to be taken back");
    assert_eq!(admin(&served, "POST", "p10002/reset", &json!({ "ttl_s": 1 })).await.code(), "bad_time");
    assert_eq!(bob.get(SESSION).await.status, 200, "and nobody was locked by it");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_runs_out_leaves_the_account_locked_until_the_administrator_says_what_is_to_be() {
    let served = Served::start().await;
    served.member("ann", 2).await;
    let locked = async || served.admin().get("/api/v1/admin/person").await.json()["people"][0]["locked"].clone();
    assert_eq!(locked().await, false);
    let run_out = async || {
        admin(&served, "POST", "p10001/reset", &json!({})).await.json();
        let mut batch = Batch::new();
        for (hash, _) in served.store().scan(Tree::Invitations, &[]).rows(usize::MAX).unwrap().into_iter().filter(|(key, _)| key != b"run")
        {
            batch.delete(Tree::Invitations, hash);
        }
        served.store().apply(batch).unwrap();
        assert_eq!(served.admin().get("/api/v1/admin/invitation").await.json()["invitations"], json!([]));
        // Whoever knows the old password is not let in by waiting.
        assert_eq!((log_in(&served, "ann", PASSWORD).await.code(), locked().await), ("wrong_login".to_owned(), json!(true)));
    };
    run_out().await;
    assert_eq!(served.admin().write("DELETE", "/api/v1/admin/invitation/p10001", &Value::Null).await.status, 204);
    assert_eq!((log_in(&served, "ann", PASSWORD).await.status, locked().await), (200, json!(false)));
    run_out().await;
    let code = admin(&served, "POST", "p10001/reset", &json!({})).await.json()["code"].clone();
    let came = served.stranger().write("POST", "/api/v1/enrol", &json!({ "code": code, "password": NEW, "token": true })).await;
    assert_eq!((came.status, locked().await), (201, json!(false)), "{came:?}");
    assert_eq!((log_in(&served, "ann", PASSWORD).await.code(), log_in(&served, "ann", NEW).await.status), ("wrong_login".to_owned(), 200));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_dismissed_is_out_at_once_and_seen_as_such() {
    let patience = Patience { ping: Duration::from_secs(3_600), ..Patience::default() };
    let served = Served::so(Manner { patience, ..Manner::default() }).await;
    let (ann, bob) = (served.member("ann", 2).await, served.member("bob", 2).await);
    ann.write("POST", "/api/v1/chat/u2/message", &post_body("a", "сказано на службе")).await;
    let mut stream = Stream::open(&ann).await;
    let gone = admin(&served, "POST", "p10001/dismiss", &json!({ "reason": "по собственному желанию" })).await;
    assert_eq!((gone.status, &gone.json()["active"]), (200, &json!(false)));
    assert!(stream.next().await.is_none());
    assert_eq!(ann.get(SESSION).await.code(), "not_logged_in");
    assert_eq!(log_in(&served, "ann", PASSWORD).await.code(), "wrong_login");
    assert_eq!(bob.write("POST", "/api/v1/chat/p10001/message", &post_body("b", "вы здесь?")).await.code(), "no_such_person");
    assert_eq!(texts(&bob, "u2").await, [("text".to_owned(), "сказано на службе".to_owned())], "what was said stays");
    let tree = bob.get("/api/v1/org/tree").await.json();
    let state =
        |id: &str| tree["people"].as_array().unwrap().iter().find(|person| person["id"] == id).map(|person| person["state"].clone());
    assert_eq!((state("p10001"), state("p10002")), (Some(json!("left")), Some(json!("serves"))));
    assert_eq!(admin(&served, "POST", "p10001/reset", &json!({})).await.code(), "has_left");
    // Not a revocation: nothing was said by the authority.
    assert_eq!(served.office().status().documents.revocations, 0);

    assert_eq!(admin(&served, "POST", "p10001/restore", &Value::Null).await.json()["active"], true);
    let ann = script(&served, "ann", PASSWORD).await;
    assert_eq!(ann.write("POST", "/api/v1/chat/u2/message", &post_body("c", "снова здесь")).await.status, 201);
    // For a day to come nothing happens yet, and it can be taken back.
    let later = json!({ "reason": "срок", "at": "2099-01-01T00:00:00Z" });
    assert_eq!(admin(&served, "POST", "p10001/dismiss", &later).await.json()["active"], true);
    assert_eq!(ann.get(SESSION).await.status, 200);
    assert_eq!(admin(&served, "POST", "p20001/dismiss", &later).await.code(), "no_such_person");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_place_changes_what_is_seen_and_nothing_that_was_said() {
    let served = Served::start().await;
    let (ann, bob) = (served.member("ann", 2).await, served.member("bob", 2).await);
    ann.write("POST", "/api/v1/chat/u2/message", &post_body("a", "из канцелярии")).await;
    let changed = admin(&served, "PATCH", "p10001", &json!({ "unit": "u3", "position": "Дежурный" })).await.json();
    assert_eq!((&changed["unit"], &changed["position"], &changed["name"]), (&json!("u3"), &json!("Дежурный"), &json!("Дежурный")));
    assert_eq!(ann.get(SESSION).await.json()["person"]["unit"], "u3", "the session goes on");
    assert_eq!(ann.write("POST", "/api/v1/chat/u3/message", &post_body("b", "из дежурной")).await.json()["kind"], "text");
    assert_eq!(ann.get("/api/v1/chat/u2/message").await.code(), "no_such_chat");
    assert_eq!(texts(&bob, "u2").await, [("text".to_owned(), "из канцелярии".to_owned())]);
    assert_eq!(admin(&served, "PATCH", "p10001", &json!({ "unit": "u9" })).await.code(), "no_such_unit");
    assert_eq!(admin(&served, "PATCH", "p10001", &json!({ "name": "" })).await.code(), "bad_name");
    assert_eq!(admin(&served, "PATCH", "p10001", &json!({ "role": "x" })).await.code(), "bad_request");
    served.stop().await;
}

//! Sessions over HTTP: who comes in, what they are given, and what ends it.

use std::time::Duration;

use crate::served::stream::Stream;
use crate::served::{self, Manner, PASSWORD, Served, login_body};
use okrug_node::api::{FREE_TRIES, Patience};
use serde_json::json;

const SESSION: &str = "/api/v1/session";

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_logs_in_is_known_and_logs_out() {
    let served = Served::start().await;
    served.person("ann", 2).await;
    let browser = served.stranger();
    assert_eq!(browser.get(SESSION).await.refusal(), (401, "not_logged_in".to_owned()));

    let answer = browser.write("POST", SESSION, &login_body("ann", false)).await;
    assert_eq!((answer.status, &answer.json()["person"]["name"]), (200, &"Дежурный".into()));
    let set = answer.header("set-cookie").unwrap();
    let slug = &served.office().status().office.slug;
    assert!(set.starts_with(&format!("okrug-{slug}=")), "{set}");
    for attribute in ["; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!answer.text().contains(answer.cookie().split_once('=').unwrap().1), "a script on the page never sees the token");

    let browser = browser.cookie(answer.cookie()).with("sec-fetch-site", "same-origin");
    let me = browser.get(SESSION).await;
    assert_eq!((me.status, &me.json()["rights"]), (200, &json!(["post"])));

    let out = browser.write("DELETE", SESSION, &json!(null)).await;
    assert!(out.status == 204 && out.header("set-cookie").unwrap().contains("Max-Age=0"), "{out:?}");
    assert_eq!(browser.get(SESSION).await.code(), "not_logged_in");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_has_a_bearer_token_and_no_cookie() {
    let served = Served::start().await;
    served.person("ann", 2).await;
    let answer = served.stranger().write("POST", SESSION, &login_body("ann", true)).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (200, None));
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let script = served.stranger().bearer(&token);
    assert_eq!(script.get(SESSION).await.status, 200);
    let slug = &served.office().status().office.slug;
    for wrong in [token.to_uppercase() + "0", token[..62].to_owned(), "0".repeat(64), String::new()] {
        assert_eq!(served.stranger().bearer(&wrong).get(SESSION).await.code(), "not_logged_in", "{wrong}");
    }
    // Whoever sends a bearer token means it: a good cookie beside a bad one does not help.
    let both = served.stranger().cookie(&format!("okrug-{slug}={token}")).bearer(&"0".repeat(64));
    assert_eq!(both.get(SESSION).await.code(), "not_logged_in");
    assert_eq!(script.write("DELETE", SESSION, &json!(null)).await.status, 204);
    assert_eq!(script.get(SESSION).await.code(), "not_logged_in");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_login_get_the_same_answer() {
    let served = Served::start().await;
    served.person("ann", 2).await;
    let attempt = async |login: &str| {
        let body = json!({ "login": login, "password": "не тот пароль" });
        served.stranger().write("POST", SESSION, &body).await
    };
    let (wrong, unknown) = (attempt("ann").await, attempt("nobody").await);
    assert_eq!(wrong.refusal(), (401, "wrong_login".to_owned()));
    let but_the_date = |answer: &served::client::Answer| {
        let headers: Vec<_> = answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
        (answer.status, headers, answer.body.clone())
    };
    assert_eq!(but_the_date(&wrong), but_the_date(&unknown));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_for_known_and_unknown_logins_alike() {
    for login in ["ann", "nobody"] {
        let served = Served::start().await;
        served.person("ann", 2).await;
        let attempt =
            async |password: &str| served.stranger().write("POST", SESSION, &json!({ "login": login, "password": password })).await;
        let mut tried = 0;
        // However slow this machine is, a wait that doubles is much longer than a try at last.
        loop {
            let answer = attempt("не тот пароль").await;
            match answer.refusal() {
                (429, code) => {
                    assert_eq!(code, "throttled");
                    if answer.header("retry-after").unwrap().parse::<u64>().unwrap() >= 3 {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                refusal => {
                    assert_eq!(refusal, (401, "wrong_login".to_owned()));
                    tried += 1;
                }
            }
        }
        assert!((FREE_TRIES..20).contains(&tried), "{tried}");
        assert_eq!(attempt(PASSWORD).await.refusal(), (429, "throttled".to_owned()), "the right password has to wait as well");
        served.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_planted_in_a_browser_never_becomes_a_session() {
    let served = Served::start().await;
    served.person("ann", 2).await;
    let slug = served.office().status().office.slug;
    let planted = format!("okrug-{slug}={}", "ab".repeat(32));
    let answer = served.stranger().cookie(&planted).with("origin", &format!("http://{}", served.address));
    let answer = answer.write("POST", SESSION, &login_body("ann", false)).await;
    assert_ne!(answer.cookie(), planted);
    assert_eq!(served.stranger().cookie(&planted).get(SESSION).await.code(), "not_logged_in");
    assert_eq!(served.stranger().cookie(answer.cookie()).get(SESSION).await.status, 200);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_in_the_same_browser_ends_the_session_before() {
    let served = Served::start().await;
    let first = served.browser("ann", 2).await;
    served.person("bob", 2).await;
    let second = first.write("POST", SESSION, &login_body("bob", false)).await;
    assert_eq!(second.status, 200);
    assert_eq!(first.get(SESSION).await.code(), "not_logged_in");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_stops_its_own_streams_and_no_others() {
    // Without pings nothing but the end itself can stop a stream.
    let patience = Patience { ping: Duration::from_secs(3_600), ..Patience::default() };
    let served = Served::so(Manner { patience, ..Manner::default() }).await;
    let (ann, bob) = (served.browser("ann", 2).await, served.member("bob", 2).await);
    let (mut one, mut two) = (Stream::open(&ann).await, Stream::open(&ann).await);
    let mut others = Stream::open(&bob).await;
    assert_eq!(ann.write("DELETE", SESSION, &json!(null)).await.status, 204);
    assert!(one.next().await.is_none() && two.next().await.is_none());
    bob.write("POST", "/api/v1/chat/d/message", &served::post_body("a", "дальше")).await;
    assert_eq!(others.message().await, "дальше");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_outlives_the_process_and_the_administrators_token_neither() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let before = served.access.token.clone();
    let served = served.restarted().await;
    assert_ne!(served.access.token, before);
    assert_eq!(ann.at(served.address).get(SESSION).await.code(), "not_logged_in");
    assert_eq!(served.stranger().bearer(&before).get("/api/v1/admin/person").await.code(), "not_logged_in");
    assert_eq!(served.admin().get("/api/v1/admin/person").await.status, 200);
    served.stop().await;
}

//! Logging in and out by pages that need no scripts.

use okrug_node::api::FREE_TRIES;

use crate::served::client::{Answer, Client};
use crate::served::{PASSWORD, Served};

/// A browser that has opened a page of ours, and runs no scripts.
fn browser(served: &Served) -> Client {
    served.stranger().with("origin", &format!("http://{}", served.address)).with("accept-language", "ru")
}

async fn filled(browser: &Client, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    browser.with("content-type", "application/x-www-form-urlencoded").ask("POST", path, body.as_bytes()).await
}

async fn log_in(browser: &Client, login: &str, password: &str) -> Answer {
    filled(browser, "/login?lang=ru", &[("login", login), ("password", password)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_logs_in_and_out_without_scripts() {
    let served = Served::start().await;
    served.person("ann", 2).await;
    let browser = browser(&served);
    let form = browser.get("/login").await;
    assert!(form.status == 200 && form.text().contains("<form method=\"post\" action=\"/login?lang=ru\">"), "{form:?}");
    let wrong = log_in(&browser, "ann", "не тот пароль").await;
    assert!(wrong.status == 401 && wrong.header("set-cookie").is_none(), "{wrong:?}");
    assert!(wrong.text().contains("role=\"alert\"") && wrong.text().contains("value=\"ann\""), "{}", wrong.text());
    let entered = log_in(&browser, " ann ", PASSWORD).await;
    assert_eq!((entered.status, entered.header("location")), (303, Some("/")), "{entered:?}");
    let inside = browser.cookie(entered.cookie());
    let page = inside.get("/login").await.text().to_owned();
    assert!(page.contains("Дежурный") && page.contains("action=\"/logout"), "{page}");
    // Another login in the same browser ends the one before.
    let again = log_in(&inside, "ann", PASSWORD).await;
    assert_eq!(inside.get("/api/v1/session").await.status, 401);
    let inside = browser.cookie(again.cookie());
    let left = filled(&inside, "/logout", &[]).await;
    assert_eq!((left.status, left.header("location")), (303, Some("/login")), "{left:?}");
    assert_eq!(inside.get("/api/v1/session").await.status, 401);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_answer_nor_the_work_for_it_tells_which_logins_exist() {
    let served = Served::start().await;
    let ann = served.person("ann", 2).await;
    served.person("eve", 2).await;
    // A reset leaves the login without a password that opens anything.
    let reset = served.admin().write("POST", &format!("/api/v1/admin/person/{}/reset", ann.id), &serde_json::json!({})).await;
    assert!(reset.status < 300, "{reset:?}");
    let browser = browser(&served);
    let mut seen = Vec::new();
    for login in ["eve", "nobody", "ann", "Eve", ""] {
        let before = served.office().guessed_kib();
        let body = serde_json::json!({ "login": login, "password": "не тот пароль" });
        let mut answer = browser.write("POST", "/api/v1/session", &body).await;
        answer.headers.retain(|(name, _)| name != "date");
        seen.push((answer.status, answer.headers, answer.body, served.office().guessed_kib() - before));
    }
    let (status, _, _, work) = &seen[0];
    assert!(*status == 401 && *work > 0, "{status} {work}");
    for other in &seen[1..] {
        assert_eq!(other, &seen[0]);
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plain_login_is_no_easier_than_the_other() {
    let served = Served::start().await;
    served.person("ann", 2).await;
    let browser = browser(&served);
    // Neither another site's form nor one without a word of the browser's is taken.
    for forged in [browser.with("origin", "http://evil.example"), browser.without("origin"), browser.with("origin", "null")] {
        assert_eq!(log_in(&forged, "ann", PASSWORD).await.code(), "forged");
        assert_eq!(filled(&forged, "/logout", &[]).await.code(), "forged");
    }
    assert_eq!(log_in(&browser.with("host", "evil.example"), "ann", PASSWORD).await.code(), "bad_host");
    for _ in 0..FREE_TRIES {
        assert_eq!(log_in(&browser, "ann", "не тот пароль").await.status, 401);
    }
    // Those tries count for both doors.
    let slowed = log_in(&browser, "ann", PASSWORD).await;
    assert!(slowed.status == 429 && slowed.header("retry-after").is_some(), "{slowed:?}");
    let body = serde_json::json!({ "login": "ann", "password": PASSWORD });
    assert_eq!(browser.write("POST", "/api/v1/session", &body).await.code(), "throttled");
    served.stop().await;
}

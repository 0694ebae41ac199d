//! Coming with a code: for scripts, and by pages that need none.

use crate::served::client::{Answer, Client};
use crate::served::{self, PASSWORD, Served};
use okrug_node::api::FREE_TRIES;
use okrug_protocol::ids::PersonId;
use serde_json::{Value, json};

const SESSION: &str = "/api/v1/session";
const ENROL: &str = "/api/v1/enrol";

fn invite() -> Value {
    json!({ "name": "Инспектор <b>", "position": "Инспектор", "unit": "u2" })
}

fn enrol(code: &Value, login: &str) -> Value {
    json!({ "code": code, "login": login, "password": PASSWORD, "token": true })
}

async fn came(served: &Served, body: &Value) -> Answer {
    served.stranger().write("POST", ENROL, body).await
}

/// A browser that has opened a page of ours.
fn browser(served: &Served) -> Client {
    served.stranger().with("origin", &format!("http://{}", served.address)).with("accept-language", "ru")
}

async fn filled(browser: &Client, fields: &[(&str, &str)]) -> Answer {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    browser.with("content-type", "application/x-www-form-urlencoded").ask("POST", "/enrol", body.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_makes_one_account_of_the_persons_own_choosing() {
    let served = Served::start().await;
    let invited = served.invite(&invite()).await;
    let (code, id) = (&invited["code"], &invited["invitation"]["id"]);
    assert_eq!((code.as_str().unwrap().len(), id), (14, &json!("p10001")));
    let listed = served.admin().get("/api/v1/admin/invitation").await;
    assert_eq!(listed.json()["invitations"][0], invited["invitation"]);
    assert!(!listed.text().contains(code.as_str().unwrap()), "the code is shown once");

    // What is wrong beside the code does not use it up.
    served.person("ann", 2).await;
    for (login, password, refused) in
        [("ann", PASSWORD, "login_taken"), ("a b", PASSWORD, "bad_login"), ("ivan", "коротко", "weak_password")]
    {
        let answer = came(&served, &json!({ "code": code, "login": login, "password": password })).await;
        assert_eq!(answer.code(), refused);
    }
    let answer = came(&served, &enrol(code, "ivan")).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let ivan = served.stranger().bearer(answer.json()["token"].as_str().unwrap());
    let me = ivan.get(SESSION).await.json();
    assert_eq!((&me["person"]["id"], &me["person"]["name"], &me["rights"]), (id, &json!("Инспектор <b>"), &json!(["post"])));
    assert_eq!(came(&served, &enrol(code, "pyotr")).await.refusal(), (401, "wrong_code".to_owned()), "used once");
    assert_eq!(served.admin().get("/api/v1/admin/invitation").await.json()["invitations"], json!([]));
    let said = ivan.write("POST", "/api/v1/chat/u2/message", &served::post_body("one", "на месте")).await;
    assert_eq!((said.status, &said.json()["kind"]), (201, &json!("text")));

    // The number of somebody who has not come yet is nobody else's.
    let promised = served.invite(&invite()).await;
    let added = served.person("boris", 2).await.id;
    assert_eq!((&promised["invitation"]["id"], added), (&json!("p10003"), PersonId(10_004)));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_hash_of_the_code_is_kept_and_it_outlives_a_restart() {
    let served = Served::start().await;
    let invited = served.invite(&invite()).await;
    let code = invited["code"].as_str().unwrap().to_owned();
    let bare = code.replace('-', "");
    let rows = served.store().scan(okrug_node::store::Tree::Invitations, &[]).rows(usize::MAX).unwrap();
    assert!(!rows.is_empty());
    for (key, value) in rows {
        for secret in [code.as_bytes(), bare.as_bytes()] {
            assert!(![key.as_slice(), value.as_slice()].iter().any(|bytes| bytes.windows(secret.len()).any(|window| window == secret)));
        }
    }
    let served = served.restarted().await;
    assert_eq!(came(&served, &enrol(&json!(code.to_lowercase()), "ivan")).await.status, 201);
    let served = served.restarted().await;
    assert_eq!(came(&served, &enrol(&json!(code), "pyotr")).await.code(), "wrong_code", "used, after a restart too");
    assert_eq!(served.stranger().write("POST", SESSION, &served::login_body("ivan", true)).await.status, 200);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_taken_back_and_times_out_of_bounds_are_refused() {
    let served = Served::start().await;
    let invited = served.invite(&invite()).await;
    let remove = async |id: &str| served.admin().write("DELETE", &format!("/api/v1/admin/invitation/{id}"), &Value::Null).await;
    assert_eq!(remove("p10001").await.status, 204);
    assert_eq!(remove("p10001").await.code(), "no_such_person");
    assert_eq!(remove("ivan").await.code(), "no_such_person");
    assert_eq!(came(&served, &enrol(&invited["code"], "ivan")).await.code(), "wrong_code");
    for (changed, code) in [("ttl_s", "bad_time"), ("unit", "no_such_unit"), ("name", "bad_name")] {
        let mut wish = invite();
        wish[changed] = if changed == "ttl_s" {
            json!(59)
        } else if changed == "unit" {
            json!("u9")
        } else {
            json!("")
        };
        assert_eq!(served.admin().write("POST", "/api/v1/admin/invitation", &wish).await.code(), code);
    }
    assert_eq!(served.admin().get("/api/v1/admin/invitation").await.json()["invitations"], json!([]));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_not_guessed_at_speed() {
    let served = Served::start().await;
    let code = served.invite(&invite()).await["code"].clone();
    for n in 0..FREE_TRIES {
        let wrong = json!(format!("2222-2222-22{n}2"));
        assert_eq!(came(&served, &enrol(&wrong, "ivan")).await.code(), "wrong_code");
    }
    let answer = came(&served, &enrol(&code, "ivan")).await;
    assert_eq!(answer.refusal(), (429, "throttled".to_owned()), "the right code has to wait as well");
    assert!(answer.header("retry-after").is_some());
    let page = filled(&browser(&served), &[("code", code.as_str().unwrap())]).await;
    assert!(page.status == 429 && page.text().contains("Подождите") && page.header("retry-after").is_some(), "{page:?}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_lead_from_the_code_to_the_rules_without_a_script() {
    let served = Served::start().await;
    let code = served.invite(&invite()).await["code"].as_str().unwrap().to_owned();
    let browser = browser(&served);
    let door = browser.get(&format!("/enrol?code={code}")).await;
    assert!(door.status == 200 && door.text().contains(&format!("value=\"{code}\"")) && door.text().contains("<html lang=\"ru\">"));
    assert_eq!(door.header("referrer-policy"), Some("same-origin"), "or the browser would not say where the form came from");
    assert!(door.header("content-security-policy").unwrap().contains("form-action 'self'"));
    assert!(browser.get("/enrol?lang=en").await.text().contains("The code from the slip"));

    let wrong = filled(&browser, &[("code", "7KQM-2XVD-9RTA")]).await;
    assert!(wrong.status == 401 && wrong.text().contains("role=\"alert\"") && wrong.text().contains("Код не подходит"), "{wrong:?}");
    let second = filled(&browser, &[("code", &code)]).await;
    assert!(second.status == 200 && second.text().contains("Инспектор &lt;b&gt;") && !second.text().contains("<b>"), "{second:?}");
    let all = |login, password, again| [("code", code.as_str()), ("login", login), ("password", password), ("again", again)];
    let differs = filled(&browser, &all("ivan", PASSWORD, "другой пароль")).await;
    assert!(differs.status == 422 && differs.text().contains("Пароли не совпали") && differs.text().contains("value=\"ivan\""));
    assert!(!differs.text().contains(PASSWORD), "no password comes back");
    let weak = filled(&browser, &all("ivan", "коротко", "коротко")).await;
    assert!(weak.status == 422 && weak.text().contains("Слабый пароль"), "{weak:?}");

    let done = filled(&browser, &all("ivan", PASSWORD, PASSWORD)).await;
    assert_eq!((done.status, done.header("location")), (303, Some("/enrol/rules?lang=ru")), "{done:?}");
    let rules = browser.get("/enrol/rules?lang=ru").await;
    assert_eq!(rules.text().matches("<li>").count(), 3);
    assert_eq!(browser.cookie(done.cookie()).get(SESSION).await.json()["person"]["id"], "p10001");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_enrols_nobody() {
    let served = Served::start().await;
    let code = served.invite(&invite()).await["code"].as_str().unwrap().to_owned();
    let fields = [("code", code.as_str()), ("login", "ivan"), ("password", PASSWORD), ("again", PASSWORD)];
    let ours = browser(&served);
    for (what, client, due) in [
        ("another origin", ours.with("origin", "http://evil.example"), (403, "forged")),
        ("no origin", ours.with("origin", "null"), (403, "forged")),
        ("no word of the browser", ours.without("origin"), (403, "forged")),
        ("another site", ours.with("sec-fetch-site", "cross-site"), (403, "forged")),
        ("another name", ours.with("host", "evil.example"), (421, "bad_host")),
    ] {
        let answer = filled(&client, &fields).await;
        let (status, code) = answer.refusal();
        assert_eq!((status, code.as_str()), due, "{what}");
        assert_eq!(answer.header("set-cookie"), None, "{what}");
    }
    let json = ours.with("content-type", "application/json").ask("POST", "/enrol", b"{}").await;
    assert_eq!(json.code(), "media_type");
    assert_eq!(filled(&ours, &[("login", "ivan")]).await.code(), "bad_request");
    assert_eq!(
        ours.with("content-type", "application/x-www-form-urlencoded").ask("POST", "/enrol", &[b'a'; 20_000]).await.code(),
        "too_large"
    );
    assert!(served.office().people_views().unwrap().is_empty());
    assert_eq!(filled(&ours, &fields).await.status, 303);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_come_with_one_code_at_once_are_one_person() {
    let served = Served::start().await;
    let code = served.invite(&invite()).await["code"].clone();
    let both = [enrol(&code, "ivan"), enrol(&code, "pyotr")];
    let (one, two) = tokio::join!(came(&served, &both[0]), came(&served, &both[1]));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401]);
    assert_eq!(served.office().people_views().unwrap().len(), 1);
    served.stop().await;
}

//! What whoever looks after the node sees of it, and that others do not.

use crate::served::{Served, login_body, post_body};
use okrug_protocol::ids::{LogId, OfficeId, Precedence, Seq, Topic};
use serde_json::{Value, json};

const GRAPH: &str = "/api/v1/node/graph?kind=heat";

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_the_node_is_for_those_who_look_after_it() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let right = "/api/v1/admin/person/p10001/right/it";
    for path in [GRAPH, "/api/v1/node/document"] {
        let refused = ann.get(path).await;
        assert_eq!((refused.status, &refused.json()["code"]), (403, &json!("not_keeper")), "{path}");
        assert_eq!(ann.without("authorization").get(path).await.status, 401, "{path}");
        assert_eq!(served.admin().get(path).await.status, 200, "{path}");
    }
    assert_eq!(ann.write("PUT", right, &Value::Null).await.json()["code"], "not_admin", "nobody takes it");
    let given = served.admin().write("PUT", right, &Value::Null).await;
    assert_eq!((given.status, &given.json()["it"]), (200, &json!(true)), "{given:?}");
    assert_eq!(ann.get("/api/v1/session").await.json()["rights"], json!(["post", "it"]));
    assert_eq!(ann.get(GRAPH).await.status, 200);
    let acts = served.admin().get("/api/v1/audit").await.json();
    assert!(acts["acts"].as_array().unwrap().iter().any(|act| act["act"]["deed"] == "right.add" && act["act"]["note"] == "it"), "{acts}");
    assert_eq!(served.admin().write("DELETE", right, &Value::Null).await.json()["it"], json!(false));
    assert_eq!(ann.get(GRAPH).await.status, 403);
    let nobody = served.admin().write("PUT", "/api/v1/admin/person/p77777/right/it", &Value::Null).await;
    assert_eq!((nobody.status, &nobody.json()["code"]), (404, &json!("no_such_person")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_outlives_a_restart() {
    let served = Served::start().await;
    served.person("ann", 2).await;
    served.admin().write("PUT", "/api/v1/admin/person/p10001/right/it", &Value::Null).await;
    let served = served.restarted().await;
    let answer = served.stranger().write("POST", "/api/v1/session", &login_body("ann", true)).await;
    let ann = served.stranger().bearer(answer.json()["token"].as_str().unwrap());
    assert_eq!(ann.get("/api/v1/session").await.json()["rights"], json!(["post", "it"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_a_picture_and_its_numbers_are_what_was_said_and_has_arrived() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let graph = async |more: &str| served.admin().get(&format!("{GRAPH}{more}")).await;
    for n in 0..3 {
        ann.write("POST", "/api/v1/chat/d/message", &post_body(&format!("m{n}"), "Принято")).await;
    }
    let far = |numbers: &Value| numbers["offices"][0]["whole"].clone();
    let numbers = graph("&format=json").await.json();
    assert_eq!((&far(&numbers)["sent"], &far(&numbers)["delivered"], &far(&numbers)["median_s"]), (&json!(3), &json!(0), &Value::Null));
    let logs = served.store().logs().unwrap();
    let is_it = |log: &LogId| log.topic == Topic::District && log.precedence == Precedence::Routine;
    let (log, head) = logs.iter().find(|(log, _)| is_it(log)).map(|(log, state)| (*log, state.seq)).unwrap();
    served.office().holds(OfficeId(2), &[(log, Seq(head.0 - 1))]);
    served.office().holds(OfficeId(2), &[(log, Seq(head.0 - 1))]);
    let numbers = graph("&format=json").await.json();
    assert_eq!((&far(&numbers)["sent"], &far(&numbers)["delivered"]), (&json!(3), &json!(2)), "what is held twice arrived once");
    assert_eq!((&numbers["all"][0]["sent"], &numbers["hours"]), (&json!(3), &json!(24)));

    for (kind, scheme, lang) in [("map", "light", "ru"), ("heat", "dark", "en"), ("flow", "contrast", "ru")] {
        let path = format!("/api/v1/node/graph?kind={kind}&format=svg&scheme={scheme}&lang={lang}&width=400&offset=300&hours=12&at=1");
        let picture = served.admin().get(&path).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/svg+xml")), "{picture:?}");
        let text = String::from_utf8(picture.body.clone()).unwrap();
        assert!(text.starts_with("<svg ") && text.contains("role=\"img\"") && text.contains("width=\"400\""), "{text}");
    }
    for wrong in ["&format=png", "&scheme=pink", "&lang=fi", "&width=x", "&hours=-1"] {
        assert_eq!(graph(wrong).await.json()["code"], "bad_request", "{wrong}");
    }
    assert_eq!(served.admin().get("/api/v1/node/graph?kind=pie").await.json()["code"], "bad_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_named_with_their_age() {
    let served = Served::start().await;
    let papers = served.admin().get("/api/v1/node/document").await.json();
    let kinds: Vec<_> = papers["documents"].as_array().unwrap().iter().map(|paper| paper["kind"].as_str().unwrap().to_owned()).collect();
    assert!(kinds.starts_with(&["charter".to_owned(), "chart".to_owned()]), "{papers}");
    let status = served.admin().get("/api/v1/node/status").await.json();
    assert_eq!(papers["documents"][1]["version"], status["documents"]["chart"]);
    assert_eq!(papers["documents"][1]["freshness"], status["documents"]["freshness"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_says_from_where_it_came() {
    let served = Served::start().await;
    served.person("ann", 2).await;
    let agent =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 YaBrowser/24.12 Safari/537.36";
    let page = served.stranger().with("user-agent", agent);
    let cookie = page.write("POST", "/api/v1/session", &login_body("ann", false)).await;
    let script = page.write("POST", "/api/v1/session", &login_body("ann", true)).await.json()["token"].as_str().unwrap().to_owned();
    let listed = served.stranger().bearer(&script).get("/api/v1/session/own").await.json();
    let mut seen: Vec<_> = listed["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["current"].clone(), one["address"].clone(), one["device"].clone()))
        .collect();
    seen.sort_by_key(|(current, ..)| current.as_bool());
    let device = |program: &str| json!({ "system": "windows", "program": program });
    assert_eq!(
        seen,
        [(json!(false), json!("127.0.0.1"), device("yandex")), (json!(true), json!("127.0.0.1"), device("script"))],
        "{cookie:?}"
    );
    assert!(!listed.to_string().contains("AppleWebKit"), "no more than that is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_read_on_from_a_message_in_both_directions() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let mut ids = Vec::new();
    for n in 0..25 {
        let said = ann.write("POST", "/api/v1/chat/u2/message", &post_body(&format!("m{n}"), &format!("Строка {n}"))).await;
        ids.push(said.json()["id"].as_str().unwrap().to_owned());
    }
    let page = async |query: String| ann.get(&format!("/api/v1/chat/u2/message?{query}")).await;
    let lines = |page: &Value| -> Vec<String> {
        page["messages"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
    };
    let line = |n: usize| format!("Строка {n}");
    let middle = page(format!("around={}&limit=8", ids[12])).await.json();
    assert_eq!(lines(&middle), (8..=16).map(line).collect::<Vec<_>>());
    let mut below = lines(&middle);
    let mut next = middle["after"].as_str().map(str::to_owned);
    while let Some(cursor) = next {
        let more = page(format!("after={cursor}&limit=3")).await.json();
        below.extend(lines(&more));
        next = more["after"].as_str().map(str::to_owned);
    }
    assert_eq!(below, (8..25).map(line).collect::<Vec<_>>());
    let above = page(format!("before={}&limit=200", middle["before"].as_str().unwrap())).await.json();
    assert_eq!((lines(&above), &above["before"]), ((0..8).map(line).collect::<Vec<_>>(), &Value::Null));
    let last = page(format!("around={}&limit=8", ids[24])).await.json();
    assert_eq!((lines(&last), &last["after"]), ((20..25).map(line).collect::<Vec<_>>(), &Value::Null));
    let elsewhere = ann.get(&format!("/api/v1/chat/d/message?around={}", ids[3])).await;
    assert_eq!((elsewhere.status, &elsewhere.json()["code"]), (404, &json!("no_such_message")), "not of this conversation");
    assert_eq!(page("around=o1.1.u2.routine.999".to_owned()).await.status, 404);
    assert_eq!(page("after=x".to_owned()).await.status, 400);
}

//! Looking closer at a message and at a person.

use crate::served::{Served, post_body};
use okrug_node::office::view::MessageId;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn movement_names_readers_and_who_has_it_and_tells_strangers_nothing() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let said = ann.write("POST", "/api/v1/chat/d/message", &post_body("a", "Принято")).await;
    let id = said.json()["id"].as_str().unwrap().to_owned();
    let bob = served.member("bob", 3).await;
    let secret =
        ann.write("POST", "/api/v1/chat/u2/message", &post_body("b", "Для отдела")).await.json()["id"].as_str().unwrap().to_owned();
    let trace = async |id: &str| ann.get(&format!("/api/v1/message/{id}/trace")).await;
    let found = trace(&id).await;
    assert_eq!(found.status, 200, "{found:?}");
    let offices = found.json()["offices"].as_array().unwrap().clone();
    let flags: Vec<_> = offices.iter().map(|each| (&each["office"], &each["writes"], &each["reads"], &each["holds"])).collect();
    let (yes, no) = (json!(true), json!(false));
    assert_eq!(flags, [(&json!("o1"), &yes, &yes, &yes), (&json!("o2"), &no, &yes, &no)]);
    let movement = found.json();
    assert_eq!(movement["came"]["with"], "script", "a token wrote it: {movement}");
    assert_eq!((&movement["came"]["from"], &movement["read_here"]), (&json!(null), &json!({ "read": 0, "of": 1 })), "{movement}");
    assert_eq!((&offices[1]["wait"]["code"], &offices[1]["wait"]["since"]), (&json!("no_link"), &json!(null)), "{movement}");
    for id in ["o1.1.d.routine.99999", "o2.1.d.routine.1", "nothing"] {
        let refused = trace(id).await;
        assert_eq!((refused.status, &refused.json()["code"]), (404, &json!("no_such_message")), "{id}");
    }
    assert_eq!(bob.get(&format!("/api/v1/message/{secret}/trace")).await.status, 404, "of a department that is not theirs");
    assert_eq!(ann.without("authorization").get(&format!("/api/v1/message/{id}/trace")).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_has_the_words_of_the_persons_own_keys() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    served.member("bob", 2).await;
    let card = async |id: &str| ann.get(&format!("/api/v1/person/{id}")).await;
    let (one, two) = (card("p10001").await.json(), card("p10002").await.json());
    assert_eq!((&one["id"], &one["office"], &one["active"]), (&json!("p10001"), &json!("o1"), &json!(true)));
    for language in ["ru", "en"] {
        let words = |card: &serde_json::Value| card["fingerprint"][language].as_str().unwrap().to_owned();
        assert_eq!(words(&one).split('-').count(), 12, "{one}");
        assert_ne!(words(&one), words(&two));
        assert_eq!(words(&one), words(&card("p10001").await.json()));
    }
    for nobody in ["p77777", "u1", "x"] {
        assert_eq!((card(nobody).await.status, &card(nobody).await.json()["code"]), (404, &json!("no_such_person")), "{nobody}");
    }
    assert_eq!(ann.without("authorization").get("/api/v1/person/p10001").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_revokes_an_office_learns_where_its_logs_end_here() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let ends = async |office: &str| served.admin().get(&format!("/api/v1/admin/office/{office}/end")).await;
    let said = ann.write("POST", "/api/v1/chat/d/message", &post_body("a", "Принято")).await.json()["id"].as_str().unwrap().to_owned();
    let found = ends("o1").await.json();
    let rows = found["ends"].as_array().unwrap();
    let held = served.store().logs().unwrap();
    assert_eq!((&found["office"], rows.len()), (&json!("o1"), held.len()));
    assert!(rows.iter().any(|row| row["last"] == said.as_str()), "{found}");
    for row in rows {
        let last: MessageId = row["last"].as_str().unwrap().parse().unwrap();
        let state = served.store().log_state(&last.log).unwrap().unwrap();
        assert_eq!((last.seq, row["id"].as_str().unwrap()), (state.seq, state.id.0.to_hex().as_str()));
    }
    assert_eq!(ends("o2").await.json()["ends"], json!([]), "nothing of it is here");
    for nobody in ["o99", "p10001", "x"] {
        assert_eq!((ends(nobody).await.status, &ends(nobody).await.json()["code"]), (404, &json!("no_such_office")), "{nobody}");
    }
    assert_eq!(ann.get("/api/v1/admin/office/o1/end").await.json()["code"], "not_admin");
}

//! The journal of administration: whatever an administrator does is an entry, and nothing of it can be taken back.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod served;

use okrug_node::office::Deed;
use okrug_protocol::act::{About, By};
use okrug_protocol::ids::PersonId;
use serde_json::{Value, json};
use served::{PASSWORD, PATIENCE, Served};

fn new_person(login: &str, password: &str) -> Value {
    json!({ "login": login, "password": password, "name": "Дежурный", "position": "Оперативный дежурный", "unit": "u1" })
}

/// Waits until there is an act.
async fn first_act(served: &Served) -> Value {
    let waiting = async {
        loop {
            if let Some(act) = acts(served).await.pop() {
                return act;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap()
}

async fn acts(served: &Served) -> Vec<Value> {
    served.admin().get("/api/v1/audit").await.json()["acts"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_administrator_does_is_an_entry_whatever_comes_of_it() {
    let served = Served::start().await;
    let add = async |login: &str, password: &str| served.admin().write("POST", "/api/v1/admin/person", &new_person(login, password)).await;
    assert_eq!(add("duty", PASSWORD).await.status, 201);
    assert_eq!(add("duty", PASSWORD).await.refusal().1, "login_taken");
    assert_eq!(add("other", "short").await.refusal().1, "weak_password");
    let file = served.sample.file.encode();
    assert_eq!(served.admin().file("/api/v1/admin/district", &file).await.status, 200);

    let all = acts(&served).await;
    let said: Vec<_> = all
        .iter()
        .map(|act| (act["act"]["deed"].as_str().unwrap(), act["act"]["outcome"].as_str().unwrap(), act["act"]["refused"].as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("person.add", "done", None),
            ("person.add", "refused", Some("login_taken")),
            ("person.add", "refused", Some("weak_password")),
            ("district.take", "done", None),
        ]
    );
    let about = &all[0]["act"]["about"];
    assert_eq!(*about, json!([{"kind": "login", "id": "duty"}, {"kind": "unit", "id": "u1"}, {"kind": "person", "id": "p10001"}]));
    assert_eq!((&all[0]["act"]["note"], &all[0]["act"]["by"]["kind"]), (&json!("Дежурный"), &json!("token")));
    let id = all[1]["id"].as_str().unwrap();
    assert_eq!(served.admin().get(&format!("/api/v1/audit/act/{id}")).await.json(), all[1]);
    let report = served.admin().get("/api/v1/audit/check").await.json();
    assert_eq!(
        (&report["logs"][0]["acts"], &report["logs"][0]["opened"], &report["logs"][0]["broken"]),
        (&json!(4), &json!(4), &Value::Null)
    );
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_administrator_reads_the_journal() {
    let served = Served::start().await;
    let member = served.member("duty", 1).await;
    for path in ["/api/v1/audit", "/api/v1/audit/check", "/api/v1/audit/act/o1.77.d.routine.1"] {
        assert_eq!(member.get(path).await.refusal(), (403, "not_admin".to_owned()), "{path}");
        assert_eq!(served.stranger().get(path).await.refusal(), (401, "not_logged_in".to_owned()), "{path}");
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_a_power_cut_interrupted_is_recorded_at_the_next_start() {
    let served = Served::start().await;
    let deed = Deed::new(By::Token { uid: Some(0), name: None }, "person.reset").about(About::Person(PersonId(10_001)));
    // Begun, and never ended: the node stops in between.
    drop(served.office().begin_act(deed).await.unwrap());
    assert_eq!(acts(&served).await.len(), 0);
    let served = served.restarted().await;
    let recorded = first_act(&served).await;
    assert_eq!((&recorded["act"]["deed"], &recorded["act"]["outcome"]), (&json!("person.reset"), &json!("unknown")));
    assert_eq!(served.admin().get("/api/v1/audit/check").await.json()["unended"], 0);
    served.stop().await;
}

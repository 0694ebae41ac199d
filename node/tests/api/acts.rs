//! The journal of administration: whatever an administrator does is an entry, and nothing of it can be taken back.

use crate::served::client::Client;
use crate::served::{self, PASSWORD, PATIENCE, Served};
use okrug_node::office::Deed;
use okrug_node::office::view::MessageId;
use okrug_node::rfc3339::Utc;
use okrug_node::store::key::entry_key;
use okrug_node::store::{Batch, Stored, Tree};
use okrug_protocol::act::{About, By};
use okrug_protocol::clock::Millis;
use okrug_protocol::evidence::{Evidence, Report, Said};
use okrug_protocol::ids::{OfficeId, PersonId, Seq};
use serde_json::{Value, json};

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
    // This machine tells who asked.
    let own = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap());
    assert_eq!(all[0]["act"]["by"]["uid"], own);
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

/// What the check says of the first log: the first broken place, and what is wrong there.
async fn broken(served: &Served) -> (u64, String) {
    let report = served.admin().get("/api/v1/audit/check").await.json();
    let broken = &report["logs"][0]["broken"];
    (broken["seq"].as_u64().unwrap(), broken["what"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_broken_place_of_the_journal_is_named() {
    let served = Served::start().await;
    for login in ["one", "two", "three"] {
        let body = new_person(login, PASSWORD);
        assert_eq!(served.admin().write("POST", "/api/v1/admin/person", &body).await.status, 201);
    }
    let (store, head) = (served.store(), acts(&served).await.pop().unwrap());
    let MessageId { log, seq } = head["id"].as_str().unwrap().parse().unwrap();
    let kept = |seq: u64| store.entry(&log, Seq(seq)).unwrap().unwrap();
    let put = |seq: u64, Stored { previous, entry }: Stored| {
        let mut batch = Batch::new();
        batch.put(Tree::Entries, entry_key(&log, Seq(seq)), [&previous.0.0[..], &entry.encode()].concat());
        store.apply(batch).unwrap();
    };
    let (third, fourth) = (kept(3), kept(4));
    let late = Utc(kept(6).entry.header.time.millis());

    let mut forged = third.clone();
    forged.entry.signature = fourth.entry.signature;
    put(3, forged);
    assert_eq!(broken(&served).await, (3, "signature".to_owned()));
    let mut moved = third.clone();
    moved.previous = fourth.previous;
    put(3, moved);
    assert_eq!(broken(&served).await, (3, "chain".to_owned()));
    put(3, fourth);
    assert_eq!(broken(&served).await, (3, "rule".to_owned()));
    let mut batch = Batch::new();
    batch.put(Tree::Entries, entry_key(&log, Seq(3)), b"nothing".to_vec());
    store.apply(batch).unwrap();
    assert_eq!(broken(&served).await, (3, "unreadable".to_owned()));
    let mut batch = Batch::new();
    batch.delete(Tree::Entries, entry_key(&log, Seq(3)));
    store.apply(batch).unwrap();
    assert_eq!(broken(&served).await, (3, "missing".to_owned()));
    // Whoever looks at what came later alone looks at the rest of the chain, and counts no more than that.
    let from = async |at: &Utc| served.admin().get(&format!("/api/v1/audit/check?from={at}")).await.json()["logs"][0].clone();
    let rest = from(&late).await;
    assert_eq!((&rest["first"], &rest["entries"], &rest["broken"]), (&json!(6), &json!(seq.0), &Value::Null));
    let never = from(&Utc(late.0.plus(1 << 40))).await;
    assert_eq!((&never["first"], &never["acts"], &never["broken"]), (&json!(seq.0 + 1), &json!(0), &Value::Null));
    assert_eq!(from(&Utc(Millis(1))).await["broken"]["seq"], 3);

    put(3, third);
    assert_eq!(served.admin().get("/api/v1/audit/check").await.json()["logs"][0]["broken"], Value::Null);
    // Another office has more of it than there is here: something was taken away at the end.
    served.office().holds(OfficeId(2), &[(log, Seq(seq.0 + 2))]);
    assert_eq!(broken(&served).await, (seq.0 + 1, "behind".to_owned()));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_proven_by_the_district_s_identity_alone() {
    let served = Served::start().await;
    let (member, other) = (served.member("duty", 1).await, served.member("chief", 1).await);
    for (chat, text) in [("u1", "Принято"), ("u1", "Выезжаем"), ("p10002", "лично")] {
        let body = served::post_body(&format!("{chat}-{}", text.len()), text);
        assert_eq!(member.write("POST", &format!("/api/v1/chat/{chat}/message"), &body).await.status, 201);
    }
    assert_eq!(served.admin().write("POST", "/api/v1/admin/person", &new_person("night", PASSWORD)).await.status, 201);
    let district = served.sample.id();
    let proven = async |client: &Client, path: &str| {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        Evidence::decode(&answer.body).unwrap().verify(district).unwrap()
    };
    let said = |report: &Report| report.messages.iter().map(|message| message.said.clone()).collect::<Vec<_>>();
    let report = proven(&other, "/api/v1/chat/u1/evidence").await;
    assert_eq!(said(&report), ["Принято", "Выезжаем"].map(|text| Said::Text(text.to_owned())));
    let one = member.get("/api/v1/chat/u1/message").await.json()["messages"][1]["id"].as_str().unwrap().to_owned();
    let report = proven(&member, &format!("/api/v1/chat/u1/evidence?message={one}")).await;
    assert_eq!((said(&report), report.runs.len()), (vec![Said::Text("Выезжаем".to_owned())], 1));
    // A direct message by either side, and by nobody else.
    let direct = Said::Direct { to: PersonId(10_002), text: "лично".to_owned() };
    assert_eq!(said(&proven(&member, "/api/v1/chat/p10002/evidence").await), std::slice::from_ref(&direct));
    assert_eq!(said(&proven(&other, "/api/v1/chat/p10001/evidence").await), std::slice::from_ref(&direct));
    let third = served.member("third", 1).await;
    assert_eq!(third.get("/api/v1/chat/p10001/evidence").await.refusal(), (404, "no_such_message".to_owned()));
    let secret = other.get("/api/v1/chat/p10001/message").await.json()["messages"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(third.get(&format!("/api/v1/chat/p10001/evidence?message={secret}")).await.refusal().1, "no_such_message");
    assert_eq!(served.admin().get("/api/v1/chat/u1/evidence").await.refusal().0, 401);

    let answer = served.admin().write("POST", "/api/v1/audit/evidence", &json!({})).await;
    let report = Evidence::decode(&answer.body).unwrap().verify(district).unwrap();
    let deeds: Vec<_> = report.acts.iter().map(|act| act.act.deed.as_str()).collect();
    assert_eq!((deeds, report.runs[0].first), (vec!["person.add"], Seq(1)), "the export itself is an act after it");
    assert_eq!(acts(&served).await.pop().unwrap()["act"]["deed"], "audit.export");
    served.stop().await;
}

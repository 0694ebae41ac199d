//! An office that is suspended: it reads on, says so, writes nothing, and goes on where it was when it is resumed.

use crate::offices::{District, Official, PASSWORD, until};
use crate::served::{self, Served};
use okrug_node::ledger::WriteError;
use okrug_node::office::Refused;
use okrug_node::office::view::{ChatId, NewPerson, Post};
use okrug_protocol::ids::{OfficeId, Precedence, UnitId};
use serde_json::json;

const UNIT: ChatId = ChatId::Unit(UnitId(2));

fn post(text: &str) -> Post {
    Post { client_id: "once".parse().unwrap(), text: text.to_owned(), precedence: Precedence::Routine, reply_to: None, on_behalf_of: None }
}

/// In how many conversations the office says that somebody may write.
fn open_chats(official: &Official) -> usize {
    official.chats().iter().filter(|chat| chat.can_post).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_office_reads_on_and_writes_again_when_it_is_resumed_without_a_new_enrolment() {
    let mut district = District::start(3).await;
    let (ann, eve) = (district.person(1, "ann", 2).await, district.person(3, "eve", 2).await);
    eve.say(UNIT, "до").await;
    ann.reads(UNIT, &["до"]).await;
    // Who has written to whom before sees that conversation too.
    let direct = ChatId::Person(ann.person);
    eve.say(direct, "лично").await;
    ann.reads(ChatId::Person(eve.person), &["лично"]).await;
    let (of_ann, of_eve) = (open_chats(&ann), open_chats(&eve));
    assert!(of_ann > 0 && of_eve > 1);
    district.publish(1, |sample| drop(sample.amend(|chart| chart.suspended = vec![OfficeId(3)]))).await;
    until(|| district.status(3).district.suspended).await;
    assert!(!district.status(1).district.suspended && district.status(3).enrolled);
    until(|| district.status(1).peers.iter().any(|peer| peer.office == OfficeId(3) && peer.suspended)).await;
    let marked =
        |official: &Official| official.tree().offices.iter().filter(|office| office.suspended).map(|office| office.id).collect::<Vec<_>>();
    assert_eq!((marked(&ann), marked(&eve)), (vec![OfficeId(3)], vec![OfficeId(3)]), "everybody sees it in the tree");

    assert_eq!((eve.who().rights, open_chats(&eve)), (Vec::new(), 0));
    assert_eq!((ann.who().rights, open_chats(&ann)), (vec!["post".to_owned()], of_ann));
    for chat in [UNIT, direct] {
        let refused = eve.try_post(chat, post("нельзя")).await.unwrap_err();
        assert!(matches!(refused, Refused::Suspended), "{refused:?}");
    }
    let new = NewPerson {
        login: "new".to_owned(),
        password: PASSWORD.to_owned().into(),
        name: "Новый".to_owned(),
        position: "Инспектор".to_owned(),
        unit: UnitId(2),
    };
    let refused = district.office(3).add_person(new).await.unwrap_err();
    assert!(matches!(refused, Refused::Write(WriteError::Suspended)), "{refused:?}");
    // It goes on getting keys, it reads, and it confirms what it has: nobody waits for it in vain.
    let said = ann.say(UNIT, "читайте").await;
    eve.reads(UNIT, &["до", "читайте"]).await;
    until(|| ann.messages(UNIT).iter().any(|message| message.id == said.id && message.delivery.delivered == 2)).await;
    let before = district.heads(1, 3);

    // A restart changes nothing.
    district.switch_off(3).await;
    district.switch_on(3).await;
    let eve = district.log_in(3, "eve").await;
    assert!(matches!(eve.try_post(UNIT, post("нельзя")).await, Err(Refused::Suspended)));

    district.publish(1, |sample| drop(sample.amend(|chart| chart.suspended.clear()))).await;
    until(|| !district.status(3).district.suspended).await;
    assert_eq!((eve.who().rights, open_chats(&eve)), (vec!["post".to_owned()], of_eve));
    eve.say(UNIT, "снова").await;
    ann.reads(UNIT, &["до", "читайте", "снова"]).await;
    // The same logs under the same keys.
    let logs = |heads: &[okrug_protocol::frontier::HeadOf]| heads.iter().map(|head| head.log).collect::<Vec<_>>();
    assert!(logs(&before).iter().all(|log| logs(&district.heads(1, 3)).contains(log)));
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_of_a_suspended_office_says_why_nothing_is_written() {
    let served = Served::start().await;
    let member = served.member("duty", 1).await;
    let write = async |id: &str| member.write("POST", "/api/v1/chat/u1/message", &served::post_body(id, "доклад")).await;
    assert_eq!(write("a").await.status, 201);
    let mut sample = served.sample.clone();
    sample.amend(|chart| chart.suspended = vec![OfficeId(1)]);
    assert_eq!(served.admin().file("/api/v1/admin/district", &sample.file.encode()).await.status, 200);
    let refused = write("b").await;
    assert_eq!((refused.refusal(), refused.json()["hint"].is_null()), ((403, "office_suspended".to_owned()), false));
    let me = member.get("/api/v1/session").await.json();
    assert_eq!((&me["rights"], &me["district"]["suspended"]), (&json!([]), &json!(true)));
    assert_eq!(member.get("/api/v1/chat/u1/message").await.json()["messages"].as_array().unwrap().len(), 1);
    // What an administrator does is written down all the same.
    assert_eq!(
        served.admin().get("/api/v1/audit").await.json()["acts"].as_array().unwrap().last().unwrap()["act"]["deed"],
        "district.take"
    );
    let invite = json!({ "name": "Инспектор", "position": "Инспектор", "unit": "u2" });
    let code = served.invite(&invite).await["code"].clone();
    let enrol =
        served.stranger().write("POST", "/api/v1/enrol", &json!({ "code": code, "login": "emma", "password": "новый пароль" })).await;
    assert_eq!(enrol.refusal(), (403, "office_suspended".to_owned()));

    sample.amend(|chart| chart.suspended.clear());
    assert_eq!(served.admin().file("/api/v1/admin/district", &sample.file.encode()).await.status, 200);
    assert_eq!(write("b").await.status, 201);
    // The invitation was not used up.
    let enrol =
        served.stranger().write("POST", "/api/v1/enrol", &json!({ "code": code, "login": "emma", "password": "новый пароль" })).await;
    assert_eq!(enrol.status, 201, "{enrol:?}");
    served.stop().await;
}

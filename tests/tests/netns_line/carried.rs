//! Where the only way leads through an office that is no member: it carries what it cannot read, and the words are true at each step.
//!
//! ```text
//!   A ── thin line ── hub ── thin line ── C        a line of three, as A and C see it
//!                      └──── thin line ── D        a star, with D
//! ```

use okrug_tests::line::{Line, Way};
use okrug_tests::official::fresh;
use okrug_tests::{District, Layout, Official, until};
use serde_json::{Value, json};

/// The department of all but the hub.
const DEPARTMENT: &str = "Отдел кадров";
const HUB: usize = 1;
const LEAVES: [usize; 3] = [0, 2, 3];

/// Says something urgent, for which an office behind others gives its receipt within seconds. Its number.
async fn say(official: &Official, chat: &str, text: &str) -> String {
    let body = json!({ "client_id": fresh(), "text": text, "precedence": "urgent" }).to_string();
    let answer = official.line().post(&format!("/api/v1/chat/{chat}/message"), &body).await.unwrap();
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    answer.json().unwrap()["id"].as_str().unwrap().to_owned()
}

/// The word of a message for who wrote it, and how many of how many readers have it.
async fn word(official: &Official, chat: &str, id: &str) -> (String, u64, u64) {
    let messages = official.messages(chat).await;
    let delivery = &messages.iter().find(|message| message["id"] == id).unwrap()["delivery"];
    let count = |name: &str| delivery[name].as_u64().unwrap();
    (delivery["code"].as_str().unwrap().to_owned(), count("delivered"), count("of"))
}

async fn comes_to_be(official: &Official, chat: &str, id: &str, wanted: (&str, u64, u64)) {
    let wanted = (wanted.0.to_owned(), wanted.1, wanted.2);
    until(&format!("{id} is {wanted:?}"), async || (word(official, chat, id).await == wanted).then_some(())).await;
}

/// What the movement of a message says of an office.
async fn at(official: &Official, id: &str, name: &str) -> Value {
    let trace = official.get(&format!("/api/v1/message/{id}/trace")).await;
    trace["offices"].as_array().unwrap().iter().find(|office| office["name"] == name).unwrap_or_else(|| panic!("{name} in {trace}")).clone()
}

fn cut(line: &Line, cut: bool) {
    line.change_both(|way| way.cut = cut);
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn what_goes_through_an_office_that_is_no_member_waits_is_handed_on_and_is_delivered() {
    let layout = Layout { lans: (0..4).map(|lan| vec![lan]).collect(), ..Layout::one_lan(4) };
    let mut district = District::found(&layout);
    district.switch_on(HUB).await;
    let mut lines = Vec::new();
    for leaf in LEAVES {
        let (line, [_, address]) = district.lay(leaf, HUB, Way::OPEN);
        let way = format!("discovery.bootstrap={}=/ip4/{address}/tcp/7600", district.site(HUB).slug);
        district.switch_on_with(leaf, &[way]).await;
        lines.push(line);
    }
    let unit = district.unit(DEPARTMENT);
    let mut people = Vec::new();
    for leaf in LEAVES {
        people.push(district.enrol(leaf, DEPARTMENT).await);
    }
    let [a, c, d] = &people[..] else { unreachable!() };
    for (one, other) in [(a, c), (c, a), (a, d), (d, a), (c, d), (d, c)] {
        one.knows(other).await;
    }
    for official in &people {
        district.linked(official, &[HUB]).await;
    }
    lines.iter().for_each(|line| line.change_both(|way| *way = Way::THIN));

    let first = say(a, &unit, "первое").await;
    c.reads(&unit, 1).await;
    comes_to_be(a, &unit, &first, ("delivered", 2, 2)).await;
    let answer = say(c, &unit, "ответ").await;
    assert_eq!(a.reads(&unit, 2).await, ["первое", "ответ"]);
    comes_to_be(c, &unit, &answer, ("delivered", 2, 2)).await;

    // Nobody is within reach; then the hub, which is no reader; then all.
    lines.iter().for_each(|line| cut(line, true));
    let said = say(a, &unit, "второе").await;
    assert_eq!(word(a, &unit, &said).await, ("queued".to_owned(), 0, 2));
    cut(&lines[0], false);
    comes_to_be(a, &unit, &said, ("relayed", 0, 2)).await;
    let [hub, far] = [HUB, LEAVES[1]].map(|office| district.site(office).name.clone());
    let carrier = at(a, &said, &hub).await;
    assert_eq!((&carrier["holds"], &carrier["reads"]), (&true.into(), &false.into()), "{carrier}");
    let waiting = at(a, &said, &far).await;
    let wait = &waiting["wait"];
    assert_eq!((&waiting["holds"], &wait["code"], &wait["via_name"]), (&false.into(), &"through".into(), &(*hub).into()), "{waiting}");
    lines[1..].iter().for_each(|line| cut(line, false));
    comes_to_be(a, &unit, &said, ("delivered", 2, 2)).await;
    for reader in [c, d] {
        assert_eq!(reader.reads(&unit, 3).await, ["первое", "ответ", "второе"]);
    }
    let trace = c.get(&format!("/api/v1/message/{said}/trace")).await;
    assert_eq!(trace["came"]["name"], *hub, "{trace}");
}

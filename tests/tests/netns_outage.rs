//! Offices that were away, lines that were cut: nothing is lost, nothing comes twice, and the order is one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use okrug_tests::{District, Layout, Official, official::fresh, until};
use tokio::task::JoinSet;

const ALL: &str = "Руководство";
/// Who write at the same time.
const WRITERS: usize = 16;

/// Lets somebody say many things, several at a time.
async fn say_many(official: &Official, chat: &str, count: usize) {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (mut line, chat) = (official.line(), chat.to_owned());
        writers.spawn(async move {
            for n in (writer..count).step_by(WRITERS) {
                let body = format!(r#"{{"client_id":"{}","text":"сообщение {n}"}}"#, fresh());
                let answer = line.post(&format!("/api/v1/chat/{chat}/message"), &body).await.unwrap();
                assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
}

/// The messages of a conversation, by number: the same at every office.
async fn numbers(official: &Official, chat: &str) -> Vec<String> {
    official.messages(chat).await.iter().map(|message| message["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn an_office_that_was_off_for_a_thousand_messages_catches_up_in_order_once_each() {
    const COUNT: usize = 1_000;
    let mut district = District::start(&Layout::one_lan(2)).await;
    let unit = district.unit(ALL);
    let (here, mut there) = (district.enrol(0, ALL).await, district.enrol(1, ALL).await);
    district.linked(&here, &[1]).await;
    here.say(&unit, "до отключения").await;
    there.reads(&unit, 1).await;
    district.switch_off(1).await;
    say_many(&here, &unit, COUNT).await;
    let wanted = numbers(&here, &unit).await;
    assert_eq!(wanted.len(), COUNT + 1);
    district.switch_on(1).await;
    there.log_in().await;
    there.reads(&unit, COUNT + 1).await;
    assert_eq!(numbers(&there, &unit).await, wanted);
    here.say(&unit, "после").await;
    assert_eq!(there.reads(&unit, COUNT + 2).await.last().unwrap(), "после");
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn two_halves_that_both_wrote_show_one_timeline_when_they_are_joined() {
    let district = District::start(&Layout::one_lan(4)).await;
    let unit = district.unit(ALL);
    let mut people = Vec::new();
    for office in 0..4 {
        people.push(district.enrol(office, ALL).await);
    }
    district.linked(&people[0], &[1, 2, 3]).await;
    people[0].say(&unit, "вместе").await;
    for official in &people {
        official.reads(&unit, 1).await;
    }
    district.split(&[2, 3]);
    for (n, official) in people.iter().enumerate() {
        for m in 0..5 {
            official.say(&unit, &format!("{n}: {m}")).await;
        }
    }
    // Each half has its own ten, and nothing of the other's.
    for (official, others) in [(0, ["2:", "3:"]), (1, ["2:", "3:"]), (2, ["0:", "1:"]), (3, ["0:", "1:"])] {
        let texts = people[official].reads(&unit, 11).await;
        assert!(!texts.iter().any(|text| others.iter().any(|other| text.starts_with(other))), "{texts:?}");
    }
    district.heal();
    for official in &people {
        official.reads(&unit, 21).await;
    }
    let timeline = numbers(&people[0], &unit).await;
    assert_eq!(timeline.len(), 21);
    for official in &people[1..] {
        assert_eq!(numbers(official, &unit).await, timeline);
    }
    until("everybody is told that what they wrote was delivered to all", async || {
        let mut mine = Vec::new();
        for official in &people {
            mine.extend(official.messages(&unit).await.into_iter().filter(|message| message["mine"] == true));
        }
        (mine.len() == 21 && mine.iter().all(|message| message["delivery"]["code"] == "delivered")).then_some(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn what_was_written_on_both_sides_of_a_cut_line_waits_and_arrives_when_it_is_back() {
    let district = District::start(&Layout::one_lan(2)).await;
    let unit = district.unit(ALL);
    let (here, there) = (district.enrol(0, ALL).await, district.enrol(1, ALL).await);
    district.linked(&here, &[1]).await;
    here.say(&unit, "до обрыва").await;
    there.reads(&unit, 1).await;
    district.cut(1);
    for (official, text) in [(&here, "отсюда"), (&there, "оттуда")] {
        official.say(&unit, text).await;
        let messages = official.messages(&unit).await;
        let (mine, last) = (messages.len(), messages.last().unwrap());
        assert_eq!((mine, last["text"].as_str(), last["delivery"]["code"].as_str()), (2, Some(text), Some("queued")));
    }
    district.restore(1);
    for official in [&here, &there] {
        official.reads(&unit, 3).await;
    }
    assert_eq!(numbers(&here, &unit).await, numbers(&there, &unit).await);
    for official in [&here, &there] {
        until("what was written here was delivered", async || {
            let messages = official.messages(&unit).await;
            messages.iter().all(|message| message["mine"] == false || message["delivery"]["code"] == "delivered").then_some(())
        })
        .await;
    }
}

//! One message a second over a line that is thin, long, and loses packets: how long each is under way.
//!
//! Messages: 12, or as many as `OKRUG_LINE_MESSAGES` says. Both offices have one clock, so that the figures are those of the
//! messages themselves: from "accepted" at one to "appended" at the other. A message is one packet. One of a hundred is lost,
//! and that one TCP sends again when its acknowledgement is 200 ms late: it is under way for 300 + 667 + 200 + 60 ms or a
//! little more, and no repetition could be there before 1,030. That is what the first one takes. Then the line is known to lose
//! packets, and of each message a copy goes by UDP, which is what the datagrams of the last lines are.

use std::time::Duration;

use okrug_tests::line::{Count, End, Way};
use okrug_tests::official::moment;
use okrug_tests::until;

use super::ends::Ends;

/// One packet of a hundred, either way.
const LOSS: u32 = 10_000;

/// 200 bytes of Latin text, as `okrug bench bytes` has it.
fn text(n: usize) -> String {
    let sentence = "the water rises to 612 cm by the evening, reinforce the post at the bridge; ";
    format!("{n:04} ").chars().chain(sentence.chars().cycle()).take(200).collect()
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn one_message_a_second_crosses_a_line_that_loses_one_packet_of_a_hundred() {
    let count: usize = std::env::var("OKRUG_LINE_MESSAGES").ok().map_or(12, |count| count.parse().unwrap());
    let ends = Ends::meet(Way { loss: LOSS, ..Way::THIN }).await;
    let before = [End::Here, End::There].map(|end| ends.line.count(end));
    let parts = [End::Here, End::There].map(|end| ends.line.parts(end));
    for n in 0..count {
        ends.here.say(&ends.unit, &text(n)).await;
        // The load is the measurement's own: nothing is waited for.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    ends.there.reads(&ends.unit, count + 2).await;
    let crossed = [End::Here, End::There].map(|end| ends.line.count(end));
    let messages = ends.there.messages(&ends.unit).await;
    let mut took: Vec<u64> = messages
        .iter()
        .filter(|message| message["text"].as_str().unwrap().len() == 200)
        .map(|message| moment(&message["received"]).saturating_sub(moment(&message["sent"])))
        .collect();
    assert_eq!(took.len(), count, "each once");
    took.sort_unstable();
    let of = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)];
    eprintln!(
        "ROW | 200 Latin letters once a second, 64 kbit/s, 300 ms one way, 1 % lost | {count} messages | under way {} ms (half), {} (90 of 100), {} (99 of 100), {} at most",
        of(50),
        of(90),
        of(99),
        took[took.len() - 1],
    );
    let sum = |what: fn(&Count) -> u64| crossed.iter().map(what).sum::<u64>() - before.iter().map(what).sum::<u64>();
    eprintln!(
        "there and back: {} packets, {} bytes of IP for each message, {} packets lost; load {}",
        sum(|count| count.packets) / u64::try_from(count).unwrap(),
        sum(|count| count.bytes) / u64::try_from(count).unwrap(),
        sum(|count| count.noise),
        std::fs::read_to_string("/proc/loadavg").unwrap().trim(),
    );
    for (end, before) in [End::Here, End::There].into_iter().zip(&parts) {
        eprintln!("from {end:?}: {}", ends.line.parts(end).since(before));
    }
    until("the writer knows", async || {
        let last = ends.here.messages(&ends.unit).await.pop()?;
        (last["delivery"]["code"] == "delivered").then_some(())
    })
    .await;
}

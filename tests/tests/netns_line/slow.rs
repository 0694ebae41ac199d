//! A line over which an answer takes five seconds, as a bad satellite has it: a link comes up over it, and stays up.

use std::time::{Duration, Instant};

use okrug_tests::line::{End, Way};
use okrug_tests::{Official, until};

use super::ends::Ends;

/// 64 kbit/s, and so far each way.
const FAR: Way = Way { delay: Duration::from_millis(2_400), ..Way::THIN };

/// Packets that began connections or ended them.
fn begun_and_ended(ends: &Ends) -> u64 {
    [End::Here, End::There].into_iter().map(|end| ends.line.parts(end).ends.packets).sum()
}

/// Says something on both sides, and waits until both know that it has come.
async fn talk(ends: &Ends, text: &str) {
    let said = async |official: &Official| {
        let id = official.say(&ends.unit, text).await;
        until(&format!("{text} is known to have come"), async || {
            let messages = official.messages(&ends.unit).await;
            messages.iter().any(|said| said["id"] == *id && said["delivery"]["code"] == "delivered").then_some(())
        })
        .await;
    };
    tokio::join!(said(&ends.here), said(&ends.there));
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_link_comes_up_and_stays_up_where_an_answer_takes_five_seconds_whether_the_line_is_known_or_not() {
    // Both knew it as a fast one.
    let mut ends = Ends::meet(FAR).await;
    talk(&ends, "по спутнику").await;
    let before = begun_and_ended(&ends);
    for n in 0..3 {
        talk(&ends, &format!("{n}")).await;
    }
    assert_eq!(begun_and_ended(&ends), before, "one connection carries it all");

    // Neither knows anything of it.
    for office in [0, 1] {
        ends.district.switch_off(office).await;
    }
    let began = Instant::now();
    ends.district.switch_on(1).await;
    let way_there = format!("discovery.bootstrap={}=/ip4/10.82.0.2/tcp/7600", ends.district.site(1).slug);
    ends.district.switch_on_with(0, &[way_there]).await;
    ends.here.log_in().await;
    ends.there.log_in().await;
    ends.district.linked(&ends.here, &[1]).await;
    ends.district.linked(&ends.there, &[0]).await;
    eprintln!("over 2,400 ms one way two nodes that had just started were linked after {} ms", began.elapsed().as_millis());
    talk(&ends, "снова").await;
    let before = begun_and_ended(&ends);
    talk(&ends, "и ещё").await;
    assert_eq!(begun_and_ended(&ends), before, "one connection carries it all");
}

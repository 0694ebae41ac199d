//! A line that carries in one direction alone: both sides notice it, neither says what it cannot know, and all comes once it is
//! whole again.

use std::time::Instant;

use okrug_tests::line::{End, Way};
use okrug_tests::{Official, until};

use super::ends::{Ends, reads};

/// What is said of the delivery of the newest message.
async fn delivery(official: &Official, chat: &str) -> Option<String> {
    let last = official.messages(chat).await.pop()?;
    last["delivery"]["code"].as_str().map(str::to_owned)
}

async fn delivered(official: &Official, chat: &str, text: &str) {
    let what = format!("{text} is known to have come");
    until(&what, async || {
        let messages = official.messages(chat).await;
        messages.iter().any(|said| said["text"] == text && said["delivery"]["code"] == "delivered").then_some(())
    })
    .await;
}

/// Cuts what is sent from one end, and lets what is sent from the other through.
async fn carries_one_way(cut: End) {
    let ends = Ends::meet(Way::THIN).await;
    let (mute, heard) = if cut == End::Here { (&ends.here, &ends.there) } else { (&ends.there, &ends.here) };
    let [mute_office, heard_office] = if cut == End::Here { [0, 1] } else { [1, 0] };
    mute.say(&ends.unit, "до").await;
    delivered(mute, &ends.unit, "до").await;
    ends.line.change(cut, |way| way.cut = true);
    let began = Instant::now();
    heard.say(&ends.unit, "оттуда").await;
    // It gets there, and its receipt does not come back.
    reads(mute, &ends.unit, "оттуда").await;
    mute.say(&ends.unit, "отсюда").await;
    let noticed = async |official: &Official, office| {
        ends.district.apart(official, office).await;
        began.elapsed()
    };
    let (by_mute, by_heard) = tokio::join!(noticed(mute, heard_office), noticed(heard, mute_office));
    eprintln!(
        "a line that is cut from {cut:?} alone: noticed by who is not heard after {} ms, by the other after {} ms; {} are promised",
        by_mute.as_millis(),
        by_heard.as_millis(),
        30_000 + 3 * 600,
    );
    for official in [mute, heard] {
        assert_ne!(delivery(official, &ends.unit).await.as_deref(), Some("delivered"));
    }
    assert!(!heard.texts(&ends.unit).await.contains(&"отсюда".to_owned()));
    assert!(ends.line.count(cut).down > 0);

    ends.line.change(cut, |way| way.cut = false);
    let healed = Instant::now();
    delivered(mute, &ends.unit, "отсюда").await;
    delivered(heard, &ends.unit, "оттуда").await;
    reads(heard, &ends.unit, "отсюда").await;
    eprintln!("all is everywhere, and known to be, {} ms after it was whole again", healed.elapsed().as_millis());
    for official in [mute, heard] {
        let texts = official.texts(&ends.unit).await;
        assert_eq!(texts.len(), 5, "each once: {texts:?}");
    }
    ends.district.linked(mute, &[heard_office]).await;
    ends.district.linked(heard, &[mute_office]).await;
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_line_that_no_longer_carries_from_who_calls_is_noticed_by_both_and_all_comes_when_it_heals() {
    carries_one_way(End::Here).await;
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_line_that_no_longer_carries_from_who_is_called_is_noticed_by_both_and_all_comes_when_it_heals() {
    carries_one_way(End::There).await;
}

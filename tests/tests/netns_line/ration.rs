//! A link that was declared thin keeps to its hours and to its bytes, and says what waits until when.

use okrug_node::clock;
use okrug_tests::{District, Layout, Official, until};
use serde_json::Value;

use super::ends::{ALL, reads, say_as};

const HOUR: u64 = 3_600_000;

/// What an official's node says of the link to the only other office.
async fn waits(official: &Official) -> Value {
    official.status().await["peers"][0]["waits"].clone()
}

/// Hours of the day that begin in two hours.
fn not_now() -> String {
    let hour = clock::now().0 / HOUR % 24;
    format!("{:02}:00-{:02}:00", (hour + 2) % 24, (hour + 3) % 24)
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn outside_its_hours_and_beyond_its_bytes_a_link_carries_flash_alone_after_a_restart_too() {
    let mut district = District::start(&Layout::one_lan(2)).await;
    let unit = district.unit(ALL);
    let (mut here, there) = (district.enrol(0, ALL).await, district.enrol(1, ALL).await);
    here.knows(&there).await;
    there.knows(&here).await;
    here.say(&unit, "до").await;
    reads(&there, &unit, "до").await;
    let slug = district.site(1).slug.clone();

    district.switch_off(0).await;
    district.switch_on_with(0, &[format!("link.thin={slug}@{}", not_now())]).await;
    here.log_in().await;
    district.linked(&here, &[1]).await;
    until("it says what it waits for", async || (waits(&here).await["why"] == "hours").then_some(())).await;
    here.say(&unit, "обычное").await;
    there.say(&unit, "обычное оттуда").await;
    for (from, to, text) in [(&here, &there, "молния"), (&there, &here, "молния оттуда")] {
        say_as(from, &unit, "flash", text).await;
        reads(to, &unit, text).await;
    }
    // What was said before the flash and did not come before it, waits.
    assert!(!there.texts(&unit).await.contains(&"обычное".to_owned()));
    assert!(!here.texts(&unit).await.contains(&"обычное оттуда".to_owned()));

    // A budget that is spent by the link's own beginning.
    for restart in 0..2 {
        district.switch_off(0).await;
        district.switch_on_with(0, &[format!("link.thin={slug}=1")]).await;
        here.log_in().await;
        district.linked(&here, &[1]).await;
        until("the budget is spent", async || (waits(&here).await["why"] == "budget").then_some(())).await;
        let hour = clock::now().0 / HOUR;
        let text = format!("сверх лимита {restart}");
        here.say(&unit, &text).await;
        say_as(&here, &unit, "flash", &format!("молния {restart}")).await;
        reads(&there, &unit, &format!("молния {restart}")).await;
        let came = there.texts(&unit).await.contains(&text);
        assert!(!came || clock::now().0 / HOUR > hour, "{text}");
    }

    district.switch_off(0).await;
    district.switch_on(0).await;
    here.log_in().await;
    for text in ["обычное", "сверх лимита 0", "сверх лимита 1"] {
        reads(&there, &unit, text).await;
    }
    reads(&here, &unit, "обычное оттуда").await;
    assert_eq!(waits(&here).await, Value::Null);
}

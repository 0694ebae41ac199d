//! Flash before everything: what a flash message finds before it on a thin line, in bytes.

use std::time::{Duration, Instant};

use okrug_tests::line::{End, Way};

use super::ends::{Ends, reads, say_as, say_many};

/// Three seconds of 64 kbit/s, and what is under way on the line itself: 300 ms of it each way.
const MAX_BEFORE: u64 = 3 * 8_000 + 600 * 8;

/// Lets a flash message be said while other things wait, and lets no more cross the line than it may find before it.
async fn flash_gets_through(ends: &Ends, what: &str) {
    let before = ends.line.count(End::Here);
    let said = Instant::now();
    say_as(&ends.here, &ends.unit, "flash", &format!("срочно: {what}")).await;
    let accepted = ends.line.count(End::Here).bytes;
    // However slow this machine is: behind these bytes the line is dead.
    ends.line.change(End::Here, |way| way.until = Some(accepted + MAX_BEFORE));
    reads(&ends.there, &ends.unit, &format!("срочно: {what}")).await;
    let after = ends.line.count(End::Here);
    eprintln!(
        "{what}: flash read {} ms after it was said; {} bytes crossed between its acceptance and that, {} are allowed; longest wait at the line {} ms",
        said.elapsed().as_millis(),
        after.bytes - accepted,
        MAX_BEFORE,
        after.waited.max(before.waited).as_millis(),
    );
    ends.line.change(End::Here, |way| way.until = None);
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_flash_message_finds_three_seconds_of_a_thin_line_before_it_at_most() {
    let ends = Ends::meet(Way::THIN).await;
    // Live and short, as fast as they can be written: 0.5 MB.
    say_many(&ends.here, &ends.unit, 1_000, |n| format!("сообщение {n}: {}", "ъ".repeat(80))).await;
    flash_gets_through(&ends, "behind a burst").await;
    // Long ones: 10 MB.
    say_many(&ends.here, &ends.unit, 320, |n| format!("{n}: {}", "ы".repeat(16_000))).await;
    tokio::time::timeout(Duration::from_secs(60), async {
        let begun = ends.line.count(End::Here).bytes;
        while ends.line.count(End::Here).bytes < begun + 40_000 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .expect("the backlog is under way");
    flash_gets_through(&ends, "in 10 MB of backlog").await;
}

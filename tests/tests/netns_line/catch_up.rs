//! Catching up over a thin line: filled with what is useful, resumed where it stopped, nothing twice.

use std::time::{Duration, Instant};

use okrug_tests::line::{End, Way};
use okrug_tests::until;

use super::ends::{Ends, say_many};

/// How often the line is cut: a hundred times in the long form.
fn cuts() -> u32 {
    std::env::var("OKRUG_LINE_CUTS").ok().and_then(|cuts| cuts.parse().ok()).unwrap_or(10)
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn catching_up_fills_the_line_with_what_is_useful() {
    const COUNT: usize = 400;
    let ends = Ends::meet(Way::THIN).await;
    let known = ends.brought("known").await;
    let read = ends.there.texts(&ends.unit).await.len();
    // Nothing of it goes as it is written: the link is gone, and the line too.
    ends.line.change_both(|way| way.cut = true);
    ends.district.end_connections(0);
    ends.district.end_connections(1);
    say_many(&ends.here, &ends.unit, COUNT, |n| format!("сообщение {n}: {}", "я".repeat(90))).await;
    let (before, useful) = (ends.brought("entries").await, ends.brought("entry_bytes").await);
    let parts = [End::Here, End::There].map(|end| ends.line.parts(end));
    let bytes = ends.line.count(End::Here).bytes;
    ends.line.change_both(|way| way.cut = false);
    until("it has begun", async || (ends.brought("entries").await > before).then_some(())).await;
    let (first, began) = (ends.brought("entry_bytes").await, Instant::now());
    let all = u64::try_from(COUNT).unwrap();
    until("all has come", async || (ends.brought("entries").await >= before + all).then_some(())).await;
    let took = began.elapsed();
    let last = ends.brought("entry_bytes").await;
    let (crossed, useful) = (ends.line.count(End::Here).bytes - bytes, last - useful);
    ends.there.reads(&ends.unit, read + COUNT).await;
    for (end, before) in [End::Here, End::There].into_iter().zip(&parts) {
        eprintln!("from {end:?}: {}", ends.line.parts(end).since(before));
    }
    let rate = u128::from(last - first) * 1_000 / took.as_millis();
    eprintln!(
        "catch-up at 64 kbit/s, 300 ms: {useful} useful bytes of {crossed} that crossed ({} %); {rate} useful bytes a second of 8,000 ({} %); load {}",
        useful * 100 / crossed,
        rate / 80,
        std::fs::read_to_string("/proc/loadavg").unwrap().trim(),
    );
    // With the new link's own beginning.
    assert!(useful * 100 >= crossed * 85, "{useful} useful bytes of {crossed}");
    assert_eq!(ends.brought("known").await, known, "an entry was asked for twice");
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_catch_up_that_is_cut_again_and_again_goes_on_where_it_was_and_brings_everything_once() {
    const COUNT: usize = 600;
    let way = Way { rate: 512_000, delay: Duration::from_millis(20), queue: 32_000, ..Way::THIN };
    let ends = Ends::meet(way).await;
    let read = ends.there.texts(&ends.unit).await.len();
    let (known, before) = (ends.brought("known").await, ends.brought("entries").await);
    let mut entries = Vec::new();
    for cut in 0..cuts() {
        // Something to catch up with every time, and the cut at another moment.
        say_many(&ends.here, &ends.unit, COUNT / 10, |n| format!("{cut}, {n}: {}", "ж".repeat(300))).await;
        let moment = ends.line.count(End::Here).bytes + u64::from(cut * 7_919 % 40_000);
        let _ = tokio::time::timeout(Duration::from_secs(2), async {
            while ends.line.count(End::Here).bytes < moment {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
        entries.push(ends.brought("entries").await);
        ends.district.end_connections(0);
    }
    let total = read + COUNT / 10 * usize::try_from(cuts()).unwrap();
    let texts = ends.there.reads(&ends.unit, total).await;
    assert_eq!(texts.len(), total);
    let (brought, twice) = (ends.brought("entries").await - before, ends.brought("known").await - known);
    eprintln!("{} cuts: {brought} entries came, {twice} of them twice; at the cuts {entries:?} had come", cuts());
    assert_eq!(twice, 0, "entries were asked for twice");
    assert!(entries.is_sorted());
}

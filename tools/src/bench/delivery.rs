//! Messages between three real nodes: how many per second reach all, and how soon each does.
//!
//! Written through the HTTP API at the first office, seen as events at all three. What an event shows
//! is durable at the office that shows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

use super::rig::Rig;
use super::{Due, Figure, Setup, broken, percentile};
use crate::cluster::Events;
use crate::problem::Problem;

const OFFICES: usize = 3;
const WRITERS: u32 = 64;
/// A message that has not come after so long without any other is lost.
const LOST_AFTER: Duration = Duration::from_secs(30);

/// Throughput: as fast as 64 writers can, for half a minute.
pub(super) async fn throughput(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let rig = Rig::linked(setup, OFFICES).await?;
    let length = Duration::from_secs(if setup.quick { 5 } else { 30 });
    // 0 while it is not known how many messages there will be.
    let (total, known) = watch::channel(0);
    let mut readers = JoinSet::new();
    for user in &rig.users {
        readers.spawn(count(user.events().await?, known.clone()));
    }
    let next = Arc::new(AtomicU32::new(0));
    let (began, mut writers) = (Instant::now(), JoinSet::new());
    for _ in 0..WRITERS {
        let (mut line, next) = (rig.users[0].line()?, Arc::clone(&next));
        writers.spawn(async move {
            while began.elapsed() < length {
                let n = next.fetch_add(1, Ordering::Relaxed);
                line.say(&format!("m{n}"), &text(n)).await?;
            }
            Ok::<_, Problem>(())
        });
    }
    while let Some(done) = writers.join_next().await {
        done.map_err(|e| broken("writer", &e))??;
    }
    let accepted = began.elapsed();
    let count = next.load(Ordering::Relaxed);
    // An error means that a reader has failed, which is told below.
    let _ = total.send(count);
    let (mut last, mut fewest) = (began, count);
    while let Some(done) = readers.join_next().await {
        let (seen, at) = done.map_err(|e| broken("reader", &e))??;
        (last, fewest) = (last.max(at), fewest.min(seen));
    }
    rig.nodes.stop().await;
    let rate = f64::from(fewest) / last.duration_since(began).as_secs_f64();
    Ok(vec![
        Figure::new("delivery", "messages durable and shown at all of three offices", "1/s", rate, Due::AtLeast(1_000.0)),
        Figure::bare("delivery", "accepted at the sender meanwhile", "1/s", f64::from(count) / accepted.as_secs_f64()),
        Figure::bare("delivery", "lost", "messages", f64::from(count - fewest)),
    ])
}

/// Counts the messages that an office shows, until all have come; when the last one came.
async fn count(mut events: Events, mut total: watch::Receiver<u32>) -> Result<(u32, Instant), Problem> {
    let (mut seen, mut last) = (0, Instant::now());
    loop {
        if *total.borrow_and_update() > 0 && seen >= *total.borrow() {
            return Ok((seen, last));
        }
        tokio::select! {
            event = timeout(LOST_AFTER, events.next()) => match event {
                Ok(event) => {
                    if number(&event?).is_some() {
                        (seen, last) = (seen + 1, Instant::now());
                    }
                }
                Err(_) => return Ok((seen, last)),
            },
            changed = total.changed() => changed.map_err(|e| broken("total", &e))?,
        }
    }
}

/// Latency: ten messages a second, from the writer's click at the first office to the event at the third.
pub(super) async fn latency(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let rig = Rig::linked(setup, OFFICES).await?;
    let messages = setup.amount(600);
    let mut events = rig.users[OFFICES - 1].events().await?;
    let mut line = rig.users[0].line()?;
    let (sent, clicks) = tokio::sync::oneshot::channel();
    let writer = tokio::spawn(async move {
        let (mut tick, mut clicks) = (interval(Duration::from_millis(100)), Vec::new());
        for n in 0..messages {
            tick.tick().await;
            clicks.push(Instant::now());
            line.say(&format!("m{n}"), &text(n)).await?;
        }
        // An error means that the reader has failed, which is told there.
        let _ = sent.send(clicks);
        Ok::<_, Problem>(())
    });
    let mut shown = Vec::new();
    while shown.len() < usize::try_from(messages).unwrap_or(usize::MAX) {
        let event = timeout(LOST_AFTER, events.next()).await.map_err(|_| broken("latency", &"a message was lost"))??;
        shown.extend(number(&event).map(|n| (n, Instant::now())));
    }
    writer.await.map_err(|e| broken("writer", &e))??;
    let clicks = clicks.await.map_err(|e| broken("writer", &e))?;
    rig.nodes.stop().await;
    let mut waits: Vec<f64> = shown
        .iter()
        .filter_map(|(n, at)| Some(at.duration_since(*clicks.get(usize::try_from(*n).ok()?)?).as_secs_f64() * 1_000.0))
        .collect();
    Ok(vec![
        Figure::new(
            "latency",
            "from A's click to C's screen at 10 messages a second, half of them",
            "ms",
            percentile(&mut waits, 0.5),
            Due::AtMost(6.0),
        ),
        Figure::new("latency", "the same, 99 of 100", "ms", percentile(&mut waits, 0.99), Due::AtMost(40.0)),
    ])
}

/// The `n`th text: its number, then words, 200 bytes in all.
pub(super) fn text(n: u32) -> String {
    let mut text = format!("{MARK}{n:08} ");
    text.extend("the water rises to 612 cm by the evening, reinforce the post at the bridge; ".chars().cycle().take(200 - text.len()));
    text
}

const MARK: &str = "bench-";

/// The number of the message that an event shows, if it shows one that was measured.
pub(super) fn number(event: &str) -> Option<u32> {
    if !event.contains("event: message.new") && !event.contains("event:message.new") {
        return None;
    }
    let at = event.find(MARK)? + MARK.len();
    event.get(at..at + 8)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measured_text_has_two_hundred_bytes_and_is_known_again() {
        assert_eq!(text(7).len(), 200);
        let event = format!("id: 5\nevent: message.new\ndata: {{\"text\":\"{}\"}}\n\n", text(12_345));
        assert_eq!(number(&event), Some(12_345));
        assert_eq!(number("event: message.state\ndata: bench-00000001\n\n"), None);
    }
}

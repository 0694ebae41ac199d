//! The page of a large office: five hundred people with the stream of events open, while another office writes.
//!
//! How late an event leaves is the node's own word (its metric); how late it is heard is what a client sees, on the same
//! machine and with the same clock.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use okrug_node::clock;
use okrug_node::rfc3339::Utc;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

use super::rig::{Rig, User, up};
use super::{Due, Figure, Setup, broken, held, percentile};
use crate::cluster::{Blueprint, Events, Line, Login, logins};
use crate::problem::Problem;

/// People with the page open.
const PEOPLE: u32 = 500;
/// Messages a second.
const RATE: u32 = 20;
/// People that are enrolled at once: more would wait for the work on passwords.
const AT_ONCE: usize = 4;
/// A message that has not come after so long without any other is lost.
const LOST_AFTER: Duration = Duration::from_secs(60);
/// Ticks of a second in `/proc/PID/stat`: the same on every Linux, whatever the kernel counts with.
const TICKS: f64 = 100.0;

/// What one person's stream brought.
struct Heard {
    messages: u32,
    bytes: u64,
    late_ms: Vec<f64>,
}

/// Processor, delay, memory and bytes of the office that is written to.
pub(super) async fn page(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let (people, messages) = (setup.amount(PEOPLE), setup.amount(600).max(200));
    let mut blueprint = setup.blueprint(2)?;
    let metrics = blueprint.with_metrics(1)?;
    blueprint.found()?;
    let rig = Rig::start(&blueprint).await?;
    for user in &rig.users {
        user.wait(|status| up(status) == 1).await?;
    }
    let empty = held::resident(rig.nodes.pid(1))?;
    let users = enrol(&blueprint, people).await?;
    let mut readers = JoinSet::new();
    for user in &users {
        readers.spawn(hear(user.events().await?, messages));
    }
    let (before, began) = (processor(rig.nodes.pid(1))?, Instant::now());
    let (mut line, mut tick) = (rig.users[0].line()?, interval(Duration::from_secs(1) / RATE));
    for n in 0..messages {
        tick.tick().await;
        line.say(&format!("p{n}"), &super::delivery::text(n)).await?;
    }
    let (mut fewest, mut bytes, mut late_ms) = (messages, 0, Vec::new());
    while let Some(done) = readers.join_next().await {
        let heard = done.map_err(|e| broken("reader", &e))??;
        fewest = fewest.min(heard.messages);
        bytes += heard.bytes;
        late_ms.extend(heard.late_ms);
    }
    let cores = (processor(rig.nodes.pid(1))? - before) / began.elapsed().as_secs_f64();
    let (full, sent) = (held::resident(rig.nodes.pid(1))?, Delays::of(metrics).await?);
    rig.nodes.stop().await;
    if fewest < messages {
        // How fast something came is nothing where something did not come.
        return Err(broken("page", &format!("somebody was told of {fewest} of {messages} messages")));
    }
    let figure = |what: &str, unit, measured, due| Figure::new("page", what, unit, measured, Due::AtMost(due));
    let bare = |what: &str, unit, measured| Figure::bare("page", what, unit, measured);
    let each = f64::from(u32::try_from(bytes / u64::from(people.max(1)) / u64::from(messages)).unwrap_or(u32::MAX));
    Ok(vec![
        figure(&format!("processor of a node with {people} pages open, {RATE} messages a second"), "cores", cores, 1.0),
        bare("from entry accepted to event sent, half of them", "ms", sent.share(0.5)),
        figure("the same, 99 of 100", "ms", sent.share(0.99), 200.0),
        bare("from entry accepted to event received, half of them", "ms", percentile(&mut late_ms, 0.5)),
        bare("the same, 99 of 100", "ms", percentile(&mut late_ms, 0.99)),
        bare("memory of the node", "MB", full),
        bare("of it for people and their streams", "MB", full - empty),
        bare("a message on a stream", "B", each),
    ])
}

/// Enrols so many people at the second office, and logs everybody in.
async fn enrol(blueprint: &Blueprint, people: u32) -> Result<Vec<User>, Problem> {
    let site = &blueprint.sites[1];
    let seats = logins(blueprint, site, 40, 1);
    let person = |n: u32| {
        let seat = &seats[usize::try_from(n).unwrap_or(0) % seats.len()];
        Login { login: format!("page-{n}"), ..seat.clone() }
    };
    let (mut users, mut waiting, mut work) = (Vec::new(), (0..people).map(person), JoinSet::new());
    loop {
        while work.len() < AT_ONCE
            && let Some(person) = waiting.next()
        {
            let site = site.clone();
            work.spawn(async move { User::enrol(&site, person).await });
        }
        match work.join_next().await {
            Some(done) => users.push(done.map_err(|e| broken("person", &e))??),
            None => return Ok(users),
        }
    }
}

/// Listens until all messages have come, or one is lost.
async fn hear(mut events: Events, messages: u32) -> Result<Heard, Problem> {
    let mut heard = Heard { messages: 0, bytes: 0, late_ms: Vec::new() };
    while heard.messages < messages {
        let Ok(event) = timeout(LOST_AFTER, events.next()).await else { return Ok(heard) };
        let event = event?;
        if super::delivery::number(&event).is_some() {
            heard.messages += 1;
            heard.bytes += u64::try_from(event.len()).unwrap_or(0);
            heard.late_ms.extend(received(&event).map(|received| clock::now().since(received)).and_then(small));
        }
    }
    Ok(heard)
}

fn small(ms: u64) -> Option<f64> {
    u32::try_from(ms).ok().map(f64::from)
}

/// When the office accepted the message that an event shows.
fn received(event: &str) -> Option<okrug_protocol::clock::Millis> {
    let (_, rest) = event.split_once("\"received\":\"")?;
    rest.split('"').next()?.parse::<Utc>().ok().map(|Utc(at)| at)
}

/// Seconds of processor time that a process has taken.
fn processor(pid: u32) -> Result<f64, Problem> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).map_err(|e| broken("processor", &e))?;
    // The name of the program may have spaces and brackets in it.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u32>().ok()).ok_or_else(|| broken("processor", &stat));
    Ok(f64::from(ticks(11)? + ticks(12)?) / TICKS)
}

/// A histogram of a node's metrics: upper ends in seconds, and how many lie below each.
struct Delays(Vec<(f64, f64)>);

impl Delays {
    async fn of(metrics: SocketAddr) -> Result<Self, Problem> {
        let answer = Line::to(metrics, None, "")?.fetch("/metrics").await?;
        Ok(Self::read(&String::from_utf8_lossy(&answer.body)))
    }

    fn read(text: &str) -> Self {
        let rows = text.lines().filter_map(|line| {
            let (end, count) = line.strip_prefix("okrug_sse_delay_seconds_bucket{le=\"")?.split_once("\"} ")?;
            Some((end.replace("+Inf", "inf").parse().ok()?, count.parse().ok()?))
        });
        Self(rows.collect())
    }

    /// The delay that a share of all events did not exceed, in milliseconds; even within a class.
    fn share(&self, share: f64) -> f64 {
        let wanted = self.0.last().map_or(0.0, |(_, all)| all * share);
        let mut below = (0.0, 0.0);
        for (end, count) in &self.0 {
            if *count >= wanted && *count > below.1 {
                let within = (wanted - below.1) / (count - below.1);
                return 1_000.0 * if end.is_finite() { below.0 + (end - below.0) * within } else { below.0 };
            }
            below = (*end, *count);
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_a_histogram_lies_within_its_class() {
        let text = "okrug_sse_delay_seconds_bucket{le=\"0.001\"} 50\nokrug_sse_delay_seconds_bucket{le=\"0.003\"} 100\n\
            okrug_sse_delay_seconds_bucket{le=\"+Inf\"} 100\nokrug_sse_delay_seconds_count 100\n";
        let delays = Delays::read(text);
        assert_eq!((delays.share(0.5), delays.share(0.75), delays.share(1.0)), (1.0, 2.0, 3.0));
        assert!(Delays::read("").share(0.99).abs() < f64::EPSILON);
    }

    #[test]
    fn an_event_says_when_it_was_accepted() {
        let event = r#"data: {"received":"2026-03-14T09:02:00.250Z","text":"x"}"#;
        assert_eq!(received(event).map(Utc).map(|at| at.to_string()).as_deref(), Some("2026-03-14T09:02:00.250Z"));
        assert_eq!(received("data: {}"), None);
    }
}

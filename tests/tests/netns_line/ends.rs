//! Two offices with nothing between them but a line.

use okrug_tests::line::{Line, Way};
use okrug_tests::{District, Layout, Official, official::fresh, until};
use serde_json::json;
use tokio::task::JoinSet;

/// The unit that everybody is in.
pub(crate) const ALL: &str = "Руководство";
/// Who write at the same time.
const WRITERS: usize = 16;

/// A line, its two offices, and somebody at each.
pub(crate) struct Ends {
    // Dropped in this order: the nodes, then the line between them.
    pub(crate) district: District,
    pub(crate) line: Line,
    pub(crate) here: Official,
    pub(crate) there: Official,
    pub(crate) unit: String,
}

impl Ends {
    /// Two offices that have met over a line of this kind and told each other all they know.
    pub(crate) async fn meet(way: Way) -> Self {
        let layout = Layout { lans: vec![vec![0], vec![1]], ..Layout::one_lan(2) };
        let mut district = District::found(&layout);
        let (line, [_, address]) = district.lay(0, 1, Way::OPEN);
        let way_there = format!("discovery.bootstrap={}=/ip4/{address}/tcp/7600", district.site(1).slug);
        district.switch_on_with(0, &[way_there]).await;
        district.switch_on(1).await;
        let unit = district.unit(ALL);
        let (here, there) = (district.enrol(0, ALL).await, district.enrol(1, ALL).await);
        here.knows(&there).await;
        there.knows(&here).await;
        for official in [&here, &there] {
            official.say(&unit, "связь есть").await;
        }
        for official in [&here, &there] {
            official.reads(&unit, 2).await;
        }
        // Only now is it what it is to be, for a new link: the beginning is not what is measured.
        line.change_both(|old| *old = way);
        district.end_connections(0);
        let trip = u64::try_from(2 * way.delay.as_millis()).unwrap();
        for official in [&here, &there] {
            until("the link is a new one", async || {
                let status = official.status().await;
                let peer = &status["peers"][0];
                (peer["link"] == "up" && peer["rtt_ms"].as_u64()? >= trip).then_some(())
            })
            .await;
        }
        Self { district, line, here, there, unit }
    }

    /// A count of what the second office was brought by the first over the exchange.
    pub(crate) async fn brought(&self, what: &str) -> u64 {
        let name = format!("okrug_exchange_{what}_total{{office=\"{}\"}}", self.district.site(0).slug);
        let count = self.district.metric(1, &name).await;
        format!("{count:.0}").parse().unwrap()
    }
}

/// Says something of a precedence.
pub(crate) async fn say_as(official: &Official, chat: &str, precedence: &str, text: &str) {
    let body = json!({ "client_id": fresh(), "text": text, "precedence": precedence }).to_string();
    let answer = official.line().post(&format!("/api/v1/chat/{chat}/message"), &body).await.unwrap();
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
}

/// Lets somebody say many things, several at a time.
pub(crate) async fn say_many(official: &Official, chat: &str, count: usize, text: impl Fn(usize) -> String) {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (mut line, chat) = (official.line(), chat.to_owned());
        let texts: Vec<String> = (writer..count).step_by(WRITERS).map(&text).collect();
        writers.spawn(async move {
            for text in texts {
                let body = json!({ "client_id": fresh(), "text": text }).to_string();
                let answer = line.post(&format!("/api/v1/chat/{chat}/message"), &body).await.unwrap();
                assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
}

/// Waits until somebody reads a text.
pub(crate) async fn reads(official: &Official, chat: &str, text: &str) {
    until(&format!("{text} is read"), async || official.latest(chat).await.iter().any(|read| read == text).then_some(())).await;
}

//! What a peer that subscribes to a topic receives.

use okrug_node::clock;
use okrug_protocol::codec;
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::ids::{LogId, OfficeId, Precedence};
use okrug_protocol::log::{Candidate, LogState};

use crate::district::District;
use crate::peer::Peer;

#[tokio::test]
#[ignore = "needs npm packages"]
async fn a_subscriber_receives_the_very_bytes_that_the_writer_keeps() {
    let district = District::of(2);
    let (node, address) = district.start(0).await;
    let official = district.official(0).await;
    let mut guest = Peer::start(&district.seed(1)).await;
    assert_eq!(guest.dial(&address).await, "connected");
    guest.join(&district.topic()).await;
    for text in ["первое", "второе", "третье"] {
        official.say(&district.unit().to_string(), text).await;
    }
    let heard = hear(&mut guest, 3).await;
    let log = verified(&heard, &district);
    node.stop().await;
    assert!(heard == district.written(0, &log), "these are other bytes");
}

#[tokio::test]
#[ignore = "needs npm packages"]
async fn a_subscriber_that_the_node_called_receives_them_too() {
    let district = District::of(2);
    let mut guest = Peer::start_at(&district.seed(1), &[district.site(1).multiaddr()]).await;
    let (_node, _) = district.start(0).await;
    // It does not speak the exchange; the node keeps to gossip then.
    guest.join(&district.topic()).await;
    district.official(0).await.say(&district.unit().to_string(), "слышно").await;
    verified(&hear(&mut guest, 1).await, &district);
}

/// All entries of the gossip in which so many messages come.
async fn hear(guest: &mut Peer, count: usize) -> Vec<Vec<u8>> {
    let mut heard: Vec<Vec<u8>> = Vec::new();
    while messages(&heard) < count {
        let message = guest.hear_bytes("heard").await;
        let (version, entries) = message.split_first().unwrap();
        assert_eq!(*version, 1);
        heard.extend(codec::decode::<Vec<Vec<u8>>>(entries, okrug_node::mesh::MAX_GOSSIP).unwrap());
    }
    heard
}

fn messages(entries: &[Vec<u8>]) -> usize {
    entries.iter().filter(|entry| Entry::decode(entry).unwrap().header.kind == Kind::MESSAGE).count()
}

/// Judges the entries as any office would that knows the directory, from the first of the log on.
fn verified(entries: &[Vec<u8>], district: &District) -> LogId {
    let (directory, mut state, mut log) = (district.directory(), LogState::EMPTY, None);
    for bytes in entries {
        let candidate = Candidate::next(Entry::decode(bytes).unwrap(), &state, &directory).unwrap();
        state = candidate.state().clone();
        log = Some(candidate.header().log);
        candidate.verify(&directory).unwrap();
    }
    let log = log.unwrap();
    assert_eq!((log.office, log.topic, log.precedence), (OfficeId(1), district.unit(), Precedence::Routine));
    assert!(state.time.millis() <= clock::now());
    log
}

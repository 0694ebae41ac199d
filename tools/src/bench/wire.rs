//! What crosses a link: bytes for a message, and bytes when nobody has anything to say.
//!
//! Two nodes on networks of their own, joined by one virtual cable; IP bytes in both directions, the
//! acknowledgements of TCP included.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use super::rig::{Rig, entries, up};
use super::{Due, Figure, Setup, broken};
use crate::cluster::{Blueprint, Pair};
use crate::problem::Problem;

/// After what was said, until everybody has told everybody that they have it.
const SETTLED: Duration = Duration::from_secs(12);
const BURST: u32 = 50;

/// Bytes for a message of 200 bytes, one a second and in bursts.
pub(super) async fn bytes(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let pair = Pair::make()?;
    let (blueprint, rig) = two(setup, &pair).await?;
    let singles = setup.amount(300);
    let before = pair.traffic()?;
    let (mut line, mut second) = (rig.users[0].line()?, interval(Duration::from_secs(1)));
    for n in 0..singles {
        second.tick().await;
        line.say(&format!("s{n}"), &super::delivery::text(n)).await?;
    }
    settle(&rig).await?;
    let slow = per(pair.traffic()?.ip_bytes() - before.ip_bytes(), singles);
    let rounds = setup.amount(60);
    let before = pair.traffic()?;
    for round in 0..rounds {
        second.tick().await;
        burst(&rig, round).await?;
    }
    settle(&rig).await?;
    let bursts = per(pair.traffic()?.ip_bytes() - before.ip_bytes(), rounds * BURST);
    rig.nodes.stop().await;
    drop(blueprint);
    Ok(vec![
        Figure::new("bytes", "IP bytes a message of 200 bytes, one a second", "B", slow, Due::AtMost(580.0)),
        Figure::new("bytes", "the same, in bursts of 50", "B", bursts, Due::AtMost(440.0)),
    ])
}

/// Bytes of an idle link in an hour.
pub(super) async fn idle(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let pair = Pair::make()?;
    let (_, rig) = two(setup, &pair).await?;
    let seconds = if setup.quick { 130 } else { 620 };
    let before = pair.traffic()?;
    sleep(Duration::from_secs(seconds)).await;
    let bytes = per(pair.traffic()?.ip_bytes() - before.ip_bytes(), u32::try_from(seconds).unwrap_or(1)) * 3_600.0;
    rig.nodes.stop().await;
    Ok(vec![Figure::new("idle", "IP bytes of an idle link in an hour", "kB", bytes / 1_000.0, Due::AtMost(100.0))])
}

/// Two nodes at the ends of the cable, linked, with nothing left to tell each other.
async fn two(setup: &Setup, pair: &Pair) -> Result<(Blueprint, Rig), Problem> {
    let mut blueprint = setup.blueprint(2)?;
    for (end, site) in blueprint.sites.iter_mut().enumerate() {
        site.namespace = Some(pair.names()[end].clone());
        site.mesh = SocketAddr::from((Pair::address(end), 7_600));
        site.page = SocketAddr::from((Ipv4Addr::LOCALHOST, 7_680));
    }
    blueprint.found()?;
    let rig = Rig::start(&blueprint).await?;
    for user in &rig.users {
        user.wait(|status| up(status) == 1).await?;
    }
    settle(&rig).await?;
    Ok((blueprint, rig))
}

/// Waits until both hold the same, and for the last words about it.
async fn settle(rig: &Rig) -> Result<(), Problem> {
    let held = entries(&rig.users[0].wait(|_| true).await?);
    rig.users[1].wait(|status| entries(status) >= held).await?;
    sleep(SETTLED).await;
    Ok(())
}

async fn burst(rig: &Rig, round: u32) -> Result<(), Problem> {
    let mut writers = JoinSet::new();
    for n in 0..BURST {
        let mut line = rig.users[0].line()?;
        writers.spawn(async move { line.say(&format!("b{round}-{n}"), &super::delivery::text(n)).await });
    }
    while let Some(done) = writers.join_next().await {
        done.map_err(|e| broken("writer", &e))??;
    }
    Ok(())
}

fn per(bytes: u64, messages: u32) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / f64::from(messages.max(1))
}

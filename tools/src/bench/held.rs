//! Nodes that hold much: catching up, memory, and opening after a sudden end.

use std::process::Command;
use std::time::Instant;

use super::local::Local;
use super::rig::{Rig, User, entries};
use super::{Due, Figure, Setup, broken};
use crate::cluster::{Blueprint, Nodes, logins};
use crate::problem::Problem;

/// Lets the first office of a founded district write so many messages while nobody hears it.
pub(super) async fn fill(blueprint: &Blueprint, messages: u32) -> Result<u64, Problem> {
    let local = Local::open(blueprint, &blueprint.sites[0], 0)?;
    let session = local.somebody().await?;
    local.write(session, messages).await?;
    let held = local.ledger.entries();
    local.close().await?;
    Ok(held)
}

/// The district with some of its nodes only.
pub(super) fn only(blueprint: &Blueprint, sites: std::ops::Range<usize>) -> Blueprint {
    Blueprint { sites: blueprint.sites[sites].to_vec(), ..blueprint.clone() }
}

/// Catching up: an office that was away while another wrote.
pub(super) async fn catch_up(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let messages = setup.amount(100_000);
    let blueprint = setup.blueprint(2)?;
    blueprint.found()?;
    let held = fill(&blueprint, messages).await?;
    let writer = Rig::start(&only(&blueprint, 0..1)).await?;
    let site = &blueprint.sites[1];
    let nodes = Nodes::start(&only(&blueprint, 1..2)).await?;
    let began = Instant::now();
    let user = User::enrol(site, logins(&blueprint, site, 1, 1).remove(0)).await?;
    user.wait(|status| entries(status) >= held).await?;
    let seconds = began.elapsed().as_secs_f64();
    nodes.stop().await;
    writer.nodes.stop().await;
    let rate = f64::from(messages) / seconds;
    Ok(vec![Figure::new(
        "catch-up",
        &format!("{messages} messages caught up with, receiver's wall time"),
        "1/s",
        rate,
        Due::AtLeast(4_000.0),
    )])
}

/// Memory: one node that holds much and has brought it to three neighbours.
pub(super) async fn memory(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let messages = setup.amount(100_000);
    let blueprint = setup.blueprint(4)?;
    blueprint.found()?;
    let held = fill(&blueprint, messages).await?;
    let rig = Rig::start(&blueprint).await?;
    for user in &rig.users {
        user.wait(|status| entries(status) >= held).await?;
    }
    let (giver, taker) = (resident(rig.nodes.pid(0))?, resident(rig.nodes.pid(1))?);
    rig.nodes.stop().await;
    Ok(vec![
        Figure::new("memory", &format!("of a node that holds {messages} messages and has 3 neighbours"), "MB", giver, Due::AtMost(64.0)),
        Figure::new("memory", "of a neighbour that has just taken them", "MB", taker, Due::AtMost(64.0)),
    ])
}

/// Opening a large store after a sudden end.
pub(super) async fn open(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let messages = setup.amount(1_000_000);
    let blueprint = setup.blueprint(1)?;
    blueprint.found()?;
    fill(&blueprint, messages).await?;
    let mut rig = Rig::start(&blueprint).await?;
    let mut line = rig.users[0].line()?;
    for n in 0..100 {
        line.say(&format!("k{n}"), &super::delivery::text(n)).await?;
    }
    let pid = rig.nodes.pid(0).to_string();
    Command::new("kill").args(["-9", &pid]).status().map_err(|e| broken("kill", &e))?;
    // Its end is what was asked for.
    let _ = rig.nodes.event().await;
    let began = Instant::now();
    let nodes = Nodes::start(&blueprint).await?;
    let seconds = began.elapsed().as_secs_f64();
    nodes.stop().await;
    Ok(vec![Figure::new("open", &format!("a store of {messages} messages serves after kill -9"), "s", seconds, Due::AtMost(2.0))])
}

/// Resident memory of a process in MB.
pub(super) fn resident(pid: u32) -> Result<f64, Problem> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).map_err(|e| broken("memory", &e))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kib: u32 = line.trim().trim_end_matches(" kB").parse().map_err(|e| broken("memory", &e))?;
    Ok(f64::from(kib) * 1_024.0 / 1e6)
}

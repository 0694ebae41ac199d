//! How costs grow with the number of offices, in the simulator: bytes for a message at an office, and memory.

use okrug_protocol::ids::{OfficeId, Precedence, Topic};
use okrug_protocol::sim::{Plan, Sim, Topology};

use super::{Figure, Setup, broken};
use crate::problem::Problem;

const SIZES: [u32; 3] = [10, 50, 200];
const ENTRY_BYTES: usize = 460;
const PATIENCE_MS: u64 = 3_600_000;

pub(super) fn measure(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let rounds = setup.amount(10).max(1);
    let mut figures = Vec::new();
    let mut ends: Vec<(f64, [f64; 2])> = Vec::new();
    for offices in SIZES {
        let [bytes, memory] = district(offices, rounds)?;
        figures.push(Figure::bare("growth", &format!("bytes a message at one office, {offices} offices"), "B", bytes));
        figures.push(Figure::bare("growth", &format!("memory of one exchange, {offices} offices"), "kB", memory));
        ends.push((f64::from(offices), [bytes, memory]));
    }
    let slope = |of: usize| match (ends.first(), ends.last()) {
        (Some((a, from)), Some((b, to))) => (to[of] / from[of]).ln() / (b / a).ln(),
        _ => 0.0,
    };
    // 0: the cost stays, 1: it grows as the district does.
    figures.push(Figure::bare("growth", "bytes a message grow with offices to the power of", "", slope(0)));
    figures.push(Figure::bare("growth", "memory grows with offices to the power of", "", slope(1)));
    Ok(figures)
}

/// Gossip and exchange together, for each message at each office; the largest memory of one exchange.
fn district(offices: u32, rounds: u32) -> Result<[f64; 2], Problem> {
    let mut sim = Sim::new(Plan::new(1, offices, Topology::Random { degree: 6 }));
    sim.run(1_000);
    let before = sim.report();
    for _ in 0..rounds {
        for office in (1..=offices).map(OfficeId) {
            sim.write(office, Topic::District, Precedence::Routine, 1, ENTRY_BYTES);
        }
        sim.run(500);
    }
    sim.settle(PATIENCE_MS).ok_or_else(|| broken("growth", &"not everything arrived"))?;
    sim.run(10_000);
    let after = sim.report();
    let sum = (after.bytes + after.gossip_bytes) - (before.bytes + before.gossip_bytes);
    Ok([ratio(sum, after.delivered - before.delivered), ratio(after.memory, 1_000)])
}

/// A quotient, exact enough for a table: thousandths.
fn ratio(sum: u64, count: u64) -> f64 {
    let thousandths = sum.saturating_mul(1_000).checked_div(count).unwrap_or(0);
    f64::from(u32::try_from(thousandths).unwrap_or(u32::MAX)) / 1_000.0
}

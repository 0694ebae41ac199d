//! One to three members lie, and everything else goes wrong as well; see `okrug_protocol::sim::siege`.
//!
//! `OKRUG_SEED=n` runs one seed, `OKRUG_SEEDS=n` as many, `OKRUG_FROM=n` from that one on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::thread;

use okrug_protocol::sim::{Lie, Siege, siege};

const SEEDS: u64 = 200;
/// Seeds of longer runs that found something, each put right since.
const FOUND: [u64; 11] = [7_971, 11_190, 29_968, 47_462, 48_438, 52_626, 56_889, 57_578, 60_956, 64_761, 67_378];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn one(seed: u64) -> Siege {
    siege(seed).unwrap_or_else(|broken| panic!("seed {seed}: {broken}; again with OKRUG_SEED={seed}"))
}

/// Runs seeds on as many threads as there are processors.
fn run(from: u64, seeds: u64) -> Siege {
    let threads = u64::try_from(thread::available_parallelism().map_or(1, usize::from)).unwrap();
    let share = |thread: u64| {
        move || (from + thread..from + seeds).step_by(usize::try_from(threads).unwrap()).map(one).fold(Siege::default(), Siege::and)
    };
    let workers: Vec<_> = (0..threads).map(|thread| thread::spawn(share(thread))).collect();
    workers.into_iter().map(|worker| worker.join().expect("the seed is named above")).fold(Siege::default(), Siege::and)
}

#[test]
fn whatever_one_to_three_members_lie_the_invariants_hold_among_the_others() {
    if let Some(seed) = number("OKRUG_SEED") {
        eprintln!("{:?}", one(seed));
        return;
    }
    let found = FOUND.into_iter().map(one).fold(Siege::default(), Siege::and);
    let sum = run(number("OKRUG_FROM").unwrap_or(0), number("OKRUG_SEEDS").unwrap_or(SEEDS)).and(found);
    eprintln!("{sum:?}");
    eprintln!(
        "ROW | Simulator, {} lying members of {} | {} seeds | ten invariants hold; {} lies, {} forks proven, {} crashes, at most {} KiB",
        sum.liars,
        sum.offices,
        sum.seeds,
        sum.lies.values().sum::<u64>(),
        sum.proofs,
        sum.crashes,
        sum.memory >> 10
    );
    // Enough of everything happened for the verdict to mean something.
    assert!(sum.written > 1_000 && sum.delivered > 3 * sum.written && sum.crashes > 100 && sum.clocks > 100, "{sum:?}");
    assert!(sum.proofs > 10 && sum.strikes > 1_000 && sum.documents > 100 && sum.sticks > 20, "{sum:?}");
    let untold: Vec<Lie> = Lie::ALL.into_iter().filter(|lie| !sum.lies.contains_key(lie)).collect();
    assert!(untold.is_empty(), "nobody told {untold:?}");
}

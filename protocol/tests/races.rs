//! Revocations, changes of membership and messages race across partitions; see `okrug_protocol::sim::race`.
//!
//! `OKRUG_SEED=n` runs one seed, `OKRUG_SEEDS=n` as many.

use okrug_protocol::sim::{Fault, Race, race, race_delegated};

const SEEDS: u64 = 200;
/// With a subtree each race costs four times as much.
const DELEGATED_SEEDS: u64 = 40;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn run(race: fn(u64) -> Result<Race, Fault>, seeds: impl Iterator<Item = u64>) -> Race {
    seeds.fold(Race::default(), |sum, seed| match race(seed) {
        Ok(one) => Race {
            messages: sum.messages + one.messages,
            epochs: sum.epochs + one.epochs,
            documents: sum.documents + one.documents,
            cheats: sum.cheats + one.cheats,
            silenced: sum.silenced + one.silenced,
            struck: sum.struck + one.struck,
            removed: sum.removed + one.removed,
            returned: sum.returned + one.returned,
            outlived: sum.outlived + one.outlived,
        },
        Err(fault) => panic!("seed {seed}: {fault}; again with OKRUG_SEED={seed}"),
    })
}

/// Runs so many seeds, or those that are asked for; nothing when it is one alone.
fn run_asked(race: fn(u64) -> Result<Race, Fault>, seeds: u64) -> Option<Race> {
    if let Some(seed) = number("OKRUG_SEED") {
        run(race, std::iter::once(seed));
        return None;
    }
    Some(run(race, 0..number("OKRUG_SEEDS").unwrap_or(seeds)))
}

#[test]
fn removals_race_with_messages_and_no_message_is_under_an_epoch_that_its_writer_knew_to_be_dead() {
    let Some(sum) = run_asked(race, SEEDS) else { return };
    // Enough of everything happened for the verdict to mean something.
    assert!(sum.messages > 1_000 && sum.cheats > 20 && sum.silenced > 20 && sum.struck > 20, "{sum:?}");
    eprintln!("{sum:?}");
}

#[test]
fn removals_by_the_authority_of_a_subtree_race_with_messages_and_with_the_districts_own() {
    let Some(sum) = run_asked(race_delegated, DELEGATED_SEEDS) else { return };
    assert!(sum.messages > 1_000 && sum.cheats > 20 && sum.struck > 20, "{sum:?}");
    assert!(sum.removed > 100 && sum.returned > 100 && sum.outlived > 10, "{sum:?}");
    eprintln!("{sum:?}");
}

#[test]
#[ignore = "two hundred seeds; `tests/run --long` runs it"]
fn two_hundred_races_with_a_subtree_end_the_same_at_every_office() {
    eprintln!("{:?}", run(race_delegated, 0..200));
}

#[test]
#[ignore = "ten thousand seeds; `tests/run --long` runs it"]
fn ten_thousand_races_end_the_same_at_every_office() {
    eprintln!("{:?}", run(race, 0..10_000));
}

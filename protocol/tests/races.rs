//! Revocations, changes of membership and messages race across partitions; see `okrug_protocol::sim::race`.
//!
//! `OKRUG_SEED=n` runs one seed, `OKRUG_SEEDS=n` as many.

use okrug_protocol::sim::{Race, race};

const SEEDS: u64 = 200;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn run(seeds: impl Iterator<Item = u64>) -> Race {
    seeds.fold(Race::default(), |sum, seed| match race(seed) {
        Ok(one) => Race {
            messages: sum.messages + one.messages,
            epochs: sum.epochs + one.epochs,
            documents: sum.documents + one.documents,
            cheats: sum.cheats + one.cheats,
            silenced: sum.silenced + one.silenced,
            struck: sum.struck + one.struck,
        },
        Err(fault) => panic!("seed {seed}: {fault}; again with OKRUG_SEED={seed}"),
    })
}

#[test]
fn removals_race_with_messages_and_no_message_is_under_an_epoch_that_its_writer_knew_to_be_dead() {
    let sum = match number("OKRUG_SEED") {
        Some(seed) => {
            run(std::iter::once(seed));
            return;
        }
        None => run(0..number("OKRUG_SEEDS").unwrap_or(SEEDS)),
    };
    // Enough of everything happened for the verdict to mean something.
    assert!(sum.messages > 1_000 && sum.cheats > 20 && sum.silenced > 20 && sum.struck > 20, "{sum:?}");
    eprintln!("{sum:?}");
}

#[test]
#[ignore = "ten thousand seeds; `tests/run --long` runs it"]
fn ten_thousand_races_end_the_same_at_every_office() {
    eprintln!("{:?}", run(0..10_000));
}

//! Two hundred lives of an office's data; `tests/run --long`.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod lives;

use lives::{Plan, play};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes minutes: tests/run --long"]
async fn two_hundred_lives_of_an_office() {
    let seeds: Vec<u64> = match std::env::var("OKRUG_LIFE") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (0..std::env::var("OKRUG_LIVES").map_or(200, |lives| lives.parse().unwrap())).collect(),
    };
    for some in seeds.chunks(4) {
        let playing: Vec<_> = some.iter().map(|seed| tokio::spawn(play(Plan::of(*seed)))).collect();
        for played in playing {
            played.await.unwrap();
        }
    }
}

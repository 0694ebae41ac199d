//! What hostile lengths can make a parser take. Alone in its process, so that nothing else is counted.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod common;

use common::{history, read_as_everything};
use okrug_protocol::ids::{OfficeId, UnitId};
use okrug_protocol::sample;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The 8 MiB that the codec lets one value take, and what the rest of the test needs meanwhile.
const MOST: usize = 9 << 20;

#[test]
fn a_claimed_length_takes_a_bounded_amount_of_memory() {
    // Where a length may stand, the largest that fits each width; nothing behind it.
    let claims: [&[u8]; 4] =
        [&[250], &[251, 0xff, 0xff], &[252, 0xff, 0xff, 0xff, 0x7f], &[253, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]];
    let sample = sample::district(1);
    let mut seeds: Vec<Vec<u8>> = history(&sample).into_iter().map(|(_, bytes)| bytes).collect();
    seeds.extend([sample.file.encode(), sample.person(OfficeId(1), 1, UnitId(1)).signed.encode(), Vec::new()]);
    for seed in &seeds {
        for at in 0..=seed.len() {
            for claim in claims {
                let bytes = [&seed[..at], claim].concat();
                MEMORY.reset_peak_usage();
                let before = MEMORY.current_usage();
                read_as_everything(&sample, &bytes);
                let taken = MEMORY.peak_usage().saturating_sub(before);
                assert!(taken < MOST, "{taken} bytes of memory for {} bytes of input", bytes.len());
            }
        }
    }
}

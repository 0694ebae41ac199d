//! Bytes that nobody meant, to every decoder: no panic, no second encoding, no memory beyond a bound.
//!
//! `OKRUG_FUZZ_RUNS` is how often each is run, `OKRUG_FUZZ_SECONDS` for how long at most, `OKRUG_SEED` where chance begins, `OKRUG_FUZZ_TARGET` the name of one alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod table;

use std::sync::Mutex;
use std::time::Duration;

use okrug_fuzz::{Budget, Outcome, run, targets};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;
/// Memory is counted for the whole process.
static ALONE: Mutex<()> = Mutex::new(());

/// Executions of a plain decoder unless more are asked for; a gate has no time for more.
const RUNS: u64 = 4_000;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// What a step takes of memory at its highest.
fn measured(step: &mut dyn FnMut()) -> usize {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    step();
    MEMORY.peak_usage().saturating_sub(before)
}

fn group(name: &str) {
    let _alone = ALONE.lock();
    let (_, targets) = targets::ALL.iter().find(|(group, _)| *group == name).unwrap();
    let (runs, seed, wanted) = (number("OKRUG_FUZZ_RUNS", RUNS), number("OKRUG_SEED", 1), std::env::var("OKRUG_FUZZ_TARGET").ok());
    let longest = Duration::from_secs(number("OKRUG_FUZZ_SECONDS", u64::MAX));
    let is_long = runs > RUNS;
    let (mut sum, mut findings) = (Outcome::default(), Vec::new());
    for target in targets.iter().filter(|target| wanted.as_deref().is_none_or(|wanted| wanted == target.name)) {
        // A campaign runs each as often as was asked for, whatever it costs, but for those that go through the disk.
        let times = if is_long && !target.is_filed() { runs } else { runs / target.cost };
        let (outcome, finding) = run(target, seed, Budget { times, longest }, measured);
        let Outcome { read, taken, most, took } = outcome;
        eprintln!(
            "{:>18} | {read:>9} executions | {:>7.1} s | {:>2} findings | {taken:>9} taken, {:>6} KiB at most, {:>4} us each",
            target.name,
            took.as_secs_f64(),
            u8::from(finding.is_some()),
            most >> 10,
            took.as_micros() / u128::from(read)
        );
        assert!(taken > 0, "{} takes nothing: it has no right bytes to begin with", target.name);
        sum = Outcome { read: sum.read + read, taken: sum.taken + taken, most: sum.most.max(most), took: sum.took + took };
        findings.extend(finding);
    }
    let all: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(all.is_empty(), "\n{}", all.join("\n"));
    eprintln!(
        "ROW | Fuzzing, {name}, {} decoders | {} executions in {} s, seed {seed} | 0 findings, {} % taken, at most {} KiB for one",
        targets.len(),
        sum.read,
        sum.took.as_secs(),
        sum.taken * 100 / sum.read.max(1),
        sum.most >> 10
    );
}

#[test]
fn no_document_breaks_its_decoder() {
    group("documents");
}

#[test]
fn no_entry_breaks_its_decoder() {
    group("entries");
}

#[test]
fn no_body_of_an_entry_breaks_its_decoder() {
    group("bodies");
}

#[test]
fn no_frame_of_a_neighbour_breaks_its_decoder() {
    group("exchange");
}

#[test]
fn no_file_breaks_its_decoder() {
    group("files");
}

#[test]
fn no_text_breaks_its_decoder() {
    group("texts");
}

#[test]
fn no_file_of_a_data_directory_breaks_its_reader() {
    group("disk");
}

#[test]
fn no_request_of_a_client_breaks_its_decoder() {
    group("json");
}

#[test]
fn nothing_that_a_peer_says_breaks_its_reader() {
    group("mesh");
}

#[test]
fn no_row_and_no_record_breaks_its_reader() {
    group("rows");
}

#[test]
fn no_piece_of_a_backup_breaks_what_restores_it() {
    group("backups");
}

#[test]
fn nothing_that_a_running_office_is_given_stops_it() {
    group("whole");
}

#[test]
fn no_file_of_the_authority_breaks_its_reader() {
    group("authority");
}

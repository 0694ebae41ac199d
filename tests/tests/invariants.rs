//! What must always hold, and the tests that hold it.
//!
//! Whoever changes one of these tests finds here what it is for; whoever takes one away is stopped here.

use okrug_tests::programs::root;

/// A promise, and where it is tested: a file, and the test in it.
const INVARIANTS: &[(&str, &[(&str, &str)])] = &[
    (
        "1. What a user was told is sent is on this office's disk before they were told.",
        &[
            ("node/tests/kill/writes.rs", "what_was_told_before_a_kill_is_there_after_it_and_nothing_is_there_twice"),
            ("node/tests/ledger/full.rs", "a_disk_that_is_full_in_the_middle_of_a_write_loses_nothing_that_was_told"),
            ("tests/tests/netns_kill.rs", "what_people_were_told_was_taken_survives_each_kill_and_nothing_comes_twice"),
        ],
    ),
    (
        "2. An entry accepted anywhere was written by the office that it names, in its place, unaltered.",
        &[
            ("protocol/src/log/tests.rs", "every_flipped_bit_of_an_entry_is_refused"),
            ("protocol/src/log/tests.rs", "each_broken_rule_has_its_own_verdict"),
            ("node/tests/ledger/entries.rs", "an_entry_is_appended_in_its_place_only"),
            ("node/tests/ledger/entries.rs", "a_forged_entry_harms_neither_what_is_before_nor_what_is_after_it"),
        ],
    ),
    (
        "3. No office reads a topic that it is not a member of; a carrier learns size, time, topic and writer only.",
        &[
            ("protocol/src/epoch.rs", "members_get_the_key_and_nobody_else_does"),
            ("node/tests/ledger/entries.rs", "a_carrier_keeps_what_it_cannot_read"),
            ("tests/tests/netns_privacy.rs", "a_message_to_a_department_reaches_all_its_offices_and_is_opened_there_only"),
            ("tests/tests/netns_privacy.rs", "an_office_between_two_carries_what_it_cannot_read"),
        ],
    ),
    (
        "4. No log forks; where a thief makes a fork anyway, every honest node sees it, keeps the proof and says so.",
        &[
            ("protocol/src/log/tests.rs", "two_entries_for_one_place_are_a_fork_and_the_proof_convinces_others"),
            ("node/tests/ledger/entries.rs", "of_two_entries_for_one_place_the_proof_is_kept_and_the_log_is_frozen"),
            ("node/tests/ledger/past.rs", "a_lost_journal_makes_a_new_incarnation"),
            ("node/tests/ledger/past.rs", "an_own_entry_from_outside_is_taken_and_ends_the_incarnation"),
        ],
    ),
    (
        "5. Two nodes that have exchanged all they have show the same timeline in the same order.",
        &[
            ("node/tests/district/arrival.rs", "every_order_of_arrival_shows_the_same_timeline_and_each_message_once"),
            ("protocol/tests/chaos.rs", "after_any_chaos_everything_is_everywhere_nobody_is_accused_and_all_fall_silent"),
            ("tests/tests/netns_outage.rs", "two_halves_that_both_wrote_show_one_timeline_when_they_are_joined"),
        ],
    ),
    (
        "6. Every delivered message is delivered once on the screen, however often it crossed the wire.",
        &[
            ("node/tests/district/arrival.rs", "every_order_of_arrival_shows_the_same_timeline_and_each_message_once"),
            ("node/tests/api/events.rs", "a_stream_that_resumes_brings_exactly_what_was_missed"),
            ("tests/tests/netns_outage.rs", "an_office_that_was_off_for_a_thousand_messages_catches_up_in_order_once_each"),
        ],
    ),
    (
        "7. With every other office gone, an office still reads its history, writes and enrols its people.",
        &[("node/tests/district/offline.rs", "an_office_that_has_lost_all_others_reads_writes_and_enrols_its_people")],
    ),
    (
        "8. No list or document of an older version ever replaces a newer one.",
        &[
            ("protocol/src/trust/tests.rs", "a_newer_document_takes_the_place_of_an_older_one_and_never_the_other_way_round"),
            ("protocol/tests/documents.rs", "any_order_of_arrival_gives_the_same_trust"),
            ("protocol/src/person.rs", "a_newer_record_takes_the_place_of_an_older_one_of_the_same_person"),
        ],
    ),
    (
        "9. Nothing a peer, a client or a file says can make a node panic, grow without bound, or lose what it had.",
        &[
            ("protocol/tests/memory.rs", "a_claimed_length_takes_a_bounded_amount_of_memory"),
            ("protocol/tests/exchange/hostile.rs", "any_order_of_any_frames_never_panics_and_keeps_memory_bounded"),
            ("node/tests/mesh/hostile.rs", "nonsense_on_any_layer_ends_the_connection_and_never_the_node"),
            ("node/tests/api_hostile.rs", "broken_requests_break_nothing"),
            ("node/tests/ledger/entries.rs", "hostile_bytes_get_a_verdict_each_and_stop_nobody"),
        ],
    ),
    (
        "10. A time-out, a restart or a power cut at any instruction leaves a store that opens and continues.",
        &[
            ("node/src/journal/tests.rs", "a_tail_torn_at_any_byte_leaves_the_whole_records_and_is_reported"),
            ("node/tests/ledger/past.rs", "a_store_behind_the_journal_catches_up_with_texts_and_tags"),
            ("node/tests/ledger/past.rs", "a_damaged_store_is_set_aside_and_filled_from_the_journal"),
            ("node/tests/kill/writes.rs", "what_was_told_before_a_kill_is_there_after_it_and_nothing_is_there_twice"),
        ],
    ),
];

/// Whether a file has a test of this name: a function that stands behind an attribute of tests.
fn has_test(file: &str, name: &str) -> bool {
    let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_test = |line: &&str| line.starts_with("#[test]") || line.starts_with("#[tokio::test");
    let names =
        |line: &&str| line.trim_start_matches("async ").strip_prefix("fn ").is_some_and(|rest| rest.starts_with(&format!("{name}(")));
    lines.iter().enumerate().any(|(at, line)| names(line) && lines[at.saturating_sub(3)..at].iter().any(is_test))
}

#[test]
fn every_invariant_has_its_tests() {
    assert_eq!(INVARIANTS.len(), 10);
    let missing: Vec<_> = INVARIANTS
        .iter()
        .flat_map(|(promise, tests)| tests.iter().map(move |test| (promise, test)))
        .filter(|(_, (file, name))| !has_test(file, name))
        .collect();
    assert!(missing.is_empty(), "these tests are not there: {missing:#?}");
}

#[test]
fn a_name_that_is_no_test_is_not_taken_for_one() {
    assert!(!has_test("tests/tests/invariants.rs", "has_test"));
    assert!(!has_test("tests/tests/invariants.rs", "every_invariant"));
    assert!(has_test("tests/tests/invariants.rs", "every_invariant_has_its_tests"));
}

//! A machine whose clock was never set.

use crate::support::{enrolled, program};

#[test]
#[ignore = "needs the program faketime"]
fn a_clock_in_1970_is_warned_of_and_stops_nobody() {
    let (place, _, file) = enrolled();
    let mut command = std::process::Command::new("faketime");
    command.args(["-f", "@1970-01-02 00:00:00"]).arg(program().get_program()).args(place.run_args(&["--district", &file]));
    // Only the clock on the wall is wrong; and faketime stays around as the parent of the node.
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    let node = place.started(command.envs(program().get_envs().filter_map(|(name, value)| Some((name, value?)))));
    let process = std::fs::read_to_string(place.path("data/lock")).unwrap();
    assert!(std::process::Command::new("kill").arg(process.trim()).status().unwrap().success());
    let (_, log) = node.ended();
    assert!(log.contains("clock_unset") && log.contains("node_started"), "{log}");
}

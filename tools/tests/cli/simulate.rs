//! The simulator from the command line: the same seed, the same figures; and what cannot be is refused.

use crate::desk::Desk;

#[test]
fn the_same_seed_gives_the_same_figures_to_the_byte_and_everything_arrives() {
    let desk = Desk::new();
    let run =
        |seed: &str| desk.json(&["simulate", "--offices", "8", "--seed", seed, "--messages", "3", "--split", "--off", "2", "--loss", "20"]);
    let (first, again, other) = (run("7"), run("7"), run("8"));
    assert_eq!(first, again);
    assert_ne!(first, other);
    let all = first["phases"].as_array().unwrap().last().unwrap();
    // Six offices write three messages each; each message comes to the seven others.
    assert_eq!((&all["delivered"], &all["misbehaved"]), (&(6 * 3 * 7).into(), &0.into()));
}

#[test]
fn a_district_that_cannot_be_is_refused() {
    let desk = Desk::new();
    for args in [["--offices", "1"], ["--offices", "2000"], ["--loss", "101"], ["--off", "10"], ["--degree", "1"]] {
        assert_eq!(desk.fails(&[&["simulate"][..], &args].concat()).0, 2, "{args:?}");
    }
}

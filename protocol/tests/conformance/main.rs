//! The directory conformance suite: every attack on signed documents that The Update Framework lists, and ours.
//!
//! Each case names its attack and is a few lines on a shared rig: a district with all its keys, and a node that
//! holds its first documents. After every case the node must be as it was, or hold what is newer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod rig;

mod away;
mod chain;
mod delegation;
mod disk;
mod endless;
mod escape;
mod fastforward;
mod freeze;
mod mixed;
mod rollback;
mod split;
mod thresholds;

/// Cases with the attacks that they are about; each becomes a test of its own.
macro_rules! cases {
    ($($name:ident: $attack:literal => $body:block)+) => {
        /// The names of these cases and their attacks.
        pub(crate) const CASES: &[(&str, &str)] = &[$((stringify!($name), $attack)),+];
        $(#[test] fn $name() $body)+
    };
}
pub(crate) use cases;

/// The suites by the family of attack.
const SUITES: &[(&str, &[(&str, &str)])] = &[
    ("rollback", rollback::CASES),
    ("freeze", freeze::CASES),
    ("mix-and-match", mixed::CASES),
    ("fast-forward", fastforward::CASES),
    ("endless data", endless::CASES),
    ("thresholds and keys", thresholds::CASES),
    ("chain of charters", chain::CASES),
    ("split view", split::CASES),
    ("delegation", delegation::CASES),
    ("escape from a delegation", escape::CASES),
    ("long offline", away::CASES),
    ("disk", disk::CASES),
];

#[test]
fn there_are_at_least_ninety_six_cases_and_no_two_are_the_same() {
    let all: Vec<&str> = SUITES.iter().flat_map(|(_, cases)| cases.iter().map(|(name, _)| *name)).collect();
    let mut names = all.clone();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len(), "a name is used twice");
    let counts: Vec<String> = SUITES.iter().map(|(family, cases)| format!("{family}: {}", cases.len())).collect();
    assert!(all.len() >= 96, "{} cases: {}", all.len(), counts.join(", "));
    assert!(SUITES.iter().flat_map(|(_, cases)| cases.iter()).all(|(_, attack)| attack.len() > 20), "an attack without a name");
}

//! The README, typed line by line: three machines from nothing to a message that arrived, and what a district lives through then.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use okrug_tests::programs::root;
use okrug_tests::walk::{Play, blocks};

/// Where the walk-through ends and the life begins.
const LIFE: &str = "\n## The life of a district\n";

#[test]
#[ignore = "needs root and network namespaces"]
fn whoever_types_the_walkthrough_of_the_readme_has_a_district() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut play = Play::new();
    play.perform(&blocks(readme.split(LIFE).next().unwrap()));
    assert_eq!(play.names(), ["authority", "nyagan", "surgut", "uray"]);
}

#[test]
#[ignore = "needs root and network namespaces"]
fn the_life_of_a_district_goes_as_the_readme_tells_it() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (beginning, life) = readme.split_once(LIFE).unwrap();
    let mut play = Play::new();
    play.perform(&blocks(beginning));
    play.perform(&blocks(life));
    assert_eq!(play.names(), ["agency", "authority", "holder", "igrim", "kogalym", "nyagan", "surgut", "uray", "yugorsk"]);
}

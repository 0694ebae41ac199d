//! The page in a real browser: on a fake node, which can be brought into any state, and on a real district.
//!
//! The tests themselves are `tests/page/browser/*.mjs`; these run them with what they need. They are ignored unless
//! asked for (`tests/run --only browser`), since they need Node.js, the packages of `tests/page` and Chromium.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::path::Path;
use std::process::Command;

use okrug_tests::programs::{okrug, root};

fn in_browser(script: &str, okrug: Option<&Path>) {
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec"]).arg(root().join("tests/page/browser").join(script));
    if let Some(okrug) = okrug {
        node.env("OKRUG", okrug);
    }
    assert!(node.status().unwrap().success(), "{script} failed");
}

#[test]
#[ignore = "needs Node.js and Chromium"]
fn page_tells_every_state_of_its_node() {
    in_browser("screens.mjs", None);
}

#[test]
#[ignore = "needs Node.js and Chromium"]
fn officials_of_two_offices_converse_by_their_pages() {
    in_browser("e2e.mjs", Some(&okrug()));
}

//! One target under libFuzzer: the one that this program is named after, or of which `OKRUG_FUZZ_TARGET` is the name.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use okrug_fuzz::{Target, targets};

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = match env!("CARGO_BIN_NAME") {
        "any" => std::env::var("OKRUG_FUZZ_TARGET").expect("OKRUG_FUZZ_TARGET is the name of a target"),
        name => name.to_owned(),
    };
    targets::named(&name).unwrap_or_else(|| panic!("there is no target {name}"))
});

/// Puts the bytes to begin with into the first folder of the corpus that was named.
fn begin() {
    let folders = std::env::args().skip(1).filter(|word| !word.starts_with('-')).map(PathBuf::from);
    if let Some(folder) = folders.into_iter().find(|path| path.is_dir()) {
        TARGET.write_seeds(&folder).expect("the corpus can be written");
    }
}

fuzz_target!(init: begin(), |bytes: &[u8]| {
    (TARGET.run)(bytes);
});

//! Golden bytes: what is encoded today was encoded so yesterday, and what was written yesterday is read today.
//!
//! Each `NAME.hex` beside this file is one value. A change of format changes them, FORMAT.md with its
//! history, and the changelog together; `OKRUG_GOLDEN=write cargo test -p okrug-protocol --test golden`
//! writes them anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod documents;
#[path = "../common/moving.rs"]
mod moving;
mod transfers;

use std::fs;
use std::path::Path;

use okrug_protocol::ids::{hex, unhex};

/// Compares `bytes` with the golden file of that name and gives back what the file has.
#[track_caller]
pub(crate) fn golden(name: &str, bytes: &[u8]) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.hex"));
    if std::env::var("OKRUG_GOLDEN").is_ok_and(|word| word == "write") {
        let lines: String = bytes.chunks(32).map(|line| format!("{}\n", hex(line))).collect();
        fs::write(&path, lines).unwrap();
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    let kept = unhex(&text.split_whitespace().collect::<String>()).unwrap();
    let differs = kept.iter().zip(bytes).position(|(a, b)| a != b).unwrap_or(kept.len().min(bytes.len()));
    assert!(kept == bytes, "{name}: {} bytes kept, {} encoded, different from byte {differs} on", kept.len(), bytes.len());
    kept
}

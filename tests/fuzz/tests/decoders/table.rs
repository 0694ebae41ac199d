//! Every reader of bytes from outside is in `DECODERS.md` with the targets that try it, or with the reason why none does; and what
//! cargo-fuzz knows are the targets.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use okrug_fuzz::targets;

/// What a reader calls.
const CALLS: [&str; 5] = ["codec::decode", "get_decoded", "serde_json::from_", "toml::from_str", "from_pem"];
/// What a reader is called.
const NAMES: [&str; 12] =
    ["decode", "read", "parse", "unpack", "see", "editions", "from_file", "from_str", "from_paper", "from_bytes", "from_hex", "unhex"];
/// What it takes.
const TAKES: [&str; 5] = ["&[u8]", "&str", "impl Read", "impl AsyncRead", "impl (AsyncRead"];

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let within = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
    entries.flat_map(within).filter(|path| path.extension().is_some_and(|ext| ext == "rs")).collect()
}

/// Whether there is a reader in a file, before its tests.
fn reads(path: &Path) -> bool {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines().take_while(|line| !line.starts_with("mod tests")).map(|line| line.split("//").next().unwrap_or(line));
    let called = |line: &str| NAMES.iter().any(|name| line.contains(&format!("fn {name}(")) || line.contains(&format!("fn {name}<")));
    lines.any(|line| CALLS.iter().any(|call| line.contains(call)) || called(line) && TAKES.iter().any(|what| line.contains(what)))
}

/// Rows of the table: a file, and what stands beside it.
fn rows() -> Vec<(String, String)> {
    let text = fs::read_to_string(here().join("DECODERS.md")).unwrap();
    let row = |line: &str| {
        let (file, targets) = line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | ")?;
        Some((file.to_owned(), targets.to_owned()))
    };
    text.lines().filter_map(row).collect()
}

fn names() -> BTreeSet<String> {
    targets::ALL.iter().flat_map(|(_, targets)| *targets).map(|target| target.name.to_owned()).collect()
}

#[test]
fn every_reader_of_bytes_from_outside_is_tried_or_says_why_not() {
    let top = here().ancestors().nth(2).unwrap();
    // What is made for tests, and the doors that fuzzing comes in by, read nothing of their own.
    let own = |path: &PathBuf| {
        ["tests.rs", "outside.rs"].iter().any(|name| path.ends_with(name)) || path.starts_with(top.join("protocol/src/sim"))
    };
    let all = ["protocol", "node", "tools"].iter().flat_map(|name| sources(&top.join(name).join("src")));
    let readers: BTreeSet<String> =
        all.filter(|path| !own(path) && reads(path)).map(|path| path.strip_prefix(top).unwrap().to_str().unwrap().to_owned()).collect();
    let rows = rows();
    let listed: BTreeSet<String> = rows.iter().map(|(file, _)| file.clone()).collect();
    let missing: Vec<_> = readers.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&readers).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not in DECODERS.md: {missing:?}; no reader any more: {gone:?}");

    let tried = rows.iter().filter(|(_, targets)| !targets.starts_with("none: "));
    let tried: BTreeSet<String> = tried.flat_map(|(_, targets)| targets.split(", ").map(str::to_owned)).collect();
    let unknown: Vec<_> = tried.difference(&names()).cloned().collect();
    assert!(unknown.is_empty(), "no such targets: {unknown:?}");
}

#[test]
fn cargo_fuzz_knows_every_target() {
    let text = fs::read_to_string(here().join("libfuzzer/Cargo.toml")).unwrap();
    let programs = text.split("[[bin]]").skip(1).filter_map(|part| part.split('"').nth(1));
    let mut programs: BTreeSet<String> = programs.map(str::to_owned).collect();
    assert!(programs.remove("any"));
    assert_eq!(programs, names());
}

//! The shape of the house: arrows go down only, between crates and inside them, and each foreign
//! library is named in one place.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// A word of a foreign library, and the only places of the crates that may name it.
const CONFINED: &[(&str, &[&str])] = &[
    ("sled", &["node/src/store/"]),
    ("libp2p", &["node/src/mesh/"]),
    ("libp2p_stream", &["node/src/mesh/"]),
    ("multistream_select", &["node/src/mesh/"]),
    ("mdns_sd", &["node/src/discovery/"]),
    ("axum", &["node/src/api/", "node/src/page/"]),
    ("axum_server", &["node/src/api/"]),
    ("tower_http", &["node/src/api/"]),
    ("rust_embed", &["node/src/page/"]),
    ("sd_notify", &["node/src/run/"]),
    ("qrcode", &["node/src/qr.rs"]),
    ("snow", &["protocol/src/noise.rs", "protocol/src/noise/vectors.rs"]),
    ("bincode", &["protocol/src/codec.rs"]),
    ("ed25519_dalek", &["protocol/src/sign.rs"]),
    ("x25519_dalek", &["protocol/src/seal.rs"]),
    ("argon2", &["protocol/src/vault.rs"]),
    ("SystemTime::now", &["node/src/clock.rs"]),
    ("OsRng", &["node/src/clock.rs"]),
];

/// What each crate may use of ours.
///
/// The protocol's own tests want its feature `sim`, and so the protocol itself.
const ARROWS: &[(&str, &[&str])] =
    &[("protocol", &["okrug-protocol"]), ("node", &["okrug-protocol"]), ("tools", &["okrug-protocol", "okrug-node"])];

/// What would give the protocol a clock, a socket, a file, a thread or the system's randomness.
const IMPURE: &[&str] =
    &["std::net", "std::fs", "std::thread", "std::time::Instant", "SystemTime", "async ", "tokio", "getrandom", "OsRng"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|ext| ext == "rs") {
            found.push(entry);
        }
    }
    found.sort();
    found
}

/// The lines of a file with their numbers, without comments.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let uncommented = |line: &str| line.split_once("//").filter(|(code, _)| !code.ends_with(':')).map_or(line, |(code, _)| code).to_owned();
    (1..).zip(text.lines().map(uncommented)).collect()
}

fn has_word(line: &str, word: &str) -> bool {
    let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (line[..at].chars().next_back(), line[at + word.len()..].chars().next());
        // Neither a string that names the word nor the attribute that tells a derive where to look is a use of it.
        let (is_named, is_attribute) = (before == Some('"') || before == Some('.'), line[..at].ends_with("#["));
        !part_of_word(before) && !part_of_word(after) && !is_named && !is_attribute
    })
}

/// Modules of a crate in the order of its `lib.rs`, without those that are for its own tests.
fn modules(krate: &str) -> Vec<String> {
    let lib = fs::read_to_string(root().join(krate).join("src/lib.rs")).unwrap();
    let name = |line: &str| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned);
    let lines: Vec<&str> = lib.lines().collect();
    let for_tests = |at: usize| at > 0 && lines[at - 1] == "#[cfg(test)]";
    (0..lines.len()).filter(|at| !for_tests(*at)).filter_map(|at| name(lines[at])).collect()
}

/// The modules of the crate that a line names after `crate::`.
fn named(line: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => found.extend(list.split('}').next().unwrap_or_default().split(',').map(|item| word(item.trim()))),
            None => found.push(word(rest)),
        }
    }
    found
}

#[track_caller]
fn none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn each_module_uses_only_those_above_it() {
    let mut broken = Vec::new();
    for krate in ["protocol", "node", "tools"] {
        let ladder = modules(krate);
        let rung = |name: &str| ladder.iter().position(|module| module == name);
        let tests = |path: &PathBuf| path.ends_with("tests.rs") || path.ends_with("vectors.rs");
        for path in sources(&root().join(krate).join("src")).into_iter().filter(|path| !tests(path)) {
            let below_src = path.strip_prefix(root().join(krate).join("src")).unwrap();
            let own = below_src.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
            let Some(own_rung) = rung(&own) else { continue };
            // Tests at the end of a file may use what is made for tests.
            for (number, line) in code(&path).into_iter().take_while(|(_, line)| !line.starts_with("mod tests")) {
                for other in named(&line).into_iter().filter(|other| rung(other).is_some_and(|rung| rung > own_rung)) {
                    broken.push(format!("{}:{number}: {own} uses {other}, which stands below it in lib.rs", path.display()));
                }
            }
        }
    }
    none(&broken);
}

#[test]
fn each_foreign_library_is_named_in_its_own_place() {
    let mut broken = Vec::new();
    for path in ["protocol", "node", "tools"].iter().flat_map(|krate| sources(&root().join(krate).join("src"))) {
        let short = path.strip_prefix(root()).unwrap().to_str().unwrap();
        for (word, places) in CONFINED.iter().filter(|(_, places)| !places.iter().any(|place| short.starts_with(place))) {
            let lines = code(&path).into_iter().filter(|(_, line)| has_word(line, word));
            broken.extend(lines.map(|(number, _)| format!("{short}:{number}: {word} is named outside {places:?}")));
        }
    }
    none(&broken);
}

#[test]
fn the_protocol_has_no_clock_no_socket_no_file_and_no_randomness() {
    let mut broken = Vec::new();
    for path in sources(&root().join("protocol/src")) {
        for (number, line) in code(&path) {
            broken.extend(IMPURE.iter().filter(|word| line.contains(*word)).map(|word| format!("{}:{number}: {word}", path.display())));
        }
    }
    none(&broken);
}

#[test]
fn crates_depend_downwards_only() {
    let mut broken = Vec::new();
    for (krate, allowed) in ARROWS {
        let manifest = fs::read_to_string(root().join(krate).join("Cargo.toml")).unwrap();
        let key = |line: &str| line.split(['.', ' ', '=']).next().unwrap_or_default().to_owned();
        let ours = manifest.lines().map(key).filter(|key| key.starts_with("okrug"));
        broken.extend(ours.filter(|key| !allowed.contains(&key.as_str())).map(|key| format!("{krate} depends on {key}")));
    }
    none(&broken);
}

#[test]
fn no_file_outgrows_five_hundred_lines() {
    let mut broken = Vec::new();
    for path in ["protocol/src", "node/src", "tools/src", "tests/src"].iter().flat_map(|dir| sources(&root().join(dir))) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        if lines > 500 {
            broken.push(format!("{}: {lines} lines", path.display()));
        }
    }
    none(&broken);
}

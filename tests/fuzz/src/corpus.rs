//! The bytes to begin with.

use std::path::{Path, PathBuf};

use okrug_protocol::digest;
use okrug_protocol::ids::{hex, unhex};

fn sources() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("this crate lies two folders below the top").to_owned()
}

/// What the files of a folder hold whose names begin so, in the order of their names.
fn files(dir: &Path, begin: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.is_file() && path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(begin)));
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

/// The golden files of the protocol whose names begin so.
pub(crate) fn golden(begin: &str) -> Vec<Vec<u8>> {
    let texts = files(&sources().join("protocol/tests/golden"), begin);
    let digits = |text: Vec<u8>| String::from_utf8(text).ok().map(|text| text.split_whitespace().collect::<String>());
    let found: Vec<Vec<u8>> = texts.into_iter().filter_map(digits).filter_map(|digits| unhex(&digits)).collect();
    assert!(!found.is_empty(), "no golden file begins with {begin}");
    found
}

/// What is kept for a target.
pub(crate) fn kept(target: &str) -> Vec<Vec<u8>> {
    files(&sources().join("tests/fuzz/libfuzzer/corpus").join(target), "")
}

/// The name of an input in a corpus.
pub(crate) fn name(input: &[u8]) -> String {
    hex(&digest::hash(b"okrug/test/fuzz\0", &[input]).0[..8])
}

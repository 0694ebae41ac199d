//! What the page consists of, by address.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{LazyLock, OnceLock};

use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::slim::slim;

/// The folder, read from disk by debug builds and held in the binary by release builds.
#[derive(RustEmbed)]
#[folder = "page/"]
struct Folder;

/// The address of a file in `index.html`, where the digest of this build comes in the place of the zero.
const PLACEHOLDER: &str = "/page/0/";
/// The worker that keeps the shell.
const WORKER: &str = "sw.js";

/// One file of the page; all but the pictures are texts.
#[derive(Debug)]
pub struct Asset {
    /// As browsers run it.
    pub bytes: Bytes,
    /// Smaller ones, each made when it is first asked for; `None` where it would not be smaller.
    small: [OnceLock<Option<Bytes>>; 2],
    /// Content type, with the character set of texts.
    pub mime: &'static str,
    /// Strong entity tag of `bytes`, in quotes.
    pub etag: String,
    /// Whether the address changes with the content, so that a browser may keep it for ever.
    pub immutable: bool,
}

/// How a file is made smaller, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// A seventh smaller than gzip for files as short as ours; browsers take it under TLS and from their own machine.
    Brotli,
    /// What every browser takes.
    Gzip,
}

impl Coding {
    /// All, the best first.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in HTTP.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    fn press(self, bytes: &[u8]) -> Option<Bytes> {
        match self {
            Self::Brotli => brotli(bytes),
            Self::Gzip => gzip(bytes),
        }
    }
}

/// Every file by its address, and the digest in the addresses.
struct Page {
    build: String,
    assets: BTreeMap<String, Asset>,
}

static PAGE: LazyLock<Page> = LazyLock::new(Page::load);

/// Finds the file at an address: `/` or `/page/<build>/<path>`.
#[must_use]
pub fn asset(path: &str) -> Option<&'static Asset> {
    PAGE.assets.get(path)
}

/// The digest of all files, as it stands in their addresses.
#[must_use]
pub fn build() -> &'static str {
    &PAGE.build
}

impl Page {
    fn load() -> Self {
        let files: BTreeMap<_, _> =
            Folder::iter().filter(|path| mime(path).is_some()).filter_map(|path| Some((path.clone(), Folder::get(&path)?.data))).collect();
        let mut sha = Sha256::new();
        for (path, data) in &files {
            sha.update(Sha256::digest(path.as_bytes()));
            sha.update(Sha256::digest(data));
        }
        let build = hex(&sha.finalize(), 8);
        let assets = files
            .into_iter()
            .filter_map(|(path, data)| {
                let mime = mime(&path)?;
                let text = || String::from_utf8_lossy(&data).replace(PLACEHOLDER, &format!("/page/{build}/"));
                let address = format!("/page/{build}/{path}");
                Some(match path.rsplit_once('.')?.1 {
                    "html" => ("/".to_owned(), Asset::new(text(), mime, false)),
                    // The worker stands above all that it keeps, and another build is another worker.
                    "js" if path == WORKER => (format!("/{WORKER}"), Asset::new(slim(&text()), mime, false)),
                    "js" | "css" => (address, Asset::new(slim(&String::from_utf8_lossy(&data)), mime, true)),
                    _ => (address, Asset::new(data.into_owned(), mime, true)),
                })
            })
            .collect();
        Self { build, assets }
    }
}

impl Asset {
    fn new(bytes: impl Into<Bytes>, mime: &'static str, immutable: bool) -> Self {
        let bytes = bytes.into();
        let etag = format!("\"{}\"", hex(&Sha256::digest(&bytes), 16));
        Self { bytes, small: Default::default(), mime, etag, immutable }
    }

    /// The file in a coding, where that makes it smaller.
    #[must_use]
    pub fn small(&self, coding: Coding) -> Option<&Bytes> {
        let [brotli, gzip] = &self.small;
        let kept = match coding {
            Coding::Brotli => brotli,
            Coding::Gzip => gzip,
        };
        kept.get_or_init(|| coding.press(&self.bytes).filter(|small| small.len() < self.bytes.len())).as_ref()
    }
}

/// The content type by the ending of the name; files of other endings are no part of what is served.
fn mime(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// Takes some milliseconds a file, once; the window is no longer than any file.
fn brotli(mut bytes: &[u8]) -> Option<Bytes> {
    let params = BrotliEncoderParams { quality: 11, lgwin: 18, size_hint: bytes.len(), ..Default::default() };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut small, &params).ok()?;
    Some(small.into())
}

fn gzip(bytes: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

fn hex(digest: &[u8], bytes: usize) -> String {
    digest.iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_in_the_index_leads_to_a_file() {
        let index = String::from_utf8(asset("/").expect("an index").bytes.to_vec()).expect("text");
        let addresses: Vec<_> = index.split('"').filter(|part| part.starts_with("/page/")).collect();
        assert!(addresses.len() > 5, "{addresses:?}");
        for address in addresses {
            assert!(asset(address).is_some(), "{address}");
        }
    }

    /// What a browser fetches until a conversation stands: the index, what it names, the words of one language and
    /// what is fetched on signing in.
    fn first(coding: Coding) -> usize {
        let wire = |asset: &Asset| asset.small(coding).unwrap_or(&asset.bytes).len();
        let index = asset("/").expect("an index");
        let named = String::from_utf8(index.bytes.to_vec()).expect("text");
        let first: usize = named.split('"').filter(|part| part.starts_with("/page/")).filter_map(asset).map(wire).sum();
        let words = PAGE.assets.iter().filter(|(path, _)| path.contains("/words.")).map(|(_, asset)| wire(asset)).max().expect("words");
        let signed = asset(&format!("/page/{}/js/link/share.js", build())).map(wire).expect("what is fetched on signing in");
        wire(index) + first + words + signed
    }

    #[test]
    fn first_load_fits_in_sixty_kilobytes() {
        let bytes = first(Coding::Brotli);
        assert!(bytes > 40_000, "{bytes} bytes: something is not counted");
        assert!(bytes < 56_000, "{bytes} bytes");
    }

    #[test]
    fn browsers_of_another_time_load_little_more() {
        let bytes = first(Coding::Gzip);
        assert!(bytes < 64_000, "{bytes} bytes");
    }

    #[test]
    fn compressed_files_unpack_to_themselves() {
        for (path, asset) in &PAGE.assets {
            if let Some(gzip) = asset.small(Coding::Gzip) {
                let mut unpacked = flate2::write::GzDecoder::new(Vec::new());
                unpacked.write_all(gzip).expect("gzip");
                assert_eq!(unpacked.finish().expect("gzip"), asset.bytes, "{path}");
            }
            if let Some(brotli) = asset.small(Coding::Brotli) {
                let mut unpacked = Vec::new();
                brotli::BrotliDecompress(&mut brotli.as_ref(), &mut unpacked).expect("brotli");
                assert_eq!(unpacked, asset.bytes, "{path}");
            }
        }
    }

    #[test]
    fn nothing_outside_the_page_has_an_address() {
        for path in ["", "/page", "/page/0/js/main.js", "/page/../Cargo.toml", "/page//js/main.js", "/index.html", "/package.json"] {
            assert!(asset(path).is_none(), "{path}");
        }
    }
}

//! The page that officials open: files of `node/page`, embedded, compressed once and served under a strict policy.
//!
//! The files are plain ES modules with no build step. Their address holds a digest of them all, so a browser keeps
//! them for ever and fetches none of them twice; a new version of the node has a new address.

mod assets;
pub mod enrol;
mod serve;
mod slim;

pub use assets::{Asset, asset, build};
pub use serve::{CONTENT_SECURITY_POLICY, routes};

//! The page that officials open: files of `node/page`, embedded, compressed once and served under a strict policy.
//!
//! The files are plain ES modules with no build step. Their address holds a digest of them all, so a browser keeps
//! them for ever and fetches none of them twice; a new version of the node has a new address.

mod slim;
mod assets;
mod html;
pub mod enrol;
pub mod login;
pub mod trust;
mod serve;

pub use assets::{Asset, asset, build};
pub use html::{escape, sheet};
pub use serve::{CONTENT_SECURITY_POLICY, routes};

//! Districts of real nodes, each on a network of its own, and those who sit at them.
//!
//! ```text
//!   programs   okrug and okrug-node, built together with the suites
//!   wait       what is to come to be, with a limit
//!   line       slow, long, bad and counted lines
//!   network    namespaces joined by bridges, and lines that can be cut
//!   daemon     one okrug-node process
//!   official   somebody who is logged in at an office
//!   district   all of it together
//!   authority  what is signed while the district runs
//!   walk       the README's walk-through, and those who type it
//! ```
//!
//! Everything is gone when a district is dropped, also after a panic. The suites are `tests/netns_*.rs`.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that cannot go on says so by panicking")]

pub mod programs;
pub mod wait;
pub mod line;
pub mod network;
pub mod daemon;
pub mod official;
pub mod district;
pub mod authority;
pub mod walk;

pub use district::{District, Layout};
pub use network::Network;
pub use official::Official;
pub use wait::{PATIENCE, until};

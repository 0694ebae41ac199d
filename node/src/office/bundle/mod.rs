//! Bundles: what the exchange would have sent, for those who meet by stick alone.
//!
//! ```text
//!   wish ── plan: what they lack, as far as is known here, cut to size ── frames, as they are asked for
//!   file ── head ── key ── frames ── documents ── trust gate
//!                              └──── entries ──── ledger gate, 256 at a time ── told to the neighbours
//! ```
//!
//! A plan is kept in memory, so that a file that was half written can be finished; no byte of a bundle lies on this
//! node's disk.

mod documents;
mod plan;
mod refused;
mod shelf;
mod take;
mod write;

pub(crate) use shelf::Shelf;

pub use refused::BundleRefused;
pub use take::Taker;

//! A seeded network of exchange machines in virtual time (feature `sim`).
//!
//! The exchange is the real one; everything around it is as cheap as it can be: entries are opaque
//! bytes with chained ids and without signatures, a store is a count per log, a link is a queue
//! with a latency and a rate. Two runs of one plan give the same report to the byte.
//!
//! ```text
//!   Plan ── Sim::new ── write, cut, split, heal, restart … ── settle ── Report
//!
//!   topology   who is joined to whom        link      latency, rate, what is lost
//!   content    what is written, and who wants it      office    one machine with its store
//!   network    the district that is handled from outside
//!   events     what happens when        wire      what crosses links
//!
//!   races      removals against messages, by the real rules and without links
//!   siege      one to three members lie, by the real rules and over links
//! ```

mod content;
mod link;
mod office;
mod plan;
mod report;
mod network;
mod events;
mod wire;
mod races;
mod siege;

pub use network::Sim;
pub use plan::{Gossip, LinkPlan, Plan, Topology};
pub use races::{Fault, Race, race, race_delegated};
pub use report::Report;
pub use siege::{Broken, Lie, Siege, siege};

//! The dialogue between neighbours about who lacks what.
//!
//! One [`Exchange`] serves a node and all its neighbours. It has no clock and no socket: inputs go
//! into [`Exchange::handle`], outputs come out of it, so the node, the simulator and the fuzzer run
//! the same code. It only pulls: a side tells what it holds, the other asks for what it lacks.
//!
//! ```text
//!   session   hello ── editions of documents, digest of the common frontier
//!   compare   topics ─ digests of topics, then the heads of those that differ
//!   telling   heads ── what was appended since, in batches; a head told is a receipt
//!   wants     asks ─── who is asked for what, and how much may be under way
//!   live      live ─── what is new, at once, to who lacks nothing else, where gossip is not used
//!   serving   ranges ─ the answers, by precedence, within the rate of the link
//!   slow      slowed ─ that the neighbour's own logs wait, since it wrote more than the quota
//! ```
//!
//! Source:  FORMAT.md, section 6; protocol.md, section 6.

mod item;
mod interest;
mod frames;
mod input;
mod flow;
mod pace;
mod session;
mod compare;
mod telling;
mod heads;
mod wants;
mod idle;
mod arrive;
mod kept;
mod live;
mod slow;
mod documents;
mod serving;
mod timers;
mod machine;

pub use documents::answers;
pub use frames::{Ask, FRAME_VERSION, Frame, FrameError};
pub use input::{Config, In, Misbehaviour, Out, Settled, Slow, Slowdown, Ticket};
pub use interest::{Interest, keeps, share};
pub(crate) use item::longest_document;
pub use item::{Delegated, Edition, Editions, Holdings, Item};
pub use live::is_live;
pub use machine::Exchange;

//! Lines as branch offices have them: slow, long, lossy, cut in one direction or in both, flapping, and counted.
//!
//! The kernel's own shaper cannot delay or lose packets everywhere, so a line is carried by hand: a TAP device at each
//! end, and a thread that takes the frames from one to the other when they are due. The devices have no offload, so
//! what is counted is what a real line would carry: IP packets of at most the MTU.
//!
//! ```text
//!   namespace A ── tap ──> Flow ──> tap ── namespace B
//!                  tap <── Flow <── tap
//! ```

mod carry;
mod parts;
mod way;

pub use carry::{End, Line};
pub use parts::{Parts, Sum};
pub use way::{Count, Way};

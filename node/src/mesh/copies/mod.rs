//! Copies of small new entries by datagram, beside the links of lines that lose packets.
//!
//! What TCP loses it sends again after an answer was due and 200 ms more: over 300 ms each way a lost message takes 1,300, and
//! nothing that waits for a sign of the loss could be there before 1,000. So the copy goes at once, with each message, and only
//! while the line is known to lose packets, the link has nothing else to carry, and no declared hours or bytes are spent.
//!
//! ```text
//!   sender                                                  receiver
//!   kernel: packets were lost ── copier
//!   place   ── opens /okrug/<tag>/copies/1 on the link's connection ──▶ granted   draws token and key
//!           ◀──────────────── token, key, port ────────────────────────
//!   copier  ── frame ── sealer ═══ UDP: token, number, sealed frame ═══▶ sockets ── granted ── opener ──▶ Event::Copy
//!           ◀──────────────── one byte: the first has come ────────────
//! ```
//!
//! A grant lives as long as its stream, which is on a connection of an office of the directory. Who has none can say nothing here:
//! a datagram with another token or a bad seal is dropped without an answer, a word in the log or an allocation. What is opened is a
//! neighbour's word like any frame of its link, and the exchange takes it for no more than that.
//!
//! Source:  FORMAT.md, section 6, Copies.

mod window;
mod seal;
mod kernel;
mod losses;
mod allowance;
mod sockets;
mod granted;
mod place;
mod copier;
#[cfg(feature = "outside")]
pub(super) mod outside;

pub(super) use copier::{Copier, Line, Lone, Wanted};
pub(super) use granted::Granted;
pub(super) use place::Place;
pub(super) use sockets::Sockets;

//! A district in which one to three members lie, by the real rules over the real exchange.
//!
//! Every office has the real [`Trust`](crate::trust::Trust), judges entries by the real
//! [`Candidate`](crate::log::Candidate), signatures included, and talks by the real
//! [`Exchange`](crate::exchange::Exchange). Everybody crashes, links break, gossip loses and reorders, clocks jump.
//! Those who lie have valid keys and a row in the chart; what they send is bent on its way out, and they say more
//! than they are asked.
//!
//! ```text
//!   ledger   what an office holds, and by which rules it grows     member   one office
//!   world    the queue, links, crashes                             say      what honest offices write
//!   speech   how entries and frames cross links                    forgery  entries that must not be
//!   lies     what members say that lie                             checks   what must hold after all that
//! ```

mod ledger;
mod member;
mod world;
mod speech;
mod say;
mod forgery;
mod lies;
mod checks;
mod run;

pub use checks::Broken;
pub use lies::Lie;
pub use run::{Siege, siege};

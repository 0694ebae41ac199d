//! Every decoder that bytes from outside reach, as a function of bytes, and the bytes to begin with.
//!
//! A function here reads what it is given as a peer's, a file's or a client's, and asserts what must hold whatever that was:
//! no panic, one encoding where there may be one only, and that what was read reads the same when it is written again.
//! `tests/decoders.rs` calls them on the stable compiler, with chance of its own that is the same every time, a bound for
//! memory and a number of executions.
//!
//! Signatures would stop nearly all that chance makes before any rule is asked. So what a hostile member or a stolen key can
//! sign is signed here after it was changed.
//!
//! The corpus is the protocol's golden files, what this code makes by the sample district, and `libfuzzer/corpus/TARGET/*`:
//! inputs that broke something once, and those by which libFuzzer came somewhere new.

mod corpus;
mod fixture;
mod live;
mod mutate;
mod run;
pub mod targets;

pub use run::{Budget, Finding, Outcome, run};
pub use targets::Target;

//! Okrug's rules, without input or output.
//!
//! What every office must agree on lives here: the words as types, the wire format, the
//! cryptography, what makes an entry valid, who may read and write what, how two offices find out
//! what the other lacks. Nothing here opens a socket or a file, reads a clock, starts a task or
//! asks the operating system for randomness: `now` is an argument and the random generator is
//! passed in. That is why the same code runs in the node, in the simulator and under the fuzzer.
//!
//! Byte layouts live in `FORMAT.md` beside this crate.
//!
//! The modules form a ladder: each uses only those above it.
//!
//! ```text
//!   bounds labels ids clock codec        numbers, names, one encoding
//!   digest sign noise seal vault         cryptography
//!   document … trust                     signed documents, folded into a Directory
//!   entry log epoch message              the replicated log and what is sealed in it
//!   frontier exchange                    who lacks what, and the dialogue about it
//!   timeline delivery                    what a person sees
//!   sim                                  a seeded network of all this (feature `sim`)
//! ```

pub mod bounds;
pub mod labels;
pub mod ids;
pub mod clock;
pub mod codec;
pub mod digest;
pub mod sign;
pub mod noise;
pub mod seal;

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
//!   bounds labels codec shorthand ids clock   numbers, names, one encoding, short texts
//!   digest words sign noise seal vault   cryptography, and fingerprints to read out
//!   paper request answer                 what an office hands to the authority and is answered
//!   document … person register role directory quota trust   signed documents, folded into a Directory; the policy's quotas
//!   entry epoch log heard message        the replicated log, what is sealed in it, who pretends
//!   frontier                             how far logs are held
//!   checkpoint act                       what an office says of itself
//!   timeline evidence delivery           what a person sees, and can prove
//!   transfer                             a person's move as a file
//!   exchange                             who lacks what, and the dialogue about it
//!   bundle                               the same in a file, for those who meet by stick alone
//!   sample                               a made-up district for tests (feature `sim`)
//!   sim                                  a seeded network of all this (feature `sim`)
//! ```

pub mod bounds;
pub mod labels;
pub mod codec;
pub mod shorthand;
pub mod ids;
pub mod clock;
pub mod digest;
pub mod words;
pub mod sign;
mod noise;
pub mod seal;
pub mod opening;
pub mod vault;
pub mod paper;
pub mod request;
pub mod pagekey;
pub mod answer;
pub mod document;
pub mod charter;
pub mod chart;
pub mod bootstrap;
pub mod subchart;
pub mod revocations;
pub mod person;
pub mod register;
pub mod behalf;
pub mod role;
pub mod deputy;
pub mod directory;
pub mod quota;
pub mod trust;
pub mod entry;
pub mod epoch;
pub mod sealing;
pub mod reseal;
pub mod log;
pub mod heard;
pub mod message;
pub mod handover;
pub mod frontier;
pub mod checkpoint;
pub mod act;
pub mod timeline;
pub mod evidence;
pub mod transfer;
pub mod delivery;
pub mod exchange;
pub mod bundle;
#[cfg(any(test, feature = "sim"))]
pub mod sample;
#[cfg(feature = "sim")]
pub mod sim;

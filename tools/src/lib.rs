//! Okrug's command line, as a library.
//!
//! One program serves the authority, which works offline in a folder, and the people of an office,
//! who talk to their node; it also runs demonstrations, simulations and measurements.
//!
//! ```text
//!   words problem print context        two languages, exit codes, output
//!   staff files secret time authority  the staffing list, the folder of the authority
//!   client                             a running node, and how to talk to it
//!   cluster bench                      real nodes on this machine, and what they are measured by
//!   cli                                the tree of commands, its texts
//!   cmd                                one module a command
//! ```
//!
//! The modules form a ladder: each uses only those above it.

pub mod words;
pub mod problem;
pub mod print;
pub mod context;
pub mod staff;
pub mod files;
pub mod secret;
pub mod time;
pub mod authority;
pub mod client;
pub mod cluster;
pub mod bench;
pub mod cmd;
pub mod cli;

pub use okrug_node::{help, qr};

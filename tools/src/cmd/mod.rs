//! The commands, one module each: its arguments, its texts, and `run`.

pub mod audit;
pub mod authority;
pub mod backup;
pub mod bench;
pub mod bootstrap;
pub mod bundle;
pub mod completion;
pub mod confirm;
pub mod demo;
pub mod doctor;
pub mod graph;
pub mod msg;
pub mod node;
pub mod office;
pub mod org;
pub mod person;
pub mod ping;
pub mod policy;
pub mod revocation;
pub mod role;
pub mod simulate;
pub mod status;
pub mod tls;
pub mod verify;
pub mod version;
pub mod wait;
mod waits;

//! A district of real nodes on this machine: for the demo, the measurements and the tests.
//!
//! ```text
//!   ports        free ports, taken together so that no two nodes get one
//!   blueprint    which offices, which units, where each node lives
//!   founding     keys, signed documents, a data directory and a node.toml for each
//!   namespace    a network of its own for a node
//!   child        one node as a process: this program, run again
//!   nodes        all of them, started together and stopped together
//!   people       who can log in
//!   admin http   asking a node: to enrol people, and whatever its API gives
//! ```

mod ports;
mod blueprint;
mod founding;
mod child;
mod nodes;
mod people;
mod admin;
mod lines;
mod namespace;
mod http;

pub use admin::Admin;
pub use blueprint::{Blueprint, Pages, Site};
pub use child::{CHILD, Child, Heard, Says, Tell};
pub use http::{Answer, Events, Line};
pub use lines::stdin;
pub use namespace::{Pair, Traffic, inside, ip};
pub use nodes::Nodes;
pub use people::{Login, logins};
pub use ports::Ports;

//! The README's walk-through as somebody follows it: machines on a network of their own, an administrator
//! who types what is written and answers what is asked.

mod machine;
mod script;

pub use machine::Machine;
pub use script::{Block, Who, blocks};

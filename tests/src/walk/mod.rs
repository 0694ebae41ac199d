//! The README's walk-through as somebody follows it: machines on a network of their own, an administrator
//! who types what is written and answers what is asked.

mod machine;
mod play;
mod script;

pub use machine::Machine;
pub use play::Play;
pub use script::{Block, Who, blocks};

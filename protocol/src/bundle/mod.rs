//! Bundles: what the exchange would have sent, in a file that travels by hand.
//!
//! ```text
//!   head     salt, length of frames, the bundle's key sealed to each office        open, and twice: at both ends
//!   frames   all of one length, each sealed by itself under the bundle's key
//!              └─ records: header, holds, contents, documents, entries, header, footer
//! ```
//!
//! Whoever finds it reads how long it is and for how many offices, and nothing else. A frame that is damaged costs
//! the records that lie in it; those before and behind it are whole. Nothing is believed for being in a bundle:
//! documents and entries pass the gates that they pass on the network, and what its maker says of itself is signed.
//!
//! Source:  FORMAT.md, section 6.

mod key;
mod head;
mod record;
mod measure;
mod write;
mod read;
mod split;
mod tally;

pub use head::{Head, HeadError, Shape, mend};
pub use key::{SealedKey, hint};
pub use measure::Measure;
pub use read::{Reader, Spoiled};
pub use record::{Claims, Footer, Header, Holds, Purpose, Record, RecordError, Run, Signed};
pub use split::{Part, Splitter};
pub use tally::Tally;
pub use write::Writer;

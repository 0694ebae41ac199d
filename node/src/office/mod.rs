//! The office: people, rights, composing, timelines, receipts.
//!
//! ```text
//!   api ──> Handle ──┬─ people, accounts, sessions    who is who, and who is here
//!                    ├─ compose ──> ledger            a text becomes a signed entry
//!                    ├─ read: chats, history, tree    what a person sees
//!                    └─ acts ──> ledger               what an administrator does is an entry too
//!   ledger ──> filing ──> store (one batch), events   an entry becomes a row of a conversation
//!   receipts                                          what we have, and what others say they have
//! ```
//!
//! It never sees a socket: the mesh tells it of links, the exchange of what neighbours hold.

mod accounts;
mod acts;
mod appoint;
mod audit;
mod bundle;
mod carrying;
mod chat;
mod coming;
mod compose;
mod delays;
mod desk;
mod disputed;
mod duties;
mod ends;
mod events;
mod export;
mod filing;
mod handle;
mod look;
mod missing;
mod growth;
mod history;
mod index;
mod invitations;
mod keepers;
mod logins;
mod moving;
mod news;
mod notice;
mod open;
#[cfg(feature = "outside")]
pub mod outside;
mod people;
mod policy;
mod proof;
mod queue;
mod receipts;
mod refused;
mod report;
mod rights;
mod roles;
mod seen;
mod sessions;
mod slip;
mod slowed;
mod staffing;
mod standing;
mod status;
mod steps;
mod stops;
mod stream;
mod talk;
mod trace;
mod transfer;
mod tree;
mod unable;
mod unopened;
mod witness;
pub mod view;

pub use accounts::MIN_PASSWORD_CHARS;
pub use acts::{Begun, Deed};
pub use bundle::{BundleRefused, Taker};
pub use desk::Link;
pub use export::Part;
pub use handle::Handle;
pub use invitations::{DEFAULT_TTL_S, MAX_TTL_S, MIN_TTL_S};
pub use missing::Behind;
pub use news::News;
pub use open::{Office, OfficeKeys};
pub use receipts::Pace;
pub use refused::Refused;
pub use sessions::{Origin, SESSION_MAX_MS, SessionId};
pub use stream::{EventStream, Missed};

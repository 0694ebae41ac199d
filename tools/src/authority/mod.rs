//! The authority's folder: what it works on, readable, and what it has signed.
//!
//! ```text
//!   org.toml         units and offices with their numbers, offices' keys and addresses
//!   staff.toml       the positions of the last import
//!   keys/            the secret keys, each sealed under a passphrase
//!   page-root.key    the root of the certificates of the offices' pages, its key sealed
//!   signed/          every signed document, by kind and version
//!   pending/         editions that wait for more signatures
//!   authority.pub    in the folder of a sub-authority: its public keys, for the district's authority
//!   district.okrug   the one signed file that nodes are given
//! ```

pub mod keys;
pub mod page_root;
pub mod policy;
pub mod plan;
pub mod plan_error;
pub mod import;
pub mod folder;
pub mod tree;
pub mod subauthority;
pub mod draft;
pub mod archive;
pub mod founding;
pub mod signing;
pub mod paper;
pub mod renewal;
pub mod round;
pub mod difference;
pub mod removal;

pub use folder::Folder;
pub use plan::Plan;

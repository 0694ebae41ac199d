//! The authority's folder: what it works on, readable, and what it has signed.
//!
//! ```text
//!   authority.toml   the district's name and public keys
//!   keys/            the secret keys, each sealed under a passphrase
//!   org.toml         units and offices with their numbers, offices' keys and addresses
//!   staff.toml       the positions of the last import
//!   district.okrug   the one signed file that nodes are given
//!   history/         every signed document, by kind and version
//! ```

pub mod plan;
pub mod plan_error;
pub mod import;

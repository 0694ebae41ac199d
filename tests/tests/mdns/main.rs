//! What Okrug says and hears on a LAN, as Avahi sees it: the mDNS that other machines have.
//!
//! Ignored unless asked for (`tests/run --only mdns`), since they need root, network namespaces and avahi-utils.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod advertisement;
mod avahi;
mod forged;
mod lan;

//! The key store.

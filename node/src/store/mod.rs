//! The store; the only module that names sled.

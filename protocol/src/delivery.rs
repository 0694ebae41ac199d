//! How far a message has come.

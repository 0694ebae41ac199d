//! Checkpoints: what an office has received.

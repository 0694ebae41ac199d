//! Frontiers: how far each log is known.

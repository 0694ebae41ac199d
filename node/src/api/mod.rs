//! The HTTP API; the only module that names HTTP.

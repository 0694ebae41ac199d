//! An entry: header, signature, body.

//! A secret under a password: Argon2id, bound to the node.

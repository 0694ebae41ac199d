//! The dialogue in which two offices give each other what they lack.

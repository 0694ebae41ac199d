//! What went wrong, in words, with an exit code.

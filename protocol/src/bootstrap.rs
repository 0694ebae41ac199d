//! The bootstrap list: offices and their addresses.

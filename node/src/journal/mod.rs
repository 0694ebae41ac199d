//! The journal: what this office wrote, before anything else knows of it.

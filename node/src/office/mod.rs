//! The office: people, rights, composing, timelines, receipts.

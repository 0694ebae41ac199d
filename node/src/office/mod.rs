//! The office: people, rights, composing, timelines, receipts.

pub mod view;

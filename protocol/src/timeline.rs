//! The order in which a person sees messages.

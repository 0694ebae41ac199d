//! Documents as they arrive, and what is believed after each.

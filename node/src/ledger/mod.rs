//! The ledger: verifies, appends, makes durable.

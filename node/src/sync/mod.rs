//! The exchange between the mesh and the ledger.

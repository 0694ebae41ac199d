//! A seeded network of exchange machines in virtual time.

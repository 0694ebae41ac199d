//! A seeded, virtual-time network of exchange machines.

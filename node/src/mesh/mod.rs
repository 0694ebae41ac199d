//! The mesh; the only module that names libp2p.

//! What a person says, inside the seal.

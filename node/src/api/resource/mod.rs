//! The resources, one file each: what is asked, who may ask, what is answered.

pub(crate) mod admin;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod bundle;
pub(crate) mod chat;
pub(crate) mod ends;
pub(crate) mod enrol;
pub(crate) mod event;
pub(crate) mod graph;
pub(crate) mod health;
pub(crate) mod login;
pub(crate) mod keeper;
pub(crate) mod look;
pub(crate) mod node;
pub(crate) mod org;
pub(crate) mod policy;
pub(crate) mod role;
pub(crate) mod session;
pub(crate) mod staff;
pub(crate) mod tls;
pub(crate) mod trust;
pub(crate) mod transfer;

//! Lines as branch offices have them, checked by themselves and with nodes at their ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod check;
mod ends;
mod flash;
mod catch_up;
mod parted;
mod one_way;
mod slow;
mod latency;
mod copies;
mod ration;
mod carried;

//! The staffing list, as personnel departments export it.
//!
//! One row a position: `;` between fields, Russian headings in any order, UTF-8 with or without a
//! byte order mark or Windows-1251. It gives the offices (by code), the departments (one name is one
//! unit, wherever its people sit) and the positions.
//!
//! ```text
//!   bytes -> encoding -> rows -> fold -> Staffing
//! ```

pub mod encoding;
pub mod error;
pub mod fold;
pub mod rows;

pub use error::StaffError;
pub use fold::{Department, Place, Position, Staffing};

/// Reads a staffing list.
///
/// # Errors
/// What is wrong with it, with the number of the line.
pub fn read(bytes: &[u8]) -> Result<Staffing, StaffError> {
    let text = encoding::decode(bytes)?;
    fold::fold(&rows::read(&text)?)
}

/// The list that ships with the program: 23 offices of a real district, with made-up positions.
#[must_use]
pub fn sample() -> Staffing {
    read(include_bytes!("../../data/district.csv")).expect("the list is part of the program and a test reads it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_ships_is_read() {
        let staffing = sample();
        assert_eq!(staffing.places.len(), 23);
        assert_eq!(staffing.departments.len(), 10);
        assert_eq!(staffing.positions.len(), 173);
    }
}

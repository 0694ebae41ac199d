//! A measured value beside what was due.

use serde::{Deserialize, Serialize};

/// What was promised.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Which kind of measurement it comes from.
    pub kind: String,
    /// What was measured, in English.
    pub what: String,
    /// The unit.
    pub unit: String,
    /// What came out.
    pub measured: f64,
    /// What was due; none for what is only printed.
    pub due: Option<Due>,
}

impl Figure {
    /// A figure with a promise.
    #[must_use]
    pub fn new(kind: &str, what: &str, unit: &str, measured: f64, due: Due) -> Self {
        Self { due: Some(due), ..Self::bare(kind, what, unit, measured) }
    }

    /// A figure that is only printed.
    #[must_use]
    pub fn bare(kind: &str, what: &str, unit: &str, measured: f64) -> Self {
        Self { kind: kind.to_owned(), what: what.to_owned(), unit: unit.to_owned(), measured, due: None }
    }

    /// How many times as good as promised: 1 and more keeps the promise.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        match self.due? {
            Due::AtLeast(due) => Some(self.measured / due),
            Due::AtMost(due) => Some(due / self.measured),
        }
    }

    /// What was due, with its sign.
    #[must_use]
    pub fn due_text(&self) -> String {
        match self.due {
            Some(Due::AtLeast(due)) => format!("≥ {}", short(due)),
            Some(Due::AtMost(due)) => format!("≤ {}", short(due)),
            None => "-".to_owned(),
        }
    }
}

/// Three digits that count.
#[must_use]
pub fn short(value: f64) -> String {
    let digits = match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$}")
}

/// The value that `share` of all values do not exceed; 0 of none.
#[must_use]
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let len = u32::try_from(values.len()).unwrap_or(u32::MAX);
    let rank = (f64::from(len) * share).ceil().max(1.0);
    // The rank lies between 1 and the length: found by counting, without a cast.
    let index = (1..=len).position(|n| f64::from(n) >= rank).unwrap_or(0);
    values.get(index).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_above_one_keeps_the_promise_whichever_way_it_points() {
        assert_eq!(Figure::new("k", "w", "1/s", 6_000.0, Due::AtLeast(5_000.0)).ratio(), Some(1.2));
        assert_eq!(Figure::new("k", "w", "ms", 20.0, Due::AtMost(30.0)).ratio(), Some(1.5));
        assert_eq!(Figure::bare("k", "w", "ms", 20.0).ratio(), None);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!((percentile(&mut values, 0.5), percentile(&mut values, 0.99), percentile(&mut values, 1.0)), (50.0, 99.0, 100.0));
        assert_eq!((percentile(&mut [7.0], 0.99), percentile(&mut [], 0.5)), (7.0, 0.0));
    }
}

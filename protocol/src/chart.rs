//! The signed organisation chart: units, offices, policy.

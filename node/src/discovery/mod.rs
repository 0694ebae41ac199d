//! Finding the other offices: mDNS, bootstrap list, last-good addresses.

//! Which numbers of datagrams have come, so that none is taken twice.

/// The newest number and the 63 before it.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// One more than the newest; 0 while none has come.
    next: u64,
    /// The newest is the lowest bit.
    came: u64,
}

impl Window {
    /// Whether it has not come yet, as far as is remembered.
    pub(super) fn is_new(&self, number: u32) -> bool {
        let number = u64::from(number);
        match self.next.checked_sub(number + 1) {
            None => true,
            Some(behind) => behind < 64 && self.came >> behind & 1 == 0,
        }
    }

    /// It has come.
    pub(super) fn came(&mut self, number: u32) {
        let next = u64::from(number) + 1;
        if next > self.next {
            self.came = self.came.checked_shl(u32::try_from(next - self.next).unwrap_or(u32::MAX)).unwrap_or(0);
            self.next = next;
        }
        self.came |= 1_u64.checked_shl(u32::try_from(self.next - next).unwrap_or(u32::MAX)).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_taken_once_and_one_that_is_long_past_not_at_all() {
        let mut window = Window::default();
        for number in [0, 2, 1, 100, 37, u32::MAX] {
            assert!(window.is_new(number), "{number}");
            window.came(number);
            assert!(!window.is_new(number), "{number}");
        }
        assert!(!window.is_new(100) && !window.is_new(3));
    }

    proptest! {
        #[test]
        fn no_order_of_arrival_lets_one_in_twice(numbers in proptest::collection::vec(0_u32..200, 0..400)) {
            let (mut window, mut taken) = (Window::default(), BTreeSet::new());
            for number in numbers {
                let newest = taken.last().copied();
                if window.is_new(number) {
                    prop_assert!(taken.insert(number));
                    window.came(number);
                } else {
                    prop_assert!(taken.contains(&number) || newest.is_some_and(|newest| number + 64 <= newest));
                }
            }
        }
    }
}

//! How a link is to be used, as one side says it to the other; what either side wants holds for both.

use okrug_protocol::ids::Precedence;

use crate::mesh::config::Declared;
use crate::mesh::ration::Pause;

/// What one side wants of a link, or both together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Live entries go with the exchange, by precedence: gossip is not used on this link.
    pub direct: bool,
    /// What is beneath this precedence waits for another time.
    pub least: Precedence,
}

impl Terms {
    /// What holds where nobody says anything.
    pub const USUAL: Self = Self { direct: false, least: Precedence::Routine };

    /// What holds on a link that was declared thin.
    pub(in crate::mesh) fn declared(declared: Declared) -> Self {
        Self { direct: true, least: if declared.pause.is_some() { Pause::LEAST } else { Precedence::Routine } }
    }

    /// What holds when both say something.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let rank = |terms: &Self| terms.byte() >> 1;
        let least = if rank(&other) > rank(&self) { other.least } else { self.least };
        Self { direct: self.direct || other.direct, least }
    }

    pub(super) fn byte(self) -> u8 {
        let least = match self.least {
            Precedence::Routine => 0,
            Precedence::Urgent => 1,
            Precedence::Flash => 2,
        };
        u8::from(self.direct) | least << 1
    }

    pub(super) fn read(byte: u8) -> Option<Self> {
        let least = match byte >> 1 {
            0 => Precedence::Routine,
            1 => Precedence::Urgent,
            2 => Precedence::Flash,
            _ => return None,
        };
        Some(Self { direct: byte & 1 != 0, least })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_read_back_and_the_stricter_side_holds() {
        let known: Vec<Terms> = (0..=u8::MAX).filter_map(Terms::read).collect();
        assert_eq!(known.len(), 6);
        for terms in &known {
            assert_eq!(Terms::read(terms.byte()), Some(*terms));
            for other in &known {
                let both = terms.and(*other);
                assert_eq!(both, other.and(*terms));
                assert!(both.byte() >> 1 >= terms.byte() >> 1 && both.direct >= terms.direct);
            }
        }
        assert_eq!(Terms::USUAL.byte(), 0);
    }
}

//! How long messages are kept, and what is held beyond that.
//!
//! A chart says before which time the bodies of messages may be gone, topic by topic ([`Chart::gone_before`]). That is a function of
//! the chart alone, and never falls from one edition to the next, whatever the rule becomes: so whoever holds an edition
//! takes what others erased by an earlier one, and nobody waits for a body that nobody has.

use super::Chart;
use crate::clock::Millis;
use crate::codec::{Decode, Encode};
use crate::document::{DocumentError, Row, check_count, check_name};
use crate::ids::Topic;

/// Topics that are held at most.
pub const MAX_HOLDS: usize = 512;
const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// Messages of one topic are not erased while this stands.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Hold {
    /// Which: a unit, a group, the district, or an office's inbox with the direct messages to its people.
    pub topic: Topic,
    /// When it was placed, by the authority's clock.
    pub since: Millis,
    /// What was written before this may have been gone by then.
    pub gone: Millis,
    /// Why, in the authority's words.
    pub reason: String,
}

/// What is held, and what earlier editions let go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Retention {
    /// What was written before this may be gone by the rules of earlier editions.
    pub gone: Millis,
    /// Sorted by topic, one for each.
    pub holds: Vec<Hold>,
}

impl Retention {
    /// The hold on a topic.
    #[must_use]
    pub fn hold(&self, topic: Topic) -> Option<&Hold> {
        self.holds.iter().find(|hold| hold.topic == topic)
    }
}

impl Chart {
    /// Before which time the bodies of a topic's messages may be gone; 0 when none may be.
    #[must_use]
    pub fn gone_before(&self, topic: Topic) -> Millis {
        self.retention.hold(topic).map_or_else(|| self.gone_in_general(), |hold| hold.gone)
    }

    /// The same of topics that are not held.
    #[must_use]
    pub fn gone_in_general(&self) -> Millis {
        let kept_ms = DAY_MS.saturating_mul(self.policy.retention_days.into());
        let by_rule = if kept_ms == 0 { 0 } else { self.head.issued.0.saturating_sub(kept_ms) };
        self.retention.gone.max(Millis(by_rule))
    }

    /// Takes over from the edition before what may be gone by it.
    pub(super) fn keep_account(&mut self, before: &Self) {
        self.retention.gone = self.retention.gone.max(before.gone_in_general());
        for hold in &mut self.retention.holds {
            hold.gone = hold.gone.max(before.gone_before(hold.topic));
        }
    }

    /// Whether nothing that may be gone by an earlier edition is to be kept by this one.
    pub(super) fn lets_go_what(&self, earlier: &Self) -> bool {
        let held = |hold: &Hold| hold.gone >= earlier.gone_before(hold.topic);
        self.gone_in_general() >= earlier.gone_in_general() && self.retention.holds.iter().all(held)
    }

    pub(super) fn check_retention(&self) -> Result<(), DocumentError> {
        let holds = &self.retention.holds;
        check_count("holds", holds.len(), MAX_HOLDS)?;
        if !holds.is_sorted_by(|a, b| a.topic < b.topic) {
            return Err(DocumentError::OutOfOrder(Row::Holds));
        }
        if holds.iter().any(|hold| hold.gone > self.gone_in_general()) {
            return Err(DocumentError::Number(Row::Holds));
        }
        holds.iter().try_for_each(|hold| check_name(Row::Holds, &hold.reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::ids::{Hash32, OfficeId, UnitId};
    use crate::sample;

    const UNIT: Topic = Topic::Unit(UnitId(2));
    const OTHER: Topic = Topic::Inbox(OfficeId(1));

    fn first(days: u16) -> Chart {
        let mut chart = sample::district(2).trust.chart().doc().clone();
        chart.policy.retention_days = days;
        chart
    }

    fn next(before: &Chart, later_days: u64, change: impl FnOnce(&mut Chart)) -> Chart {
        let mut chart = before.clone();
        chart.head.version = before.head.version.next().unwrap();
        chart.head.previous = Hash32([1; 32]);
        chart.head.issued = before.head.issued.plus(later_days * DAY_MS);
        chart.head.refresh_by = chart.head.issued;
        change(&mut chart);
        chart.remembering(before)
    }

    fn hold(topic: Topic) -> Hold {
        Hold { topic, since: Millis(1), gone: Millis(0), reason: "Запрос".to_owned() }
    }

    fn days_before(chart: &Chart, days: u64) -> Millis {
        Millis(chart.head.issued.0 - days * DAY_MS)
    }

    #[test]
    fn nothing_is_gone_where_messages_are_kept_for_ever() {
        let chart = first(0);
        assert_eq!((chart.gone_before(UNIT), chart.gone_before(Topic::District)), (Millis(0), Millis(0)));
    }

    #[test]
    fn what_may_be_gone_never_comes_back_whatever_the_rule_becomes() {
        let a = first(30);
        assert_eq!(a.gone_before(UNIT), days_before(&a, 30));
        let longer = next(&a, 1, |chart| chart.policy.retention_days = 365);
        let for_ever = next(&longer, 1, |chart| chart.policy.retention_days = 0);
        let set_back = next(&a, 0, |chart| chart.head.issued = Millis(DAY_MS));
        for later in [&longer, &for_ever, &set_back] {
            assert_eq!((later.check(), later.gone_before(UNIT)), (Ok(()), days_before(&a, 30)));
            assert!(later.remembers(&a));
        }
        let shorter = next(&for_ever, 1, |chart| chart.policy.retention_days = 7);
        assert_eq!(shorter.gone_before(UNIT), days_before(&shorter, 7));
    }

    #[test]
    fn a_hold_stops_what_goes_at_the_moment_at_which_it_is_placed() {
        let a = first(30);
        let held = next(&a, 10, |chart| chart.retention.holds = vec![hold(UNIT)]);
        let later = next(&held, 100, |_| {});
        assert_eq!((later.check(), later.gone_before(UNIT)), (Ok(()), days_before(&a, 30)));
        assert_eq!(later.gone_before(OTHER), days_before(&later, 30));
        assert!(later.remembers(&held) && held.remembers(&a));
        let lifted = next(&later, 1, |chart| chart.retention.holds.clear());
        assert_eq!(lifted.gone_before(UNIT), days_before(&lifted, 30));
    }

    #[test]
    fn an_edition_that_calls_back_what_may_be_gone_tells_another_past() {
        let a = first(30);
        let honest = next(&a, 10, |chart| chart.retention.holds = vec![hold(UNIT)]);
        let mut back = honest.clone();
        back.retention.holds[0].gone = Millis(0);
        assert!(honest.remembers(&a) && !back.remembers(&a));
        let mut back = honest.clone();
        (back.policy.retention_days, back.retention.gone) = (0, Millis(0));
        assert!(!back.remembers(&a));
    }

    #[test]
    fn holds_out_of_order_without_a_reason_or_of_what_is_not_gone_are_refused() {
        let chart = |holds: Vec<Hold>| next(&first(30), 1, |chart| chart.retention.holds = holds);
        assert_eq!(chart(vec![hold(UNIT), hold(OTHER)]).check(), Ok(()));
        assert_eq!(chart(vec![hold(OTHER), hold(UNIT)]).check(), Err(DocumentError::OutOfOrder(Row::Holds)));
        assert_eq!(chart(vec![hold(UNIT), hold(UNIT)]).check(), Err(DocumentError::OutOfOrder(Row::Holds)));
        assert_eq!(chart(vec![Hold { reason: String::new(), ..hold(UNIT) }]).check(), Err(DocumentError::Name(Row::Holds)));
        assert_eq!(chart(vec![Hold { gone: Millis(u64::MAX), ..hold(UNIT) }]).check(), Err(DocumentError::Number(Row::Holds)));
    }
}

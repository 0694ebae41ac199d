//! Newer documents are held back.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::UnitId;
use okrug_protocol::sample::{FRESH_MS, ISSUED};
use okrug_protocol::trust::{DistrictFile, Freshness, Trust};

use crate::cases;
use crate::rig::{Kind, Rig, SUB, stranger};

cases! {
    a_frozen_chart_shows: "an attacker keeps a node at an old chart: it becomes stale, then overdue" => {
        let rig = Rig::new();
        let at = |ms| rig.node.freshness(ISSUED.plus(ms));
        assert_eq!([at(0), at(FRESH_MS), at(FRESH_MS + 1), at(2 * FRESH_MS + 1)], [Freshness::Fresh, Freshness::Fresh, Freshness::Stale, Freshness::Overdue]);
    }
    an_overdue_chart_stops_nothing: "an attacker waits until what a node holds has passed: nothing is deleted, everybody is known" => {
        let mut rig = Rig::new();
        assert_eq!(rig.node.freshness(Millis(u64::MAX)), Freshness::Overdue);
        assert!(rig.lists(1) && rig.lists(2) && rig.lists(3));
        let second = rig.chart(|chart| chart.units[0].name.push('а'));
        rig.takes(Kind::Chart, &second);
    }
    a_clock_set_back_does_not_refresh: "a clock of 1970 would make an old chart fresh for ever" => {
        let mut rig = Rig::new();
        let late = rig.chart(|chart| { chart.head.issued = ISSUED.plus(9); chart.head.refresh_by = ISSUED.plus(10); });
        rig.takes(Kind::Chart, &late);
        let charter = rig.charter(|charter| { charter.head.issued = ISSUED.plus(FRESH_MS); charter.head.refresh_by = ISSUED.plus(FRESH_MS); }, &rig.two());
        rig.takes(Kind::Charter, &charter);
        assert_eq!(rig.node.freshness(Millis(7)), Freshness::Overdue, "the charter was signed after the chart was due");
    }
    a_clock_of_the_far_future_locks_nobody_out: "a clock of 2106: overdue, and everything goes on" => {
        let rig = Rig::new();
        assert_eq!(rig.node.freshness(Millis(4_294_967_295_000)), Freshness::Overdue);
        assert!(rig.lists(1));
    }
    a_document_past_its_term_is_taken: "a newer chart comes only after its term: late is better than never" => {
        let mut rig = Rig::new();
        let late = rig.chart(|chart| chart.head.refresh_by = chart.head.issued);
        rig.takes(Kind::Chart, &late);
        assert_eq!(rig.node.freshness(ISSUED.plus(1)), Freshness::Overdue);
    }
    a_frozen_subtree_shows: "the directory of a subtree is held back: it becomes stale by itself" => {
        let rig = Rig::delegated();
        let at = |ms| rig.node.freshness_of(UnitId(2), ISSUED.plus(ms));
        assert_eq!([at(0), at(FRESH_MS + 1), at(2 * FRESH_MS + 1)], [Some(Freshness::Fresh), Some(Freshness::Stale), Some(Freshness::Overdue)]);
        assert!(rig.lists(201));
    }
    a_subtree_that_nobody_lists_is_of_no_age: "a delegation without a directory is neither fresh nor stale" => {
        let mut rig = Rig::new();
        let chart = rig.chart(|chart| chart.delegations.push(okrug_protocol::sample::delegation(2)));
        rig.takes(Kind::Chart, &chart);
        assert_eq!(rig.node.freshness_of(UnitId(2), ISSUED), None);
        assert_eq!(rig.node.freshness_of(UnitId(9), ISSUED), None);
    }
    a_replaced_key_makes_the_old_chart_overdue: "a chart whose keys count no more is shown as overdue at once, and stays in use" => {
        let mut rig = Rig::new();
        rig.replace_directory_key(&stranger(1));
        assert_eq!(rig.node.freshness(ISSUED), Freshness::Overdue);
        assert!(rig.lists(3));
    }
    an_old_file_in_a_new_place_is_seen_by_its_date: "a node is founded by a file of long ago: the first look shows it" => {
        let rig = Rig::new();
        let trust = Trust::from_file(None, &DistrictFile::decode(&rig.node.to_file().encode()).unwrap()).unwrap();
        assert_eq!(trust.freshness(ISSUED.plus(10 * FRESH_MS)), Freshness::Overdue);
    }
    a_promise_before_the_issue_is_refused: "a document that was due before it was signed" => {
        let mut rig = Rig::delegated();
        let bytes = rig.subchart(|chart| chart.head.refresh_by = Millis(chart.head.issued.0 - 1));
        rig.refuses(SUB, &bytes);
        let bytes = rig.chart(|chart| chart.head.refresh_by = Millis(chart.head.issued.0 - 1));
        rig.refuses(Kind::Chart, &bytes);
    }
}

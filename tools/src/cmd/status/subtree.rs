//! A delegated directory in one line.

use okrug_node::office::view::{Freshness, Paper};

use crate::time;
use crate::words::Lang;

/// Its unit, its version, its epoch, its age, and whether a newer one is due.
pub(super) fn text(paper: &Paper, lang: Lang) -> String {
    let Paper { unit, version, epoch, age_s, freshness, .. } = paper;
    let age = time::ago(age_s.saturating_mul(1_000), lang);
    let due = match freshness {
        Freshness::Fresh => "",
        Freshness::Stale => lang.pick(" (пора обновить)", " (due)"),
        Freshness::Overdue => lang.pick(" (давно пора обновить)", " (long due)"),
    };
    lang.pick(
        format!("{unit}: справочник v{version}, эпоха {epoch}, подписан: {age}{due}"),
        format!("{unit}: directory v{version}, epoch {epoch}, signed: {age}{due}"),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_line_names_unit_version_epoch_and_age() {
        let (issued, refresh_by) = ("2025-12-22T00:00:00.000Z", "2026-01-21T00:00:00.000Z");
        let paper = json!({
            "kind": "delegated", "unit": "Больница", "version": 65_538, "epoch": 1, "issued": issued, "refresh_by": refresh_by,
            "age_s": 41 * 24 * 3_600, "freshness": "stale",
        });
        let paper: Paper = serde_json::from_value(paper).unwrap();
        assert_eq!(text(&paper, Lang::Ru), "Больница: справочник v65538, эпоха 1, подписан: 41 дн. назад (пора обновить)");
        assert!(text(&paper, Lang::En).starts_with("Больница: directory v65538, epoch 1, signed: 41 d"));
    }
}

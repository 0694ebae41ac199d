//! The district's rules and holds, set in the authority's folder.

use okrug_protocol::chart::ResealRule;
use okrug_protocol::ids::{Topic, UnitId};
use okrug_protocol::trust::{DistrictFile, Trust};

use crate::desk::Desk;
use crate::district::code;

fn sign(desk: &Desk) -> Trust {
    desk.ok(&["authority", "sign", "--passphrase-file", "pass"]);
    Trust::from_file(None, &DistrictFile::decode(&desk.read("district.okrug")).unwrap()).unwrap()
}

#[test]
fn rules_are_set_shown_and_signed_and_only_what_was_named_changes() {
    let desk = Desk::founded();
    let before = *sign(&desk).directory().policy();
    let told = desk.ok(&["policy", "set", "--keep-days", "365", "--reseal", "members", "--lang", "en"]);
    assert!(told.contains("older than 365 days") && told.contains("what is erased is gone"), "{told}");
    assert_eq!(desk.json(&["policy", "set", "--keep-days", "365"])["changed"], false);
    let shown = desk.json(&["policy", "show"]);
    assert_eq!(
        (&shown["signed"]["keep_days"], &shown["next"]["keep_days"], &shown["next"]["reseal"]),
        (&0.into(), &365.into(), &true.into())
    );
    assert!(desk.ok(&["policy", "show", "--lang", "ru"]).contains("365 дн."));
    let after = *sign(&desk).directory().policy();
    assert_eq!(okrug_protocol::chart::Policy { retention_days: 365, reseal: ResealRule::Members, ..before }, after);
    let log = desk.ok(&["authority", "log", "--changes"]);
    assert!(log.contains("~ the rule retention_days: 0 -> 365") && log.contains("~ the rule reseal: never -> members"), "{log}");
    assert_eq!(code(desk.fails(&["policy", "set", "--grace-days", "3", "--json"])), (5, "grace_too_short".to_owned()));
    desk.fails(&["policy", "set", "--keep-days", "minus"]);
    assert_eq!(*sign(&desk).directory().policy(), after);
}

#[test]
fn a_hold_names_what_is_kept_and_why_and_is_lifted_again() {
    let desk = Desk::founded();
    desk.ok(&["policy", "set", "--keep-days", "30"]);
    let root = sign(&desk).chart().doc().units[0].clone();
    desk.ok(&["policy", "hold", "add", "--unit", &root.name, "--reason", "Проверка 14/2026"]);
    desk.ok(&["policy", "hold", "add", "--district", "--reason", "Проверка 14/2026"]);
    assert_eq!(desk.json(&["policy", "hold", "list"])["holds"][0]["signed"], false);
    let trust = sign(&desk);
    let (unit, chart) = (Topic::Unit(root.id), trust.chart().doc());
    assert_eq!(root.id, UnitId(1));
    assert_eq!(chart.retention.hold(unit).map(|hold| hold.reason.as_str()), Some("Проверка 14/2026"));
    assert_eq!((chart.retention.holds.len(), chart.gone_before(unit)), (2, chart.retention.hold(unit).unwrap().gone));
    let since = chart.retention.hold(unit).unwrap().since;
    assert!(desk.ok(&["policy", "hold", "list", "--lang", "ru"]).contains("Проверка 14/2026"));
    // The next signature keeps since when it stands.
    let again = sign(&desk);
    assert_eq!(again.chart().doc().retention.hold(unit).unwrap().since, since);
    desk.ok(&["policy", "hold", "remove", "--unit", &root.name]);
    let lifted = sign(&desk);
    assert!(lifted.chart().doc().retention.hold(unit).is_none() && lifted.chart().doc().retention.hold(Topic::District).is_some());
    assert_eq!(code(desk.fails(&["policy", "hold", "remove", "--unit", &root.name, "--json"])), (4, "no_hold".to_owned()));
    assert_eq!(code(desk.fails(&["policy", "hold", "add", "--unit", "нет такого", "--reason", "x", "--json"])).0, 4);
    desk.fails(&["policy", "hold", "add", "--reason", "x"]);
}

#[test]
fn rules_come_from_a_file_that_is_checked_before_it_is_taken() {
    let desk = Desk::founded();
    sign(&desk);
    desk.write("rules.toml", "keep_days = 365\nreseal = true\n");
    assert_eq!(desk.json(&["policy", "check", "rules.toml"])["changes"][0], "~ the rule retention_days: 0 -> 365");
    desk.ok(&["policy", "import", "rules.toml", "--dry-run"]);
    assert_eq!(desk.json(&["policy", "check"])["changes"].as_array().unwrap().len(), 0, "it was looked at alone");
    assert!(desk.ok(&["policy", "import", "rules.toml"]).contains("Next: okrug authority sign"));
    assert_eq!(desk.json(&["policy", "check"])["changes"].as_array().unwrap().len(), 2);
    let policy = *sign(&desk).directory().policy();
    assert_eq!((policy.retention_days, policy.reseal), (365, ResealRule::Members));
    for text in ["keep_days = 40000\n", "entries_per_day = 0\n", "keep = 5\n", "keep_days = -1\n", "bytes_per_day = 1\n"] {
        desk.write("rules.toml", text);
        assert_eq!(code(desk.fails(&["policy", "import", "rules.toml", "--json"])), (5, "bad_policy".to_owned()), "{text}");
    }
    assert_eq!(desk.json(&["policy", "check"])["changes"].as_array().unwrap().len(), 0, "nothing was changed");
}

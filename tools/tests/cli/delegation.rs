//! A subtree is given to others: their folder, their numbers, their signatures, and what happens when it is taken back.

use okrug_protocol::directory::At;
use okrug_protocol::ids::{OfficeId, UnitId};
use okrug_protocol::trust::{DistrictFile, Trust};

use crate::desk::Desk;

const PASS: [&str; 2] = ["--passphrase-file", "pass"];

fn trust(desk: &Desk) -> Trust {
    Trust::from_file(None, &DistrictFile::decode(&desk.read("district.okrug")).unwrap()).unwrap()
}

fn signs(desk: &Desk) {
    desk.ok(&[&["authority", "sign"][..], &PASS].concat());
}

/// A district with the units of the sample list, and the folder of a sub-authority that was given one of them.
fn delegated() -> (Desk, Desk) {
    let (desk, sub) = (Desk::founded(), Desk::new());
    desk.write("list.csv", include_str!("../../data/district.csv"));
    desk.ok(&["org", "import", "list.csv"]);
    signs(&desk);
    sub.write("main.okrug", desk.read("district.okrug"));
    let args = ["authority", "init", "--under", "main.okrug", "--unit", "Дежурная служба", "--keys", "2", "--threshold", "2"];
    sub.ok(&[&args[..], &PASS].concat());
    desk.write("authority.pub", sub.read("authority.pub"));
    desk.ok(&["authority", "delegate", "Дежурная служба", "authority.pub"]);
    signs(&desk);
    sub.write("main.okrug", desk.read("district.okrug"));
    sub.ok(&["authority", "import", "main.okrug"]);
    (desk, sub)
}

fn unit_of(desk: &Desk) -> UnitId {
    trust(desk).chart().doc().delegations[0].unit
}

#[test]
fn a_subtree_is_listed_by_its_own_authority_with_its_own_numbers() {
    let (desk, sub) = delegated();
    sub.request("uvat.req", "uvat", "Уватское отделение", 9);
    sub.ok(&["office", "enrol", "uvat.req", "--address", "/ip4/192.0.2.9/tcp/7600"]);
    signs(&sub);
    let row = trust(&desk).chart().doc().delegations[0].clone();
    let merged = trust(&sub);
    let office = merged.directory().office_by_slug("uvat").unwrap().clone();
    assert!(row.offices.contains(office.id.0) && merged.directory().listed_by(office.id) == Some(row.unit), "{office:?}");
    assert_eq!(merged.directory().addresses(), [(office.id, vec!["/ip4/192.0.2.9/tcp/7600".to_owned()])]);
    assert_eq!(merged.directory().strays(), []);
    // The file of the sub-authority is a district file like any other, and the district's authority takes it too.
    desk.write("sub.okrug", sub.read("district.okrug"));
    assert_eq!(desk.json(&["authority", "import", "sub.okrug"])["newer"], true);
    assert!(trust(&desk).directory().office_by_slug("uvat").is_some());
    let added = desk.json(&["authority", "show"]);
    assert!(added["documents"].as_array().unwrap().iter().any(|row| row["kind"] == format!("delegated-{}", unit_of(&desk)).as_str()));
}

#[test]
fn before_it_is_delegated_nothing_is_listed() {
    let (desk, sub) = (Desk::founded(), Desk::new());
    desk.write("list.csv", include_str!("../../data/district.csv"));
    desk.ok(&["org", "import", "list.csv"]);
    signs(&desk);
    sub.write("main.okrug", desk.read("district.okrug"));
    sub.ok(&[&["authority", "init", "--under", "main.okrug", "--unit", "Дежурная служба"][..], &PASS].concat());
    assert_eq!(sub.fails(&[&["authority", "sign"][..], &PASS].concat()).0, 5);
    assert_eq!(desk.fails(&["authority", "delegate", "Дежурная служба"]).0, 2);
    desk.write("authority.pub", sub.read("authority.pub"));
    assert_eq!(desk.fails(&["authority", "delegate", "Канцелярия", "authority.pub"]).0, 5, "keys of another subtree");
    assert_eq!(desk.fails(&["authority", "delegate", "Нет такого", "authority.pub"]).0, 4);
    assert_eq!(
        sub.fails(&[&["authority", "rotate", "--threshold", "1"][..], &PASS].concat()).0,
        5,
        "keys of a subtree are the district's affair"
    );
}

#[test]
fn numbers_of_the_district_step_over_those_that_are_delegated() {
    let (desk, _) = delegated();
    let row = trust(&desk).chart().doc().delegations[0].clone();
    let org = desk.text("org.toml").replace("next_office = ", "# ");
    desk.write("org.toml", format!("next_office = {}\n{org}", row.offices.first));
    desk.request("new.req", "novoe", "Новое отделение", 7);
    desk.ok(&["office", "enrol", "new.req"]);
    signs(&desk);
    let office = trust(&desk).directory().office_by_slug("novoe").unwrap().id;
    assert_eq!(office, OfficeId(row.offices.last + 1));
}

#[test]
fn a_stolen_key_of_a_subtree_is_replaced_and_what_it_signed_before_stays() {
    let (desk, sub) = delegated();
    sub.request("uvat.req", "uvat", "Уватское отделение", 9);
    sub.ok(&["office", "enrol", "uvat.req"]);
    signs(&sub);
    desk.write("sub.okrug", sub.read("district.okrug"));
    desk.ok(&["authority", "import", "sub.okrug"]);
    // A new folder of the same subtree has new keys.
    let heir = Desk::new();
    heir.write("main.okrug", desk.read("district.okrug"));
    heir.ok(&[&["authority", "init", "--under", "main.okrug", "--unit", "Дежурная служба"][..], &PASS].concat());
    desk.write("heir.pub", heir.read("authority.pub"));
    desk.ok(&["authority", "delegate", "Дежурная служба", "heir.pub"]);
    signs(&desk);
    let after = trust(&desk);
    let row = &after.chart().doc().delegations[0];
    assert_eq!((row.epoch, row.kept.map(|kept| kept.0.0)), (1, Some(1)));
    assert!(after.directory().office_by_slug("uvat").is_some(), "the last edition under the former keys is kept by its hash");
    // Whoever has the former keys signs on, and nobody takes it.
    sub.request("lozh.req", "lozh", "Ложное отделение", 11);
    sub.ok(&["office", "enrol", "lozh.req"]);
    signs(&sub);
    desk.write("false.okrug", sub.read("district.okrug"));
    assert_ne!(desk.run(&["authority", "import", "false.okrug"]).code, 0);
    assert!(trust(&desk).directory().office_by_slug("lozh").is_none());
}

#[test]
fn a_subtree_that_is_taken_back_lists_nobody_and_its_past_stays() {
    let (desk, sub) = delegated();
    sub.request("uvat.req", "uvat", "Уватское отделение", 9);
    sub.ok(&["office", "enrol", "uvat.req"]);
    signs(&sub);
    desk.write("sub.okrug", sub.read("district.okrug"));
    desk.ok(&["authority", "import", "sub.okrug"]);
    let office = trust(&desk).directory().office_by_slug("uvat").unwrap().id;
    let before = trust(&desk).directory().at(office);
    desk.ok(&["authority", "delegate", "Дежурная служба", "--withdraw"]);
    signs(&desk);
    let after = trust(&desk);
    assert!(after.directory().office(office).is_none(), "nobody lets it in any more");
    assert!(after.directory().verifier_at(office, before).is_some(), "what it wrote before verifies");
    let now = At { chart: after.chart().version(), ..before };
    assert!(after.directory().verifier_at(office, now).is_none(), "and what it writes now does not");
    // What was written under it is judged by it for ever: it is not given again under the same unit.
    let (_, refused) = desk.fails(&["authority", "delegate", "Дежурная служба", "x.pub", "--lang", "en"]);
    assert!(refused.contains("was withdrawn"), "{refused}");
    sub.write("main.okrug", desk.read("district.okrug"));
    sub.ok(&["authority", "import", "main.okrug"]);
    assert_eq!(sub.fails(&[&["authority", "sign", "--renew"][..], &PASS].concat()).0, 5);
}

//! A staffing list becomes the organisation: what is known keeps its number, what is new gets one.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::plan::Plan;
use crate::staff::Staffing;

/// What an import changed, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Offices that got a number.
    pub offices_new: Vec<String>,
    /// Offices that are not in the list and were not enrolled.
    pub offices_retired: Vec<String>,
    /// Enrolled offices that are not in the list: they stay until somebody removes them.
    pub offices_kept: Vec<String>,
    /// Units that got a number.
    pub units_new: Vec<String>,
    /// Units that stand elsewhere now.
    pub units_moved: Vec<String>,
    /// Units that are not in the list.
    pub units_retired: Vec<String>,
}

/// Brings a plan in line with a staffing list.
pub fn import(plan: &mut Plan, staffing: &Staffing) -> Changes {
    let mut changes = Changes::default();
    let numbers = units(plan, staffing, &mut changes);
    offices(plan, staffing, &numbers, &mut changes);
    retire_units(plan, staffing, &mut changes);
    changes
}

/// Gives every department its number and its place in the tree.
fn units<'a>(plan: &mut Plan, staffing: &'a Staffing, changes: &mut Changes) -> HashMap<&'a str, u32> {
    let root = plan.root().number;
    let mut numbers = HashMap::new();
    for department in &staffing.departments {
        let known = plan.units.iter_mut().find(|unit| unit.number != root && unit.name == department.name);
        let number = match known {
            Some(unit) => {
                unit.retired = false;
                unit.number
            }
            None => {
                changes.units_new.push(department.name.clone());
                plan.add_unit(&department.name, root)
            }
        };
        numbers.insert(&*department.name, number);
    }
    for department in &staffing.departments {
        let parent = department.parent.as_deref().map_or(root, |parent| numbers[parent]);
        for unit in plan.units.iter_mut().filter(|unit| unit.number == numbers[&*department.name] && unit.parent != Some(parent)) {
            unit.parent = Some(parent);
            if !changes.units_new.contains(&unit.name) {
                changes.units_moved.push(unit.name.clone());
            }
        }
    }
    numbers
}

fn offices(plan: &mut Plan, staffing: &Staffing, numbers: &HashMap<&str, u32>, changes: &mut Changes) {
    for place in &staffing.places {
        let hosted = staffing.departments.iter().filter(|department| department.places.contains(&place.code));
        let units: Vec<u32> = hosted.map(|department| numbers[&*department.name]).collect();
        let known = plan.offices.iter().position(|office| office.slug == place.code);
        let office = match known {
            Some(index) => &mut plan.offices[index],
            None => {
                changes.offices_new.push(place.code.clone());
                plan.add_office(&place.code, &place.name)
            }
        };
        office.name.clone_from(&place.name);
        office.units = units;
        office.retired = false;
    }
    let listed: HashSet<&str> = staffing.places.iter().map(|place| &*place.code).collect();
    for office in plan.offices.iter_mut().filter(|office| !office.retired && !listed.contains(&*office.slug)) {
        if office.keys.is_some() {
            changes.offices_kept.push(office.slug.clone());
        } else {
            office.retired = true;
            changes.offices_retired.push(office.slug.clone());
        }
    }
}

/// Retires the units that neither the list nor an office that stays has, nor any unit that stays is under.
fn retire_units(plan: &mut Plan, staffing: &Staffing, changes: &mut Changes) {
    let listed: HashSet<&str> = staffing.departments.iter().map(|department| &*department.name).collect();
    let parents: HashMap<u32, Option<u32>> = plan.units.iter().map(|unit| (unit.number, unit.parent)).collect();
    let hosted = plan.offices_in_use().flat_map(|office| office.units.iter().copied());
    let mut staying: HashSet<u32> =
        plan.units.iter().filter(|unit| listed.contains(&*unit.name)).map(|unit| unit.number).chain(hosted).collect();
    staying.insert(plan.root().number);
    for number in staying.clone() {
        let mut at = parents.get(&number).copied().flatten();
        while let Some(parent) = at.filter(|parent| staying.insert(*parent)) {
            at = parents.get(&parent).copied().flatten();
        }
    }
    for unit in plan.units.iter_mut().filter(|unit| !unit.retired && !staying.contains(&unit.number)) {
        unit.retired = true;
        changes.units_retired.push(unit.name.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::plan::PlanKeys;
    use crate::staff;

    fn list(rows: &str) -> Staffing {
        let head = "Подразделение (территориальное);Код;Отдел;Вышестоящий отдел;Должность;Штатных единиц";
        staff::read(format!("{head}\n{rows}").as_bytes()).unwrap()
    }

    #[test]
    fn numbers_once_given_are_kept_whatever_the_order_of_the_list() {
        let mut plan = Plan::new("Округ");
        import(&mut plan, &list("Урай;uray;А;;x;1\nЮгорск;yugorsk;Б;А;x;1"));
        let changes = import(&mut plan, &list("Югорск;yugorsk;Б;;x;1\nПокачи;pokachi;В;Б;x;1\nУрай;uray;А;;x;1"));
        let numbers: Vec<_> = plan.offices.iter().map(|o| (o.number, &*o.slug)).collect();
        assert_eq!(numbers, [(1, "uray"), (2, "yugorsk"), (3, "pokachi")]);
        let units: Vec<_> = plan.units.iter().map(|u| (u.number, &*u.name, u.parent)).collect();
        assert_eq!(units, [(1, "Округ", None), (2, "А", Some(1)), (3, "Б", Some(1)), (4, "В", Some(3))]);
        assert_eq!((changes.offices_new, changes.units_moved), (vec!["pokachi".to_owned()], vec!["Б".to_owned()]));
        assert_eq!(plan.check(), Ok(()));
    }

    #[test]
    fn what_left_the_list_is_retired_and_gets_its_number_back() {
        let mut plan = Plan::new("Округ");
        let both = list("Урай;uray;А;;x;1\nЮгорск;yugorsk;Б;А;x;1");
        import(&mut plan, &both);
        let changes = import(&mut plan, &list("Урай;uray;А;;x;1"));
        assert_eq!((&changes.offices_retired[..], &changes.units_retired[..]), (&["yugorsk".to_owned()][..], &["Б".to_owned()][..]));
        assert_eq!(plan.check(), Ok(()));
        import(&mut plan, &list("Урай;uray;А;;x;1\nПокачи;pokachi;В;;x;1"));
        import(&mut plan, &both);
        assert_eq!(plan.office("yugorsk").unwrap().number, 2);
        assert_eq!(plan.unit("Б").unwrap().number, 3);
    }

    #[test]
    fn an_enrolled_office_and_its_units_stay_though_the_list_lacks_them() {
        let mut plan = Plan::new("Округ");
        import(&mut plan, &list("Урай;uray;А;;x;1\nЮгорск;yugorsk;Б;А;x;1"));
        plan.offices[1].keys = Some(PlanKeys { sign: "00".repeat(32), peer: "00".repeat(32), seal: "00".repeat(32) });
        let changes = import(&mut plan, &list("Покачи;pokachi;В;;x;1"));
        assert_eq!((changes.offices_kept, changes.offices_retired), (vec!["yugorsk".to_owned()], vec!["uray".to_owned()]));
        assert!(plan.unit("Б").is_some() && plan.unit("А").is_some(), "Б is hosted, А is above it");
        assert_eq!(plan.check(), Ok(()));
    }
}

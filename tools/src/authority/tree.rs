//! The units as a tree of lines.

use super::plan::{Plan, PlanUnit};
use crate::words::{Lang, counted};

/// Draws the units in use, each under its parent, with the number of offices that host it.
#[must_use]
pub fn draw(plan: &Plan, lang: Lang) -> String {
    let root = plan.root();
    let mut lines = vec![format!("{} (u{})", root.name, root.number)];
    branch(plan, root, "", lang, &mut lines);
    lines.join("\n")
}

/// Numbers of the offices in use that host a unit.
#[must_use]
pub fn hosts(plan: &Plan, unit: u32) -> Vec<u32> {
    plan.offices_in_use().filter(|office| office.units.contains(&unit)).map(|office| office.number).collect()
}

fn branch(plan: &Plan, above: &PlanUnit, indent: &str, lang: Lang, lines: &mut Vec<String>) {
    let children: Vec<_> = plan.units_in_use().filter(|unit| unit.parent == Some(above.number)).collect();
    for (i, unit) in children.iter().enumerate() {
        let (corner, below) = if i + 1 == children.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let offices = hosts(plan, unit.number).len();
        let where_to = lang.pick(
            counted(offices, "отделение", "отделения", "отделений"),
            format!("{offices} {}", if offices == 1 { "office" } else { "offices" }),
        );
        lines.push(format!("{indent}{corner}{} (u{}): {where_to}", unit.name, unit.number));
        branch(plan, unit, &format!("{indent}{below}"), lang, lines);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_shows_every_unit_in_use_under_its_parent() {
        let mut plan = Plan::new("Округ");
        let duty = plan.add_unit("Дежурная служба", 1);
        plan.add_unit("Смена", duty);
        plan.add_unit("Канцелярия", 1);
        plan.add_office("uray", "Урай").units = vec![duty];
        let drawn = draw(&plan, Lang::Ru);
        assert_eq!(
            drawn,
            "Округ (u1)\n├─ Дежурная служба (u2): 1 отделение\n│  └─ Смена (u3): 0 отделений\n└─ Канцелярия (u4): 0 отделений"
        );
    }
}

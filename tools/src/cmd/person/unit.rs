//! Which unit is meant by a number or a name.

use okrug_node::office::view::{Tree, TreeUnit};

use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::problem::{Problem, nothing, several};
use crate::words::said;

/// The node that is asked, and the unit of its tree that a word means.
pub(in crate::cmd) fn asked(context: &Context, reach: &Reach, word: &str) -> Result<(Client, TreeUnit), Problem> {
    let node = Client::admin(&Place::of(context, reach)?, context.lang, context.timeout)?;
    let unit = find(&node.get("/org/tree")?, word)?.clone();
    Ok((node, unit))
}

/// The unit that a word means: by its number, or by its full name where that is unique.
///
/// Of several units of one name, the one that has people at the office that answers is meant.
pub(in crate::cmd) fn find<'a>(tree: &'a Tree, word: &str) -> Result<&'a TreeUnit, Problem> {
    if let Some(unit) = tree.units.iter().find(|unit| unit.id.to_string() == word) {
        return Ok(unit);
    }
    let here = tree.offices.iter().find(|office| office.here).map(|office| office.id);
    let wanted = word.trim().to_lowercase();
    let all: Vec<&TreeUnit> = tree.units.iter().filter(|unit| unit.name.to_lowercase() == wanted).collect();
    let hosted: Vec<&TreeUnit> = all.iter().copied().filter(|unit| here.is_some_and(|here| unit.offices.contains(&here))).collect();
    match (hosted.as_slice(), all.as_slice()) {
        ([unit], _) | ([], [unit]) => Ok(unit),
        ([], []) => {
            let names: Vec<String> = tree.units.iter().map(|unit| unit.name.clone()).collect();
            Err(nothing("no_such_unit", word, &names, said!("отдела «{word}» нет", "there is no unit \"{word}\"")))
        }
        ([], many) | (many, _) => {
            let list: Vec<String> = many.iter().map(|unit| format!("{} {}", unit.id, unit.name)).collect();
            Err(several("unit_ambiguous", word, &list))
        }
    }
}

#[cfg(test)]
mod tests {
    use okrug_node::office::view::{Link, TreeOffice};
    use okrug_protocol::ids::{OfficeId, UnitId};

    use super::*;
    use crate::problem::Exit;

    fn tree() -> Tree {
        let unit = |id, name: &str, offices: &[u32]| TreeUnit {
            id: UnitId(id),
            parent: None,
            name: name.to_owned(),
            offices: offices.iter().map(|office| OfficeId(*office)).collect(),
        };
        let here = TreeOffice {
            id: OfficeId(1),
            slug: "kotlas".to_owned(),
            name: "Котлас".to_owned(),
            units: Vec::new(),
            here: true,
            link: Link::Here,
            last_contact: None,
            suspended: false,
        };
        let units = [(2, "Канцелярия", &[2][..]), (3, "Канцелярия", &[1]), (4, "Отдел", &[2]), (5, "Отдел", &[3]), (6, "Связь", &[2])];
        let units = units.into_iter().map(|(id, name, offices)| unit(id, name, offices)).collect();
        Tree { version: 1, units, offices: vec![here], people: Vec::new(), roles: Vec::new() }
    }

    #[test]
    fn a_unit_is_found_by_its_number_or_its_name_and_no_guess_is_made() {
        let tree = tree();
        let found = |word: &str| find(&tree, word).map(|unit| unit.id.0).map_err(|problem| problem.exit);
        assert_eq!(found("u5"), Ok(5));
        assert_eq!(found("канцелярия"), Ok(3), "the one that has people here");
        assert_eq!(found(" Связь "), Ok(6), "the node says that it is elsewhere");
        assert_eq!(found("Отдел"), Err(Exit::Usage));
        assert_eq!(found("Связи"), Err(Exit::NotFound));
        let problem = find(&tree, "Отдел").unwrap_err();
        assert!(problem.message.text(crate::words::Lang::En).contains("u4 Отдел; u5 Отдел"), "{problem:?}");
    }
}

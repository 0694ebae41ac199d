//! Which person of this office is meant by a number, a login or a name.

use okrug_node::office::view::{People, PersonView};

use crate::client::Client;
use crate::problem::{Problem, nothing, several};
use crate::words::said;

/// The person that a word means: by number or login, or by a name that is unique.
pub(super) fn find(node: &Client, word: &str) -> Result<PersonView, Problem> {
    let People { people } = node.get("/admin/person")?;
    among(people, word)
}

fn among(people: Vec<PersonView>, word: &str) -> Result<PersonView, Problem> {
    let exact = |person: &&PersonView| person.id.to_string() == word || person.login == word;
    if let Some(person) = people.iter().find(exact) {
        return Ok(person.clone());
    }
    let wanted = word.trim().to_lowercase();
    let named: Vec<&PersonView> = people.iter().filter(|person| person.name.to_lowercase() == wanted).collect();
    match named.as_slice() {
        [person] => Ok((*person).clone()),
        [] => {
            let names: Vec<String> = people.iter().flat_map(|person| [person.login.clone(), person.name.clone()]).collect();
            Err(nothing(
                "no_such_person",
                word,
                &names,
                said!("человека «{word}» в этом отделении нет", "there is no \"{word}\" at this office"),
            ))
        }
        many => {
            let list: Vec<String> = many.iter().map(|person| format!("{} {} ({})", person.id, person.name, person.login)).collect();
            Err(several("person_ambiguous", word, &list))
        }
    }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::ids::{PersonId, UnitId};

    use super::*;
    use crate::problem::Exit;

    fn person(id: u32, login: &str, name: &str) -> PersonView {
        let (login, name) = (login.to_owned(), name.to_owned());
        let (position, unit, unit_name) = (String::new(), UnitId(1), String::new());
        PersonView { id: PersonId(id), login, name, position, unit, unit_name, active: true, locked: false, it: false }
    }

    #[test]
    fn a_person_is_found_by_number_login_or_a_name_of_one_alone() {
        let people =
            || vec![person(10_001, "duty", "Дежурный"), person(10_002, "night", "Дежурный"), person(10_003, "p10001", "Инспектор")];
        let found = |word: &str| among(people(), word).map(|person| person.id.0).map_err(|problem| problem.exit);
        assert_eq!((found("p10001"), found("night"), found("инспектор")), (Ok(10_001), Ok(10_002), Ok(10_003)));
        assert_eq!((found("Дежурный"), found("x")), (Err(Exit::Usage), Err(Exit::NotFound)));
    }
}

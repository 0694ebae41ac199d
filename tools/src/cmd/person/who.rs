//! Which person of this office is meant by a number, a login or a name.

use std::io::{BufRead, IsTerminal, Write};

use okrug_node::office::view::{People, PersonView};

use crate::client::Client;
use crate::context::Context;
use crate::problem::{Exit, Problem, nothing, several};
use crate::words::{Said, said};

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

/// Makes sure that somebody means this person: by `--confirm`, or by typing the login.
pub(super) fn confirm(context: &Context, given: Option<&str>, person: &PersonView, what: &Said) -> Result<(), Problem> {
    let login = &person.login;
    let typed = match given {
        Some(given) => given.to_owned(),
        None if context.no_input || !std::io::stdin().is_terminal() => {
            return Err(Problem::new(
                "confirm_needed",
                Exit::Usage,
                said!("это надо подтвердить, а спросить некого", "this must be confirmed, and there is nobody to ask"),
            )
            .hint(Said::same(format!("--confirm {login}"))));
        }
        None => {
            let prompt = said!(
                "{what}\nВведите логин для подтверждения ({login}): ",
                "{what}\nType the login to confirm ({login}): ",
                what = what.text(context.lang)
            );
            let mut out = std::io::stderr().lock();
            let _ = write!(out, "{}", prompt.text(context.lang)).and_then(|()| out.flush());
            let mut line = String::new();
            let _ = std::io::stdin().lock().read_line(&mut line);
            line.trim().to_owned()
        }
    };
    if typed == *login {
        return Ok(());
    }
    Err(Problem::new(
        "not_confirmed",
        Exit::Refused,
        said!(
            "подтверждение не совпало с логином {login}, ничего не изменено",
            "the confirmation is not the login {login}, nothing was changed"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use okrug_protocol::ids::{PersonId, UnitId};

    use super::*;

    fn person(id: u32, login: &str, name: &str) -> PersonView {
        let (login, name) = (login.to_owned(), name.to_owned());
        PersonView { id: PersonId(id), login, name, position: String::new(), unit: UnitId(1), unit_name: String::new(), active: true }
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

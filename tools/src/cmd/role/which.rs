//! Which role or person is meant by a word. No guess is made.

use okrug_node::office::view::{People, Role, Roles, Tree};
use okrug_protocol::ids::{PersonId, RoleId};

use crate::client::Client;
use crate::problem::{Problem, nothing, several};
use crate::words::said;

/// The role that a word means: by number, title, or `TITLE@OFFICE`.
pub(in crate::cmd) fn role(node: &Client, word: &str) -> Result<Role, Problem> {
    if let Ok(id) = word.parse::<RoleId>() {
        return node.get(&format!("/role/{id}"));
    }
    let (Roles { roles }, tree): (Roles, Tree) = (node.get("/role")?, node.get("/org/tree")?);
    one_role(roles, &tree, word)
}

/// The same among those that are known.
pub(in crate::cmd) fn one_role(roles: Vec<Role>, tree: &Tree, word: &str) -> Result<Role, Problem> {
    let wanted = word.trim().to_lowercase();
    let full = |role: &Role| {
        let office = tree.offices.iter().find(|office| office.id == role.office);
        format!("{}@{}", role.title, office.map_or("", |office| office.slug.as_str()))
    };
    let names: Vec<String> = roles.iter().filter(|role| role.active).map(|role| role.title.clone()).collect();
    let is_it = |role: &Role| role.active && (role.title.to_lowercase() == wanted || full(role).to_lowercase() == wanted);
    let mut all: Vec<Role> = roles.into_iter().filter(is_it).collect();
    match (all.pop(), all.as_slice()) {
        (Some(role), []) => Ok(role),
        (None, _) => Err(nothing("no_such_role", word, &names, said!("роли «{word}» нет", "there is no role \"{word}\""))),
        (Some(role), _) => {
            all.push(role);
            let list: Vec<String> = all.iter().map(|role| format!("{} {}", role.id, full(role))).collect();
            Err(several("role_ambiguous", word, &list))
        }
    }
}

/// The person that a word means: by number, by login at this office, or by full name.
pub(in crate::cmd) fn person(node: &Client, word: &str) -> Result<PersonId, Problem> {
    if let Ok(id) = word.parse() {
        return Ok(id);
    }
    let (People { people }, tree): (People, Tree) = (node.get("/admin/person")?, node.get("/org/tree")?);
    if let Some(account) = people.iter().find(|person| person.login == word.trim()) {
        return Ok(account.id);
    }
    let wanted = word.trim().to_lowercase();
    let all: Vec<_> = tree.people.iter().filter(|person| person.name.to_lowercase() == wanted).collect();
    match all.as_slice() {
        [person] => Ok(person.id),
        [] => {
            let names: Vec<String> = tree.people.iter().map(|person| person.name.clone()).collect();
            Err(nothing("no_such_person", word, &names, said!("человека «{word}» нет", "there is no person \"{word}\"")))
        }
        many => {
            let list: Vec<String> = many.iter().map(|person| format!("{} {}", person.id, person.name)).collect();
            Err(several("person_ambiguous", word, &list))
        }
    }
}

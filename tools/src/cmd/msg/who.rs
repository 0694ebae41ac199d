//! Which conversation is meant by a word.

use okrug_node::office::view::{ActsFor, BehalfId, Chat, ChatId, Chats, Me, People, PersonState, PersonView, Role, Tree, TreePerson};
use okrug_protocol::behalf::Behalf;

use crate::client::Person;
use crate::problem::{Problem, nothing, several};
use crate::words::said;

/// A conversation, and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) id: ChatId,
    pub(super) title: String,
}

/// All that a word can mean.
struct Names {
    chats: Vec<Chat>,
    tree: Tree,
    /// People of this office with their logins, for whoever administers it.
    accounts: Vec<PersonView>,
}

/// The conversation that a word means: its id, or a name where it is unique. No guess is made.
pub(super) fn find(person: &Person, word: &str) -> Result<Target, Problem> {
    let node = person.node();
    let Chats { chats } = node.get("/chat")?;
    Names { chats, tree: node.get("/org/tree")?, accounts: accounts(person) }.find(word)
}

/// The people of this office with their logins, where an administrator asks.
fn accounts(person: &Person) -> Vec<PersonView> {
    let all = person.admin().and_then(|admin| admin.get::<People>("/admin/person").ok());
    all.map(|People { people }| people).unwrap_or_default()
}

/// For whom a person may speak, by number, name or login of this office; whether they may is the node's to say.
pub(super) fn behalf(person: &Person, word: &str) -> Result<BehalfId, Problem> {
    if let Ok(id) = word.parse() {
        return Ok(id);
    }
    let Me { acts_for, .. } = person.node().get("/session")?;
    let (wanted, accounts) = (word.trim().to_lowercase(), accounts(person));
    let login = |of: &ActsFor| accounts.iter().any(|person| person.login == word.trim() && of.id.0 == Behalf::Person(person.id));
    let all: Vec<&ActsFor> = acts_for.iter().filter(|of| of.name.to_lowercase() == wanted || login(of)).collect();
    match all.as_slice() {
        [of] => Ok(of.id),
        [] => {
            let names: Vec<String> = acts_for.iter().map(|of| of.name.clone()).collect();
            let message = said!("за «{word}» вы сейчас не пишете", "you do not speak for \"{word}\" now");
            Err(nothing("may_not_speak_for", word, &names, message))
        }
        many => {
            let list: Vec<String> = many.iter().map(|of| format!("{} {}", of.id, of.name)).collect();
            Err(several("for_ambiguous", word, &list))
        }
    }
}

impl Names {
    fn find(&self, word: &str) -> Result<Target, Problem> {
        if let Ok(id) = word.parse::<ChatId>() {
            // Whether it exists is the node's to say.
            return Ok(Target { id, title: self.title(id) });
        }
        let all = self.called(word);
        match all.as_slice() {
            [target] => Ok(target.clone()),
            [] => {
                let message = said!("ни отдела, ни человека, ни роли «{word}» нет", "there is no unit, no person and no role \"{word}\"");
                Err(nothing("no_such_chat", word, &self.all_names(), message))
            }
            many => {
                let list: Vec<String> = many.iter().map(|target| format!("{} {}", target.id, target.title)).collect();
                Err(several("who_ambiguous", word, &list))
            }
        }
    }

    /// Whatever goes by this name, each once.
    fn called(&self, word: &str) -> Vec<Target> {
        let wanted = word.trim().to_lowercase();
        let is_it = |name: &str| name.to_lowercase() == wanted;
        let chats = self.chats.iter().filter(|chat| is_it(&chat.title)).map(|chat| chat.id);
        let units = self.tree.units.iter().filter(|unit| is_it(&unit.name)).map(|unit| ChatId::Unit(unit.id));
        // Nobody can write to who has left; their history is found by the number.
        let serving = self.tree.people.iter().filter(|person| person.state == PersonState::Serves);
        let people = serving.filter(|person| is_it(&person.name) || is_it(&self.full(person)));
        let roles =
            self.tree.roles.iter().filter(|role| is_it(&role.title) || is_it(&self.full_role(role))).map(|role| ChatId::Role(role.id));
        let logins = self.accounts.iter().filter(|person| person.login == word.trim()).map(|person| ChatId::Person(person.id));
        let mut ids: Vec<ChatId> =
            chats.chain(units).chain(people.map(|person| ChatId::Person(person.id))).chain(logins).chain(roles).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| Target { id, title: self.title(id) }).collect()
    }

    /// A person's name with the office where they sit: `Дежурный@surgut`.
    fn full(&self, person: &TreePerson) -> String {
        let office = self.tree.offices.iter().find(|office| office.id == person.office);
        office.map_or_else(|| person.name.clone(), |office| format!("{}@{}", person.name, office.slug))
    }

    /// The same of a role: `Дежурный@surgut`.
    fn full_role(&self, role: &Role) -> String {
        let office = self.tree.offices.iter().find(|office| office.id == role.office);
        office.map_or_else(|| role.title.clone(), |office| format!("{}@{}", role.title, office.slug))
    }

    fn title(&self, id: ChatId) -> String {
        let unit = || self.tree.units.iter().find(|unit| ChatId::Unit(unit.id) == id).map(|unit| unit.name.clone());
        let person = || self.tree.people.iter().find(|person| ChatId::Person(person.id) == id).map(|person| self.full(person));
        let chat = || self.chats.iter().find(|chat| chat.id == id).map(|chat| chat.title.clone());
        let role = || self.tree.roles.iter().find(|role| ChatId::Role(role.id) == id).map(|role| self.full_role(role));
        unit().or_else(person).or_else(role).or_else(chat).unwrap_or_else(|| id.to_string())
    }

    fn all_names(&self) -> Vec<String> {
        let units = self.tree.units.iter().map(|unit| unit.name.clone());
        let people = self.tree.people.iter().map(|person| person.name.clone());
        let roles = self.tree.roles.iter().map(|role| role.title.clone());
        units.chain(people).chain(roles).chain(self.chats.iter().map(|chat| chat.title.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use okrug_node::office::view::{ChatKind, Link, TreeOffice, TreeUnit};
    use okrug_protocol::ids::{OfficeId, PersonId, UnitId};

    use super::*;
    use crate::problem::Exit;
    use crate::words::Lang;

    fn names() -> Names {
        let unit = |id, name: &str| TreeUnit { id: UnitId(id), parent: None, name: name.to_owned(), offices: vec![OfficeId(1)] };
        let office = |id, slug: &str| TreeOffice {
            id: OfficeId(id),
            slug: slug.to_owned(),
            name: slug.to_owned(),
            units: Vec::new(),
            here: id == 1,
            link: Link::Down,
            last_contact: None,
            suspended: false,
        };
        let person = |id, name: &str, office| TreePerson {
            id: PersonId(id),
            name: name.to_owned(),
            position: "Дежурный".to_owned(),
            unit: UnitId(1),
            office: OfficeId(office),
            me: false,
            deputy: None,
            state: PersonState::Serves,
        };
        let chat = |id, title: &str| Chat {
            id,
            kind: ChatKind::Unit,
            title: title.to_owned(),
            unread: 0,
            can_post: true,
            offices: 1,
            last: None,
            unopened: None,
        };
        let account = PersonView {
            id: PersonId(10_001),
            login: "login-1".to_owned(),
            name: "Дежурный".to_owned(),
            position: "Дежурный".to_owned(),
            unit: UnitId(1),
            unit_name: "Отдел связи".to_owned(),
            active: true,
            locked: false,
            it: false,
        };
        Names {
            chats: vec![chat(ChatId::District, "Округ"), chat(ChatId::Unit(UnitId(1)), "Отдел связи")],
            tree: Tree {
                version: 1,
                units: vec![unit(1, "Отдел связи"), unit(2, "Канцелярия")],
                offices: vec![office(1, "kotlas"), office(2, "surgut")],
                people: vec![person(10_001, "Дежурный", 1), person(20_001, "Дежурный", 2), person(20_002, "Начальник отдела", 2)],
                roles: Vec::new(),
            },
            accounts: vec![account],
        }
    }

    #[test]
    fn a_name_means_what_alone_goes_by_it() {
        let found = |word: &str| names().find(word).map(|target| target.id.to_string()).map_err(|problem| problem.exit);
        for (word, id) in [
            ("d", "d"),
            ("u77", "u77"),
            ("отдел связи", "u1"),
            ("ОКРУГ", "d"),
            ("Канцелярия", "u2"),
            ("Начальник отдела", "p20002"),
            ("Дежурный@surgut", "p20001"),
            ("login-1", "p10001"),
        ] {
            assert_eq!(found(word), Ok(id.to_owned()), "{word}");
        }
        assert_eq!(found("Дежурный"), Err(Exit::Usage));
        assert_eq!(found("Канцелярии"), Err(Exit::NotFound));
        assert_eq!(found("LOGIN-1"), Err(Exit::NotFound), "a login is as it was given");
    }

    #[test]
    fn several_of_one_name_are_listed_and_something_similar_is_offered() {
        let many = names().find("Дежурный").unwrap_err();
        assert!(many.message.text(Lang::Ru).contains("p10001 Дежурный@kotlas; p20001 Дежурный@surgut"), "{many:?}");
        let none = names().find("Канцелярии").unwrap_err();
        assert_eq!(none.hint.unwrap().text(Lang::Ru), "возможно, Канцелярия?");
    }
}

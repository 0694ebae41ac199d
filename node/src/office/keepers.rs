//! Who of the office looks after the node: the right `it`, given by the node's administrator and known to this node alone.

use okrug_protocol::ids::PersonId;

use super::Refused;
use super::desk::Desk;
use super::handle::Handle;
use super::sessions::SessionId;
use super::view::PersonView;
use crate::store::{Batch, Tree};

/// The right, as it is called.
pub(crate) const IT: &str = "it";

fn key(person: PersonId) -> Vec<u8> {
    [&person.0.to_be_bytes()[..], IT.as_bytes()].concat()
}

impl Handle {
    /// Gives a person of this office the right to see the state of the node, or takes it back.
    ///
    /// # Errors
    /// [`Refused::NoSuchPerson`] when nobody here has this number.
    pub async fn set_keeper(&self, person: PersonId, keeper: bool) -> Result<PersonView, Refused> {
        let view =
            || -> Result<_, Refused> { self.people_views()?.into_iter().find(|view| view.id == person).ok_or(Refused::NoSuchPerson) };
        view()?;
        let mut batch = Batch::new();
        if keeper {
            batch.put(Tree::Rights, key(person), Vec::new());
        } else {
            batch.delete(Tree::Rights, key(person));
        }
        self.ledger().keep(batch).await?;
        view()
    }

    /// Whether somebody who asks may see the state of the node.
    ///
    /// # Errors
    /// [`Refused::NoSession`]; [`Refused::NotKeeper`].
    pub fn keeper(&self, session: SessionId) -> Result<(), Refused> {
        let person = self.keys(session)?.person;
        if self.desk().is_keeper(person) { Ok(()) } else { Err(Refused::NotKeeper) }
    }
}

impl Desk {
    pub(crate) fn is_keeper(&self, person: PersonId) -> bool {
        self.store.get(Tree::Rights, &key(person)).is_ok_and(|right| right.is_some())
    }
}

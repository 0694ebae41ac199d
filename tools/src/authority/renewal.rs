//! The next charter: keys added and removed, thresholds changed.
//!
//! A role that changes gets another epoch: what its former keys signed last, be it the highest version there is,
//! is left behind.

use okrug_protocol::charter::{Charter, Role};
use okrug_protocol::ids::hex;
use okrug_protocol::sign::PublicKey;
use okrug_protocol::trust::Trust;

use super::draft::{self, Term};
use crate::problem::{Exit, Problem};
use crate::words::said;

/// A role of the charter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RoleName {
    /// Signs charters.
    Root,
    /// Signs the directory and the bootstrap list.
    Directory,
    /// Signs revocations.
    Revocations,
}

impl RoleName {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Root, Self::Directory, Self::Revocations];

    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Directory => "directory",
            Self::Revocations => "revocations",
        }
    }

    /// The role in a charter.
    #[must_use]
    pub fn of(self, charter: &Charter) -> &Role {
        match self {
            Self::Root => &charter.root,
            Self::Directory => &charter.directory,
            Self::Revocations => &charter.revocations,
        }
    }
}

/// What is to be another.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// In which roles; all that a removed key is in, or all three, when none is named.
    pub roles: Vec<RoleName>,
    /// Keys to add.
    pub add: Vec<PublicKey>,
    /// Keys to remove.
    pub remove: Vec<PublicKey>,
    /// How many must sign from now on.
    pub threshold: Option<u8>,
}

/// The charter that follows the newest one, with these changes.
///
/// # Errors
/// A key that is not there or is there already, or a threshold that could not be reached.
pub fn charter(trust: &Trust, changes: &Changes, term: Term) -> Result<Charter, Problem> {
    let held = trust.charter().doc();
    let mut next = Charter { head: draft::charter_head(trust, term)?, ..held.clone() };
    for name in affected(held, changes)? {
        let role = match name {
            RoleName::Root => &mut next.root,
            RoleName::Directory => &mut next.directory,
            RoleName::Revocations => &mut next.revocations,
        };
        role.keys.retain(|key| !changes.remove.contains(key));
        role.keys.extend(changes.add.iter().filter(|key| !name.of(held).keys.contains(key)));
        role.keys.sort();
        role.keys.dedup();
        role.threshold = changes.threshold.unwrap_or(role.threshold);
        if role.threshold == 0 || role.need() > role.keys.len() {
            return Err(unreachable(name, role));
        }
    }
    let rises = |old: &Role, new: &Role, epoch: u32| if old == new { epoch } else { epoch.saturating_add(1) };
    next.directory_epoch = rises(&held.directory, &next.directory, held.directory_epoch);
    next.revocations_epoch = rises(&held.revocations, &next.revocations, held.revocations_epoch);
    Ok(next)
}

/// The roles that are meant, each of which has the keys that are to go.
fn affected(held: &Charter, changes: &Changes) -> Result<Vec<RoleName>, Problem> {
    let has = |name: &RoleName| name.of(held).keys.iter().any(|key| changes.remove.contains(key));
    let named = !changes.roles.is_empty();
    let roles: Vec<RoleName> = match (named, changes.remove.is_empty()) {
        (true, _) => changes.roles.clone(),
        (false, true) => RoleName::ALL.to_vec(),
        (false, false) => RoleName::ALL.into_iter().filter(has).collect(),
    };
    let in_none = changes.remove.iter().find(|key| !roles.iter().any(|name| name.of(held).keys.contains(key)));
    match in_none {
        Some(key) => {
            let key = hex(&key.0);
            let message =
                said!("такого ключа в уставе нет: {key}; ничего не изменено", "no such key in the charter: {key}; nothing was changed");
            Err(Problem::new("no_key", Exit::NotFound, message).hint(said!("okrug authority key list", "okrug authority key list")))
        }
        None => Ok(roles),
    }
}

fn unreachable(name: RoleName, role: &Role) -> Problem {
    let (word, need, keys) = (name.word(), role.threshold, role.keys.len());
    let message = said!(
        "роль {word}: порог {need} при ключах {keys} недостижим; ничего не изменено",
        "the role {word}: a threshold of {need} with {keys} keys cannot be reached; nothing was changed"
    );
    Problem::new("threshold", Exit::Refused, message)
        .hint(said!("добавьте ключ (--add) или измените порог (--threshold)", "add a key (--add) or change the threshold (--threshold)"))
}

#[cfg(test)]
mod tests {
    use okrug_protocol::sample;

    use super::*;

    const TERM: Term = Term { issued: sample::ISSUED, refresh_by: sample::ISSUED };

    fn next(changes: Changes) -> Result<Charter, Problem> {
        charter(&sample::district(1).trust, &changes, TERM)
    }

    #[test]
    fn a_role_that_changes_gets_another_epoch_and_the_others_stay() {
        let (lost, new) = (sample::signing("directory", 0).public(), sample::signing("test", 1).public());
        let charter = next(Changes { remove: vec![lost], add: vec![new], ..Changes::default() }).unwrap();
        assert_eq!((charter.directory.keys, charter.directory_epoch), (vec![new], 1));
        assert_eq!((charter.root.keys.len(), charter.revocations_epoch, charter.head.version.0), (3, 0, 2));
    }

    #[test]
    fn what_cannot_be_is_refused_in_words() {
        let unknown = next(Changes { remove: vec![sample::signing("test", 1).public()], ..Changes::default() }).unwrap_err();
        assert_eq!((unknown.code, unknown.exit), ("no_key", Exit::NotFound));
        let alone = next(Changes { remove: vec![sample::signing("directory", 0).public()], ..Changes::default() }).unwrap_err();
        assert_eq!(alone.exit, Exit::Refused);
        let high = Changes { roles: vec![RoleName::Root], threshold: Some(4), ..Changes::default() };
        assert_eq!(next(high).unwrap_err().exit, Exit::Refused);
    }
}

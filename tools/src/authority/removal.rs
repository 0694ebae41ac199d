//! Revocations: the next list, signed by the role that can remove and never add.

use okrug_protocol::clock::Millis;
use okrug_protocol::document::{Head, Signed};
use okrug_protocol::ids::{Hash32, OfficeId, PersonId, Version};
use okrug_protocol::revocations::{CutOff, Revocations, RevokedOffice, RevokedPerson};
use okrug_protocol::trust::Trust;

use super::draft::Term;
use super::paper::Paper;
use super::signing::Source;
use super::{Folder, round};
use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::words::said;

/// Who is to count no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// An office, at once and without saying where its logs end.
    Office(OfficeId),
    /// A person.
    Person(PersonId),
}

/// What a list is to say beside what the last one says.
#[derive(Debug, Clone)]
pub struct Addition<'a> {
    /// Who.
    pub whom: Whom,
    /// Why, for people.
    pub reason: &'a str,
    /// Where the logs of an office end, where that is known.
    pub cut_offs: Option<Vec<CutOff>>,
}

/// When the newest of what is signed was signed.
#[must_use]
pub fn latest(trust: &Trust) -> Millis {
    let list = trust.revocations().map_or(Millis(0), |list| list.doc().head.issued);
    list.max(trust.chart().doc().head.issued).max(trust.charter().doc().head.issued)
}

/// The next list: what the last one says, what an addition that waits for signatures says, and `add`; `None` if the
/// last one says all of it already.
///
/// # Errors
/// When no version is left, or what waits cannot be read.
pub fn next(folder: &Folder, trust: &Trust, term: Term, add: Option<Addition<'_>>) -> Result<Option<Revocations>, Problem> {
    let (last, epoch) = (trust.revocations(), trust.charter().doc().revocations_epoch);
    let version = match last {
        Some(last) if last.version().epoch() == epoch => last.version().next(),
        _ => Version::first_of(epoch),
    };
    let exhausted = || Problem::new("no_version", Exit::Failed, said!("номера версий исчерпаны", "there are no more versions"));
    let head = Head {
        district: trust.district(),
        version: version.ok_or_else(exhausted)?,
        issued: term.issued,
        refresh_by: term.refresh_by,
        previous: last.map_or(Hash32::ZERO, Signed::hash),
    };
    let goes_on = |paper: Paper| match paper {
        Paper::Revocations(list) if (list.version(), list.doc().head.previous) == (head.version, head.previous) => Some(list),
        _ => None,
    };
    let waiting = round::waiting(folder, trust)?.into_iter().find_map(goes_on);
    let base = waiting.as_ref().or(last).map(Signed::doc);
    let mut list =
        base.map_or_else(|| Revocations { head, offices: Vec::new(), persons: Vec::new() }, |base| Revocations { head, ..base.clone() });
    let is_new = match add {
        Some(add) => insert(&mut list, add),
        None => true,
    };
    Ok((is_new || waiting.is_some()).then_some(list))
}

/// Gives whether the list had not said it.
fn insert(list: &mut Revocations, add: Addition<'_>) -> bool {
    let (since, reason) = (list.head.version, add.reason.to_owned());
    match add.whom {
        Whom::Office(office) => {
            let is_new = list.offices.iter().all(|row| row.office != office);
            if is_new {
                list.offices.push(RevokedOffice { office, reason, cut_offs: Vec::new(), since, cut: Version(0) });
            }
            let (mut row, mut ends) = (list.offices.iter_mut().find(|row| row.office == office), add.cut_offs);
            ends.iter_mut().for_each(|ends| ends.sort_by_key(|end| end.log));
            match row.as_mut().zip(ends) {
                Some((row, ends)) if row.cut == Version(0) || row.cut_offs != ends => {
                    (row.cut_offs, row.cut) = (ends, since);
                    true
                }
                _ => is_new,
            }
        }
        Whom::Person(person) => {
            let is_new = list.persons.iter().all(|row| row.person != person);
            if is_new {
                list.persons.push(RevokedPerson { person, reason, since });
            }
            is_new
        }
    }
}

/// Signs a list, and writes the district file; a list that lacks signatures waits for them.
///
/// # Errors
/// The threshold of the role is not reached, and the list waits.
pub fn sign(context: &Context, folder: &Folder, trust: &mut Trust, source: &Source, list: Revocations) -> Result<(), Problem> {
    let mut papers = vec![Paper::Revocations(folder.pending_or(list)?)];
    round::sign(context, &folder.path("keys"), trust, source, &mut papers)?;
    round::settle(folder, trust, papers)
}

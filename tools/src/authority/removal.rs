//! Revocations: the next list, signed by the role that can remove and never add.

use okrug_protocol::bounds::REVOCATIONS_MAX_BYTES;
use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::document::{ENVELOPE_BYTES, Head, Signed};
use okrug_protocol::ids::{Hash32, OfficeId, PersonId, Version};
use okrug_protocol::revocations::{CutOff, Revocations, RevokedOffice, RevokedPerson};
use okrug_protocol::trust::Trust;

use super::draft::Term;
use super::paper::Paper;
use super::signing::Source;
use super::{Folder, round};
use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

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

/// A list that is this full, in percent, is warned of: a removal must never wait for room.
const NEARLY_FULL: usize = 80;

/// How much of a list's room is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// Bytes that it has.
    pub bytes: usize,
    /// Bytes that it may have.
    pub max: usize,
}

impl Fill {
    /// That of a list.
    #[must_use]
    pub fn of(list: &Revocations) -> Self {
        Self { bytes: codec::encode(list).len(), max: REVOCATIONS_MAX_BYTES.saturating_sub(ENVELOPE_BYTES) }
    }

    /// The same in percent, rounded up.
    #[must_use]
    pub fn percent(self) -> usize {
        self.bytes.saturating_mul(100).div_ceil(self.max.max(1))
    }

    /// What is to be said of it: nothing while there is room.
    #[must_use]
    pub fn warning(self) -> Option<Said> {
        let (percent, left) = (self.percent(), self.max.saturating_sub(self.bytes));
        (percent >= NEARLY_FULL).then(|| {
            said!(
                "список отзыва заполнен на {percent} %: осталось {left} байт, и больше он не станет. Человек занимает около 10 байт и причину, отделение без концов журналов столько же, каждый конец журнала около 50. Пишите причины короче; кто ушёл по-хорошему, того увольняет его отделение (okrug person dismiss), а отделение закрывайте (okrug office close)",
                "the list of revocations is {percent} % full: {left} bytes are left, and it cannot grow beyond that. A person takes about 10 bytes and the reason, an office without the ends of its logs as much, each end of a log about 50. Make reasons short; who left in good order is dismissed by their office (okrug person dismiss), and an office is closed (okrug office close)"
            )
        })
    }

    /// What is said when there is no room for what was to be added.
    fn refusal(self) -> Problem {
        let (over, max) = (self.bytes.saturating_sub(self.max), self.max);
        let message = said!(
            "в списке отзыва нет места: он был бы на {over} байт длиннее {max}; ничего не подписано, всё прежнее действует",
            "the list of revocations is full: it would be {over} bytes beyond {max}; nothing was signed, all that it says holds"
        );
        Problem::new("list_full", Exit::NoSpace, message).hint(said!(
            "отзовите без концов журналов (без --cut-offs) или с более короткой причиной; отделение можно также закрыть: okrug office close",
            "revoke without the ends of logs (without --cut-offs), or with a shorter reason; an office can also be closed: okrug office close"
        ))
    }
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
        Some(add) => insert(&mut list, add)?,
        None => true,
    };
    let fill = Fill::of(&list);
    if fill.bytes > fill.max {
        return Err(fill.refusal());
    }
    Ok((is_new || waiting.is_some()).then_some(list))
}

/// Gives whether the list had not said it.
fn insert(list: &mut Revocations, add: Addition<'_>) -> Result<bool, Problem> {
    let (since, reason) = (list.head.version, add.reason.to_owned());
    let changed = match add.whom {
        Whom::Office(office) => {
            let is_new = list.offices.iter().all(|row| row.office != office);
            if is_new {
                list.offices.push(RevokedOffice { office, reason, cut_offs: Vec::new(), since, cut: Version(0) });
            }
            let (mut row, mut ends) = (list.offices.iter_mut().find(|row| row.office == office), add.cut_offs);
            ends.iter_mut().for_each(|ends| ends.sort_by_key(|end| end.log));
            match row.as_mut().zip(ends) {
                Some((row, ends)) if row.cut == Version(0) || row.cut_offs != ends => {
                    let longer = |cut: &&CutOff| row.end_of(&cut.log).is_some_and(|end| cut.seq > end.seq);
                    if let Some(cut) = ends.iter().find(longer) {
                        return Err(longer_than_signed(cut));
                    }
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
    };
    Ok(changed)
}

/// Once it is signed where logs end, they get shorter at most: every node would raise an alarm at another list.
fn longer_than_signed(cut: &CutOff) -> Problem {
    let (log, seq) = (cut.log, cut.seq);
    let message = said!(
        "журнал {log} уже обрезан раньше места {seq}, длиннее он не станет; ничего не подписано",
        "the log {log} was cut before {seq} already and cannot get longer; nothing was signed"
    );
    Problem::new("ends_longer", Exit::Refused, message).hint(said!(
        "называйте концы от всех узлов сразу: --cut-offs можно повторять",
        "name the ends of all nodes at once: --cut-offs can be repeated"
    ))
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

//! Bringing editions to enough signatures: here, in several steps, or by holders who sit apart.
//!
//! ```text
//!   sign, rotate ──> pending/KIND.okd ──carried──> cosign ──carried back──> cosign ──> district.okrug
//! ```
//!
//! Signatures come in any order, and the same ones again do no harm.

use std::path::Path;

use okrug_protocol::charter::Charter;
use okrug_protocol::document::{DocumentKind, Signed};
use okrug_protocol::sign::SecretKey;
use okrug_protocol::trust::{Trust, TrustError};

use super::paper::Paper;
use super::signing::Source;
use super::{Folder, archive};
use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// The charter among some editions.
#[must_use]
pub fn charter(papers: &[Paper]) -> Option<&Signed<Charter>> {
    papers.iter().find_map(|paper| if let Paper::Charter(charter) = paper { Some(charter) } else { None })
}

/// Signs editions with as many keys as they still need, of those that the source has.
///
/// # Errors
/// A named key that signs none of them, or a wrong passphrase.
pub fn sign(context: &Context, keys: &Path, trust: &Trust, source: &Source, papers: &mut [Paper]) -> Result<usize, Problem> {
    let next = charter(papers).map(|charter| charter.doc().clone());
    let mut wanted = Vec::new();
    for paper in papers.iter() {
        let signed = paper.signers();
        for count in paper.counts(trust, next.as_ref()).into_iter().filter(|count| !count.is_enough()) {
            wanted.push(super::signing::Wanted { lacks: count.role.need() - count.have, role: count.role, signed: signed.clone() });
        }
    }
    let keys: Vec<SecretKey> = source.open(context, keys, &wanted)?;
    let mut added = 0;
    for paper in papers.iter_mut() {
        for key in &keys {
            let counts = paper.counts(trust, next.as_ref());
            let fresh = !paper.signers().contains(&key.public());
            if fresh && counts.iter().any(|count| count.role.keys.contains(&key.public())) {
                paper.sign(key);
                added += 1;
            }
        }
    }
    Ok(added)
}

/// Takes whatever has enough signatures, keeps the rest waiting, and says what is missing.
///
/// # Errors
/// [`Exit::Threshold`] when something waits still; what was complete is kept all the same.
pub fn settle(folder: &Folder, trust: &mut Trust, papers: Vec<Paper>) -> Result<(), Problem> {
    let next = charter(&papers).map(|charter| charter.doc().clone());
    let mut waiting = Vec::new();
    let mut taken = Vec::new();
    // A charter names the keys of what follows, and a chart those of delegated directories.
    let order = |paper: &Paper| match paper {
        Paper::Charter(_) => 0,
        Paper::Revocations(_) => 1,
        Paper::Chart(_) => 2,
        Paper::Bootstrap(_) => 3,
        Paper::Subchart(_) => 4,
    };
    let mut papers = papers;
    papers.sort_by_key(order);
    for paper in papers {
        match paper.offer(trust) {
            Ok(()) => taken.push(paper.kind()),
            Err(TrustError::Threshold { .. } | TrustError::Ahead { .. }) => waiting.push(paper),
            Err(error) => return Err(error.into()),
        }
    }
    // What waits is written first: a signature that was given is not lost, whatever happens next.
    waiting.iter().try_for_each(|paper| paper.wait(folder))?;
    if !taken.is_empty() {
        folder.save_trust(trust)?;
        taken.into_iter().try_for_each(|kind| folder.wait_no_more(kind))?;
    }
    if waiting.is_empty() { Ok(()) } else { Err(missing(trust, next.as_ref(), &waiting)) }
}

/// The editions that wait in the folder, as far as they can still be taken.
///
/// # Errors
/// When one cannot be read.
pub fn waiting(folder: &Folder, trust: &Trust) -> Result<Vec<Paper>, Problem> {
    let read = folder.waiting()?.into_iter().map(|(path, bytes)| Paper::read(&path, &bytes, trust.district()));
    let papers: Vec<Paper> = read.collect::<Result<_, _>>()?;
    Ok(papers.into_iter().filter(|paper| paper.version() > trust.versions().of(paper.kind()).0).collect())
}

fn missing(trust: &Trust, next: Option<&Charter>, waiting: &[Paper]) -> Problem {
    let lines: Vec<Said> = waiting
        .iter()
        .map(|paper| {
            let counts = paper.counts(trust, next);
            let worst = counts.iter().filter(|count| !count.is_enough()).max_by_key(|count| count.role.need() - count.have);
            let (have, need) = worst.or(counts.first()).map_or((0, 0), |count| (count.have, count.role.need()));
            let (kind, stem, version) = (archive::word(paper.kind()), archive::stem(paper.kind()), paper.version().0);
            let ru = kind_ru(paper.kind());
            said!(
                "{ru} версии {version}: подписей {have}, нужно {need}; ждёт в pending/{stem}.okd",
                "the {kind} of version {version} has {have} of {need} signatures; it waits in pending/{stem}.okd"
            )
        })
        .collect();
    let join = |lang| lines.iter().map(|line| line.text(lang).to_owned()).collect::<Vec<_>>().join("\n");
    Problem::new("threshold", Exit::Threshold, Said::new(join(crate::words::Lang::Ru), join(crate::words::Lang::En))).hint(said!(
        "отнесите файлы из pending и district.okrug хранителю ключа: okrug authority cosign ФАЙЛ…",
        "carry the files of pending and district.okrug to the holder of another key: okrug authority cosign FILE…"
    ))
}

/// A kind of document in Russian.
#[must_use]
pub fn kind_ru(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Revocations => "список отзыва",
        DocumentKind::Charter => "устав",
        DocumentKind::Chart => "справочник",
        DocumentKind::Bootstrap => "список адресов",
        DocumentKind::Subchart(_) => "справочник ветви",
    }
}

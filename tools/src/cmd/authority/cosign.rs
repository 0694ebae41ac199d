//! `okrug authority cosign`: a holder of a key sees what is to be signed, and signs it.

use std::path::PathBuf;

use okrug_protocol::trust::{DistrictFile, Trust};
use serde_json::{Value, json};

use crate::authority::archive::{self, MAX_DISTRICT_FILE};
use crate::authority::paper::Paper;
use crate::authority::signing::Source;
use crate::authority::{Folder, difference, round};
use crate::context::Context;
use crate::files::{self, Access};
use crate::print;
use crate::problem::{Exit, Problem};
use crate::time;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    district: Option<PathBuf>,
}

/// Shows each edition beside the one before it, adds signatures, and finishes what has enough of them.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    // With the authority's folder, what is complete is taken at once; a holder who sits apart has the files alone.
    let folder = if Folder::open(&context.dir).is_ok() { Some(Folder::change(&context.dir)?) } else { None };
    let mut trust = match (&args.district, &folder) {
        (Some(file), _) => believed(file)?,
        (None, Some(folder)) => folder.trust()?,
        (None, None) => believed(&context.dir.join(archive::DISTRICT_FILE))?,
    };
    let mut papers = Vec::new();
    for path in &args.files {
        let bytes = files::read(path, okrug_protocol::bounds::DIRECTORY_MAX_BYTES)?;
        papers.push(Paper::read(path, &bytes, trust.district())?);
    }
    if let Some(folder) = &folder {
        gather(folder, &trust, &mut papers)?;
    }
    if let Some(stale) = papers.iter().find(|paper| paper.version() < trust.versions().of(paper.kind()).0) {
        return Err(older(stale, &trust));
    }
    let rows = show(context, &trust, &papers)?;
    if context.dry_run {
        return context.done(
            json!({ "documents": rows, "dry_run": true }),
            &said!("проба, ничего не подписано", "dry run, nothing was signed"),
            None,
        );
    }
    let source = Source { keys: args.key.clone(), passphrases: args.passphrase_file.clone() };
    let added = round::sign(context, &context.dir.join("keys"), &trust, &source, &mut papers)?;
    if added == 0 && folder.is_none() {
        context.warn(&said!(
            "ни одной новой подписи: этими ключами уже подписано, или по district.okrug этой папки они не той роли; возьмите у администратора новый district.okrug",
            "no signature was added: these keys have signed already, or by the district.okrug of this folder they are of no role that signs it; take the authority's newest district.okrug"
        ));
    }
    for (path, paper) in args.files.iter().zip(&papers) {
        files::write(path, &paper.encode(), Access::Everybody)?;
    }
    let value = json!({ "documents": rows, "added": added, "dry_run": false });
    match folder {
        Some(folder) => {
            round::settle(&folder, &mut trust, papers)?;
            let file = folder.path(archive::DISTRICT_FILE);
            let file = file.display();
            context.done(
                value,
                &said!("подписей достаточно; файл округа: {file}", "there are enough signatures; the district file: {file}"),
                None,
            )
        }
        None => context.done(
            value,
            &said!(
                "добавлено подписей: {added}; файлы записаны на прежнее место",
                "{added} signatures added; the files are where they were"
            ),
            Some(&said!(
                "верните файлы администратору: okrug authority cosign ФАЙЛ…",
                "carry the files back to the authority: okrug authority cosign FILE…"
            )),
        ),
    }
}

/// Puts what waits in the folder beside what came: the same editions together, the others behind.
fn gather(folder: &Folder, trust: &Trust, papers: &mut Vec<Paper>) -> Result<(), Problem> {
    for waiting in round::waiting(folder, trust)? {
        let same = papers.iter_mut().find(|paper| (paper.kind(), paper.version()) == (waiting.kind(), waiting.version()));
        match same {
            Some(paper) => drop(paper.merge(&waiting)),
            None => papers.push(waiting),
        }
    }
    Ok(())
}

fn show(context: &Context, trust: &Trust, papers: &[Paper]) -> Result<Vec<Value>, Problem> {
    let next = round::charter(papers).map(|charter| charter.doc().clone());
    let mut rows = Vec::new();
    for paper in papers {
        let (head, lines) = (paper.head(), difference::of(paper, trust));
        let (kind, ru, version, issued) =
            (archive::stem(paper.kind()), round::kind_ru(paper.kind()), head.version.0, time::text(head.issued));
        context.say(&said!("{ru} версии {version}, подписывается {issued}:", "{kind} of version {version}, signed {issued}:"))?;
        if lines.is_empty() {
            context.say(&said!("  содержание то же, новый срок", "  says the same, for a new term"))?;
        }
        if !context.json && !context.quiet {
            lines.iter().try_for_each(|line| print::line(&format!("  {}", line.text(context.lang))))?;
        }
        let counts = paper.counts(trust, next.as_ref());
        for count in &counts {
            let (have, need) = (count.have, count.role.need());
            context.say(&said!("  подписей {have} из {need} нужных", "  {have} of {need} signatures"))?;
        }
        rows.push(json!({
            "kind": kind,
            "version": version,
            "issued": issued,
            "refresh_by": time::text(head.refresh_by),
            "changes": lines.iter().map(|line| line.text(context.lang)).collect::<Vec<_>>(),
            "signatures": counts.iter().map(|count| json!({ "have": count.have, "need": count.role.need() })).collect::<Vec<_>>(),
        }));
    }
    Ok(rows)
}

pub(super) fn believed(file: &std::path::Path) -> Result<Trust, Problem> {
    Ok(Trust::from_file(None, &DistrictFile::decode(&files::read(file, MAX_DISTRICT_FILE)?)?)?)
}

fn older(paper: &Paper, trust: &Trust) -> Problem {
    let (ru, kind, got) = (round::kind_ru(paper.kind()), archive::word(paper.kind()), paper.version());
    let have = trust.versions().of(paper.kind()).0;
    Problem::new(
        "document_older",
        Exit::Changed,
        said!(
            "{ru} версии {got}: уже есть версия {have}, подписывать нечего; ничего не изменено",
            "the {kind} of version {got}: version {have} is there already, there is nothing to sign; nothing was changed"
        ),
    )
}

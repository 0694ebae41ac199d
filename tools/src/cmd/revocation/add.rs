//! `okrug revocation add` and `sign`.

use std::path::PathBuf;
use std::time::Duration;

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{OfficeId, PersonId};
use okrug_protocol::trust::Trust;
use serde_json::json;

use super::ends;
use crate::authority::archive::DISTRICT_FILE;
use crate::authority::draft::Term;
use crate::authority::removal::{self, Addition, Whom};
use crate::authority::signing::Source;
use crate::authority::{Folder, Plan};
use crate::cmd::confirm::confirm;
use crate::context::Context;
use crate::problem::{Problem, misuse, nothing};
use crate::time;
use crate::words::said;

/// How a list is signed.
#[derive(Debug, clap::Args)]
pub(super) struct Signing {
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Vec<PathBuf>,
    #[arg(long, value_name = "30d", value_parser = time::duration)]
    valid: Option<Duration>,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    now: Option<Millis>,
}

/// Who is revoked, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    whom: String,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    #[arg(long, value_name = "FILE")]
    cut_offs: Vec<PathBuf>,
    #[command(flatten)]
    signing: Signing,
}

/// Revokes, once it is confirmed.
pub(super) fn add(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let found = find(&folder.plan()?, &folder.trust()?, &args.whom)?;
    revoke(context, args, found)
}

/// The same for offices alone.
///
/// # Errors
/// As [`add`].
pub(crate) fn office(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let (office, name) = find_office(&folder.plan()?, &folder.trust()?, &args.whom)?;
    revoke(context, args, (Whom::Office(office), name))
}

fn revoke(context: &Context, args: &Args, (whom, name): (Whom, String)) -> Result<(), Problem> {
    let what = match whom {
        Whom::Office(_) => said!(
            "Отзыв отделения {name}: с первого же контакта оно не действует, и вернуть его под этими ключами нельзя.",
            "Revoking the office {name}: it counts no more from the next contact on, and under these keys it cannot come back."
        ),
        Whom::Person(_) => said!(
            "Отзыв человека {name}: с первого же контакта не действует, отменить нельзя.",
            "Revoking the person {name}: they count no more from the next contact on, and that cannot be undone."
        ),
    };
    if !context.dry_run {
        confirm(context, args.confirm.as_deref(), &name, &what)?;
    }
    let cut_offs = match whom {
        Whom::Office(office) if !args.cut_offs.is_empty() => Some(ends::read(&args.cut_offs, office)?),
        Whom::Person(_) if !args.cut_offs.is_empty() => {
            return Err(misuse(said!(
                "у человека нет журналов: --cut-offs только для отделения",
                "a person has no logs: --cut-offs is for an office"
            )));
        }
        _ => None,
    };
    sign(context, &args.signing, Some(Addition { whom, reason: &args.reason, cut_offs }))
}

/// An office, or a person by their number.
pub(super) fn find(plan: &Plan, trust: &Trust, word: &str) -> Result<(Whom, String), Problem> {
    match word.parse::<PersonId>() {
        Ok(person) => Ok((Whom::Person(person), person.to_string())),
        Err(_) => find_office(plan, trust, word).map(|(office, name)| (Whom::Office(office), name)),
    }
}

/// An office by a word, as it is planned or signed.
///
/// # Errors
/// There is none.
pub(crate) fn find_office(plan: &Plan, trust: &Trust, word: &str) -> Result<(OfficeId, String), Problem> {
    // Offices of delegated subtrees and such as have left stand in what is signed alone.
    let directory = trust.directory();
    let signed = || directory.office_by_slug(word).or_else(|| directory.office(word.parse().ok()?));
    let planned = plan.office(word).map(|office| (OfficeId(office.number), office.slug.clone()));
    let found = planned.or_else(|| signed().map(|office| (office.id, office.slug.clone())));
    let names: Vec<String> = directory.offices().map(|office| office.slug.clone()).collect();
    found.ok_or_else(|| nothing("no_office", word, &names, said!("отделения «{word}» нет", "there is no office \"{word}\"")))
}

/// Signs the next list, with an addition or for a new term.
pub(super) fn sign(context: &Context, signing: &Signing, add: Option<Addition<'_>>) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let mut trust = folder.trust()?;
    let now = time::of_signing(signing.now, removal::latest(&trust))?;
    let valid = signing.valid.map_or(30 * time::DAY_MS, |valid| u64::try_from(valid.as_millis()).unwrap_or(u64::MAX));
    let next = removal::next(&folder, &trust, Term { issued: now, refresh_by: now.plus(valid) }, add)?;
    let (changed, fill) = (next.is_some(), next.as_ref().map(removal::Fill::of));
    if let Some(next) = next.filter(|_| !context.dry_run) {
        let source = Source { keys: signing.key.clone(), passphrases: signing.passphrase_file.clone() };
        // Before it is signed: whoever waits for other holders is to know it too.
        fill.and_then(removal::Fill::warning).iter().for_each(|said| context.warn(said));
        removal::sign(context, &folder, &mut trust, &source, next)?;
    }
    let (version, file) = (trust.versions().revocations.0.0, context.dir.join(DISTRICT_FILE));
    let value = json!({ "version": version, "changed": changed, "dry_run": context.dry_run, "file": file.display().to_string(), "full_percent": fill.map(removal::Fill::percent) });
    let message = match (changed, context.dry_run) {
        (false, _) => said!("это уже в списке отзыва версии {version}", "the list of revocations of version {version} says so already"),
        (true, true) => {
            said!("есть что подписать (проба, ничего не записано)", "there is something to sign (dry run, nothing was written)")
        }
        (true, false) => said!("подписан список отзыва версии {version}", "signed the list of revocations of version {version}"),
    };
    let hint = said!(
        "передайте {DISTRICT_FILE} любому узлу: okrug bootstrap import {DISTRICT_FILE}; дальше отзыв расходится сам",
        "give {DISTRICT_FILE} to any node: okrug bootstrap import {DISTRICT_FILE}; from there the revocation spreads by itself"
    );
    context.done(value, &message, Some(&hint))
}

//! `okrug policy import` and `okrug policy check`: rules from a file, and whether they can be signed.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::whole_district;
use crate::authority::policy::{PlanPolicy, judge};
use crate::authority::{Folder, Plan, difference};
use crate::context::Context;
use crate::files;
use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// The longest file of rules.
const MAX_FILE: usize = 64 << 10;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Check {
    file: Option<PathBuf>,
}

/// Takes rules into the working file.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let mut plan = folder.plan()?;
    whole_district(&plan)?;
    take(&mut plan, &args.file)?;
    let lines = changes(&folder, &plan)?;
    if !context.dry_run {
        folder.save_plan(&plan)?;
    }
    tell(context, &lines, context.dry_run)
}

/// Changes nothing.
pub(super) fn check(context: &Context, args: &Check) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let mut plan = folder.plan()?;
    whole_district(&plan)?;
    args.file.as_deref().map_or(Ok(()), |file| take(&mut plan, file))?;
    tell(context, &changes(&folder, &plan)?, true)
}

fn take(plan: &mut Plan, path: &Path) -> Result<(), Problem> {
    let (text, name) = (files::read_text(path, MAX_FILE)?, path.display());
    let newer: PlanPolicy = toml::from_str(&text).map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        let why = error.message();
        Problem::new("bad_policy", Exit::Refused, said!("{name}, строка {line}: {why}", "{name}, line {line}: {why}"))
            .hint(said!("ничего не изменено; исправьте файл", "nothing was changed; correct the file"))
    })?;
    plan.policy = Some(plan.policy.take().unwrap_or_default().with(newer));
    Ok(())
}

/// What the rules of a plan change against those that are signed, once they can be.
fn changes(folder: &Folder, plan: &Plan) -> Result<Vec<Said>, Problem> {
    let signed = *folder.trust()?.directory().policy();
    let next = plan.policy.as_ref().map_or(signed, |policy| policy.over(signed));
    judge(&next)?;
    Ok(difference::policy(&signed, &next))
}

fn tell(context: &Context, lines: &[Said], dry_run: bool) -> Result<(), Problem> {
    lines.iter().try_for_each(|line| context.say(line))?;
    let count = lines.len();
    let message = match (count, dry_run) {
        (0, _) => said!("правила верны; подписывать нечего", "the rules are sound; there is nothing to be signed"),
        (_, true) => said!("правила верны; изменений: {count}", "the rules are sound; changes: {count}"),
        (_, false) => said!("правила взяты; изменений: {count}", "the rules are taken; changes: {count}"),
    };
    let lines: Vec<_> = lines.iter().map(|line| line.text(context.lang)).collect();
    let next = said!("okrug authority sign", "okrug authority sign");
    context.done(json!({ "changes": lines, "dry_run": dry_run }), &message, (count > 0).then_some(&next))
}

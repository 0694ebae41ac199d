//! `okrug person deputy`.

use clap::Subcommand;
use okrug_node::office::view::{Deputy, NewDeputy};
use okrug_protocol::clock::Millis;
use serde_json::json;

use crate::client::{Client, Place, Reach};
use crate::cmd::role::which;
use crate::context::Context;
use crate::print::one_line;
use crate::problem::Problem;
use crate::time;
use crate::words::{Lang, Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Set(Set),
    Remove(Remove),
}

#[derive(Debug, clap::Args)]
struct Set {
    #[arg(value_name = "PERSON")]
    person: String,
    #[arg(long, value_name = "PERSON")]
    by: String,
    #[arg(long, value_name = "TIME", value_parser = time::beginning)]
    from: Option<Millis>,
    #[arg(long, value_name = "TIME", value_parser = time::end)]
    until: Millis,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
struct Remove {
    #[arg(value_name = "PERSON")]
    person: String,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    match &args.action {
        Action::Set(args) => set(context, args),
        Action::Remove(args) => remove(context, args),
    }
}

fn set(context: &Context, args: &Set) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let node = Client::admin(&place, context.lang, context.timeout)?;
    let (person, by) = (which::person(&node, &args.person)?, which::person(&node, &args.by)?);
    if context.dry_run {
        let value = json!({ "person": person.to_string(), "by": by.to_string(), "dry_run": true });
        return context.done(
            value,
            &said!("{by} за {person}; проба, ничего не изменено", "{by} for {person}; dry run, nothing was changed"),
            None,
        );
    }
    let new = NewDeputy { by, from: args.from, until: args.until };
    let (_, deputy): (u16, Option<Deputy>) = node.post(&format!("/admin/person/{person}/deputy"), &new)?;
    let name = deputy.as_ref().map_or_else(|| by.to_string(), |deputy| one_line(&deputy.name));
    let (ru, en) = (time::shown(args.until, Lang::Ru), time::shown(args.until, Lang::En));
    context.done(
        json!({ "person": person.to_string(), "deputy": deputy }),
        &said!(
            "{name} ({by}) замещает {person} до {ru}; личное для {person} остаётся закрытым для заместителя",
            "{name} ({by}) stands in for {person} until {en}; what is for {person} alone stays closed to the deputy"
        ),
        Some(&Said::same(format!("okrug msg send --to WHO --for {person} TEXT"))),
    )
}

fn remove(context: &Context, args: &Remove) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let node = Client::admin(&place, context.lang, context.timeout)?;
    let person = which::person(&node, &args.person)?;
    let value = json!({ "person": person.to_string(), "dry_run": context.dry_run });
    if context.dry_run {
        return context.done(value, &said!("{person}: снять заместителя; проба", "{person}: end the deputy; dry run"), None);
    }
    node.delete(&format!("/admin/person/{person}/deputy"))?;
    context.done(value, &said!("{person} больше никто не замещает", "nobody stands in for {person} any more"), None)
}

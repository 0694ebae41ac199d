//! `okrug person right`: who of the office sees the state of the node on the page.

use clap::{Subcommand, ValueEnum};
use okrug_node::office::view::PersonView;
use serde_json::json;

use super::who;
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::problem::Problem;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct RightArgs {
    #[command(subcommand)]
    action: RightAction,
}

#[derive(Debug, Subcommand)]
enum RightAction {
    Add(OfArgs),
    Remove(OfArgs),
}

#[derive(Debug, clap::Args)]
struct OfArgs {
    #[arg(value_name = "PERSON")]
    person: String,
    #[arg(value_name = "RIGHT")]
    right: Right,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Right {
    It,
}

pub(super) fn run(context: &Context, args: &RightArgs) -> Result<(), Problem> {
    let (OfArgs { person, right: Right::It, reach }, give) = match &args.action {
        RightAction::Add(args) => (args, true),
        RightAction::Remove(args) => (args, false),
    };
    let node = Client::admin(&Place::of(context, reach)?, context.lang, context.timeout)?;
    let id = who::find(&node, person)?.id;
    if context.dry_run {
        return context.done(
            json!({ "person": id.to_string(), "dry_run": true }),
            &said!("{id}: проба, ничего не изменено", "{id}: dry run, nothing was changed"),
            None,
        );
    }
    let path = format!("/admin/person/{id}/right/it");
    let changed: PersonView = if give { node.put(&path, &json!({}))? } else { node.take(&path)? };
    let name = &changed.name;
    if give {
        let told = said!("{id} {name}: видит состояние узла", "{id} {name}: sees the state of the node");
        let next = said!("страница «Узел» появится после обновления страницы", "the page \"Node\" is there when the page is loaded again");
        return context.done(json!({ "person": changed }), &told, Some(&next));
    }
    let told = said!("{id} {name}: больше не видит состояния узла", "{id} {name}: sees the state of the node no more");
    context.done(json!({ "person": changed }), &told, None)
}

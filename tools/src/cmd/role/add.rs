//! `okrug role add`.

use okrug_node::office::view::{NewRole, Role};
use serde_json::json;

use crate::client::Reach;
use crate::cmd::person::unit;
use crate::context::Context;
use crate::print::one_line;
use crate::problem::Problem;
use crate::words::{Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "TITLE")]
    title: String,
    #[arg(long, value_name = "UNIT")]
    unit: String,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: Args) -> Result<(), Problem> {
    let (node, unit) = unit::asked(context, &args.reach, &args.unit)?;
    let (title, unit_name) = (one_line(&args.title), unit.name.clone());
    if context.dry_run {
        let value = json!({ "title": args.title, "unit": unit.id.to_string(), "dry_run": true });
        return context.done(
            value,
            &said!("{title}: {unit_name}; проба, роль не заведена", "{title}: {unit_name}; dry run, no role was founded"),
            None,
        );
    }
    let (_, role): (u16, Role) = node.post("/admin/role", &NewRole { title: args.title, unit: unit.id })?;
    let id = role.id;
    context.done(
        json!({ "role": role }),
        &said!(
            "{id} {title}: {unit_name}; пока никто не исполняет, почта хранится",
            "{id} {title}: {unit_name}; nobody has its duty yet, its mail is kept"
        ),
        Some(&Said::same(format!("okrug role assign {id} PERSON"))),
    )
}

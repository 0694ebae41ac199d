//! `okrug role remove`.

use serde_json::json;

use super::which;
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::print::one_line;
use crate::problem::{Problem, misuse};
use crate::words::{Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "ROLE")]
    role: String,
    #[arg(value_name = "PERSON")]
    person: Option<String>,
    #[arg(long, value_name = "ROLE", conflicts_with = "person")]
    confirm: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let node = Client::admin(&place, context.lang, context.timeout)?;
    let role = which::role(&node, &args.role)?;
    let (id, title) = (role.id, one_line(&role.title));
    if let Some(word) = &args.person {
        let person = which::person(&node, word)?;
        let value = json!({ "role": id.to_string(), "person": person.to_string(), "dry_run": context.dry_run });
        if context.dry_run {
            let tried = said!("{id} {title}: снять {person}; проба", "{id} {title}: take it from {person}; dry run");
            return context.done(value, &tried, None);
        }
        node.delete(&format!("/admin/role/{id}/holder/{person}"))?;
        return context.done(
            value,
            &said!(
                "{person} больше не исполняет {id} {title}: прочитанное помнит, нового не получит",
                "{person} has the duty of {id} {title} no more: what was read is known, nothing new is given"
            ),
            Some(&Said::same(format!("okrug role assign {id} PERSON"))),
        );
    }
    let value = json!({ "role": id.to_string(), "dry_run": context.dry_run });
    if context.dry_run {
        return context.done(value, &said!("{id} {title}: закрыть; проба", "{id} {title}: close; dry run"), None);
    }
    if args.confirm.as_deref() != Some(id.to_string().as_str()) {
        return Err(misuse(said!(
            "{id} {title} закроется насовсем, номер второй раз не выдаётся; ничего не изменено",
            "{id} {title} would be closed for good, and its number is not given again; nothing was changed"
        ))
        .hint(Said::same(format!("okrug role remove {id} --confirm {id}"))));
    }
    node.delete(&format!("/admin/role/{id}"))?;
    context.done(
        value,
        &said!("{id} {title}: закрыта; переписка осталась в отделении", "{id} {title}: closed; its mail stays at the office"),
        Some(&Said::same("okrug role list".to_owned())),
    )
}

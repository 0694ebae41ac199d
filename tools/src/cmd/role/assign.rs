//! `okrug role assign`.

use okrug_node::office::view::{NewHolder, Role};
use okrug_protocol::clock::Millis;
use serde_json::json;

use super::{show, which};
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::print::one_line;
use crate::problem::Problem;
use crate::time;
use crate::words::{Lang, Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "ROLE")]
    role: String,
    #[arg(value_name = "PERSON")]
    person: String,
    #[arg(long, value_name = "TIME", value_parser = time::beginning)]
    from: Option<Millis>,
    #[arg(long, value_name = "TIME", value_parser = time::end)]
    until: Option<Millis>,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let node = Client::admin(&place, context.lang, context.timeout)?;
    let role = which::role(&node, &args.role)?;
    let person = which::person(&node, &args.person)?;
    let (id, title) = (role.id, one_line(&role.title));
    if context.dry_run {
        let value = json!({ "role": id.to_string(), "person": person.to_string(), "dry_run": true });
        return context.done(
            value,
            &said!("{id} {title}: {person}; проба, ничего не изменено", "{id} {title}: {person}; dry run, nothing was changed"),
            None,
        );
    }
    let (_, role): (u16, Role) =
        node.post(&format!("/admin/role/{id}/holder"), &NewHolder { person, from: args.from, until: args.until })?;
    let mine = |lang: Lang| {
        let terms = role.holders.iter().filter(|holder| holder.person == person);
        terms
            .map(|holder| format!("{} {} {}", show::named(holder, lang), lang.pick("с", "from"), time::shown(holder.from, lang)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (ru, en) = (mine(Lang::Ru), mine(Lang::En));
    context.done(
        json!({ "role": role }),
        &said!(
            "{id} {title}: {ru}; читает всё написанное роли, пока её исполняет",
            "{id} {title}: {en}; reads all that was written to the role while on duty"
        ),
        Some(&Said::same(format!("okrug role show {id}"))),
    )
}

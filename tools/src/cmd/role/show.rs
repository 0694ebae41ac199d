//! `okrug role show`.

use okrug_node::office::view::{Holder, Role};
use serde_json::json;

use super::which;
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::print::{Table, one_line};
use crate::problem::Problem;
use crate::time;
use crate::words::Lang;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "ROLE")]
    role: String,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let node = Client::admin(&place, context.lang, context.timeout)?;
    let role = which::role(&node, &args.role)?;
    let lang = context.lang;
    let mut table = Table::new(lang.pick(["ЧЕЛОВЕК", "ИМЯ", "С", "ДО", ""], ["PERSON", "NAME", "FROM", "UNTIL", ""]));
    for holder in &role.holders {
        let until = holder.until.map_or_else(|| "-".to_owned(), |until| time::shown(until, lang));
        let now = if holder.now { lang.pick("сейчас", "now") } else { "" };
        table.row([&holder.person.to_string(), &one_line(&holder.name), &time::shown(holder.from, lang), &until, now]);
    }
    if !context.json && !context.plain {
        let Role { id, title, unit_name, office_name, version, .. } = &role;
        let title = one_line(title);
        context.say(&crate::words::said!(
            "{id} {title}: {unit_name}, {office_name}; редакция {version}",
            "{id} {title}: {unit_name}, {office_name}; edition {version}"
        ))?;
        if role.holders.is_empty() {
            let (ru, en) = (on_duty(&role, Lang::Ru), on_duty(&role, Lang::En));
            return context.say(&crate::words::said!("{ru}; почта хранится", "{en}; its mail is kept"));
        }
    }
    context.show(json!({ "role": role }), &table)
}

/// Who has the duty now, in a few words.
pub(super) fn on_duty(role: &Role, lang: Lang) -> String {
    if !role.active {
        return lang.pick("закрыта", "closed").to_owned();
    }
    let names: Vec<String> = role.holders.iter().filter(|holder| holder.now).map(|holder| named(holder, lang)).collect();
    if names.is_empty() { lang.pick("никто", "nobody").to_owned() } else { names.join(", ") }
}

/// A holder with the end of their term.
pub(super) fn named(holder: &Holder, lang: Lang) -> String {
    let name = one_line(&holder.name);
    match holder.until {
        None => name,
        Some(until) => format!("{name} ({} {})", lang.pick("до", "until"), time::shown(until, lang)),
    }
}

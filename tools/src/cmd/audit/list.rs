//! `okrug audit list` and `okrug audit show`.

use okrug_node::office::view::{ActView, Acts, Cursor, MessageId};
use serde_json::json;

use super::deeds;
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::Problem;
use crate::time;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "CURSOR", value_parser = |text: &str| text.parse::<Cursor>())]
    before: Option<Cursor>,
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=200))]
    limit: u16,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    #[arg(value_name = "ENTRY", value_parser = |text: &str| text.parse::<MessageId>())]
    id: MessageId,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let before = args.before.map_or_else(String::new, |before| format!("&before={before}"));
    let Acts { acts, before } =
        Client::admin(&place, context.lang, context.timeout)?.get(&format!("/audit?limit={}{before}", args.limit))?;
    let head = context.lang.pick(
        ["ЗАПИСЬ", "ВРЕМЯ", "КТО", "ЧТО", "О КОМ", "ИТОГ", "ПОДРОБНОСТИ"],
        ["ENTRY", "TIME", "WHO", "WHAT", "ABOUT", "OUTCOME", "MORE"],
    );
    let mut table = Table::new(head);
    acts.iter().for_each(|act| table.row(row(act, context)));
    context.show(json!({ "acts": acts, "before": before.map(|before| before.to_string()) }), &table)?;
    match before {
        Some(before) if !context.plain => {
            context.say(&said!("Раньше: okrug audit list --before {before}", "Earlier: okrug audit list --before {before}"))
        }
        _ => Ok(()),
    }
}

pub(super) fn show(context: &Context, args: &ShowArgs) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let act: ActView = Client::admin(&place, context.lang, context.timeout)?.get(&format!("/audit/act/{}", args.id))?;
    let head = context.lang.pick(
        ["ЗАПИСЬ", "ВРЕМЯ", "КТО", "ЧТО", "О КОМ", "ИТОГ", "ПОДРОБНОСТИ"],
        ["ENTRY", "TIME", "WHO", "WHAT", "ABOUT", "OUTCOME", "MORE"],
    );
    let mut table = Table::default();
    head.into_iter().zip(row(&act, context)).for_each(|(name, cell)| table.row([name.to_owned(), cell]));
    if context.json { context.object(json!({ "act": act })) } else { print::line(&table.plain()) }
}

fn row(act: &ActView, context: &Context) -> [String; 7] {
    let lang = context.lang;
    let when = |at| if context.plain { time::text(at) } else { time::shown(at, lang) };
    let Some(said) = &act.act else {
        let closed = lang.pick("не открывается ключом этого узла", "not opened by this node's key");
        return [act.id.to_string(), when(act.written), String::new(), closed.to_owned(), String::new(), String::new(), String::new()];
    };
    [
        act.id.to_string(),
        when(said.time),
        deeds::by(&said.by, lang),
        if context.plain { print::escaped(&said.deed) } else { deeds::deed(&said.deed, lang) },
        deeds::about(&said.about),
        deeds::outcome(said, lang),
        print::one_line(&said.note),
    ]
}

//! `okrug audit verify`.

use okrug_node::office::view::{AuditReport, AuditedLog};
use okrug_protocol::clock::Millis;
use serde_json::json;

use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::{Exit, Problem};
use crate::time;
use crate::words::{Lang, Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "DATE", value_parser = time::beginning)]
    from: Option<Millis>,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let from = args.from.map_or_else(String::new, |from| format!("?from={}", time::text(from)));
    let report: AuditReport = Client::admin(&place, context.lang, context.timeout)?.get(&format!("/audit/check{from}"))?;
    if let Some(log) = report.logs.iter().find(|log| log.broken.is_some()) {
        if context.json {
            context.object(json!({ "whole": false, "logs": report.logs, "unended": report.unended }))?;
        }
        return Err(broken(log));
    }
    if !context.json && !context.quiet {
        print::line(&table(&report, context))?;
    }
    let (acts, entries) = (total(&report, |log| log.acts), total(&report, |log| log.entries.saturating_add(1).saturating_sub(log.first)));
    let whole = said!(
        "журнал цел: проверено записей {entries}, из них действий администратора {acts}",
        "the journal is whole: {entries} entries looked at, {acts} of them acts of administrators",
    );
    context.done(json!({ "whole": true, "logs": report.logs, "unended": report.unended }), &whole, None)
}

fn total(report: &AuditReport, of: impl Fn(&AuditedLog) -> u64) -> u64 {
    report.logs.iter().map(of).sum()
}

fn name(log: &AuditedLog) -> String {
    format!("{}.{}/d/{}", log.office, log.incarnation, log.precedence)
}

fn table(report: &AuditReport, context: &Context) -> String {
    let head = context.lang.pick(
        ["ЖУРНАЛ", "С", "ЗАПИСЕЙ", "ДЕЙСТВИЙ", "ОТКРЫТО", "ЕСТЬ У ДРУГИХ"],
        ["LOG", "FROM", "ENTRIES", "ACTS", "OPENED", "HELD ELSEWHERE"],
    );
    let mut table = Table::new(head);
    for log in &report.logs {
        table.row([
            name(log),
            log.first.to_string(),
            log.entries.to_string(),
            log.acts.to_string(),
            log.opened.to_string(),
            log.held_elsewhere.to_string(),
        ]);
    }
    if context.plain { table.plain() } else { table.aligned() }
}

fn broken(log: &AuditedLog) -> Problem {
    let Some(broken) = &log.broken else { return Problem::new("audit_broken", Exit::BadSignature, Said::same(String::new())) };
    let (name, seq) = (name(log), broken.seq);
    let what = what(&broken.what);
    let (ru, en) = (what.text(Lang::Ru), what.text(Lang::En));
    let message = Said::new(
        format!("журнал {name} повреждён, первое место {seq}: {ru}; до него всё цело"),
        format!("the log {name} is broken, first at {seq}: {en}; everything before that is whole"),
    );
    Problem::new("audit_broken", Exit::BadSignature, message).hint(said!(
        "сохраните папку узла; у других отделений есть записи этого журнала до {held}",
        "keep the node's directory; other offices hold this log up to {held}",
        held = log.held_elsewhere,
    ))
}

fn what(what: &str) -> Said {
    match what {
        "missing" => said!("записи нет", "the entry is missing"),
        "unreadable" => said!("запись не читается", "the entry cannot be read"),
        "chain" => said!("запись не продолжает предыдущую", "the entry does not follow the one before it"),
        "signature" => said!("подпись отделения неверна", "the office's signature does not hold"),
        "rule" => said!("запись не на своём месте", "the entry is not in its place"),
        "act" => said!("действие администратора не читается", "the act cannot be read"),
        "behind" => said!("у других отделений есть записи, которых здесь нет", "other offices hold entries that are not here"),
        other => Said::same(other.to_owned()),
    }
}

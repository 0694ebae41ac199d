//! `okrug revocation list` and `show`.

use okrug_protocol::ids::{Version, hex};
use serde_json::json;

use super::add::find;
use crate::authority::Folder;
use crate::authority::removal::Whom;
use crate::context::Context;
use crate::print::Table;
use crate::problem::{Exit, Problem};
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    whom: String,
}

/// Which rows of the list.
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    #[arg(long, value_name = "VERSION", default_value = "v1", value_parser = version)]
    since: Version,
}

/// A version as a number or as it is shown.
fn version(word: &str) -> Result<Version, String> {
    word.trim_start_matches('v').parse().map(Version).map_err(|_| "v2".to_owned())
}

/// The rows in which the lists from `since` on say something new: who is named, or where their logs end.
pub(super) fn list(context: &Context, args: &ListArgs) -> Result<(), Problem> {
    let since = args.since;
    let trust = Folder::open(&context.dir)?.trust()?;
    let mut table = Table::new(context.lang.pick(["КТО", "С ВЕРСИИ", "ЖУРНАЛЫ", "ПРИЧИНА"], ["WHO", "SINCE", "LOGS", "REASON"]));
    let mut rows = Vec::new();
    let list = trust.revocations().map(|list| list.doc());
    for row in list.into_iter().flat_map(|list| &list.offices).filter(|row| row.since >= since || row.cut >= since) {
        let open = row.cut == Version(0);
        let logs = if open {
            context.lang.pick("граница не указана", "no end named")
        } else {
            context.lang.pick("обрезаны", "cut")
        };
        table.row([row.office.to_string(), row.since.to_string(), logs.to_owned(), row.reason.clone()]);
        rows.push(json!({ "office": row.office.to_string(), "since": row.since.0, "cut": row.cut.0, "cut_offs": row.cut_offs.len(), "reason": row.reason }));
    }
    for row in list.into_iter().flat_map(|list| &list.persons).filter(|row| row.since >= since) {
        table.row([row.person.to_string(), row.since.to_string(), String::new(), row.reason.clone()]);
        rows.push(json!({ "person": row.person.to_string(), "since": row.since.0, "reason": row.reason }));
    }
    context.show(json!({ "version": list.map_or(0, |list| list.head.version.0), "rows": rows }), &table)
}

/// One row with all that it says.
pub(super) fn show(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let trust = folder.trust()?;
    let (whom, name) = find(&folder.plan()?, &trust, &args.whom)?;
    let list = trust.revocations().map(|list| list.doc());
    let not_revoked = || Problem::new("not_revoked", Exit::NotFound, said!("{name} не отозван", "{name} is not revoked"));
    let mut table = Table::default();
    let value = match whom {
        Whom::Office(office) => {
            let row = list.and_then(|list| list.offices.iter().find(|row| row.office == office)).ok_or_else(not_revoked)?;
            table.row([name, row.office.to_string(), row.since.to_string(), row.reason.clone()]);
            row.cut_offs.iter().for_each(|cut| table.row([cut.log.to_string(), cut.seq.to_string(), hex(&cut.id.0.0), String::new()]));
            let ends: Vec<_> =
                row.cut_offs.iter().map(|cut| json!({ "log": cut.log.to_string(), "seq": cut.seq.0, "id": hex(&cut.id.0.0) })).collect();
            json!({ "office": office.to_string(), "since": row.since.0, "cut": row.cut.0, "cut_offs": ends, "reason": row.reason })
        }
        Whom::Person(person) => {
            let row = list.and_then(|list| list.persons.iter().find(|row| row.person == person)).ok_or_else(not_revoked)?;
            table.row([name, row.since.to_string(), row.reason.clone()]);
            json!({ "person": person.to_string(), "since": row.since.0, "reason": row.reason })
        }
    };
    context.show(value, &table)
}

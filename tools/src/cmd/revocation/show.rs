//! `okrug revocation list` and `age`.

use okrug_protocol::ids::Version;
use serde_json::json;

use crate::authority::Folder;
use crate::context::Context;
use crate::print::Table;
use crate::problem::Problem;
use crate::time;
use crate::words::said;

pub(super) fn list(context: &Context) -> Result<(), Problem> {
    let trust = Folder::open(&context.dir)?.trust()?;
    let mut table = Table::new(context.lang.pick(["КТО", "С ВЕРСИИ", "ЖУРНАЛЫ", "ПРИЧИНА"], ["WHO", "SINCE", "LOGS", "REASON"]));
    let mut rows = Vec::new();
    let list = trust.revocations().map(|list| list.doc());
    for row in list.into_iter().flat_map(|list| &list.offices) {
        let open = row.cut == Version(0);
        let logs = if open {
            context.lang.pick("граница не указана", "no end named")
        } else {
            context.lang.pick("обрезаны", "cut")
        };
        table.row([row.office.to_string(), row.since.to_string(), logs.to_owned(), row.reason.clone()]);
        rows.push(json!({ "office": row.office.to_string(), "since": row.since.0, "cut": row.cut.0, "cut_offs": row.cut_offs.len(), "reason": row.reason }));
    }
    for row in list.into_iter().flat_map(|list| &list.persons) {
        table.row([row.person.to_string(), row.since.to_string(), String::new(), row.reason.clone()]);
        rows.push(json!({ "person": row.person.to_string(), "since": row.since.0, "reason": row.reason }));
    }
    context.show(json!({ "version": list.map_or(0, |list| list.head.version.0), "rows": rows }), &table)
}

pub(super) fn age(context: &Context) -> Result<(), Problem> {
    let trust = Folder::open(&context.dir)?.trust()?;
    let now = okrug_node::clock::now();
    let list = trust.revocations().map(|list| list.doc().head);
    let freshness = trust.revocations_freshness(now).map(|freshness| freshness.word());
    let value = json!({
        "version": list.map_or(0, |head| head.version.0),
        "issued": list.map(|head| time::text(head.issued)),
        "age_s": list.map(|head| now.since(head.issued) / 1_000),
        "freshness": freshness,
    });
    let message = match list {
        None => said!("списка отзыва ещё нет", "there is no list of revocations yet"),
        Some(head) => {
            let (version, days) = (head.version.0, now.since(head.issued) / time::DAY_MS);
            said!("список отзыва версии {version}, возраст {days} дн.", "the list of revocations of version {version} is {days} days old")
        }
    };
    context.done(value, &message, None)
}

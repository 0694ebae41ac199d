//! `okrug policy show --node`: the rules by which a node works, and what it has erased by them.

use okrug_node::office::view::PolicyView;
use serde_json::json;

use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::print::Table;
use crate::problem::Problem;
use crate::time;

pub(super) fn run(context: &Context, reach: &Reach) -> Result<(), Problem> {
    let place = Place::of(context, reach)?;
    let policy: PolicyView = Client::admin(&place, context.lang, context.timeout)?.get("/policy")?;
    let lang = context.lang;
    let mut table = Table::new(lang.pick(["ПРАВИЛО", "ЗНАЧЕНИЕ"], ["RULE", "VALUE"]));
    let kept = match policy.retention_days {
        0 => lang.pick("0 (бессрочно)", "0 (for ever)").to_owned(),
        days => days.to_string(),
    };
    table.row(["retention_days".to_owned(), kept]);
    if let Some(before) = policy.gone_before {
        table.row([lang.pick("стирается до", "erased before").to_owned(), time::text(before)]);
    }
    for hold in &policy.holds {
        table.row([format!("hold {} {}", hold.topic, hold.name), format!("{}; {}", hold.reason, time::text(hold.since))]);
    }
    let (erased, bytes) = (policy.erased, policy.erased_bytes);
    table.row([lang.pick("стёрто здесь", "erased here").to_owned(), format!("{erased} ({bytes} B)")]);
    for (name, value) in [
        ("sealing_key_days", u64::from(policy.sealing_key_days)),
        ("sealing_key_grace_days", u64::from(policy.sealing_key_grace_days)),
        ("entries_per_day", u64::from(policy.entries_per_day)),
        ("bytes_per_day", policy.bytes_per_day),
        ("file_max_bytes", policy.file_max_bytes),
    ] {
        table.row([name.to_owned(), value.to_string()]);
    }
    context.show(json!(policy), &table)
}

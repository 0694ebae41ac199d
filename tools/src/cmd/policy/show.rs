//! `okrug policy show`: what is signed, and what waits for a signature.

use okrug_protocol::chart::{Policy, PostRule, ResealRule};
use serde_json::{Value, json};

use super::{hold, node};
use crate::authority::Folder;
use crate::client::Reach;
use crate::context::Context;
use crate::print::Table;
use crate::problem::Problem;
use crate::words::{Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    reach: Reach,
}

/// Whoever names a node means the rules that hold there; in an authority's folder it is those that lie there.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    if context.node.is_some() {
        return node::run(context, &args.reach);
    }
    let folder = Folder::open(&context.dir)?;
    let (plan, trust) = (folder.plan()?, folder.trust()?);
    let signed = *trust.directory().policy();
    let next = plan.policy.as_ref().map_or(signed, |policy| policy.over(signed));
    let heads =
        [said!("ПРАВИЛО", "RULE"), said!("ПОДПИСАНО", "SIGNED"), said!("БУДЕТ", "NEXT")].map(|head| head.text(context.lang).to_owned());
    let mut table = Table::new(&heads);
    for ((name, is), (_, then)) in rows(&signed).into_iter().zip(rows(&next)) {
        let (is, then) = (is.text(context.lang).to_owned(), then.text(context.lang).to_owned());
        let then = if is == then { String::new() } else { then };
        table.row([name.text(context.lang).to_owned(), is, then]);
    }
    for held in hold::titles(&plan) {
        table.row([said!("удерживается", "held").text(context.lang).to_owned(), String::new(), held.text(context.lang).to_owned()]);
    }
    context.show(json!({ "signed": value(&signed), "next": value(&next), "holds": plan.holds.len() }), &table)
}

fn value(policy: &Policy) -> Value {
    json!({
        "keep_days": policy.retention_days,
        "reseal": policy.reseal == ResealRule::Members,
        "post": if policy.post == PostRule::Anyone { "anyone" } else { "members" },
        "entries_per_day": policy.entries_per_day,
        "bytes_per_day": policy.bytes_per_day,
        "sealing_key_days": policy.sealing_key_days,
        "grace_days": policy.sealing_key_grace_days,
    })
}

fn rows(policy: &Policy) -> Vec<(Said, Said)> {
    let days = policy.retention_days;
    let kept = if days == 0 { said!("всегда", "for ever") } else { said!("{days} дн.", "{days} days") };
    let reseal = if policy.reseal == ResealRule::Members { said!("да", "yes") } else { said!("нет", "no") };
    let post =
        if policy.post == PostRule::Anyone { said!("все", "anyone") } else { said!("его сотрудники", "its members") };
    let number = |n: u64| Said::same(n.to_string());
    vec![
        (said!("тексты сообщений хранятся", "texts of messages are kept"), kept),
        (said!("старые ключи запечатываются снова", "old keys are sealed again"), reseal),
        (said!("подразделению пишут", "who writes to a unit"), post),
        (said!("записей отделения в день", "entries of an office a day"), number(policy.entries_per_day.into())),
        (said!("байт отделения в день", "bytes of an office a day"), number(policy.bytes_per_day)),
        (said!("новый ключ запечатывания через, дн.", "a new sealing key after, days"), number(policy.sealing_key_days.into())),
        (said!("прежний ключ хранится, дн.", "a replaced one is kept, days"), number(policy.sealing_key_grace_days.into())),
    ]
}

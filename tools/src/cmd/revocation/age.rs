//! `okrug revocation age`: how old the newest list is, in the authority's folder or at a node.

use okrug_node::office::view::NodeStatus;
use okrug_protocol::clock::Millis;
use serde_json::{Value, json};

use crate::authority::Folder;
use crate::authority::removal::Fill;
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::problem::Problem;
use crate::time;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    reach: Reach,
}

/// What is known of a list.
struct List {
    version: u32,
    issued: Millis,
    age_ms: u64,
    /// In a word.
    freshness: Value,
}

/// Whoever names a node means that node's list; in an authority's folder it is the one that lies there.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    if context.node.is_some() { at_node(context, args) } else { in_folder(context) }
}

fn at_node(context: &Context, args: &Args) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let status: NodeStatus = Client::admin(&place, context.lang, context.timeout)?.get("/node/status")?;
    let list = status.district.revocations.map(|list| List {
        version: list.version,
        issued: list.issued,
        age_ms: list.age_s.saturating_mul(1_000),
        freshness: json!(list.freshness),
    });
    tell(context, list.as_ref(), None)
}

fn in_folder(context: &Context) -> Result<(), Problem> {
    let trust = Folder::open(&context.dir)?.trust()?;
    let now = okrug_node::clock::now();
    let freshness = trust.revocations_freshness(now).map_or("fresh", |freshness| freshness.word());
    let list = trust.revocations().map(|list| {
        let head = list.doc().head;
        List { version: head.version.0, issued: head.issued, age_ms: now.since(head.issued), freshness: json!(freshness) }
    });
    let fill = trust.revocations().map(|list| Fill::of(list.doc()));
    fill.and_then(Fill::warning).iter().for_each(|said| context.warn(said));
    tell(context, list.as_ref(), fill.map(Fill::percent))
}

fn tell(context: &Context, list: Option<&List>, full_percent: Option<usize>) -> Result<(), Problem> {
    let value = json!({
        "version": list.map_or(0, |list| list.version),
        "issued": list.map(|list| time::text(list.issued)),
        "age_s": list.map(|list| list.age_ms / 1_000),
        "freshness": list.map(|list| &list.freshness),
        "full_percent": full_percent,
    });
    let message = match list {
        None => said!("списка отзыва ещё нет", "there is no list of revocations yet"),
        Some(list) => {
            let (version, days) = (list.version, list.age_ms / time::DAY_MS);
            said!("список отзыва версии {version}, возраст {days} дн.", "the list of revocations of version {version} is {days} days old")
        }
    };
    context.done(value, &message, None)
}

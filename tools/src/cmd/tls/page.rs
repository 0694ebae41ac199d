//! `okrug tls page`: how to come to trust the district, on paper.

use std::path::PathBuf;

use okrug_node::page::trust::{Trust, page};
use okrug_protocol::ids::{Hash32, unhex};
use serde_json::json;

use super::node::state;
use crate::client::{Place, Reach};
use crate::context::Context;
use crate::files::{self, Access};
use crate::problem::{Exit, Problem, misuse};
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "FILE.html")]
    out: PathBuf,
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<String>,
    #[arg(long, value_name = "NAME", default_value = "")]
    office: String,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let state = state(context, &args.reach)?;
    let root = state.root.as_deref().and_then(unhex).and_then(|bytes| bytes.try_into().ok()).map(Hash32);
    let root = root.ok_or_else(|| {
        Problem::new(
            "no_page_root",
            Exit::NotFound,
            said!("в округе ещё нет корневого сертификата страниц", "the district has no root certificate of the pages yet"),
        )
        .hint(said!("у администратора округа: okrug tls init", "at the authority: okrug tls init"))
    })?;
    let host = state.host.unwrap_or_default();
    // The node is talked to by the port that the page has, whatever it is called here.
    let place = Place::of(context, &args.reach)?;
    let port = place.url.rsplit(':').next().filter(|port| port.parse::<u16>().is_ok()).map_or_else(String::new, |port| format!(":{port}"));
    let address = args.address.clone().unwrap_or_else(|| format!("{host}{port}"));
    if address.contains(['/', '"', '<', ' ']) {
        return Err(misuse(said!("--address: нужно ИМЯ:ПОРТ", "--address takes NAME:PORT")));
    }
    let (here, secure) = (format!("http://{address}"), format!("https://{address}"));
    let office = if args.office.is_empty() { host.as_str() } else { &args.office };
    let html = page(context.lang, &Trust { office, root: Some(root), own: None, here: &here, secure: Some(&secure), print: true });
    if !context.dry_run {
        files::write(&args.out, html.as_bytes(), Access::Everybody)?;
    }
    let out = args.out.display();
    context.done(
        json!({ "file": out.to_string(), "address": address, "root": root.to_hex(), "dry_run": context.dry_run }),
        &said!("листок о доверии: {out}", "the paper about trust: {out}"),
        Some(&said!("напечатайте его; сотрудники сверяют слова с экраном", "print it; people compare its words with their screens")),
    )
}

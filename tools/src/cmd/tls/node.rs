//! `okrug tls request` and `okrug tls import`: what the node asks for, and what it is given.

use std::path::PathBuf;

use okrug_node::office::view::PageCertificate;
use serde_json::json;

use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::files::{self, Access};
use crate::problem::{Exit, Problem};
use crate::time;
use crate::words::said;

/// The longest file of a certificate.
const MAX_FILE: usize = 32 << 10;

#[derive(Debug, clap::Args)]
pub(super) struct Request {
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(super) struct Import {
    file: PathBuf,
    #[command(flatten)]
    reach: Reach,
}

/// How the node's certificate stands.
pub(super) fn state(context: &Context, reach: &Reach) -> Result<PageCertificate, Problem> {
    Client::admin(&Place::of(context, reach)?, context.lang, context.timeout)?.get("/admin/tls")
}

pub(super) fn request(context: &Context, args: &Request) -> Result<(), Problem> {
    let state = state(context, &args.reach)?;
    let text = state.request.ok_or_else(|| {
        Problem::new("no_page_request", Exit::Failed, said!("узел не даёт заявки", "the node gives no request"))
            .hint(said!("обновите okrug-node", "update okrug-node"))
    })?;
    if !context.dry_run {
        files::write(&args.out, text.as_bytes(), Access::Everybody)?;
    }
    let (host, out) = (state.host.unwrap_or_default(), args.out.display());
    context.done(
        json!({ "host": host, "file": out.to_string(), "dry_run": context.dry_run }),
        &said!(
            "заявка на сертификат для {host}: {out}; тайны в ней нет",
            "the request for a certificate of {host}: {out}; there is no secret in it"
        ),
        Some(&said!(
            "передайте её администратору округа: okrug tls issue {out} --out office.crt",
            "hand it to the authority: okrug tls issue {out} --out office.crt"
        )),
    )
}

pub(super) fn import(context: &Context, args: &Import) -> Result<(), Problem> {
    let bytes = files::read(&args.file, MAX_FILE)?;
    if context.dry_run {
        return context.done(json!({ "dry_run": true }), &said!("проба, ничего не передано", "dry run, nothing was sent"), None);
    }
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    let state: PageCertificate = node.post_bytes("/admin/tls", &bytes)?;
    let (host, day) = (state.host.clone().unwrap_or_default(), state.until.map_or_else(String::new, time::date));
    context.done(
        serde_json::to_value(&state).unwrap_or_default(),
        &said!(
            "узел показывает страницу под сертификатом округа: {host}, до {day}; дальше он обновляет её сертификат сам",
            "the node shows its page under the district's certificate: {host}, until {day}; it renews the page's own by itself"
        ),
        Some(&said!("okrug tls page --out trust.html: листок для сотрудников", "okrug tls page --out trust.html: a paper for the people")),
    )
}

//! `okrug tls issue`: an office's certificate, for its own names and addresses alone.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use okrug_node::certs::{DEFAULT_OFFICE_DAYS, Root, host};
use okrug_protocol::clock::Millis;
use okrug_protocol::pagekey::{self, PageRequest};
use serde_json::json;

use crate::authority::Folder;
use crate::authority::page_root::{PAGE_ROOT, PageRoot};
use crate::context::Context;
use crate::files::{self, Access};
use crate::problem::{Exit, Problem};
use crate::secret;
use crate::time;
use crate::words::{Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    request: PathBuf,
    #[arg(long, value_name = "IP")]
    address: Vec<IpAddr>,
    #[arg(long, value_name = "730d", value_parser = time::duration)]
    valid: Option<Duration>,
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    now: Option<Millis>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let (trust, path) = (folder.trust()?, folder.path(PAGE_ROOT));
    let file = PageRoot::load(&path)?;
    if trust.directory().page_root() != Some(file.hash()) {
        return Err(Problem::new(
            "root_not_signed",
            Exit::Changed,
            said!(
                "подписанный справочник ещё не называет этот корневой сертификат; ничего не выдано",
                "the signed directory does not name this root yet; nothing was issued"
            ),
        )
        .hint(Said::same("okrug authority sign")));
    }
    let (request, by) = PageRequest::read(&files::read_text(&args.request, pagekey::MAX_BYTES)?).map_err(|error| unread(&error))?;
    let slug = &request.slug;
    if trust.directory().office_by_slug(slug).is_none_or(|office| office.sign != by) {
        return Err(Problem::new(
            "not_the_office",
            Exit::BadSignature,
            said!(
                "заявку подписал не узел отделения {slug}, каким его знает справочник; ничего не выдано",
                "the request was not signed by the node of the office {slug} as the directory knows it; nothing was issued"
            ),
        )
        .hint(said!("возьмите заявку у узла: okrug tls request", "take the request from the node: okrug tls request")));
    }
    if let Some(address) = args.address.iter().find(|address| !Root::may_name(**address)) {
        return Err(Problem::new(
            "public_address",
            Exit::Refused,
            said!(
                "{address} — не адрес внутренней сети: корень округа за него не ручается; ничего не выдано",
                "{address} is no address of an internal network: the district's root does not vouch for it; nothing was issued"
            ),
        ));
    }
    let now = time::of_signing(args.now, trust.chart().doc().head.issued)?;
    let days = args.valid.map_or(DEFAULT_OFFICE_DAYS, |valid| valid.as_secs().div_ceil(24 * 60 * 60));
    let until = now.plus(days * time::DAY_MS);
    if !context.dry_run {
        let what = said!("Пароль корневого ключа страниц", "The passphrase of the pages' root key");
        let passphrase = secret::passphrase(context, args.passphrase_file.as_deref(), &what)?;
        let grant = file.open(&passphrase, &path)?.issue(&request, &args.address, now, days)?;
        files::write(&args.out, grant.write().as_bytes(), Access::Everybody)?;
    }
    let (name, out, day) = (host(slug), args.out.display(), time::date(until));
    let value = json!({ "office": slug, "host": name, "addresses": args.address, "until": time::text(until), "file": out.to_string(), "dry_run": context.dry_run });
    context.done(
        value,
        &said!("сертификат для {name} выдан до {day}: {out}", "the certificate for {name} is issued until {day}: {out}"),
        Some(&said!("на узле: okrug tls import {out}", "on the node: okrug tls import {out}")),
    )
}

fn unread(error: &pagekey::PageRequestError) -> Problem {
    Problem::new(
        "page_request",
        Exit::BadSignature,
        said!("заявка не читается: {error}; ничего не выдано", "the request cannot be read: {error}; nothing was issued"),
    )
    .hint(said!("возьмите её у узла ещё раз: okrug tls request", "take it from the node again: okrug tls request"))
}

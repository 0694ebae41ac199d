//! `okrug office answer`: what a new office must know to begin, on a page for the printer.

use std::path::PathBuf;

use okrug_node::paper::Page;
use okrug_protocol::answer::Answer;
use okrug_protocol::ids::OfficeId;
use serde_json::json;

use super::find;
use crate::authority::Folder;
use crate::context::Context;
use crate::files::{self, Access};
use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// Addresses on a paper: whoever types them is grateful for few.
const MAX_ADDRESSES: usize = 3;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    office: String,
    #[arg(long, value_name = "FILE.html")]
    qr: Option<PathBuf>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let (mut plan, trust) = (folder.plan()?, folder.trust()?);
    let office = find(&mut plan, &args.office)?;
    let (slug, name, number) = (office.slug.clone(), office.name.clone(), OfficeId(office.number));
    if trust.directory().office(number).is_none() {
        return Err(Problem::new(
            "not_signed",
            Exit::Changed,
            said!("{slug} ещё нет в подписанном справочнике", "{slug} is not in the signed directory yet"),
        )
        .hint(Said::same("okrug authority sign")));
    }
    let others = trust.bootstrap().iter().filter(|(office, _)| *office != number);
    let addresses: Vec<String> = others.filter_map(|(_, addresses)| addresses.first().cloned()).take(MAX_ADDRESSES).collect();
    if addresses.is_empty() {
        return Err(Problem::new(
            "no_address",
            Exit::NotFound,
            said!("ни у одного другого отделения нет адреса", "no other office has an address"),
        )
        .hint(said!("okrug office address add ОТДЕЛЕНИЕ АДРЕС", "okrug office address add OFFICE ADDR")));
    }
    let district = trust.district();
    let lines = Answer { district, addresses: addresses.clone() }.lines().expect("three addresses fit on a paper");
    let words = Said::fingerprint(&district.0);
    let page = Page {
        title: said!("Ответ отделению {name}", "The answer to {name}"),
        what: said!(
            "Запишите строки в файл answer.txt и запустите: okrug-node run --district answer.txt. Сверьте слова с администратором округа по телефону.",
            "Write the lines to a file answer.txt and start: okrug-node run --district answer.txt. Compare the words with the authority by telephone."
        ),
        fingerprint: Some((words.clone(), district.0.to_hex())),
        lines: &lines,
    };
    if let Some(path) = args.qr.as_ref().filter(|_| !context.dry_run) {
        files::write(path, page.html(context.lang).as_bytes(), Access::Everybody)?;
    }
    if context.json {
        return context.object(json!({ "office": number.to_string(), "slug": slug, "district": district.0.to_hex(), "words": words.text(context.lang), "addresses": addresses, "lines": lines }));
    }
    lines.iter().try_for_each(|line| crate::print::line(line))
}

//! `okrug tls init`: the root, made once.

use std::path::PathBuf;

use okrug_node::certs::Root;
use okrug_node::clock;
use okrug_protocol::clock::Millis;
use serde_json::json;

use crate::authority::Folder;
use crate::authority::page_root::{PAGE_ROOT, PageRoot};
use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::secret;
use crate::time;
use crate::words::{Lang, Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    now: Option<Millis>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let (mut plan, trust, path) = (folder.plan()?, folder.trust()?, folder.path(PAGE_ROOT));
    if plan.under.is_some() {
        return Err(Problem::new(
            "not_the_district",
            Exit::Refused,
            said!(
                "корневой сертификат один на весь округ; его создаёт администратор округа, а не ветви",
                "one root serves the whole district: the district's authority makes it, not a subtree's"
            ),
        ));
    }
    if path.exists() {
        return Err(Problem::new(
            "page_root_exists",
            Exit::Changed,
            said!("корневой сертификат уже есть; он оставлен как был", "there is a root certificate already; it was left as it is"),
        )
        .hint(Said::same("okrug tls show")));
    }
    let now = time::of_signing(args.now, trust.chart().doc().head.issued)?;
    let name = format!("Okrug: {}", trust.directory().name());
    let root = Root::make(&name, now)?;
    let hash = root.hash();
    if !context.dry_run {
        let what = said!("Пароль корневого ключа страниц", "The passphrase of the pages' root key");
        let passphrase = secret::new_passphrase(context, args.passphrase_file.as_deref(), &what)?;
        PageRoot::seal(&root, &name, &passphrase, &mut clock::rng()).save(&path)?;
        plan.page_root = Some(hash.to_hex());
        folder.save_plan(&plan)?;
    }
    let words = Said::fingerprint(&hash);
    let (ru, en, hex) = (words.text(Lang::Ru), words.text(Lang::En), hash.to_hex());
    let value = json!({ "root": hex, "words": words.text(context.lang), "file": path.display().to_string(), "dry_run": context.dry_run });
    context.done(
        value,
        &said!(
            "корневой сертификат страниц создан; его отпечаток:\n{ru}\n{hex}",
            "the root certificate of the pages is made; its fingerprint:\n{en}\n{hex}"
        ),
        Some(&said!(
            "okrug authority sign, чтобы справочник назвал его; на узле okrug tls request, здесь okrug tls issue",
            "okrug authority sign, so that the directory names it; okrug tls request on a node, okrug tls issue here"
        )),
    )
}

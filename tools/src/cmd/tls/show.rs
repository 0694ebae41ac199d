//! `okrug tls show`: the root in the authority's folder, or how a node's certificate stands.

use okrug_node::office::view::PageSource;
use okrug_protocol::ids::{Hash32, unhex};
use serde_json::json;

use super::node::state;
use crate::authority::Folder;
use crate::authority::page_root::{PAGE_ROOT, PageRoot};
use crate::client::Reach;
use crate::context::Context;
use crate::print::Table;
use crate::problem::Problem;
use crate::qr::Qr;
use crate::time;
use crate::words::{Lang, Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long)]
    qr: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    match Folder::open(&context.dir) {
        Ok(folder) if context.node.is_none() => of_folder(context, &folder, args.qr),
        _ => of_node(context, args),
    }
}

fn of_folder(context: &Context, folder: &Folder, qr: bool) -> Result<(), Problem> {
    let hash = PageRoot::load(&folder.path(PAGE_ROOT))?.hash();
    let signed = folder.trust()?.directory().page_root() == Some(hash);
    told(context, &hash, qr)?;
    let (ru, en) = if signed { ("да", "yes") } else { ("нет: okrug authority sign", "no: okrug authority sign") };
    context.say(&said!("В справочнике  {ru}", "Signed      {en}"))?;
    if context.json {
        context.object(json!({ "root": hash.to_hex(), "words": Said::fingerprint(&hash).text(context.lang), "signed": signed }))
    } else {
        Ok(())
    }
}

fn told(context: &Context, hash: &Hash32, qr: bool) -> Result<(), Problem> {
    let words = Said::fingerprint(hash);
    let (ru, en, hex) = (words.text(Lang::Ru), words.text(Lang::En), hash.to_hex());
    context.say(&said!("Отпечаток   {ru}\n            {hex}", "Fingerprint {en}\n            {hex}"))?;
    if qr {
        let code = Qr::of(&hex.to_uppercase()).expect("64 digits fit into one code");
        context.say(&Said::same(code.terminal().trim_end()))?;
    }
    Ok(())
}

fn of_node(context: &Context, args: &Args) -> Result<(), Problem> {
    let state = state(context, &args.reach)?;
    let root = state.root.as_deref().and_then(unhex).and_then(|bytes| bytes.try_into().ok()).map(Hash32);
    if let Some(root) = root {
        told(context, &root, args.qr)?;
    }
    if let (Some(ru), Some(en)) = (&state.fault_ru, &state.fault_en) {
        context.warn(&said!("выданный сертификат не показывается: {ru}", "the certificate that was issued is not shown: {en}"));
    }
    let source = match state.source {
        PageSource::None => said!("без TLS, только на этой машине", "without TLS, on this machine alone"),
        PageSource::Own => said!("собственный, браузеры предупреждают", "the node's own, browsers warn"),
        PageSource::Given => said!("из api.tls_cert", "that of api.tls_cert"),
        PageSource::District => said!("округа", "the district's"),
    };
    let day = |at: Option<_>| at.map_or_else(|| "-".to_owned(), time::date);
    let head = context.lang.pick(
        ["СЕРТИФИКАТ", "ИМЯ", "АДРЕСА", "ВЫДАН ДО", "СТРАНИЦА ДО"],
        ["CERTIFICATE", "NAME", "ADDRESSES", "ISSUED UNTIL", "PAGE UNTIL"],
    );
    let mut table = Table::new(head);
    let host = state.host.clone().unwrap_or_else(|| "-".to_owned());
    let addresses = if state.addresses.is_empty() { "-".to_owned() } else { state.addresses.join(" ") };
    table.row([source.text(context.lang).to_owned(), host, addresses, day(state.until), day(state.leaf_until)]);
    context.show(serde_json::to_value(&state).unwrap_or_default(), &table)
}

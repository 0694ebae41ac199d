//! `okrug authority show`.

use okrug_node::clock;
use okrug_protocol::clock::Millis;
use okrug_protocol::document::{Document, DocumentKind, Head, Signed};
use okrug_protocol::ids::hex;
use okrug_protocol::trust::Trust;
use serde_json::{Value, json};

use crate::authority::keys::KeyFile;
use crate::authority::{Folder, archive, round, signing};
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::Problem;
use crate::qr::Qr;
use crate::time;
use crate::words::{Lang, Said, said};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long)]
    qr: bool,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let trust = folder.trust()?;
    let here: Vec<_> = KeyFile::all(&folder.path("keys"))?.iter().filter_map(|file| file.public().ok()).collect();
    let role = signing::role(&trust);
    let (name, id) = (trust.directory().name().to_owned(), trust.district().0.to_hex());
    let (keys, need) = (role.keys.len(), role.need());
    context.say(&said!("Округ       {name}", "District    {name}"))?;
    let words = Said::fingerprint(&trust.district().0);
    let (ru, en) = (words.text(Lang::Ru), words.text(Lang::En));
    context.say(&said!("Отпечаток   {ru}\n            {id}", "Fingerprint {en}\n            {id}"))?;
    if args.qr {
        let code = Qr::of(&id.to_uppercase()).expect("64 digits fit into one code");
        context.say(&Said::same(code.terminal().trim_end()))?;
    }
    context.say(&said!("Подписи     {need} из {keys}", "Signatures  {need} of {keys}"))?;
    for key in &role.keys {
        let key_hex = hex(&key.0);
        let lies = here.contains(key);
        let (ru, en) = if lies { ("в папке keys", "in keys") } else { ("не здесь", "elsewhere") };
        context.say(&said!("Ключ        {key_hex}  {ru}", "Key         {key_hex}  {en}"))?;
    }
    if !context.json && !context.quiet {
        print::line("")?;
    }
    let (table, rows) = documents(context, &trust, clock::now());
    let keys: Vec<Value> = role.keys.iter().map(|key| json!({ "public": hex(&key.0), "here": here.contains(key) })).collect();
    context.show(
        json!({ "district": id, "words": words.text(context.lang), "name": name, "threshold": need, "keys": keys, "documents": rows }),
        &table,
    )
}

/// The documents of a district as a table and as JSON.
pub fn documents(context: &Context, trust: &Trust, now: Millis) -> (Table, Vec<Value>) {
    let head = context.lang.pick(
        ["ДОКУМЕНТ", "ВЕРСИЯ", "ПОДПИСАН", "ОБНОВИТЬ ДО", "ПОДПИСЕЙ", "СОСТОЯНИЕ"],
        ["DOCUMENT", "VERSION", "SIGNED", "REFRESH BY", "SIGNATURES", "STATE"],
    );
    let (mut table, mut rows) = (Table::new(head), Vec::new());
    let mut add = |row: Summary| {
        let due = now > row.head.refresh_by;
        let state = if due { context.lang.pick("пора обновить", "due") } else { context.lang.pick("свежий", "fresh") };
        let version = row.head.version.0;
        table.row([
            called(context, row.kind),
            version.to_string(),
            time::date(row.head.issued),
            time::date(row.head.refresh_by),
            row.signers.to_string(),
            state.to_owned(),
        ]);
        rows.push(json!({
            "kind": row.word,
            "version": version,
            "issued": time::text(row.head.issued),
            "refresh_by": time::text(row.head.refresh_by),
            "signatures": row.signers,
            "hash": row.hash,
            "due": due,
        }));
    };
    add(summary(trust.charter()));
    add(summary(trust.chart()));
    trust.bootstrap_list().map(summary).map(&mut add);
    trust.revocations().map(summary).map(&mut add);
    trust.subcharts().values().map(summary).for_each(&mut add);
    (table, rows)
}

/// A kind of document as a person calls it; for a script, its word.
pub(super) fn called(context: &Context, kind: DocumentKind) -> String {
    match kind {
        _ if context.plain || context.lang == Lang::En => archive::stem(kind),
        DocumentKind::Subchart(unit) => format!("{} {unit}", round::kind_ru(kind)),
        _ => round::kind_ru(kind).to_owned(),
    }
}

struct Summary {
    kind: DocumentKind,
    word: String,
    head: Head,
    hash: String,
    signers: usize,
}

fn summary<D: Document>(signed: &Signed<D>) -> Summary {
    Summary {
        kind: signed.kind(),
        word: archive::stem(signed.kind()),
        head: *signed.doc().head(),
        hash: signed.hash().to_hex(),
        signers: signed.signers().count(),
    }
}

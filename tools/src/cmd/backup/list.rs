//! `okrug backup list`: what lies in a folder, without any key.

use std::path::PathBuf;

use okrug_node::backup::{Scope, look};
use okrug_node::problem::Exit;
use serde_json::{Value, json};

use super::shelf;
use crate::context::Context;
use crate::print::Table;
use crate::problem::Problem;
use crate::time;
use crate::words::{bytes, said};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs it; a file that is not whole ends it with the code for "partly".
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let lang = context.lang;
    let mut table = Table::new(
        lang.pick(["ОТДЕЛЕНИЕ", "СДЕЛАНА", "РАЗМЕР", "ЧТО", "СОСТОЯНИЕ", "ФАЙЛ"], ["OFFICE", "MADE", "SIZE", "WHAT", "STATE", "FILE"]),
    );
    let (mut rows, mut broken): (Vec<Value>, usize) = (Vec::new(), 0);
    for path in shelf::files(&args.folder)? {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match look(&path) {
            Ok(looked) => {
                let (head, whole) = (&looked.head, looked.whole.is_ok());
                broken += usize::from(!whole);
                let what = match head.scope {
                    Scope::All => lang.pick("всё", "everything"),
                    Scope::Keys => lang.pick("ключи", "keys"),
                };
                let state = if whole { lang.pick("цела", "whole") } else { lang.pick("ПОВРЕЖДЕНА", "DAMAGED") };
                table.row([
                    head.slug.clone(),
                    time::shown(head.made, lang),
                    bytes(looked.bytes, lang),
                    what.to_owned(),
                    state.to_owned(),
                    file.clone(),
                ]);
                rows.push(json!({
                    "file": file, "office": head.slug, "id": head.office.to_string(), "district": head.district.0.to_hex(),
                    "made": time::text(head.made), "bytes": looked.bytes, "keys_only": head.scope == Scope::Keys, "whole": whole,
                }));
            }
            Err(error) => {
                broken += 1;
                let problem = Problem::from(error);
                table.row(["-", "-", "-", "-", lang.pick("НЕ ЧИТАЕТСЯ", "UNREADABLE"), &file].map(str::to_owned));
                rows.push(json!({ "file": file, "whole": false, "code": problem.code }));
            }
        }
    }
    if rows.is_empty() && !context.json {
        let folder = args.folder.display();
        context.say(&said!("В {folder} резервных копий нет.", "There are no backups in {folder}."))?;
    } else {
        context.show(json!({ "backups": rows }), &table)?;
    }
    if broken == 0 {
        return Ok(());
    }
    Err(Problem::new("backup_damaged", Exit::Partly, said!("не целы: {broken}", "not whole: {broken}"))
        .hint(said!("сделайте новую: okrug backup create", "make a new one: okrug backup create")))
}

//! `okrug revocation cut-offs`: where the logs of an office end, as a file for `revocation add`.

use std::path::PathBuf;

use okrug_node::office::view::{LogEnd, OfficeEnds};
use okrug_protocol::ids::{EntryId, Hash32, OfficeId, unhex};
use okrug_protocol::revocations::CutOff;

use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::files::{self, Access};
use crate::print;
use crate::problem::{Exit, Problem};
use crate::staff::rows::is_slug;
use crate::words::said;

/// The longest file that says where logs end.
const MAX_ENDS: usize = 4 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    office: String,
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
}

/// Asks the node for what it holds of an office.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    let word = &args.office;
    if !is_slug(word) {
        return Err(Problem::new("no_such_office", Exit::NotFound, said!("отделения «{word}» нет", "there is no office \"{word}\"")));
    }
    let ends: OfficeEnds = node.get(&format!("/admin/office/{word}/end"))?;
    let count = ends.ends.len();
    if count == 0 {
        let message = said!("у этого узла нет ни одной записи отделения {word}", "this node holds no entry of the office {word}");
        let hint = said!("спросите узел, который с ним связывался", "ask a node that has been in contact with it");
        return Err(Problem::new("no_entries", Exit::NotFound, message).hint(hint));
    }
    let value = serde_json::to_value(&ends).expect("numbers, texts and lists");
    let Some(out) = args.out.as_ref().filter(|_| !context.dry_run) else { return print::json(&value) };
    files::write(out, format!("{value}\n").as_bytes(), Access::Everybody)?;
    let at = out.display();
    context.done(
        value,
        &said!("{at}: концы журналов отделения {word}: {count}", "{at}: where {count} logs of the office {word} end"),
        Some(&said!("okrug revocation add {word} --reason … --cut-offs {at}", "okrug revocation add {word} --reason … --cut-offs {at}")),
    )
}

/// Reads such files about one office; where several name a log, the one that has more of it counts.
///
/// # Errors
/// A file cannot be read, is about another office, or contradicts another.
pub(super) fn read(paths: &[PathBuf], office: OfficeId) -> Result<Vec<CutOff>, Problem> {
    let mut all: Vec<CutOff> = Vec::new();
    for path in paths {
        let at = path.display();
        let none = || {
            let message = said!("{at}: это не концы журналов отделения {office}", "{at}: does not say where the logs of {office} end");
            Problem::new("no_cut_offs", Exit::Failed, message)
                .hint(said!("okrug revocation cut-offs ОТДЕЛЕНИЕ --out ФАЙЛ", "okrug revocation cut-offs OFFICE --out FILE"))
        };
        let said: OfficeEnds = serde_json::from_str(&files::read_text(path, MAX_ENDS)?).map_err(|_| none())?;
        for end in &said.ends {
            let cut = cut_off(end).filter(|cut| said.office == office && cut.log.office == office).ok_or_else(none)?;
            match all.iter_mut().find(|known| known.log == cut.log) {
                None => all.push(cut),
                Some(known) if known.seq == cut.seq && known.id != cut.id => return Err(forked(&cut)),
                Some(known) if known.seq < cut.seq => *known = cut,
                Some(_) => {}
            }
        }
    }
    Ok(all)
}

fn cut_off(end: &LogEnd) -> Option<CutOff> {
    let id: [u8; 32] = unhex(&end.id)?.try_into().ok()?;
    Some(CutOff { log: end.last.log, seq: end.last.seq, id: EntryId(Hash32(id)) })
}

fn forked(cut: &CutOff) -> Problem {
    let (log, seq) = (cut.log, cut.seq);
    Problem::new(
        "forked",
        Exit::Refused,
        said!(
            "журнал {log} в месте {seq} у двух узлов разный; ничего не изменено",
            "two nodes hold different entries of the log {log} at {seq}; nothing was changed"
        ),
    )
    .hint(said!("возьмите файл одного из них", "take the file of one of them"))
}

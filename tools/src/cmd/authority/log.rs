//! `okrug authority log`: the chain of what was signed.

use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::{Hash32, hex};
use serde_json::json;

use super::show::called;
use crate::authority::paper::Paper;
use crate::authority::{Folder, archive, difference};
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::{Exit, Problem};
use crate::time;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[arg(long)]
    changes: bool,
}

/// One signed edition beside the one before it.
struct Step {
    paper: Paper,
    hash: Hash32,
    before: Option<usize>,
    /// Whether it names the hash of the edition before, where that is kept here.
    follows: bool,
}

/// Shows every edition that was signed here, with its date, its signers and what it changed.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let steps = steps(&folder)?;
    let shown = &steps[steps.len().saturating_sub(args.limit.unwrap_or(usize::MAX))..];
    let head =
        context.lang.pick(["ДАТА", "ДОКУМЕНТ", "ВЕРСИЯ", "ПОДПИСАЛИ", "ЦЕПЬ"], ["DATE", "DOCUMENT", "VERSION", "SIGNED BY", "CHAIN"]);
    let (mut table, mut rows) = (Table::new(head), Vec::new());
    for step in shown {
        let (issued, kind, version) = (step.paper.head().issued, archive::stem(step.paper.kind()), step.paper.version().0);
        let signers: Vec<String> = step.paper.signers().iter().map(|key| hex(&key.0[..4])).collect();
        let chain = if step.follows { "ok" } else { context.lang.pick("РАЗРЫВ", "BROKEN") };
        table.row([time::text(issued), called(context, step.paper.kind()), version.to_string(), signers.join(" "), chain.to_owned()]);
        let before = step.before.map(|at| &steps[at].paper);
        let changes: Vec<String> = difference::between(before, &step.paper).iter().map(|line| line.text(context.lang).to_owned()).collect();
        rows.push(json!({
            "issued": time::text(issued),
            "kind": kind,
            "version": version,
            "signers": step.paper.signers().iter().map(|key| hex(&key.0)).collect::<Vec<_>>(),
            "hash": step.hash.to_hex(),
            "follows": step.follows,
            "changes": changes,
        }));
    }
    if args.changes && !context.json && !context.plain {
        for row in &rows {
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            print::line(&format!("{}  {} {}", text("issued"), text("kind"), row["version"]))?;
            row["changes"]
                .as_array()
                .into_iter()
                .flatten()
                .try_for_each(|line| print::line(&format!("  {}", line.as_str().unwrap_or_default())))?;
        }
    } else {
        context.show(json!({ "steps": rows }), &table)?;
    }
    match steps.iter().find(|step| !step.follows) {
        Some(step) => Err(broken(step.paper.kind(), step.paper.version().0)),
        None => Ok(()),
    }
}

/// All editions by time of signing; of one time, as they are exchanged.
fn steps(folder: &Folder) -> Result<Vec<Step>, Problem> {
    let trust = folder.trust()?;
    let mut papers = Vec::new();
    for (path, bytes) in folder.editions()? {
        papers.push(Paper::read(&path, &bytes, trust.district())?);
    }
    papers.sort_by_key(|paper| (paper.head().issued, paper.kind(), paper.version()));
    let mut steps: Vec<Step> = Vec::new();
    for paper in papers {
        let older =
            steps.iter().enumerate().filter(|(_, step)| step.paper.kind() == paper.kind() && step.paper.version() < paper.version());
        let before = older.max_by_key(|(_, step)| step.paper.version()).map(|(at, _)| at);
        let previous = paper.head().previous;
        let follows = before.is_none_or(|at| steps[at].hash == previous || steps[at].paper.version().next() != Some(paper.version()));
        steps.push(Step { hash: paper.hash(), before, follows, paper });
    }
    Ok(steps)
}

fn broken(kind: DocumentKind, version: u32) -> Problem {
    let word = archive::stem(kind);
    Problem::new(
        "chain_broken",
        Exit::BadSignature,
        said!(
            "{word} версии {version} не продолжает предыдущую редакцию, которая лежит в signed",
            "the {word} of version {version} does not follow the edition before it that lies in signed"
        ),
    )
    .hint(said!("сравните папку с копией: кто-то подменил файлы", "compare the folder with a copy: somebody has exchanged files"))
}

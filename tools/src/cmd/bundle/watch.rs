//! `okrug bundle watch`: every file that appears in a folder is taken, and answered.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use okrug_node::office::view::BundlePurpose;
use serde_json::json;

use super::create::LONGEST;
use super::import::take;
use super::report::{sentence, shortfall, value};
use super::{file, receipts};
use crate::client::{Client, Place, Reach, interrupt};
use crate::context::Context;
use crate::print;
use crate::problem::{Exit, FileError, Problem};
use crate::words::said;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(2);
/// How deep below it: a stick is mounted in a folder of its own.
const DEPTH: usize = 2;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    folder: PathBuf,
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    reach: Reach,
}

/// A file as it was seen: one that still grows is another the next time.
type Seen = (PathBuf, u64, Option<SystemTime>);

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout.max(LONGEST))?;
    let interrupted = interrupt();
    let (mut before, mut handled) = (HashSet::new(), HashSet::new());
    fs::read_dir(&args.folder).map_err(FileError::at(&args.folder))?;
    let folder = args.folder.display();
    context.say(&said!("Слежу за {folder}; Ctrl+C закончит", "Watching {folder}; Ctrl+C ends it"))?;
    let mut failed = Ok(());
    loop {
        let now: HashSet<Seen> = files(&args.folder, DEPTH).into_iter().collect();
        let mut ready: Vec<&Seen> = now.iter().filter(|seen| !handled.contains(*seen) && (args.once || before.contains(*seen))).collect();
        ready.sort();
        let ready: Vec<Seen> = ready.into_iter().cloned().collect();
        for seen in ready {
            match one(context, &node, &seen.0) {
                // A node that is away comes back: the file is tried again.
                Err(problem) if problem.exit == Exit::NotRunning && !args.once => tell(context, &seen.0, &problem)?,
                Err(problem) => {
                    tell(context, &seen.0, &problem)?;
                    // What is for others is nobody's fault.
                    if problem.code != "bundle_not_for_us" {
                        failed = failed.and(Err(problem));
                    }
                    handled.insert(seen);
                }
                Ok(()) => drop(handled.insert(seen)),
            }
        }
        if args.once {
            return failed;
        }
        before = now;
        if let Ok(problem) = interrupted.recv_timeout(EVERY) {
            return Err(problem);
        }
    }
}

fn one(context: &Context, node: &Client, path: &Path) -> Result<(), Problem> {
    let quiet = Context { quiet: true, json: false, ..context.clone() };
    let report = take(&quiet, node, path)?;
    let (at, text) = (path.display(), sentence(&report).text(context.lang).to_owned());
    if context.json {
        let mut line = value(path, &report);
        line["type"] = json!("taken");
        line["v"] = json!(1);
        print::json(&line)?;
    } else {
        print::line(&format!("OK  {at}: {text}"))?;
    }
    if let Some(from) = report.from.filter(|_| report.verified && report.purpose == Some(BundlePurpose::Messages)) {
        let mine = node.get::<okrug_node::office::view::NodeStatus>("/node/status")?.office.id;
        if from != mine {
            let (target, _) = receipts::write(context, node, from, file::folder(path))?;
            let target = target.display();
            context.say(&said!("    квитанции: {target}", "    receipts: {target}"))?;
        }
    }
    shortfall(context, &report).map_or(Ok(()), Err)
}

fn tell(context: &Context, path: &Path, problem: &Problem) -> Result<(), Problem> {
    let (at, message) = (path.display(), problem.message.text(context.lang));
    if context.json {
        return print::json(&json!({ "type": "failed", "v": 1, "file": path, "code": problem.code, "message": message }));
    }
    print::note(&format!("{}  {at}: {message}", context.lang.pick("ВНИМАНИЕ", "WARNING")));
    Ok(())
}

/// The bundles and receipts in a folder and below it; what cannot be read is passed over: sticks come and go.
fn files(folder: &Path, depth: usize) -> Vec<Seen> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let (path, Ok(metadata)) = (entry.path(), entry.metadata()) else { continue };
        if metadata.is_dir() && depth > 0 {
            found.extend(files(&path, depth - 1));
        }
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let is_ours = path.extension().is_some_and(|ending| ending == "okb" || ending == "okr");
        if metadata.is_file() && is_ours && !hidden {
            found.push((path, metadata.len(), metadata.modified().ok()));
        }
    }
    found
}

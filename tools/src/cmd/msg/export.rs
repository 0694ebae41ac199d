//! `okrug msg export`.

use std::path::{Path, PathBuf};

use okrug_node::office::view::MessageId;
use okrug_protocol::clock::Millis;
use okrug_protocol::evidence::{Evidence, Report};
use serde_json::json;

use super::who;
use crate::client::{Person, Speaker};
use crate::cmd::verify;
use crate::context::Context;
use crate::files::{self, Access};
use crate::problem::Problem;
use crate::time;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "WHO")]
    chat: String,
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[arg(long, value_name = "MESSAGE", value_parser = |text: &str| text.parse::<MessageId>(), conflicts_with_all = ["from", "to"])]
    message: Option<MessageId>,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    from: Option<Millis>,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    to: Option<Millis>,
    #[arg(long, value_name = "html|jsonl", value_parser = ["html", "jsonl"])]
    format: Option<String>,
    #[command(flatten)]
    speaker: Speaker,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let bytes = Person::speak(context, &args.speaker, |person| {
        let target = who::find(person, &args.chat)?;
        let mut query = Vec::new();
        query.extend(args.message.map(|id| format!("message={id}")));
        query.extend(args.from.map(|from| format!("from={}", time::text(from))));
        query.extend(args.to.map(|to| format!("to={}", time::text(to))));
        person.node().file(&format!("/chat/{}/evidence?{}", target.id, query.join("&")))
    })?;
    // Nothing is handed on that does not convince here.
    let evidence = Evidence::decode(&bytes).map_err(verify::problem)?;
    let district = evidence.district.district()?;
    let report = evidence.verify(district).map_err(verify::problem)?;
    files::write(&args.out, &bytes, Access::Owner)?;
    let beside = args.format.as_deref().map(|format| readable(context, &args.out, format, &report)).transpose()?;
    let (file, id, count) = (args.out.display(), district.0.to_hex(), report.messages.len());
    let changed = said!("сообщений {count} в файле {file}", "{count} messages in {file}");
    let next = said!("okrug verify {file} --charter {id}", "okrug verify {file} --charter {id}");
    let beside = beside.map(|path| path.display().to_string());
    context.done(json!({ "file": args.out, "messages": count, "district": id, "readable": beside }), &changed, Some(&next))
}

/// Writes what people read beside the file that proves it.
fn readable(context: &Context, out: &Path, format: &str, report: &Report) -> Result<PathBuf, Problem> {
    let mut name = out.as_os_str().to_owned();
    name.push(format!(".{format}"));
    let path = PathBuf::from(name);
    let text = if format == "html" { verify::page(report, context.lang) } else { verify::lines(report) };
    files::write(&path, text.as_bytes(), Access::Owner)?;
    Ok(path)
}

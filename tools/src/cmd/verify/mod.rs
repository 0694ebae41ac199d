//! `okrug verify`: what a file of evidence proves, on any machine, by the district's identity alone.

mod anchor;
mod html;
mod json;
mod words;

use std::path::PathBuf;

use okrug_protocol::bounds::MAX_EVIDENCE;
use okrug_protocol::evidence::{Counts, Evidence, EvidenceError, Report};
use serde_json::{Value, json};

use crate::context::Context;
use crate::files;
use crate::help::Row;
use crate::print;
use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

pub use anchor::Anchor;
pub(super) use html::page;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "HEX|WORDS|FILE")]
    charter: String,
}

/// Its texts.
pub const HELP: &[Row] = &[
    (
        "verify",
        "Check a file of evidence: who said what, in which place of which log",
        "Проверить файл с доказательством: кто что сказал и где это записано",
    ),
    ("verify.file", "The file, from okrug msg export or okrug audit export", "Файл от okrug msg export или okrug audit export"),
    (
        "verify.charter",
        "The district's first charter: its fingerprint in hexadecimal or in words, or a district file that you trust",
        "Первый устав округа: отпечаток цифрами или словами либо файл округа, которому вы доверяете",
    ),
];

/// Runs it.
///
/// # Errors
/// Exit 13 when the file proves nothing, or shows what counts no more.
pub fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let anchor = Anchor::read(&args.charter)?;
    let evidence = Evidence::decode(&files::read(&args.file, MAX_EVIDENCE)?).map_err(problem)?;
    let district = anchor.district(&evidence.district)?;
    let report = evidence.verify(district).map_err(problem)?;
    if context.json {
        context.object(whole(&report))?;
    } else if !context.quiet {
        print::line(&words::all(&report, context.lang))?;
    }
    if report.holds() { Ok(()) } else { Err(late(&report)) }
}

/// The report as an object.
pub(super) fn whole(report: &Report) -> Value {
    json!({
        "holds": report.holds(),
        "district": report.district.0.to_hex(),
        "name": report.name,
        "charter": report.charter.0,
        "chart": report.chart.0,
        "revocations": report.revocations.0,
        "messages": report.messages.iter().map(json::message).collect::<Vec<_>>(),
        "acts": report.acts.iter().map(json::act).collect::<Vec<_>>(),
        "runs": report.runs.iter().map(json::run).collect::<Vec<_>>(),
    })
}

/// A line of JSON for each message.
pub(super) fn lines(report: &Report) -> String {
    report.messages.iter().map(|message| format!("{}\n", json::message(message))).collect()
}

/// Why a file proves nothing.
pub(super) fn problem(error: EvidenceError) -> Problem {
    let message = match &error {
        EvidenceError::NotEvidence => said!("это не файл с доказательством", "this is no file of evidence"),
        EvidenceError::Format(n) => {
            said!("файл записан более новой программой (вид {n})", "the file was written by a newer program (format {n})")
        }
        EvidenceError::TooLong => said!("файл длиннее, чем бывает доказательство", "the file is longer than evidence may be"),
        EvidenceError::Changed | EvidenceError::Form(_) => {
            said!("файл изменён или обрезан: он ничего не доказывает", "the file was changed or cut short: it proves nothing")
        }
        EvidenceError::Documents(error) => {
            said!("документы округа в файле неверны: {error}", "the district's documents in the file do not hold: {error}")
        }
        EvidenceError::Entry { log, seq, fault } => Said::new(
            format!("запись {seq} журнала {log}: {}; файл ничего не доказывает", words::fault(*fault)),
            format!("the entry {seq} of the log {log} {fault}; the file proves nothing"),
        ),
        EvidenceError::Empty => said!("в файле нет ни сообщений, ни действий", "the file shows no message and no act"),
    };
    Problem::new("evidence_refused", Exit::BadSignature, message)
}

fn late(report: &Report) -> Problem {
    let count = report.messages.iter().filter(|message| message.counts == Counts::AfterCutOff).count()
        + report.acts.iter().filter(|act| act.counts == Counts::AfterCutOff).count();
    Problem::new(
        "evidence_after_cut_off",
        Exit::BadSignature,
        said!(
            "подписи верны, но отделение отозвано, и записи после его последней действительной не считаются: {count}",
            "the signatures hold, but the office is revoked, and what stands after its last valid entry does not count: {count}",
        ),
    )
}

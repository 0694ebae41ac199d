//! What came of a bundle, in words.

use okrug_node::office::view::{BundlePurpose, BundleReport};
use serde_json::{Value, json};

use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::time;
use crate::words::{Lang, Said, said};

/// Gaps that are listed.
const MAX_LISTED: usize = 20;

/// The report as JSON, with the file that it is about.
pub(super) fn value(file: &std::path::Path, report: &BundleReport) -> Value {
    let mut value = serde_json::to_value(report).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.insert("file".to_owned(), json!(file));
    }
    value
}

/// Where it comes from.
pub(super) fn origin(report: &BundleReport, lang: Lang) -> String {
    let from = report.from.map_or_else(|| lang.pick("неизвестно от кого", "of an unknown office").to_owned(), |from| from.to_string());
    let made = report.made.map_or_else(String::new, |made| format!(", {}", time::shown(made, lang)));
    let doubt = if report.verified { "" } else { lang.pick(" (подпись не проверена)", " (signature not checked)") };
    format!("{from}{made}{doubt}")
}

/// In one sentence.
pub(super) fn sentence(report: &BundleReport) -> Said {
    let (from_ru, from_en) = (origin(report, Lang::Ru), origin(report, Lang::En));
    let (new, known, receipts, documents) = (report.new, report.known, report.receipts, report.newer_documents);
    if report.purpose == Some(BundlePurpose::Receipts) {
        return said!("квитанции приняты: {from_ru}; журналов {receipts}", "receipts taken: {from_en}; {receipts} logs");
    }
    said!(
        "принято от {from_ru}: новых записей {new}, уже было {known}, новых документов округа {documents}",
        "taken from {from_en}: {new} new entries, {known} known, {documents} newer documents of the district"
    )
}

/// What is missing or was not taken; `None` when all is well.
pub(super) fn shortfall(context: &Context, report: &BundleReport) -> Option<Problem> {
    if report.full {
        let new = report.new;
        let message = said!(
            "на диске узла нет места; принято записей {new}, остальное осталось на флешке",
            "the node's disk is full; {new} entries were taken, the rest is on the stick"
        );
        let hint = said!("освободите место и примите файл ещё раз", "make room, and take the file once more");
        return Some(Problem::new("no_space", Exit::NoSpace, message).hint(hint));
    }
    let (missing, frames, waiting, refused) = (report.missing, report.damaged_frames, report.waiting, report.refused);
    let documents = report.refused_documents;
    if report.whole && waiting == 0 && refused == 0 && documents == 0 {
        return None;
    }
    for gap in report.gaps.iter().take(MAX_LISTED) {
        let (from, to) = (gap.from, gap.to);
        context.warn(&said!("нет записей: {from} … {to}", "missing entries: {from} … {to}"));
    }
    let message = said!(
        "принято не всё: повреждено кадров {frames}, пропало записей {missing}, ждут недостающих {waiting}, отклонено записей {refused} и документов {documents}",
        "not all was taken: {frames} damaged frames, {missing} entries lost, {waiting} wait for others, {refused} entries and {documents} documents refused"
    );
    let hint = if report.whole {
        said!("попросите файл, записанный с --all", "ask for a file that was written with --all")
    } else {
        said!("примите файл с другой флешки; принятое не повторится", "take the file from another stick; what was taken is not taken twice")
    };
    Some(Problem::new("bundle_incomplete", Exit::Partly, message).hint(hint))
}

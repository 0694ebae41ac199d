//! `okrug doctor`: read-only checks, each with an id that stays, and with what to do.
//!
//! It works beside a running node, through its API, and without one, by its data directory, which it does not change.
//! What cannot be looked at from here is said to be not checked; it is no reason to fail.
//!
//! ```text
//!   001-009 data       010-019 store     020-029 documents   030-039 clock   040-049 network
//!   050-059 page       060-069 config    070-079 system      080-089 node
//! ```

mod check;
mod facts;
mod clock;
mod config;
mod data;
mod documents;
mod network;
mod node;
mod page;
mod store;
mod system;

use serde_json::json;

use crate::client::Reach;
use crate::context::Context;
use crate::help::Row;
use crate::print;
use crate::problem::{Exit, Problem};
use crate::words::said;
use check::{Area, Check, Verdict};
use facts::Facts;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    strict: bool,
    #[arg(long, value_enum)]
    only: Vec<Area>,
    #[command(flatten)]
    reach: Reach,
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("doctor", "Look for what is wrong with the node and its machine; nothing is changed", "Проверить узел и машину; ничего не меняется"),
    ("doctor.strict", "Fail for warnings too (exit code 21)", "Завершиться с ошибкой и при предупреждениях (код 21)"),
    ("doctor.only", "Only checks of this area; may be repeated", "Только проверки этой области; можно повторять"),
];

/// What looks for the faults of one area.
type Checks = fn(&Facts) -> Vec<Check>;

/// Runs it.
///
/// # Errors
/// [`Exit::CheckFailed`] when a check found an error, [`Exit::CheckWarned`] when only warnings were found and they count.
pub fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let facts = Facts::gather(context, &args.reach);
    let areas: [(Area, Checks); 9] = [
        (Area::Data, data::checks),
        (Area::Store, store::checks),
        (Area::Documents, documents::checks),
        (Area::Clock, clock::checks),
        (Area::Network, network::checks),
        (Area::Page, page::checks),
        (Area::Config, config::checks),
        (Area::System, system::checks),
        (Area::Node, node::checks),
    ];
    let wanted = areas.iter().filter(|(area, _)| args.only.is_empty() || args.only.contains(area));
    let checks: Vec<Check> = wanted.flat_map(|(_, checks)| checks(&facts)).collect();
    let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    let (ok, unknown, warnings, errors) = (count(Verdict::Ok), count(Verdict::NotChecked), count(Verdict::Warning), count(Verdict::Error));
    if context.json {
        let all: Vec<_> = checks.iter().map(|check| check.json(context.lang)).collect();
        context.object(json!({ "checks": all, "ok": ok, "not_checked": unknown, "warnings": warnings, "errors": errors }))?;
    } else if context.plain {
        let row =
            |check: &Check| format!("{}\t{}\t{}\t{}", check.id, check.area.word(), check.verdict.word(), check.said.text(context.lang));
        checks.iter().try_for_each(|check| print::line(&row(check)))?;
    } else {
        let shown = checks.iter().filter(|check| !context.quiet || check.verdict >= Verdict::Warning);
        shown.clone().try_for_each(|check| print::line(&check.line(context.lang)))?;
        context.say(&said!(
            "Итог: OK {ok}, не проверено {unknown}, предупреждений {warnings}, ошибок {errors}",
            "Result: {ok} OK, {unknown} not checked, {warnings} warnings, {errors} errors"
        ))?;
    }
    match (errors, warnings) {
        (0, 0) => Ok(()),
        (0, _) if !args.strict => Ok(()),
        (0, _) => Err(Problem::new(
            "check_warned",
            Exit::CheckWarned,
            said!("предупреждений: {warnings}", "{warnings} checks have found something to look after"),
        )),
        _ => Err(Problem::new("check_failed", Exit::CheckFailed, said!("ошибок: {errors}", "{errors} checks have failed"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use check::Probe;

    #[test]
    fn a_check_says_the_same_in_both_languages_and_in_json() {
        use crate::words::Lang;
        let check = Probe("OKD-001", Area::Data).warning(said!("плохо", "bad"), said!("исправьте", "mend it"));
        assert_eq!(check.line(Lang::En), "WARNING       OKD-001  bad. Hint: mend it");
        assert_eq!(check.line(Lang::Ru), "ВНИМАНИЕ      OKD-001  плохо. Подсказка: исправьте");
        assert_eq!(check.json(Lang::En)["verdict"], "warning");
        assert!(Verdict::Ok < Verdict::NotChecked && Verdict::Warning < Verdict::Error);
    }
}

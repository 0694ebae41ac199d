//! `okrug authority sign`, and `okrug bootstrap sign`, which is a part of it.

use std::path::PathBuf;
use std::time::Duration;

use okrug_protocol::clock::Millis;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::UnitId;
use okrug_protocol::subchart::Subchart;
use okrug_protocol::trust::Trust;
use serde_json::{Value, json};

use crate::authority::archive::DISTRICT_FILE;
use crate::authority::draft::{self, Edition, Ground, Term};
use crate::authority::paper::Paper;
use crate::authority::plan::PlanUnder;
use crate::authority::signing::Source;
use crate::authority::{Folder, Plan, round};
use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::time;
use crate::words::{Said, said};

/// What a signing takes.
#[derive(Debug, clap::Args)]
pub struct Signing {
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Vec<PathBuf>,
    #[arg(long, value_name = "365d", value_parser = time::duration)]
    valid: Option<Duration>,
    #[arg(long)]
    renew: bool,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    now: Option<Millis>,
}

/// Which documents are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The directory and the bootstrap list.
    All,
    /// The bootstrap list alone.
    Bootstrap,
}

/// Signs what has changed since the last edition, and writes the district file.
///
/// # Errors
/// What lacks signatures waits in `pending`, and the exit code says so.
pub fn sign(context: &Context, args: &Signing, what: What) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let (plan, mut trust) = (folder.plan()?, folder.trust()?);
    let now = time::of_signing(args.now, latest(&trust))?;
    let valid = args.valid.map_or(365 * time::DAY_MS, |valid| u64::try_from(valid.as_millis()).unwrap_or(u64::MAX));
    let term = Term { issued: now, refresh_by: now.plus(valid) };
    let mut due = match plan.under.is_some() {
        true => of_subtree(&folder, &plan, &trust, term, args.renew)?,
        false => due(&folder, &plan, &trust, term, args.renew, what)?,
    };
    // With a charter that waits goes all that waits with it; of the rest, what is no longer due is forgotten.
    let waiting = round::waiting(&folder, &trust)?;
    let rotates = round::charter(&waiting).is_some();
    let kinds: Vec<DocumentKind> = due.iter().map(Paper::kind).collect();
    let goes_on = |paper: &Paper| (rotates || matches!(paper, Paper::Revocations(_))) && !kinds.contains(&paper.kind());
    due.extend(waiting.into_iter().filter(goes_on));
    let changed = !due.is_empty();
    if changed && !context.dry_run {
        let source = Source { keys: args.key.clone(), passphrases: args.passphrase_file.clone() };
        round::sign(context, &folder.path("keys"), &trust, &source, &mut due)?;
        round::settle(&folder, &mut trust, due)?;
    }
    let value = summary(context, &trust, plan.under.as_ref(), changed);
    let (versions, file) = (trust.versions(), folder.path(DISTRICT_FILE));
    let own = plan.under.as_ref().map(|under| versions.of(DocumentKind::Subchart(UnitId(under.unit))).0.0);
    let (chart, file) = (own.unwrap_or(versions.chart.0.0), file.display());
    let message = match (changed, context.dry_run) {
        (false, _) => {
            said!("изменений нет, справочник версии {chart} остаётся", "nothing has changed, the directory of version {chart} stays")
        }
        (true, true) => {
            said!("есть что подписать (проба, ничего не записано)", "there is something to sign (dry run, nothing was written)")
        }
        (true, false) => said!("подписано; справочник версии {chart} в {file}", "signed; the directory of version {chart} is in {file}"),
    };
    context.done(value, &message, Some(&next()))
}

fn due(folder: &Folder, plan: &Plan, trust: &Trust, term: Term, renew: bool, what: What) -> Result<Vec<Paper>, Problem> {
    let ground = Ground::of(trust);
    let (chart, bootstrap) = (draft::chart(plan, ground, term)?, draft::bootstrap(plan, ground, term)?);
    let (last, list) = (trust.chart(), trust.bootstrap_list());
    let mut papers = Vec::new();
    let old = last.version().epoch() != chart.head.version.epoch();
    if what == What::All && (renew || old || !chart.says_the_same(last.doc())) {
        papers.push(Paper::Chart(folder.pending_or(chart)?));
    }
    // A first list without any address would say nothing.
    let bootstrap_due = match list {
        Some(last) => renew || last.version().epoch() != bootstrap.head.version.epoch() || !bootstrap.says_the_same(last.doc()),
        None => !bootstrap.rows.is_empty(),
    };
    if bootstrap_due {
        papers.push(Paper::Bootstrap(folder.pending_or(bootstrap)?));
    }
    Ok(papers)
}

/// The directory of the subtree that this folder lists.
fn of_subtree(folder: &Folder, plan: &Plan, trust: &Trust, term: Term, renew: bool) -> Result<Vec<Paper>, Problem> {
    let unit = UnitId(plan.under.as_ref().map_or(0, |under| under.unit));
    let row = trust.chart().doc().delegations.iter().find(|row| row.unit == unit && row.withdrawn.is_none()).ok_or_else(not_delegated)?;
    let subchart = draft::subchart(plan, row, trust, term)?;
    let last = trust.subcharts().get(&unit);
    let old = last.is_some_and(|last| last.version().epoch() != subchart.head.version.epoch());
    let same = |last: &Subchart| Subchart { chart: last.chart, ..subchart.clone() }.says_the_same(last);
    let due = renew || old || last.is_none_or(|last| !same(last.doc()));
    Ok(if due { vec![Paper::Subchart(folder.pending_or(subchart)?)] } else { Vec::new() })
}

fn not_delegated() -> Problem {
    Problem::new(
        "not_delegated",
        Exit::Refused,
        said!(
            "эта ветвь здесь ещё не поручена, либо отозвана; ничего не изменено",
            "this subtree is not delegated yet, or was withdrawn; nothing was changed"
        ),
    )
    .hint(said!("возьмите свежий файл округа: okrug authority import ФАЙЛ", "take a fresh district file: okrug authority import FILE"))
}

pub(super) fn latest(trust: &Trust) -> Millis {
    let (charter, chart) = (trust.charter().doc().head.issued, trust.chart().doc().head.issued);
    charter.max(chart).max(trust.bootstrap_list().map_or(Millis(0), |list| list.doc().head.issued))
}

fn summary(context: &Context, trust: &Trust, under: Option<&PlanUnder>, changed: bool) -> Value {
    let versions = trust.versions();
    json!({
        "district": trust.district().0.to_hex(),
        "changed": changed,
        "directory": versions.chart.0.0,
        "bootstrap": versions.bootstrap.0.0,
        "delegated": under.map(|under| versions.of(DocumentKind::Subchart(UnitId(under.unit))).0.0),
        "offices": trust.directory().offices().count(),
        "file": context.dir.join(DISTRICT_FILE).display().to_string(),
        "dry_run": context.dry_run,
    })
}

fn next() -> Said {
    said!(
        "отдайте {DISTRICT_FILE} узлам: okrug-node run --district {DISTRICT_FILE}; дальше он расходится сам",
        "give {DISTRICT_FILE} to the nodes: okrug-node run --district {DISTRICT_FILE}; from there it spreads by itself"
    )
}

//! `okrug authority sign`, and `okrug bootstrap sign`, which is a part of it.

use std::path::PathBuf;
use std::time::Duration;

use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::chart::Chart;
use okrug_protocol::clock::Millis;
use okrug_protocol::document::Signed;
use okrug_protocol::trust::Trust;
use serde_json::{Value, json};

use crate::authority::archive::DISTRICT_FILE;
use crate::authority::draft::{self, Edition, Term};
use crate::authority::signing::{self, Source};
use crate::authority::{Folder, Plan};
use crate::context::Context;
use crate::problem::Problem;
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

/// The editions that are due.
struct Due {
    chart: Option<Signed<Chart>>,
    bootstrap: Option<Signed<Bootstrap>>,
}

/// Signs what has changed since the last edition, and writes the district file.
///
/// # Errors
/// Nothing is written unless everything was signed by enough keys; what lacks signatures waits.
pub fn sign(context: &Context, args: &Signing, what: What) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let (plan, mut trust) = (folder.plan()?, folder.trust()?);
    let now = time::of_signing(args.now, latest(&trust))?;
    let valid = args.valid.map_or(365 * time::DAY_MS, |valid| u64::try_from(valid.as_millis()).unwrap_or(u64::MAX));
    let due = due(&folder, &plan, &trust, Term { issued: now, refresh_by: now.plus(valid) }, args.renew, what)?;
    let changed = due.chart.is_some() || due.bootstrap.is_some();
    if changed && !context.dry_run {
        let source = Source { keys: args.key.clone(), passphrases: args.passphrase_file.clone() };
        sign_due(context, &folder, &mut trust, &source, due)?;
        folder.wait_no_more::<Chart>()?;
        folder.wait_no_more::<Bootstrap>()?;
    }
    let value = summary(context, &trust, changed);
    let (versions, file) = (trust.versions(), folder.path(DISTRICT_FILE));
    let (chart, file) = (versions.chart.0.0, file.display());
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

fn due(folder: &Folder, plan: &Plan, trust: &Trust, term: Term, renew: bool, what: What) -> Result<Due, Problem> {
    let chart = draft::chart(plan, trust, term)?;
    let bootstrap = draft::bootstrap(plan, trust, term)?;
    let chart_due = what == What::All && (renew || !chart.says_the_same(trust.chart().doc()));
    // A first list without any address would say nothing.
    let bootstrap_due = match trust.bootstrap_list() {
        Some(last) => renew || !bootstrap.says_the_same(last.doc()),
        None => !bootstrap.rows.is_empty(),
    };
    Ok(Due {
        chart: if chart_due { Some(folder.pending_or(chart)?) } else { None },
        bootstrap: if bootstrap_due { Some(folder.pending_or(bootstrap)?) } else { None },
    })
}

fn sign_due(context: &Context, folder: &Folder, trust: &mut Trust, source: &Source, due: Due) -> Result<(), Problem> {
    let role = signing::role(trust);
    // Each edition may have some signatures already; one key more than needed would do no harm.
    let have = |signers: usize| role.need().saturating_sub(signers);
    let need = [due.chart.as_ref().map(|s| have(s.signed_by(&role.keys))), due.bootstrap.as_ref().map(|s| have(s.signed_by(&role.keys)))];
    let need = need.into_iter().flatten().max().unwrap_or(0);
    let keys = source.open(context, folder, role, need)?;
    let chart = due.chart.map(|chart| signing::complete(folder, trust, &keys, chart));
    let bootstrap = due.bootstrap.map(|bootstrap| signing::complete(folder, trust, &keys, bootstrap));
    let (chart, bootstrap) = (chart.transpose()?, bootstrap.transpose()?);
    // What was just signed passes the gate that every node has.
    chart.map(|chart| trust.accept_chart(&chart.encode())).transpose()?;
    bootstrap.map(|bootstrap| trust.accept_bootstrap(&bootstrap.encode())).transpose()?;
    folder.save_trust(trust)
}

fn latest(trust: &Trust) -> Millis {
    let (charter, chart) = (trust.charter().doc().head.issued, trust.chart().doc().head.issued);
    charter.max(chart).max(trust.bootstrap_list().map_or(Millis(0), |list| list.doc().head.issued))
}

fn summary(context: &Context, trust: &Trust, changed: bool) -> Value {
    let versions = trust.versions();
    json!({
        "district": trust.district().0.to_hex(),
        "changed": changed,
        "directory": versions.chart.0.0,
        "bootstrap": versions.bootstrap.0.0,
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

//! `okrug authority delegate`: a subtree is given to others, with numbers of its own, or taken back.

use std::path::PathBuf;

use okrug_protocol::ids::{UnitId, hex};
use serde_json::json;

use crate::authority::Folder;
use crate::authority::plan::{Plan, PlanDelegation};
use crate::authority::subauthority::PublicKeys;
use crate::context::Context;
use crate::problem::{Exit, Problem, misuse, nothing};
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    unit: String,
    keys: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    units: u32,
    #[arg(long, value_name = "N", default_value_t = 200)]
    offices: u32,
    #[arg(long)]
    withdraw: bool,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let mut plan = folder.plan()?;
    let unit = unit(&plan, &args.unit)?;
    let at = plan.delegations.iter().position(|row| row.unit == unit);
    match (&args.keys, at, args.withdraw) {
        (None, Some(at), true) => plan.delegations[at].withdrawn = true,
        (Some(_), _, true) | (None, None, true) => return Err(none_to_withdraw(&args.unit)),
        (_, Some(at), false) if plan.delegations[at].withdrawn => return Err(withdrawn(&args.unit)),
        (None, _, false) => return Err(misuse(said!("нужен файл ключей ветви", "the public keys of the subtree are needed"))),
        (Some(path), at, false) => {
            let given = PublicKeys::load(path)?;
            let trust = folder.trust()?;
            if given.district != trust.district().0.to_hex() || given.unit != unit {
                return Err(others(path));
            }
            // Whoever had it before keeps the numbers; the keys are others, and so is the epoch.
            let (units, offices) = at.map_or_else(
                || plan.free_numbers(args.units, args.offices),
                |at| (plan.delegations[at].units, plan.delegations[at].offices),
            );
            let row = PlanDelegation { unit, keys: given.keys, threshold: given.threshold, units, offices, withdrawn: false };
            match at {
                Some(at) => plan.delegations[at] = row,
                None => plan.delegations.push(row),
            }
        }
    }
    plan.delegations.sort_by_key(|row| row.unit);
    if !context.dry_run {
        folder.save_plan(&plan)?;
    }
    let row = plan.delegations.iter().find(|row| row.unit == unit).expect("it was put there");
    let id = UnitId(unit);
    let (first_unit, last_unit, first, last, need, keys) =
        (row.units.0, row.units.1, row.offices.0, row.offices.1, row.threshold, row.keys.len());
    let value = json!({
        "unit": id.to_string(),
        "units": [first_unit, last_unit],
        "offices": [first, last],
        "keys": row.keys,
        "threshold": need,
        "withdrawn": row.withdrawn,
        "dry_run": context.dry_run,
    });
    let message = if row.withdrawn {
        said!(
            "ветвь {id} будет отозвана: её отделения станут бывшими",
            "the subtree {id} will be withdrawn: its offices will be former ones"
        )
    } else {
        said!(
            "ветвь {id} поручена: ключей {keys}, подписывают {need}; отделы {first_unit}-{last_unit}, отделения {first}-{last}",
            "the subtree {id} is delegated: {keys} keys, {need} must sign; units {first_unit}-{last_unit}, offices {first}-{last}"
        )
    };
    context.done(value, &message, Some(&said!("okrug authority sign", "okrug authority sign")))
}

fn unit(plan: &Plan, word: &str) -> Result<u32, Problem> {
    let found = plan.unit(word).filter(|unit| unit.parent.is_some()).map(|unit| unit.number);
    let names: Vec<String> = plan.units_in_use().map(|unit| unit.name.clone()).collect();
    found.ok_or_else(|| nothing("no_unit", word, &names, said!("отдела «{word}» нет", "there is no unit \"{word}\"")))
}

/// What was written under a delegation is judged by it for ever, so it is not given twice.
fn withdrawn(word: &str) -> Problem {
    Problem::new(
        "withdrawn",
        Exit::Refused,
        said!(
            "ветвь «{word}» была отозвана и снова не поручается; её отделы и отделения справочник может вести сам, а поручить можно новый отдел",
            "the subtree \"{word}\" was withdrawn and is not delegated again; the directory may list its units and offices itself, and a new unit may be delegated"
        ),
    )
}

fn none_to_withdraw(word: &str) -> Problem {
    Problem::new("not_delegated", Exit::NotFound, said!("ветвь «{word}» никому не поручена", "the subtree \"{word}\" is not delegated"))
}

fn others(path: &std::path::Path) -> Problem {
    let path = path.display();
    Problem::new(
        "keys_of_another",
        Exit::Refused,
        said!(
            "{path}: ключи другой ветви или другого округа; ничего не изменено",
            "{path}: keys of another subtree or district; nothing was changed"
        ),
    )
}

/// Public keys in hexadecimal, sorted.
pub(super) fn hexes(keys: &[okrug_protocol::sign::PublicKey]) -> Vec<String> {
    let mut all: Vec<String> = keys.iter().map(|key| hex(&key.0)).collect();
    all.sort();
    all
}

//! `okrug policy hold`: what is kept whatever the rule.

use clap::Subcommand;
use serde_json::json;

use super::whole_district;
use crate::authority::policy::PlanHold;
use crate::authority::{Folder, Plan};
use crate::cmd::revocation::find_office;
use crate::context::Context;
use crate::print::Table;
use crate::problem::{Exit, Problem, nothing};
use crate::words::{Said, said};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    Add(Add),
    Remove(What),
    List,
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    #[command(flatten)]
    what: What,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false, id = "what")]
pub(super) struct What {
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    #[arg(long, value_name = "OFFICE")]
    office: Option<String>,
    #[arg(long)]
    district: bool,
}

impl What {
    /// The hold, and what it is called.
    fn hold(&self, folder: &Folder, plan: &Plan, reason: &str) -> Result<(PlanHold, String), Problem> {
        let mut hold = PlanHold { unit: None, office: None, reason: reason.to_owned() };
        if let Some(word) = &self.unit {
            let names: Vec<String> = plan.units_in_use().map(|unit| unit.name.clone()).collect();
            let none = || nothing("no_unit", word, &names, said!("отдела «{word}» нет", "there is no unit \"{word}\""));
            let unit = plan.unit(word).ok_or_else(none)?;
            hold.unit = Some(unit.number);
            return Ok((hold, unit.name.clone()));
        }
        if let Some(word) = &self.office {
            let (office, slug) = find_office(plan, &folder.trust()?, word)?;
            hold.office = Some(office.0);
            return Ok((hold, slug));
        }
        Ok((hold, plan.root().name.clone()))
    }
}

pub(super) fn run(context: &Context, action: &Action) -> Result<(), Problem> {
    match action {
        Action::Add(args) => change(context, &args.what, Some(&args.reason)),
        Action::Remove(what) => change(context, what, None),
        Action::List => list(context),
    }
}

fn change(context: &Context, what: &What, reason: Option<&str>) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let mut plan = folder.plan()?;
    whole_district(&plan)?;
    let (hold, name) = what.hold(&folder, &plan, reason.unwrap_or_default())?;
    let before = plan.holds.clone();
    plan.holds.retain(|row| row.topic() != hold.topic());
    if reason.is_none() && plan.holds == before {
        let message = said!("«{name}» не удерживается; ничего не изменено", "\"{name}\" is not held; nothing was changed");
        return Err(Problem::new("no_hold", Exit::NotFound, message).hint(said!("okrug policy hold list", "okrug policy hold list")));
    }
    let topic = hold.topic();
    plan.holds.extend(reason.map(|_| hold));
    if !context.dry_run {
        folder.save_plan(&plan)?;
    }
    let message = match reason {
        Some(_) => said!(
            "сообщения «{name}» перестанут стирать, как только узлы получат подписанный справочник; уже стёртое не вернуть",
            "messages of \"{name}\" are erased no more as soon as the nodes have the signed directory; what is gone is gone"
        ),
        None => said!("для «{name}» снова действует общий срок хранения", "the general rule is to hold for \"{name}\" again"),
    };
    let value = json!({ "topic": topic.to_string(), "held": reason.is_some(), "dry_run": context.dry_run });
    context.done(value, &message, Some(&said!("okrug authority sign", "okrug authority sign")))
}

fn list(context: &Context) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let (plan, trust) = (folder.plan()?, folder.trust()?);
    let chart = trust.chart().doc();
    let mut table = Table::new(
        [said!("ЧТО", "WHAT"), said!("ПОЧЕМУ", "WHY"), said!("ПОДПИСАНО", "SIGNED")].map(|head| head.text(context.lang).to_owned()),
    );
    let mut rows = Vec::new();
    for hold in &plan.holds {
        let signed = chart.retention.hold(hold.topic()).is_some();
        let yes = if signed { said!("да", "yes") } else { said!("нет", "no") };
        table.row([title(&plan, hold), hold.reason.clone(), yes.text(context.lang).to_owned()]);
        rows.push(json!({ "topic": hold.topic().to_string(), "reason": hold.reason, "signed": signed }));
    }
    if rows.is_empty() && !context.json {
        return context.say(&said!("Ничего не удерживается.", "Nothing is held."));
    }
    context.show(json!({ "holds": rows }), &table)
}

fn title(plan: &Plan, hold: &PlanHold) -> String {
    let unit = hold.unit.and_then(|number| plan.units.iter().find(|unit| unit.number == number)).map(|unit| unit.name.clone());
    let office =
        hold.office.and_then(|number| plan.offices.iter().find(|office| office.number == number)).map(|office| office.slug.clone());
    unit.or(office).unwrap_or_else(|| if hold.unit.or(hold.office).is_some() { hold.topic().to_string() } else { plan.root().name.clone() })
}

/// For other modules of this command.
pub(super) fn titles(plan: &Plan) -> Vec<Said> {
    plan.holds.iter().map(|hold| Said::same(format!("{}: {}", title(plan, hold), hold.reason))).collect()
}

//! `okrug org`: the organisation chart.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use crate::authority::folder::Staff;
use crate::authority::import::{Changes, import};
use crate::authority::plan::{Plan, PlanUnit};
use crate::authority::{Folder, tree};
use crate::context::Context;
use crate::files;
use crate::help::Row;
use crate::print::{self, Table};
use crate::problem::Problem;
use crate::staff;
use crate::words::{Said, counted, said};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Import {
        file: PathBuf,
    },
    Show {
        #[arg(long)]
        tree: bool,
    },
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("org", "The organisation chart", "Структура округа"),
    ("org.import", "Take offices and units from a staffing list", "Взять отделения и отделы из штатного расписания"),
    ("org.import.file", "The list: CSV with semicolons, UTF-8 or Windows-1251", "Список: CSV с точкой с запятой, UTF-8 или Windows-1251"),
    ("org.show", "Show the units", "Показать отделы"),
    ("org.show.tree", "As a tree", "В виде дерева"),
];

/// The longest staffing list that is looked at.
const MAX_LIST: usize = 16 << 20;

/// Runs it.
///
/// # Errors
/// A list or a folder that is refused.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::Import { file } => take(context, &file),
        Action::Show { tree } => show(context, tree),
    }
}

fn take(context: &Context, file: &std::path::Path) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let staffing = staff::read(&files::read(file, MAX_LIST)?)?;
    let mut plan = folder.plan()?;
    let changes = import(&mut plan, &staffing);
    if !context.dry_run {
        folder.save_plan(&plan)?;
        folder.save_staff(&Staff { positions: staffing.positions.clone() })?;
    }
    for slug in &changes.offices_kept {
        context.warn(&said!("{slug}: в списке нет, но отделение зачислено и остаётся", "{slug}: not in the list, but enrolled, and stays"));
    }
    let posts: usize = staffing.positions.iter().map(|p| usize::try_from(p.count).unwrap_or(usize::MAX)).sum();
    let value = json!({
        "offices": plan.offices_in_use().count(),
        "units": plan.units_in_use().count(),
        "positions": staffing.positions.len(),
        "posts": posts,
        "changes": changes,
        "dry_run": context.dry_run,
    });
    context.done(value, &summary(context, &plan, posts, &changes), Some(&next()))
}

fn summary(context: &Context, plan: &Plan, posts: usize, changes: &Changes) -> Said {
    let (offices, units) = (plan.offices_in_use().count(), plan.units_in_use().count());
    let (new_offices, new_units) = (changes.offices_new.len(), changes.units_new.len());
    let (gone_offices, gone_units) = (changes.offices_retired.len(), changes.units_retired.len());
    let ru = (
        counted(offices, "отделение", "отделения", "отделений"),
        counted(units, "отдел", "отдела", "отделов"),
        counted(posts, "штатная единица", "штатные единицы", "штатных единиц"),
    );
    let (ru_offices, ru_units, ru_posts) = ru;
    let (ru_dry, en_dry) =
        if context.dry_run { (" (проба, ничего не записано)", " (dry run, nothing was written)") } else { ("", "") };
    Said::new(
        format!(
            "{ru_offices}, {ru_units}, {ru_posts}; новых отделений {new_offices}, отделов {new_units}; выбыло отделений {gone_offices}, отделов {gone_units}{ru_dry}"
        ),
        format!(
            "{offices} offices, {units} units, {posts} posts; new: {new_offices} offices, {new_units} units; gone: {gone_offices} offices, {gone_units} units{en_dry}"
        ),
    )
}

fn next() -> Said {
    said!(
        "okrug office enrol ЗАЯВКА --slug КОД --unit ОТДЕЛ для каждого отделения, затем okrug authority sign",
        "okrug office enrol REQUEST --slug SLUG --unit UNIT for each office, then okrug authority sign"
    )
}

fn show(context: &Context, as_tree: bool) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let (plan, staff) = (folder.plan()?, folder.staff()?);
    if as_tree && !context.json && !context.plain {
        return print::line(&tree::draw(&plan, context.lang));
    }
    let mut table =
        Table::new(context.lang.pick(["НОМЕР", "ОТДЕЛ", "ВЫШЕ", "ОТДЕЛЕНИЙ", "ЕДИНИЦ"], ["NUMBER", "UNIT", "ABOVE", "OFFICES", "POSTS"]));
    let mut units = Vec::new();
    for unit in plan.units_in_use() {
        let (offices, posts) = (tree::hosts(&plan, unit.number), posts(&staff, unit));
        let above = unit.parent.map_or_else(|| "-".to_owned(), |parent| format!("u{parent}"));
        table.row([format!("u{}", unit.number), unit.name.clone(), above, offices.len().to_string(), posts.to_string()]);
        units.push(unit_json(unit, &offices, posts));
    }
    context.show(json!({ "units": units }), &table)
}

fn unit_json(unit: &PlanUnit, offices: &[u32], posts: u32) -> Value {
    json!({
        "id": format!("u{}", unit.number),
        "name": unit.name,
        "parent": unit.parent.map(|parent| format!("u{parent}")),
        "offices": offices.iter().map(|office| format!("o{office}")).collect::<Vec<_>>(),
        "posts": posts,
    })
}

fn posts(staff: &Staff, unit: &PlanUnit) -> u32 {
    staff.positions.iter().filter(|position| position.department == unit.name).map(|position| position.count).sum()
}

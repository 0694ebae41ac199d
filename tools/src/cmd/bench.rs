//! `okrug bench`: the promised figures, measured.
//!
//! Each kind of measurement runs in a process of its own, so that none warms or fattens another's.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::bench::{self, Figure, KINDS, Kind, Setup};
use crate::context::Context;
use crate::help::Row;
use crate::print::{self, Table};
use crate::problem::{Exit, FileError, Problem};
use crate::words::{Said, said};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    figure: Vec<String>,
    #[arg(long)]
    quick: bool,
    #[arg(long, value_name = "DIR")]
    disk: Option<PathBuf>,
    /// One kind, in this process; figures go to standard output as JSON.
    #[arg(long, hide = true)]
    here: bool,
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("bench", "Measure what was promised", "Измерить обещанное"),
    (
        "bench.figure",
        "Which: entries, own, delivery, latency, catch-up, bytes, idle, memory, open, rebuild, growth, page; all by default",
        "Что измерить: entries, own, delivery, latency, catch-up, bytes, idle, memory, open, rebuild, growth, page; по умолчанию всё",
    ),
    ("bench.quick", "A tenth of the work, for a first look", "Десятая часть работы, для первого взгляда"),
    ("bench.disk", "Where to put the data: the disk to be measured", "Куда класть данные: какой диск измерять"),
];

/// Measures and prints the table.
///
/// # Errors
/// A figure that could not be measured; the others are printed first.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    if args.here {
        return here(context, &args);
    }
    let unknown = |name: &&String| !KINDS.iter().any(|kind| kind.name == **name);
    if let Some(name) = args.figure.iter().find(unknown) {
        let known = KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        return Err(Problem::new(
            "no_figure",
            Exit::Usage,
            said!("измерения «{name}» нет; есть {known}", "there is no figure \"{name}\"; there are {known}"),
        ));
    }
    let wanted = KINDS.iter().filter(|kind| args.figure.is_empty() || args.figure.iter().any(|name| name == kind.name));
    let (mut figures, mut failed) = (Vec::new(), Vec::new());
    for kind in wanted {
        let bar = spinner(context, kind.name);
        match apart(kind, &args) {
            Ok(measured) => figures.extend(measured),
            Err(problem) => failed.push((kind.name, problem)),
        }
        bar.finish_and_clear();
    }
    show(context, &figures)?;
    for (name, problem) in &failed {
        print::note(&format!("{name}: {}", problem.text(context.lang)));
    }
    match failed.into_iter().next() {
        Some((name, problem)) if figures.is_empty() => {
            Err(Problem { message: said!("{name} не измерено", "{name} was not measured"), ..problem })
        }
        Some((name, _)) => Err(Problem::new("partly", Exit::Partly, said!("{name} не измерено", "{name} was not measured"))),
        None => Ok(()),
    }
}

fn show(context: &Context, figures: &[Figure]) -> Result<(), Problem> {
    let head = context
        .lang
        .pick(["ИЗМЕРЕНИЕ", "ЧТО", "ДОЛЖНО БЫТЬ", "ВЫШЛО", "ЕДИНИЦА", "ЗАПАС"], ["FIGURE", "WHAT", "DUE", "MEASURED", "UNIT", "RATIO"]);
    let mut table = Table::new(head);
    for figure in figures {
        let ratio = figure.ratio().map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
        let measured = bench::short(figure.measured);
        table.row([figure.kind.clone(), figure.what.clone(), figure.due_text(), measured, figure.unit.clone(), ratio]);
    }
    let rows: Vec<Value> = figures.iter().map(object).collect();
    context.show(json!({ "figures": rows }), &table)
}

fn object(figure: &Figure) -> Value {
    let mut value = serde_json::to_value(figure).expect("a figure is texts and numbers");
    value["ratio"] = json!(figure.ratio());
    value["kept"] = json!(figure.ratio().map(|ratio| ratio >= 1.0));
    value
}

/// Measures one kind in a process of its own, on one processor where the figure says so.
fn apart(kind: &Kind, args: &Args) -> Result<Vec<Figure>, Problem> {
    let program = std::env::current_exe().map_err(FileError::at(&PathBuf::from("okrug")))?;
    let mut command = if kind.one_core {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", "0"]).arg(&program);
        command
    } else {
        Command::new(&program)
    };
    command.args(["bench", "--here", kind.name]);
    if args.quick {
        command.arg("--quick");
    }
    if let Some(disk) = &args.disk {
        command.arg("--disk").arg(disk);
    }
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(FileError::at(&program))?;
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).map_err(|_| {
        let status = output.status;
        Problem::new("bench", Exit::Failed, said!("измерение завершилось: {status}", "the measurement ended: {status}"))
    })
}

fn here(context: &Context, args: &Args) -> Result<(), Problem> {
    let name = args.figure.first().map(String::as_str).unwrap_or_default();
    let disk = args.disk.clone().unwrap_or_else(std::env::temp_dir);
    let folder = tempfile::Builder::new().prefix("okrug-bench-").tempdir_in(&disk).map_err(FileError::at(&disk))?;
    let setup = Setup { root: folder.path().to_owned(), quick: args.quick };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(FileError::at(&disk))?;
    let figures = runtime.block_on(bench::measure(name, &setup))?;
    let _ = context;
    print::line(&serde_json::to_string(&figures).map_err(|error| Problem::new("bench", Exit::Failed, Said::same(error.to_string())))?)
}

/// Shows that something goes on, where somebody can see it.
fn spinner(context: &Context, name: &'static str) -> ProgressBar {
    if context.json || context.quiet || !context.color {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_message(name);
    bar.set_style(ProgressStyle::default_spinner());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

//! `okrug simulate`: a district in virtual time; the same seed gives the same figures to the byte.

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use okrug_protocol::ids::{OfficeId, Precedence, Topic};
use okrug_protocol::sim::{LinkPlan, Plan, Report, Sim, Topology};
use serde_json::{Value, json};

use crate::context::Context;
use crate::help::Row;
use crate::print::Table;
use crate::problem::{Exit, Problem, misuse};
use crate::words::said;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long, value_name = "N", default_value_t = 10)]
    offices: u32,
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    #[arg(long, value_enum, default_value_t = Shape::Random)]
    topology: Shape,
    #[arg(long, value_name = "N", default_value_t = 6)]
    degree: u32,
    #[arg(long, value_enum, default_value_t = Line::Lan)]
    link: Line,
    #[arg(long, value_name = "PERCENT", default_value_t = 0)]
    loss: u32,
    #[arg(long)]
    no_gossip: bool,
    #[arg(long, value_name = "N", default_value_t = 10)]
    messages: u32,
    #[arg(long)]
    split: bool,
    #[arg(long, value_name = "N", default_value_t = 0)]
    off: u32,
}

/// Who is joined to whom.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shape {
    Mesh,
    Line,
    Star,
    Ring,
    Random,
}

/// What every link is like.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Line {
    Lan,
    Wan,
    Thin,
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("simulate", "A simulated district, from a seed", "Моделирование округа по числу-зерну"),
    ("simulate.offices", "How many offices, 2 to 1000; 10 by default", "Сколько отделений, от 2 до 1000; по умолчанию 10"),
    ("simulate.seed", "Decides everything that chance decides; 1 by default", "Решает всё, что решает случай; по умолчанию 1"),
    (
        "simulate.topology",
        "Who is joined to whom: mesh, line, star, ring, random; random by default",
        "Кто с кем связан: mesh, line, star, ring, random; по умолчанию random",
    ),
    ("simulate.degree", "Neighbours of an office when random; 6 by default", "Соседей у отделения при random; по умолчанию 6"),
    ("simulate.link", "What a link is like: lan, wan, thin; lan by default", "Какова связь: lan, wan, thin; по умолчанию lan"),
    (
        "simulate.loss",
        "Of a hundred messages of gossip, so many are lost; 0 by default",
        "Сколько из ста сообщений рассылки теряется; по умолчанию 0",
    ),
    ("simulate.no_gossip", "Leave everything to the exchange", "Без рассылки, только обмен"),
    ("simulate.messages", "Messages that each office writes; 10 by default", "Сколько сообщений пишет каждое отделение; по умолчанию 10"),
    ("simulate.split", "Half of the district is cut off while everybody writes", "Половина округа отрезана, пока все пишут"),
    ("simulate.off", "So many offices are off while the others write", "Сколько отделений выключено, пока остальные пишут"),
];

/// The bytes of an entry with a message of 200 bytes, header, signatures and seals included.
const ENTRY_BYTES: usize = 460;
/// Between two rounds of writing, in virtual milliseconds.
const ROUND_MS: u64 = 500;
/// After so much virtual time what has not come will not come: a day.
const PATIENCE_MS: u64 = 86_400_000;

/// Runs it and prints what each phase cost.
///
/// # Errors
/// A district that cannot be, or messages that never arrived.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    let plan = plan(&args)?;
    let bar = bar(context, u64::from(args.messages));
    let mut sim = Sim::new(plan);
    let mut phases = Phases::default();
    sim.run(1_000);
    phases.end("join", &sim);
    let halves: Vec<OfficeId> = (1..=args.offices / 2).map(OfficeId).collect();
    // The last ones: the first is the hub of a star.
    let off: Vec<OfficeId> = (args.offices - args.off + 1..=args.offices).map(OfficeId).collect();
    if args.split {
        sim.split(&halves);
    }
    off.iter().for_each(|office| sim.switch_off(*office));
    for _ in 0..args.messages {
        for office in (1..=args.offices).map(OfficeId).filter(|office| !off.contains(office)) {
            sim.write(office, Topic::District, Precedence::Routine, 1, ENTRY_BYTES);
        }
        sim.run(ROUND_MS);
        bar.inc(1);
    }
    phases.end("write", &sim);
    off.iter().for_each(|office| sim.switch_on(*office));
    if args.split {
        sim.heal_all();
    }
    let settled = sim.settle(PATIENCE_MS);
    bar.finish_and_clear();
    phases.end("settle", &sim);
    show(context, &args, &phases, settled)?;
    match settled {
        Some(_) => Ok(()),
        None => {
            Err(Problem::new("unsettled", Exit::Unreachable, said!("за сутки доставлено не всё", "not everything arrived within a day")))
        }
    }
}

fn plan(args: &Args) -> Result<Plan, Problem> {
    let fits = (2..=1_000).contains(&args.offices) && args.loss <= 100 && args.off < args.offices;
    if !fits || args.degree < 2 {
        return Err(misuse(said!(
            "отделений от 2 до 1000, выключено меньше, чем есть, потерь до 100, соседей от 2",
            "2 to 1000 offices, fewer off than there are, a loss of at most 100, at least 2 neighbours"
        )));
    }
    let topology = match args.topology {
        Shape::Mesh => Topology::Mesh,
        Shape::Line => Topology::Line,
        Shape::Star => Topology::Star,
        Shape::Ring => Topology::Ring,
        Shape::Random => Topology::Random { degree: args.degree },
    };
    let link = match args.link {
        Line::Lan => LinkPlan::LAN,
        Line::Wan => LinkPlan::WAN,
        Line::Thin => LinkPlan::THIN,
    };
    Ok(Plan::new(args.seed, args.offices, topology).over(link).gossip((!args.no_gossip).then_some(args.loss)))
}

/// What had been spent at the end of each phase.
#[derive(Debug, Default)]
struct Phases(Vec<(&'static str, Report)>);

impl Phases {
    fn end(&mut self, name: &'static str, sim: &Sim) {
        self.0.push((name, sim.report()));
    }

    /// What each phase cost by itself, then all together.
    fn costs(&self) -> Vec<(&'static str, Report)> {
        let mut before = Report::default();
        let mut costs = Vec::new();
        for (name, report) in &self.0 {
            costs.push((*name, difference(&before, report)));
            before = *report;
        }
        costs.push(("all", before));
        costs
    }
}

/// What was added; peaks stay peaks.
fn difference(before: &Report, after: &Report) -> Report {
    Report {
        time_ms: after.time_ms - before.time_ms,
        delivered: after.delivered - before.delivered,
        frames: after.frames - before.frames,
        bytes: after.bytes - before.bytes,
        payload_bytes: after.payload_bytes - before.payload_bytes,
        gossip_messages: after.gossip_messages - before.gossip_messages,
        gossip_bytes: after.gossip_bytes - before.gossip_bytes,
        duplicates: after.duplicates - before.duplicates,
        gossip_duplicates: after.gossip_duplicates - before.gossip_duplicates,
        misbehaved: after.misbehaved - before.misbehaved,
        ..*after
    }
}

fn show(context: &Context, args: &Args, phases: &Phases, settled: Option<u64>) -> Result<(), Problem> {
    let head = context.lang.pick(
        ["ЭТАП", "МС", "ДОСТАВЛЕНО", "КАДРОВ", "БАЙТ", "РАССЫЛОК", "БАЙТ РАССЫЛКИ", "ПОВТОРОВ", "ПАМЯТЬ"],
        ["PHASE", "MS", "DELIVERED", "FRAMES", "BYTES", "GOSSIP", "GOSSIP BYTES", "REPEATS", "MEMORY"],
    );
    let (mut table, mut rows) = (Table::new(head), Vec::new());
    for (name, cost) in phases.costs() {
        let repeats = cost.duplicates + cost.gossip_duplicates;
        let numbers =
            [cost.time_ms, cost.delivered, cost.frames, cost.bytes, cost.gossip_messages, cost.gossip_bytes, repeats, cost.memory];
        table.row(std::iter::once(name.to_owned()).chain(numbers.iter().map(u64::to_string)));
        rows.push(row(name, &cost));
    }
    context.show(json!({ "seed": args.seed, "offices": args.offices, "settled_ms": settled, "phases": rows }), &table)
}

fn row(name: &str, cost: &Report) -> Value {
    json!({
        "phase": name,
        "time_ms": cost.time_ms,
        "delivered": cost.delivered,
        "frames": cost.frames,
        "bytes": cost.bytes,
        "payload_bytes": cost.payload_bytes,
        "gossip_messages": cost.gossip_messages,
        "gossip_bytes": cost.gossip_bytes,
        "duplicates": cost.duplicates,
        "gossip_duplicates": cost.gossip_duplicates,
        "memory": cost.memory,
        "misbehaved": cost.misbehaved,
    })
}

fn bar(context: &Context, rounds: u64) -> ProgressBar {
    if context.json || context.quiet || !context.color {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(rounds);
    bar.set_style(ProgressStyle::default_bar());
    bar
}

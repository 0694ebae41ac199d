//! `okrug demo`: a whole district on this machine.

mod control;
mod enrol;
mod show;

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};

use crate::cluster::{Blueprint, Nodes, Pages};
use crate::context::Context;
use crate::help::Row;
use crate::problem::{Exit, FileError, Problem, misuse};
use crate::staff;
use crate::time::duration;
use crate::words::said;

use control::Control;
use enrol::Enrolment;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long, value_name = "N", default_value_t = 4)]
    offices: usize,
    #[arg(long, value_name = "P")]
    port: Option<u16>,
    #[arg(long, value_name = "30s", value_parser = duration)]
    cut: Option<Duration>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long, value_name = "N", default_value_t = 3)]
    people: usize,
    #[arg(long)]
    keep: bool,
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("demo", "A whole district on this machine", "Целый округ на этой машине"),
    ("demo.offices", "How many offices, 1 to 23; 4 by default", "Сколько отделений, от 1 до 23; по умолчанию 4"),
    (
        "demo.port",
        "The port of the first page, the others follow; free ones from 7001 by default",
        "Порт первой страницы, остальные следуют; по умолчанию свободные с 7001",
    ),
    (
        "demo.cut",
        "Cut the last office off for so long, every 2 minutes",
        "Отрезать последнее отделение от остальных на такое время каждые 2 минуты",
    ),
    ("demo.seed", "Other people for another number; 1 by default", "Другие люди при другом числе; по умолчанию 1"),
    ("demo.people", "How many can log in at each office; 3 by default", "Сколько человек могут войти в каждом отделении; по умолчанию 3"),
    ("demo.keep", "Leave the folder with all data behind", "Оставить папку со всеми данными"),
];

/// The name of the district: that of the list that ships.
const DISTRICT: &str = "Ханты-Мансийский округ";
const FIRST_PAGE: u16 = 7_001;

/// Runs it until it is interrupted.
///
/// # Errors
/// A port in use, a node that ends; everything is stopped and removed then.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    if args.cut.is_some_and(|cut| cut.is_zero() || cut >= control::CUT_EVERY) {
        let most = control::CUT_EVERY.as_secs();
        return Err(misuse(said!("--cut: меньше {most} с и больше 0", "--cut: less than {most} s and more than 0")));
    }
    let started = Instant::now();
    let folder = tempfile::Builder::new().prefix("okrug-demo-").tempdir().map_err(FileError::at(&std::env::temp_dir()))?;
    let root = folder.path().to_owned();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(FileError::at(&root))?;
    let ended = runtime.block_on(live(context, &args, &root, started));
    runtime.shutdown_timeout(Duration::from_secs(1));
    if args.keep {
        let kept = folder.keep().display().to_string();
        context.say(&said!("Данные остались в {kept}", "The data are left in {kept}"))?;
    }
    ended
}

async fn live(context: &Context, args: &Args, root: &Path, started: Instant) -> Result<(), Problem> {
    let pages = args.port.map_or(Pages::From(FIRST_PAGE), Pages::Exactly);
    let mut blueprint = Blueprint::lay_out(root, DISTRICT, &staff::sample(), args.offices, pages)?;
    if context.verbose > 0 {
        blueprint.log = "debug".to_owned();
    }
    let trust = blueprint.found()?;
    let mut stop = Stop::new()?;
    let starting = async {
        let nodes = Nodes::start(&blueprint).await?;
        let enrolment = Enrolment::begin(&blueprint, args.people, args.seed);
        let enrolment = if context.json { enrolment.all().await } else { enrolment.first().await }?;
        Ok::<_, Problem>((nodes, enrolment))
    };
    let (mut nodes, enrolment) = tokio::select! {
        started = starting => started?,
        () = stop.asked() => return Ok(()),
    };
    show::district(context, &blueprint, &nodes, &trust, &enrolment, started.elapsed())?;
    let ended = Control::new(context, &blueprint, args.cut).run(&mut nodes, enrolment, &mut stop).await;
    nodes.stop().await;
    ended
}

/// Ctrl+C, or a request to end.
struct Stop {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Stop {
    fn new() -> Result<Self, Problem> {
        let listen = |kind| signal(kind).map_err(|error| Problem::new("signal", Exit::Failed, crate::words::Said::same(error.to_string())));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

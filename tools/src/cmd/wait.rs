//! `okrug wait`: until the node is enrolled, has a neighbour, or has handed on what it wrote.

use std::time::{Duration, Instant};

use okrug_node::office::view::{Link, NodeStatus};
use serde_json::json;

use super::status::find;
use crate::client::{Client, Place, Reach, interrupt};
use crate::context::Context;
use crate::help::Row;
use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "OFFICE")]
    office: Option<String>,
    #[arg(long = "for", value_name = "enrolled|peer|synced", value_enum, default_value = "peer")]
    goal: Goal,
    #[command(flatten)]
    reach: Reach,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Goal {
    /// The node runs, and its directory lists it.
    Enrolled,
    /// A link stands, to the office that is named or to any.
    Peer,
    /// A link stands, and nothing waits for whoever is linked.
    Synced,
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("wait", "Wait until the node is ready, no longer than --timeout", "Ждать готовности узла, не дольше --timeout"),
    ("wait.office", "The office that is meant; any by default", "О каком отделении речь; по умолчанию о любом"),
    (
        "wait.goal",
        "enrolled: it runs and is listed; peer: a link stands; synced: nothing waits for whoever is linked",
        "enrolled: работает и зачислен; peer: есть связь; synced: для тех, с кем есть связь, ничего не ждёт",
    ),
];

/// Runs it.
///
/// # Errors
/// The time is over, with the last reason; or there is no such office.
pub fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let (began, interrupted) = (Instant::now(), interrupt());
    loop {
        let seen = look(context, args);
        match seen {
            Ok(true) => return done(context, args.goal),
            // What may pass is waited for; a misspelt name does not.
            Err(problem) if !matches!(problem.exit, Exit::NotRunning | Exit::NotEnrolled | Exit::Unreachable | Exit::Busy) => {
                return Err(problem);
            }
            seen if began.elapsed() >= context.timeout => return Err(over(context, seen.err())),
            _ => {}
        }
        if let Ok(problem) = interrupted.recv_timeout(LOOK) {
            return Err(problem);
        }
    }
}

fn look(context: &Context, args: &Args) -> Result<bool, Problem> {
    let place = Place::of(context, &args.reach)?;
    let status: NodeStatus = Client::admin(&place, context.lang, context.timeout)?.get("/node/status")?;
    if args.goal == Goal::Enrolled {
        return Ok(status.enrolled);
    }
    let linked = match &args.office {
        Some(word) => vec![find(&status, word)?].into_iter().filter(|peer| peer.link == Link::Up).collect(),
        None => status.peers.iter().filter(|peer| peer.link == Link::Up).collect::<Vec<_>>(),
    };
    let synced = linked.iter().all(|peer| peer.queue.messages == 0);
    Ok(!linked.is_empty() && (args.goal == Goal::Peer || synced))
}

fn done(context: &Context, goal: Goal) -> Result<(), Problem> {
    let (word, said) = match goal {
        Goal::Enrolled => ("enrolled", said!("узел зачислен", "the node is enrolled")),
        Goal::Peer => ("peer", said!("связь есть", "a link stands")),
        Goal::Synced => ("synced", said!("всё передано", "everything was handed on")),
    };
    context.done(json!({ "for": word }), &said, None)
}

/// The time is over: the last look's own reason, where it had one.
fn over(context: &Context, reason: Option<Problem>) -> Problem {
    let seconds = context.timeout.as_secs_f64();
    let over = said!("не дождались за {seconds} с", "it did not come within {seconds} s");
    match reason {
        Some(reason) if reason.exit == Exit::NotEnrolled => reason,
        _ => Problem::new("timed_out", Exit::Unreachable, over).hint(Said::same("okrug status")),
    }
}

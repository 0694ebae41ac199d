//! `okrug status`: the node, its links, what waits.

mod alarms;
mod checks;
mod links;
mod peer;
mod show;
mod subtree;
mod unopened;

use std::time::Duration;

use okrug_node::office::view::NodeStatus;

use crate::client::{Client, Place, Reach, interrupt};
use crate::context::Context;
use crate::help::Row;
use crate::print;
use crate::problem::{Exit, Problem};
use crate::words::said;

pub(super) use alarms::said as alarm;
pub(super) use checks::MAX_BACKUP_DAYS;
pub(super) use peer::find;

/// Between two looks with `--watch`.
const LOOK: Duration = Duration::from_secs(2);

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "OFFICE")]
    office: Option<String>,
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    reach: Reach,
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("status", "The state of the node, its links and its queue", "Состояние узла, связи и очереди"),
    ("status.office", "Only this office: short name, number or full name", "Только это отделение: краткое имя, номер или название"),
    ("status.watch", "Look again every two seconds, until Ctrl+C", "Смотреть снова каждые две секунды, до Ctrl+C"),
];

/// Runs it.
///
/// # Errors
/// The node does not run, is not enrolled, or knows no such office.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    let look = || {
        let place = Place::of(context, &args.reach)?;
        let status: NodeStatus = Client::admin(&place, context.lang, context.timeout)?.get("/node/status")?;
        match &args.office {
            Some(word) => peer::show(context, &status, word),
            None => show::node(context, &status),
        }?;
        if status.enrolled { Ok(()) } else { Err(not_enrolled(&status)) }
    };
    if !args.watch {
        return look();
    }
    let interrupted = interrupt();
    loop {
        if context.color && !context.json && !context.plain {
            // To the top, with everything below wiped out.
            print::line("\u{1b}[H\u{1b}[2J")?;
        }
        match look() {
            // A node that is being restarted comes back; whoever watches wants to see that too.
            Err(problem) if problem.exit == Exit::NotRunning => {
                print::note(&if context.json { problem.json(context.lang) } else { problem.text(context.lang) });
            }
            seen => seen?,
        }
        if print::reader_is_gone() {
            return Ok(());
        }
        if let Ok(problem) = interrupted.recv_timeout(LOOK) {
            return Err(problem);
        }
    }
}

fn not_enrolled(status: &NodeStatus) -> Problem {
    let (district, version) = (&status.district.name, status.documents.chart);
    if status.district.revoked {
        return Problem::new(
            "office_revoked",
            Exit::NotEnrolled,
            said!(
                "отделение отозвано в округе «{district}»: другие его не слышат; прочитать своё можно, написанное не уходит",
                "the office has been revoked in the district \"{district}\": the others do not hear it; what it has can be read, what it writes does not leave"
            ),
        )
        .hint(said!(
            "узнайте причину у администратора округа; вернуться можно новыми ключами: okrug-node init в новой папке и okrug office enrol",
            "ask the district's authority why; the way back is by new keys: okrug-node init in a new folder, and okrug office enrol"
        ));
    }
    Problem::new(
        "not_enrolled",
        Exit::NotEnrolled,
        said!(
            "узел работает, но не зачислен: в округе «{district}» (справочник v{version}) этого отделения нет",
            "the node runs and is not enrolled: the district \"{district}\" (directory v{version}) lists no such office"
        ),
    )
    .hint(said!("возьмите новый файл округа у администратора", "take a newer district file from the authority"))
}

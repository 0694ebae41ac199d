//! `okrug ping`: whether an office answers, and what happens to what waits for it when it does not.

use std::time::Duration;

use okrug_node::office::view::{Link, NodeStatus, PingReport, PingWish};
use serde_json::json;

use super::status::find;
use crate::client::{Client, Place, Reach, interrupt};
use crate::context::Context;
use crate::help::Row;
use crate::print;
use crate::problem::{Exit, Problem};
use crate::time;
use crate::words::{Lang, Said, counted, decimal, said};

/// Between two questions.
const PAUSE: Duration = Duration::from_secs(1);
/// What the node's own answer may take beyond the office's.
const BESIDE: Duration = Duration::from_secs(5);
/// How often is asked when nobody says.
const DEFAULT_COUNT: u32 = 4;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "OFFICE")]
    office: String,
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    count: Option<u32>,
    #[arg(long)]
    until_direct: bool,
    #[command(flatten)]
    reach: Reach,
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("ping", "Whether an office answers", "Отвечает ли отделение"),
    ("ping.office", "The office: short name, number or full name", "Отделение: краткое имя, номер или название"),
    ("ping.count", "How often to ask; 4 by default", "Сколько раз спросить; по умолчанию 4"),
    (
        "ping.until_direct",
        "Ask until it answers over a direct link, for ever without -c",
        "Спрашивать, пока не ответит напрямую; без -c сколько угодно",
    ),
];

/// Runs it.
///
/// # Errors
/// The office does not answer, or there is none of that name.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let node = Client::admin(&place, context.lang, context.timeout.saturating_add(BESIDE))?;
    let status: NodeStatus = node.get("/node/status")?;
    let office = find(&status, &args.office)?.office;
    let wish = PingWish { office, wait_ms: u64::try_from(context.timeout.as_millis()).unwrap_or(u64::MAX) };
    let most = args.count.or((!args.until_direct).then_some(DEFAULT_COUNT));
    let interrupted = interrupt();
    let mut tally = Tally::default();
    loop {
        let (_, report): (u16, PingReport) = node.post("/admin/ping", &wish)?;
        tally.take(&report);
        tell(context, &report, &tally, most)?;
        if print::reader_is_gone() || Some(tally.asked) == most || (args.until_direct && report.rtt_us.is_some()) {
            return finish(context, &report, &tally);
        }
        if let Ok(problem) = interrupted.recv_timeout(PAUSE) {
            return Err(problem);
        }
    }
}

/// What came of all questions.
#[derive(Default)]
struct Tally {
    asked: u32,
    /// Questions that found no link.
    unlinked: u32,
    trips_us: Vec<u64>,
}

impl Tally {
    fn take(&mut self, report: &PingReport) {
        self.asked += 1;
        self.unlinked += u32::from(report.peer.link != Link::Up);
        self.trips_us.extend(report.rtt_us);
    }

    /// The shortest, the mean and the longest trip, in milliseconds.
    fn trips(&self) -> Option<[f64; 3]> {
        let (least, most) = (self.trips_us.iter().min()?, self.trips_us.iter().max()?);
        let mean = self.trips_us.iter().sum::<u64>() / u64::try_from(self.trips_us.len()).unwrap_or(1);
        Some([*least, mean, *most].map(milliseconds))
    }
}

fn milliseconds(us: u64) -> f64 {
    Duration::from_micros(us).as_secs_f64() * 1_000.0
}

/// One line for one question; before the first without a link, one that says who passes on.
fn tell(context: &Context, report: &PingReport, tally: &Tally, most: Option<u32>) -> Result<(), Problem> {
    let (slug, lang) = (&report.peer.slug, context.lang);
    if context.json || (context.quiet && !context.plain) {
        return Ok(());
    }
    if context.plain {
        let trip = report.rtt_us.map_or_else(|| "-".to_owned(), |us| format!("{:.3}", milliseconds(us)));
        return print::line(&format!("{slug}\t{}\t{trip}", tally.asked));
    }
    if tally.unlinked == 1 && report.peer.link != Link::Up {
        context.say(&ways(report))?;
    }
    let of = most.map_or_else(|| tally.asked.to_string(), |most| format!("{}/{most}", tally.asked));
    let seconds = context.timeout.as_secs_f64();
    context.say(&match report.rtt_us {
        Some(us) => {
            let trip = decimal(milliseconds(us), lang);
            said!("{slug}: {trip} мс ({of})", "{slug}: {trip} ms ({of})")
        }
        None if report.peer.link == Link::Up => {
            said!("{slug}: нет ответа за {seconds} с ({of})", "{slug}: no answer within {seconds} s ({of})")
        }
        None => said!("{slug}: прямой связи нет ({of})", "{slug}: no direct link ({of})"),
    })
}

/// Who carries what is for an office without a direct link.
fn ways(report: &PingReport) -> Said {
    let slug = &report.peer.slug;
    if report.carriers.is_empty() {
        return said!(
            "{slug}: прямого пути нет, и передать через других некому",
            "{slug}: there is no direct way, and nobody to pass anything on"
        );
    }
    let carriers = report.carriers.join(", ");
    said!(
        "{slug}: прямого пути нет; сообщения хранят и передают: {carriers}",
        "{slug}: there is no direct way; messages are kept and passed on by: {carriers}"
    )
}

fn finish(context: &Context, report: &PingReport, tally: &Tally) -> Result<(), Problem> {
    let (peer, asked, answered) = (&report.peer, tally.asked, tally.trips_us.len());
    let Some([least, mean, most]) = tally.trips() else { return Err(unreachable(report)) };
    if context.json {
        return context.object(json!({
            "office": peer.slug,
            "id": peer.office.to_string(),
            "asked": asked,
            "answered": answered,
            "rtt_ms": { "min": least, "mean": mean, "max": most },
            "address": peer.address,
            "queue": peer.queue.messages,
        }));
    }
    if context.plain {
        return Ok(());
    }
    let [least, mean, most] = [least, mean, most].map(|trip| decimal(trip, context.lang));
    context.say(&said!(
        "Ответов {answered} из {asked}; туда и обратно {least} / {mean} / {most} мс (наименьшее / среднее / наибольшее)",
        "{answered} of {asked} answered; there and back {least} / {mean} / {most} ms (least / mean / most)"
    ))
}

/// No answer at all: since when, who carries, how much waits, and that nothing has to be done.
fn unreachable(report: &PingReport) -> Problem {
    let (peer, now) = (&report.peer, okrug_node::clock::now());
    let since = |lang| peer.last_contact.map(|at| time::ago(now.since(at), lang));
    let (ru_seen, en_seen) = match (since(Lang::Ru), since(Lang::En)) {
        (Some(ru), Some(en)) => (format!("последняя связь {ru}"), format!("last contact {en}")),
        _ => ("прямой связи ещё не было".to_owned(), "there was no direct link yet".to_owned()),
    };
    let (ru_by, en_by) = if report.carriers.is_empty() {
        (String::new(), String::new())
    } else {
        let carriers = report.carriers.join(", ");
        (format!("; через других: {carriers}"), format!("; through others: {carriers}"))
    };
    let (n, slug) = (usize::try_from(peer.queue.messages).unwrap_or(usize::MAX), &peer.slug);
    let ru_count = counted(n, "сообщение ждёт и уйдёт само", "сообщения ждут и уйдут сами", "сообщений ждут и уйдут сами");
    let (ru_waits, en_waits) = match n {
        0 => ("ничего не ждёт отправки".to_owned(), "nothing waits for it".to_owned()),
        1 => (ru_count, "1 message waits and leaves by itself".to_owned()),
        _ => (ru_count, format!("{n} messages wait and leave by themselves")),
    };
    Problem::new(
        "peer_unreachable",
        Exit::Unreachable,
        Said::new(
            format!("{slug} не отвечает: {ru_seen}{ru_by}; {ru_waits}"),
            format!("{slug} does not answer: {en_seen}{en_by}; {en_waits}"),
        ),
    )
    .hint(Said::same(format!("okrug status {slug}")))
}

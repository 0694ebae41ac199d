//! `okrug msg trace`: where a message is, since when and by what, and why it waits.

use okrug_node::office::view::{MessageId, Trace, TraceBy, TraceOffice, TraceProgram, TraceWait, WaitCode};

use super::show;
use crate::client::{Person, Speaker};
use crate::cmd::waits::reason;
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::Problem;
use crate::time;
use crate::words::Lang;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "MESSAGE", value_parser = |text: &str| text.parse::<MessageId>())]
    message: MessageId,
    #[command(flatten)]
    speaker: Speaker,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let trace: Trace = Person::speak(context, &args.speaker, |person| person.node().get(&format!("/message/{}/trace", args.message)))?;
    if context.json {
        return context.object(serde_json::to_value(&trace).unwrap_or_default());
    }
    let lang = context.lang;
    let names = lang.pick(["ОТДЕЛЕНИЕ", "СОСТОЯНИЕ", "КОГДА", "ЧЕМ", "ПОЧЕМУ ЖДЁТ"], ["OFFICE", "STATE", "WHEN", "BY", "WHY IT WAITS"]);
    let mut table = Table::new(names);
    for office in &trace.offices {
        let when = office
            .said
            .or(office.heard)
            .map_or_else(|| "-".to_owned(), |at| if context.plain { time::text(at) } else { time::shown(at, lang) });
        let way = office.by.map_or("-", |by| way(by, lang));
        table.row([print::one_line(&office.name), state(office, lang).to_owned(), when, way.to_owned(), why(office, lang)]);
    }
    if context.plain {
        return print::line(&table.plain());
    }
    head(&trace, lang).iter().try_for_each(|line| print::line(line))?;
    print::line("")?;
    print::line(&table.aligned())
}

/// What is said of the message itself.
fn head(trace: &Trace, lang: Lang) -> Vec<String> {
    let row = |ru: &str, en: &str, text: String| format!("{:<13}{text}", lang.pick(ru, en));
    let came = &trace.came;
    let at = time::shown(came.at, lang);
    let arrived = match (&came.from, came.by) {
        (Some(_), by) => {
            let by = by.map_or("", |by| way(by, lang));
            let name = print::one_line(&came.name);
            row("Получено", "Received", lang.pick(format!("{at}, от {name}, {by}"), format!("{at}, from {name}, {by}")))
        }
        (None, _) => {
            let with = match came.with {
                Some(TraceProgram::Page) => lang.pick(", на странице", ", at the page"),
                Some(TraceProgram::Script) => lang.pick(", из программы", ", by a program"),
                None => "",
            };
            row("Принято", "Accepted", lang.pick(format!("{at}, этим узлом{with}"), format!("{at}, by this node{with}")))
        }
    };
    let read = trace.read_here;
    vec![
        row("Написано", "Written", time::shown(trace.written, lang)),
        arrived,
        row("Доставка", "Delivery", show::delivery(&trace.delivery, lang)),
        row("Прочитали", "Read", lang.pick(format!("здесь {} из {}", read.read, read.of), format!("here by {} of {}", read.read, read.of))),
    ]
}

fn state(office: &TraceOffice, lang: Lang) -> &'static str {
    match office {
        TraceOffice { writes: true, .. } => lang.pick("написано здесь", "written here"),
        TraceOffice { wait: Some(TraceWait { code: WaitCode::Removed, .. }), .. } => lang.pick("исключено", "removed"),
        TraceOffice { wait: Some(TraceWait { code: WaitCode::GaveUp, .. }), .. } => lang.pick("не хранит", "keeps it no more"),
        TraceOffice { wait: Some(TraceWait { code: WaitCode::Full, .. }), reads: false, .. } => lang.pick("не принимает", "takes no more"),
        TraceOffice { wait: Some(TraceWait { code: WaitCode::NoKey, .. }), .. } => {
            lang.pick("доставлено, не открыть", "delivered, not opened")
        }
        TraceOffice { holds: true, reads: true, .. } => lang.pick("доставлено", "delivered"),
        TraceOffice { holds: true, .. } => lang.pick("хранит, прочесть не может", "keeps it, cannot read it"),
        _ => lang.pick("ещё не доставлено", "not delivered yet"),
    }
}

/// By what it went.
fn way(by: TraceBy, lang: Lang) -> &'static str {
    match by {
        TraceBy::Gossip => lang.pick("сразу, по сети", "live"),
        TraceBy::Exchange => lang.pick("по запросу соседа", "asked for by the neighbour"),
        TraceBy::Stick => lang.pick("флешкой", "by memory stick"),
        TraceBy::Handover => lang.pick("вместе с переводом сотрудника", "with a person who moved"),
        TraceBy::Others => lang.pick("через другие отделения", "through other offices"),
    }
}

/// Why it waits, and whether a stick is under way.
fn why(office: &TraceOffice, lang: Lang) -> String {
    let stick = office.stick.filter(|_| office.wait.is_some()).map(|at| {
        let at = time::shown(at, lang);
        lang.pick(format!("на флешке с {at}, подтверждения ещё нет"), format!("on a stick since {at}, not confirmed yet"))
    });
    let reason = office.wait.as_ref().map(|wait| reason(wait, lang));
    let parts: Vec<String> = reason.into_iter().chain(stick).collect();
    if parts.is_empty() { "-".to_owned() } else { parts.join("; ") }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::clock::Millis;
    use okrug_protocol::ids::OfficeId;

    use super::*;

    #[test]
    fn why_it_waits_is_said_in_both_languages_and_a_stick_beside_it() {
        let wait =
            TraceWait {
                code: WaitCode::ThroughNoLink, since: None, via: Some(OfficeId(2)), via_name: "Котлас".to_owned(), until: None
            };
        let mut office = TraceOffice {
            office: OfficeId(3),
            name: "Яренск".to_owned(),
            writes: false,
            reads: true,
            holds: false,
            heard: None,
            said: None,
            by: None,
            stick: None,
            wait: Some(wait),
        };
        assert_eq!(why(&office, Lang::Ru), "путь известен только через Котлас, а с ним связи ещё не было");
        assert_eq!(why(&office, Lang::En), "known to be reached only through Котлас: there has been no link yet");
        office.stick = Some(Millis(1_764_000_000_000));
        assert!(why(&office, Lang::En).contains("; on a stick since "));
        assert_eq!(state(&office, Lang::Ru), "ещё не доставлено");
        (office.holds, office.wait) = (true, None);
        assert_eq!((state(&office, Lang::Ru), why(&office, Lang::Ru).as_str()), ("доставлено", "-"));
    }
}

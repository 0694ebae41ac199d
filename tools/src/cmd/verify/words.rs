//! What is proven, in words.

use okrug_node::office::view::{Act, BehalfId, MessageId};
use okrug_protocol::behalf::Right;
use okrug_protocol::evidence::{Counts, EntryFault, Place, Report, Said, ShownAct, ShownBehalf, ShownMessage};

use crate::cmd::audit::deeds;
use crate::print::one_line;
use crate::time;
use crate::words::Lang;

/// The whole report.
pub(super) fn all(report: &Report, lang: Lang) -> String {
    let mut out = vec![lang.pick(
        format!("OK  доказано: сообщений {}, действий администратора {}", report.messages.len(), report.acts.len()),
        format!("OK  proven: {} messages, {} acts of administrators", report.messages.len(), report.acts.len()),
    )];
    let (name, id) = (one_line(&report.name), report.district.0.to_hex());
    out.push(lang.pick(format!("Округ «{name}» {id}"), format!("District \"{name}\" {id}")));
    out.push(lang.pick(
        format!("Документы в файле: устав {}, справочник {}, отзыв {}", report.charter, report.chart, report.revocations),
        format!("Documents in the file: charter {}, directory {}, revocations {}", report.charter, report.chart, report.revocations),
    ));
    out.extend(report.messages.iter().map(|one| message(one, lang)));
    out.extend(report.acts.iter().map(|one| act(one, lang)));
    for run in &report.runs {
        let (log, first, last, closed) = (run.log, run.first, run.last, run.closed);
        out.push(lang.pick(
            format!("Журнал {log}: записи {first}–{last} подряд, без пропусков; не раскрыто {closed}"),
            format!("The log {log}: entries {first} to {last} without a gap; {closed} of them not shown"),
        ));
    }
    out.push(unproven(report, lang));
    out.join("\n")
}

/// What the file does not prove.
pub(super) fn unproven(report: &Report, lang: Lang) -> String {
    let never = lang.pick(
        "Не доказано: что названное время верно; что сообщение кто-то прочитал; что после списка отзыва из файла не было нового; что вне показанных записей ничего нет.",
        "Not proven: that the times are true; that anybody has read it; that no newer revocations exist than those in the file; that there is nothing outside the entries shown.",
    );
    if report.messages.iter().all(|message| message.on_behalf.is_none()) {
        return never.to_owned();
    }
    let ended = lang.pick(
        "И не доказано, что право говорить за другого не прекратила редакция, которой в файле нет.",
        "Nor is it proven that no edition outside the file had ended the right to speak for another.",
    );
    format!("{never} {ended}")
}

fn entry(place: &Place) -> String {
    MessageId { log: place.log, seq: place.seq }.to_string()
}

/// A message and all that was found of it.
fn message(message: &ShownMessage, lang: Lang) -> String {
    let record = &message.speaker.record;
    let (to, text) = said(&message.said, lang);
    let text = text.lines().map(|line| format!("    {}", one_line(line))).collect::<Vec<_>>().join("\n");
    let mut rows = vec![format!("{} {}", lang.pick("Сообщение", "Message"), entry(&message.place))];
    let mut row = |ru: &str, en: &str, value: String| rows.push(format!("  {}: {value}", lang.pick(ru, en)));
    let person = format!("{}, {} ({}, {})", one_line(&record.name), one_line(&record.position), record.person, record.unit);
    row("Подписал", "Signed by", person);
    if let Some(shown) = &message.on_behalf {
        row("За", "For", behalf(shown, lang));
    }
    if let Some(to) = to {
        row("Кому", "To", to);
    }
    row(
        "Ключ человека",
        "Person's key",
        lang.pick(
            format!("версия {} записи {}", record.version, entry(&message.speaker.recorded)),
            format!("version {} of the record {}", record.version, entry(&message.speaker.recorded)),
        ),
    );
    row("Отделение", "Office", format!("{} ({})", one_line(&message.office_name), message.place.log.office));
    row(
        "Место",
        "Place",
        lang.pick(
            format!("запись {} журнала {}, {}", message.place.seq, message.place.log, message.place.id.0.to_hex()),
            format!("entry {} of the log {}, {}", message.place.seq, message.place.log, message.place.id.0.to_hex()),
        ),
    );
    row(
        "Справочник",
        "Directory",
        format!("{}, {} {}", message.place.directory, lang.pick("отзыв", "revocations"), message.place.revocations),
    );
    row(
        "Названное время",
        "Time claimed",
        format!("{} ({} {})", time::text(message.time), lang.pick("записано", "written"), time::text(message.place.time.millis())),
    );
    for one in &message.witnessed {
        let (office, at) = (one.office, time::text(one.place.time.millis()));
        row(
            "Свидетель",
            "Witness",
            lang.pick(
                format!("{office}: запись была у него не позже {at} по его часам"),
                format!("{office} had the entry not later than {at} by its own clock"),
            ),
        );
    }
    for note in notes(message, lang) {
        row("Внимание", "Note", note);
    }
    rows.push(text);
    rows.join("\n")
}

/// For whom, and what the file shows of the right to it.
pub(super) fn behalf(shown: &ShownBehalf, lang: Lang) -> String {
    let (id, version) = (BehalfId(shown.on.of), shown.on.version);
    let whom = shown.name.as_deref().map_or_else(|| id.to_string(), |name| format!("{} ({id})", one_line(name)));
    let place = shown.announced.as_ref().map(entry);
    let right = match (shown.right, place) {
        (Right::Holds, Some(at)) => lang.pick(
            format!("право доказано: редакция {version}, запись {at}"),
            format!("the right is proven: edition {version}, record {at}"),
        ),
        (Right::Lacks, Some(at)) => lang.pick(
            format!("ПРАВА НЕТ: редакция {version} (запись {at}) или более новая его не даёт"),
            format!("NO RIGHT to it: edition {version} (record {at}) or a newer one does not give it"),
        ),
        (Right::Lacks, None) => {
            lang.pick("ПРАВА НЕТ: это обязанность другого отделения", "NO RIGHT to it: it is another office's duty").to_owned()
        }
        (Right::Unknown | Right::Holds, _) => lang.pick(
            format!("право этим файлом не доказано: редакции {version} в нём нет"),
            format!("this file does not show the right to it: edition {version} is not in it"),
        ),
    };
    format!("{whom}; {right}")
}

/// To whom, and the text.
pub(super) fn said(said: &Said, lang: Lang) -> (Option<String>, String) {
    match said {
        Said::Text(text) => (None, text.clone()),
        Said::Direct { to, text } => (Some(to.to_string()), text.clone()),
        Said::Letter { role, with, text } => (Some(format!("{role} / {with}")), text.clone()),
        Said::Newer(kind) => {
            (None, lang.pick(format!("[нужна новая версия: вид {kind}]"), format!("[needs a newer version: kind {kind}]")))
        }
    }
}

/// What has changed since.
pub(super) fn notes(message: &ShownMessage, lang: Lang) -> Vec<String> {
    let speaker = &message.speaker;
    let mut notes = Vec::new();
    if message.on_behalf.as_ref().is_some_and(|shown| shown.right == Right::Lacks) {
        notes.push(lang.pick("говорит за другого без права на это", "speaks for another without the right to").to_owned());
    }
    match message.counts {
        Counts::Yes => {}
        Counts::BeforeCutOff => notes.push(
            lang.pick("отделение позже отозвано; эта запись считается", "the office was revoked later; this entry counts").to_owned(),
        ),
        Counts::AfterCutOff => notes.push(
            lang.pick("отделение отозвано раньше; эта запись не считается", "the office was revoked before; this entry does not count")
                .to_owned(),
        ),
        Counts::Unwitnessed => notes.push(
            lang.pick(
                "отделение отозвано, а последняя действительная запись не названа",
                "the office is revoked, and its last valid entry is not named",
            )
            .to_owned(),
        ),
    }
    if let Some(reason) = &speaker.revoked {
        notes.push(
            lang.pick(format!("доступ человека отозван: {}", one_line(reason)), format!("the person was revoked: {}", one_line(reason))),
        );
    } else if !speaker.newest.active {
        notes.push(lang.pick("человек больше не служит в этом отделении", "the person serves here no more").to_owned());
    } else if speaker.newest.version > speaker.record.version {
        let version = speaker.newest.version;
        notes.push(lang.pick(
            format!("запись о человеке с тех пор сменилась (версия {version})"),
            format!("the person's record has changed since (version {version})"),
        ));
    }
    notes
}

fn act(act: &ShownAct, lang: Lang) -> String {
    let view = Act::from(act.act.clone());
    let [who, what, about, outcome] = deeds::row(&view, lang);
    format!(
        "{} {}: {} · {what} · {about} · {outcome} · {} · {}, {} {}",
        lang.pick("Действие", "Act"),
        entry(&act.place),
        time::text(act.act.time),
        who,
        one_line(&act.office_name),
        lang.pick("справочник", "directory"),
        act.place.directory,
    )
}

/// What is wrong with an entry, in Russian; the protocol says it in English.
pub(super) fn fault(fault: EntryFault) -> &'static str {
    match fault {
        EntryFault::OutOfOrder => "не продолжает предыдущую",
        EntryFault::Malformed => "не имеет вида записи",
        EntryFault::Newer => "написана тем, кто знал документы новее, чем в файле",
        EntryFault::Writer => "написана отделением, которое не могло её написать",
        EntryFault::Signature => "не подписана своим отделением",
        EntryFault::Sealed => "не открывается",
        EntryFault::Content => "открывается в то, что нельзя прочесть",
        EntryFault::Record => "недействительная запись о человеке",
        EntryFault::Announcement => "недействительное объявление о роли или заместителе",
        EntryFault::Stranger => "от человека, записи о котором в файле нет",
        EntryFault::PersonSignature => "не подписана названным человеком",
        EntryFault::Repeats => "повторяет сказанное тем же человеком раньше",
        EntryFault::Superfluous => "показана без надобности",
    }
}

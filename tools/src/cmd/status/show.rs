//! The node in a few lines, and a row for each other office.

use okrug_node::office::view::{CarriedStatus, Freshness, Link, NodeStatus, Peer, Queue};
use okrug_protocol::clock::Millis;
use okrug_protocol::words::Spoken;
use serde_json::{Value, json};

use super::{checks, links};
use crate::cmd::waits;
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::Problem;
use crate::time;
use crate::words::{Lang, bytes, counted};

/// How long ago something of an office may have been written for others to be its way here.
const RECENT_MS: u64 = 15 * 60 * 1_000;

/// Shows everything.
pub(super) fn node(context: &Context, status: &NodeStatus) -> Result<(), Problem> {
    if context.json {
        return context.object(object(status));
    }
    let table = peers(status, context.plain, context.lang);
    if context.plain {
        return if status.peers.is_empty() { Ok(()) } else { print::line(&table.plain()) };
    }
    head(status, context.lang).iter().try_for_each(|line| print::line(line))?;
    if !status.peers.is_empty() {
        print::line("")?;
        print::line(&table.aligned())?;
    }
    checks::of(status).iter().for_each(|said| context.warn(said));
    Ok(())
}

/// The lines about the node itself.
fn head(status: &NodeStatus, lang: Lang) -> Vec<String> {
    let NodeStatus { office, version, uptime_s, district, documents, .. } = status;
    let running = time::span(uptime_s.saturating_mul(1_000), lang);
    let row = |ru: &str, en: &str, text: String| format!("{:<13}{text}", lang.pick(ru, en));
    let left = match documents.freshness {
        Freshness::Fresh => {
            let days = time::span(documents.refresh_by.since(status.clock.now), lang);
            lang.pick(format!(" (осталось {days})"), format!(" ({days} left)"))
        }
        Freshness::Stale => lang.pick(" (пора обновить)", " (due)").to_owned(),
        Freshness::Overdue => lang.pick(" (давно пора обновить)", " (long due)").to_owned(),
    };
    let (chart, until) = (documents.chart, time::shown_date(documents.refresh_by, lang));
    let silent = if district.suspended {
        lang.pick("; приостановлено, только чтение", "; read-only (suspended)")
    } else {
        ""
    };
    let enrolled = match (status.enrolled, lang) {
        (true, Lang::Ru) => format!("да, {}{silent}", district.name),
        (true, Lang::En) => format!("yes, {}{silent}", district.name),
        (false, lang) if district.revoked => {
            lang.pick("нет, ОТОЗВАНО: другие отделения его не слышат", "no, REVOKED: no other office hears it").to_owned()
        }
        (false, lang) => lang.pick("нет", "no").to_owned(),
    };
    let mut rows = vec![
        row(
            "Узел",
            "Node",
            lang.pick(
                format!("{} ({}), работает {running}, версия {version}", office.slug, office.name),
                format!("{} ({}), up {running}, version {version}", office.slug, office.name),
            ),
        ),
        row("Зачислен", "Enrolled", enrolled),
        row(
            "Округ",
            "District",
            lang.pick(format!("справочник v{chart}, обновление до {until}{left}"), format!("directory v{chart}, refresh by {until}{left}")),
        ),
        row("Отзыв", "Revocations", list(status, lang)),
    ];
    rows.extend(status.delegated.iter().map(|paper| row("Ветвь", "Subtree", super::subtree::text(paper, lang))));
    rows.extend([
        row("Отпечаток", "Fingerprint", fingerprint(&district.id, lang)),
        row("Очередь", "Queue", queue(status, lang)),
        row("Диск", "Disk", disk(status, lang)),
        row("За год", "In a year", growth(status, lang)),
        row("Копия", "Backup", backup(status, lang)),
    ]);
    rows.extend(status.carried.as_ref().map(|carried| row("Переноска", "Carries", carries(carried, lang))));
    rows
}

/// The list of revocations: its version, its age, and whether a newer one is due.
fn list(status: &NodeStatus, lang: Lang) -> String {
    let Some(list) = &status.district.revocations else { return lang.pick("списка ещё нет", "no list yet").to_owned() };
    let (version, age) = (list.version, time::ago(list.age_s.saturating_mul(1_000), lang));
    let due = match list.freshness {
        Freshness::Fresh => "",
        Freshness::Stale => lang.pick(" (пора обновить)", " (due)"),
        Freshness::Overdue => lang.pick(" (давно пора обновить)", " (long due)"),
    };
    lang.pick(format!("список v{version}, подписан: {age}{due}"), format!("list v{version}, signed: {age}{due}"))
}

/// The district's fingerprint in words.
fn fingerprint(id: &str, lang: Lang) -> String {
    Spoken::read(id).map_or_else(|_| id.to_owned(), |spoken| spoken.say(lang.list()))
}

/// What is carried for others, and whether that is too much.
fn carries(carried: &CarriedStatus, lang: Lang) -> String {
    let (held, quota) = (bytes(carried.bytes, lang), bytes(carried.quota, lang));
    let given_up = match carried.given_up {
        0 => String::new(),
        n => lang.pick(format!("; не дождались места: {n}"), format!("; {n} given up for want of room")),
    };
    let full = if carried.full {
        lang.pick("; места нет, новые ждут у отправителей", "; full: new ones wait at their writers")
    } else {
        ""
    };
    lang.pick(format!("чужих записей {held} из {quota}{given_up}{full}"), format!("{held} of {quota} of others' entries{given_up}{full}"))
}

/// What waits, and who has waited for it longest.
fn queue(status: &NodeStatus, lang: Lang) -> String {
    // Whoever waits for the most stands for all: the same message may wait for several.
    let most = status.peers.iter().map(|peer| &peer.queue).max_by_key(|queue| queue.messages).copied().unwrap_or_default();
    let longest = status.peers.iter().filter_map(|peer| Some((peer.queue.oldest_s?, &peer.slug))).max();
    let Some((oldest_s, slug)) = longest.filter(|_| most.messages > 0) else {
        return lang.pick("пусто", "empty").to_owned();
    };
    let urgent = match most.urgent {
        0 => String::new(),
        urgent => lang.pick(format!(", из них срочных {urgent}"), format!(", {urgent} of them urgent")),
    };
    let (count, oldest) = (messages(&most, lang), time::span(oldest_s.saturating_mul(1_000), lang));
    lang.pick(format!("{count}{urgent}; самое старое {oldest} -> {slug}"), format!("{count}{urgent}; the oldest {oldest} -> {slug}"))
}

/// How many messages, with their noun.
pub(super) fn messages(queue: &Queue, lang: Lang) -> String {
    let n = usize::try_from(queue.messages).unwrap_or(usize::MAX);
    match lang {
        Lang::Ru => counted(n, "сообщение", "сообщения", "сообщений"),
        Lang::En if n == 1 => "1 message".to_owned(),
        Lang::En => format!("{n} messages"),
    }
}

/// How large the data will be in a year, and how large they can be at most.
fn growth(status: &NodeStatus, lang: Lang) -> String {
    let growth = &status.growth;
    let kept = match growth.kept_days {
        Some(days) => lang.pick(format!("; сообщения хранятся {days} дн."), format!("; messages are kept for {days} days")),
        None => String::new(),
    };
    let most = format!("{}{kept}", bytes(growth.quotas_in_a_year, lang));
    match growth.per_day.zip(growth.in_a_year) {
        Some((day, year)) => {
            let (day, year, over) = (bytes(day, lang), bytes(year, lang), time::span(growth.measured_s.saturating_mul(1_000), lang));
            lang.pick(
                format!("около {year} (прирост {day} в день, измерено за {over} работы); квоты округа допускают до {most}"),
                format!("about {year} ({day} a day, measured over {over} of running); the district's quotas allow up to {most}"),
            )
        }
        None => lang.pick(
            format!("прирост измеряется первые сутки работы; квоты округа допускают до {most}"),
            format!("growth is measured for the first day of running; the district's quotas allow up to {most}"),
        ),
    }
}

/// When everything was last put into a backup.
fn backup(status: &NodeStatus, lang: Lang) -> String {
    match status.backup {
        Some(last) => format!("{}, {}", time::ago(last.age_s.saturating_mul(1_000), lang), bytes(last.bytes, lang)),
        None => lang.pick("резервной копии ещё не было", "no backup yet").to_owned(),
    }
}

fn disk(status: &NodeStatus, lang: Lang) -> String {
    let used = bytes(status.store.bytes, lang);
    match status.disk {
        Some(disk) => {
            let (free, size) = (bytes(disk.free, lang), bytes(disk.size, lang));
            lang.pick(format!("занято {used}; свободно {free} из {size}"), format!("{used} used; {free} of {size} free"))
        }
        None => used,
    }
}

fn peers(status: &NodeStatus, plain: bool, lang: Lang) -> Table {
    let mut names = lang.pick(["ОТДЕЛЕНИЕ", "СВЯЗЬ", "ПОСЛЕДНЯЯ", "ОЧЕРЕДЬ"], ["OFFICE", "LINK", "LAST", "QUEUE"]).to_vec();
    if status.peers.iter().any(|peer| peer.why.is_some()) {
        names.push(lang.pick("ПОЧЕМУ ЖДЁТ", "WHY IT WAITS"));
    }
    let mut table = Table::new(names);
    for peer in &status.peers {
        if plain {
            let number = |number: Option<u32>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
            let seen = last(peer).map_or_else(|| "-".to_owned(), time::text);
            table.row([peer.slug.clone(), state(peer, status).to_owned(), seen, peer.queue.messages.to_string(), number(peer.rtt_ms)]);
        } else {
            let seen = seen(peer, status, lang);
            let mut row = vec![peer.slug.clone(), way(peer, status, lang), seen, peer.queue.messages.to_string()];
            row.extend(peer.why.as_ref().map(|why| waits::reason(why, lang)));
            table.row(row);
        }
    }
    table
}

/// When an office was last heard of, whichever way.
fn last(peer: &Peer) -> Option<Millis> {
    peer.last_contact.max(peer.last_entry)
}

/// The same as people say it.
pub(super) fn seen(peer: &Peer, status: &NodeStatus, lang: Lang) -> String {
    match last(peer) {
        _ if peer.link == Link::Up => lang.pick("сейчас", "now").to_owned(),
        Some(at) => time::ago(status.clock.now.since(at), lang),
        None => "-".to_owned(),
    }
}

/// How the way to an office stands: `direct`, `relayed` when others bring what it writes, or `offline`.
pub(super) fn state(peer: &Peer, status: &NodeStatus) -> &'static str {
    let is_recent = |at: &Millis| status.clock.now.since(*at) <= RECENT_MS && Some(*at) > peer.last_contact;
    match (peer.link, peer.last_entry.filter(is_recent)) {
        (Link::Up | Link::Here, _) => "direct",
        (Link::Down, Some(_)) => "relayed",
        (Link::Down, None) => "offline",
    }
}

/// The same as people say it.
pub(super) fn way(peer: &Peer, status: &NodeStatus, lang: Lang) -> String {
    let way = match (state(peer, status), peer.rtt_ms) {
        ("direct", Some(rtt)) => lang.pick(format!("прямая, {rtt} мс"), format!("direct, {rtt} ms")),
        ("direct", None) => lang.pick("прямая", "direct").to_owned(),
        ("relayed", _) => lang.pick("через других", "through others").to_owned(),
        _ => lang.pick("нет связи", "no link").to_owned(),
    };
    let way = way + &links::after_way(peer, lang);
    if peer.suspended { way + lang.pick("; только чтение", "; read-only") } else { way }
}

fn object(status: &NodeStatus) -> Value {
    let mut value = serde_json::to_value(status).expect("texts and numbers always have their JSON");
    value["peers"] = status.peers.iter().map(|peer| peer_object(peer, status)).collect();
    value
}

/// An office for a script.
pub(super) fn peer_object(peer: &Peer, status: &NodeStatus) -> Value {
    json!({
        "office": peer.slug,
        "id": peer.office.to_string(),
        "name": peer.name,
        "state": state(peer, status),
        "rtt_ms": peer.rtt_ms,
        "last_seen": last(peer).map(time::text),
        "address": peer.address,
        "carrier": peer.carrier,
        "queue": peer.queue.messages,
        "queue_urgent": peer.queue.urgent,
        "queue_oldest_s": peer.queue.oldest_s,
        "why": peer.why,
        "suspended": peer.suspended,
        "class": peer.class,
        "rate": peer.rate,
        "waits": peer.waits,
        "coming": peer.coming,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(revocations: &Value, suspended: bool) -> NodeStatus {
        let time = "2026-02-01T00:00:00.000Z";
        let district = json!({ "id": "0".repeat(64), "name": "Округ", "freshness": "fresh", "revocations": revocations, "revoked": false, "suspended": suspended });
        let documents = json!({ "charter": 1, "chart": 2, "bootstrap": 1, "revocations": 1, "freshness": "fresh", "refresh_by": time });
        let status = json!({
            "office": { "id": "o1", "slug": "uray", "name": "Урай" }, "enrolled": true, "version": "0.1.0", "uptime_s": 1, "district": district,
            "documents": documents, "peers": [], "queue": { "messages": 0, "urgent": 0, "oldest_s": null },
            "store": { "entries": 1, "bytes": 1 }, "disk": null, "clock": { "now": time, "plausible": true }, "alarms": [], "unopened": [],
        });
        serde_json::from_value(status).unwrap()
    }

    #[test]
    fn why_the_queue_of_an_office_waits_stands_beside_it() {
        let peer = |slug: &str, n: u64, why: &Value| {
            let queue = json!({ "messages": n, "urgent": 0, "oldest_s": null });
            json!({ "office": "o3", "name": slug, "slug": slug, "link": "up", "rtt_ms": 40, "address": null, "carrier": false, "queue": queue, "why": why })
        };
        let mut status = status(&Value::Null, false);
        let mut rows = |all: Vec<Value>| {
            status.peers = all.into_iter().map(|peer| serde_json::from_value(peer).unwrap()).collect();
            peers(&status, false, Lang::En).aligned()
        };
        let full = json!({ "code": "full", "since": null, "via": "o2", "via_name": "Котлас", "until": null });
        let shown = rows(vec![peer("uray", 3, &full), peer("kotlas", 0, &Value::Null)]);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(
            lines[0].ends_with("QUEUE  WHY IT WAITS") && lines[1].ends_with("3      it goes through Котлас, which has no room"),
            "{shown}"
        );
        assert!(lines[2].ends_with("now   0"), "{shown}");
        let shown = rows(vec![peer("kotlas", 0, &Value::Null)]);
        assert!(shown.lines().next().unwrap().ends_with("QUEUE"), "{shown}");
    }

    fn aged(freshness: &str) -> Value {
        let times = ["2025-12-22T00:00:00.000Z", "2026-01-21T00:00:00.000Z"];
        json!({ "version": 7, "issued": times[0], "refresh_by": times[1], "age_s": 41 * 24 * 3_600, "freshness": freshness })
    }

    fn told(status: &NodeStatus, lang: Lang) -> (String, String) {
        (head(status, lang).join("\n"), checks::of(status).iter().map(|said| said.text(lang)).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn the_version_and_the_age_of_the_list_are_shown_and_an_old_one_is_warned_of() {
        let (shown, warned) = told(&status(&Value::Null, false), Lang::Ru);
        assert!(shown.contains("Отзыв        списка ещё нет") && warned.is_empty(), "{shown} {warned}");
        let (shown, warned) = told(&status(&aged("fresh"), false), Lang::En);
        assert!(shown.contains("Revocations  list v7, signed: 41 d") && warned.is_empty(), "{shown} {warned}");
        for (freshness, word) in [("stale", "(пора обновить)"), ("overdue", "(давно пора обновить)")] {
            let (shown, warned) = told(&status(&aged(freshness), false), Lang::Ru);
            assert!(shown.contains(word) && warned.contains("список отзыва"), "{shown} {warned}");
        }
    }

    #[test]
    fn a_suspended_office_is_read_only_in_so_many_words() {
        let (shown, warned) = told(&status(&Value::Null, true), Lang::En);
        assert!(shown.contains("yes, Округ; read-only (suspended)") && warned.contains("has suspended this office"), "{shown} {warned}");
        assert!(!told(&status(&Value::Null, false), Lang::En).0.contains("read-only"));
    }
}

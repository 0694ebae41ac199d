//! What an edition changes, in lines that a holder of a key can read before signing.

use std::collections::BTreeMap;

use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::chart::{Chart, Delegation, Office, Policy, Unit};
use okrug_protocol::charter::Charter;
use okrug_protocol::ids::{OfficeId, hex};
use okrug_protocol::revocations::Revocations;
use okrug_protocol::subchart::Subchart;
use okrug_protocol::trust::Trust;

use super::paper::Paper;
use super::renewal::RoleName;
use crate::words::{Said, said};

/// What an edition changes against what is held.
#[must_use]
pub fn of(paper: &Paper, trust: &Trust) -> Vec<Said> {
    match paper {
        Paper::Charter(next) => {
            charters(Some(trust.charter().doc()).filter(|held| held.head.version < next.doc().head.version), next.doc())
        }
        Paper::Chart(next) => charts(Some(trust.chart().doc()), next.doc()),
        Paper::Bootstrap(next) => bootstraps(trust.bootstrap_list().map(|held| held.doc()), next.doc()),
        Paper::Revocations(next) => revocations(trust.revocations().map(|held| held.doc()), next.doc()),
        Paper::Subchart(next) => subcharts(trust.subcharts().get(&next.doc().unit).map(|held| held.doc()), next.doc()),
    }
}

/// The same between two editions of one kind, the earlier of which may not be known.
#[must_use]
pub fn between(before: Option<&Paper>, after: &Paper) -> Vec<Said> {
    match (before, after) {
        (Some(Paper::Charter(before)), Paper::Charter(after)) => charters(Some(before.doc()), after.doc()),
        (Some(Paper::Chart(before)), Paper::Chart(after)) => charts(Some(before.doc()), after.doc()),
        (Some(Paper::Bootstrap(before)), Paper::Bootstrap(after)) => bootstraps(Some(before.doc()), after.doc()),
        (Some(Paper::Revocations(before)), Paper::Revocations(after)) => revocations(Some(before.doc()), after.doc()),
        (Some(Paper::Subchart(before)), Paper::Subchart(after)) => subcharts(Some(before.doc()), after.doc()),
        (_, Paper::Charter(after)) => charters(None, after.doc()),
        (_, Paper::Chart(after)) => charts(None, after.doc()),
        (_, Paper::Bootstrap(after)) => bootstraps(None, after.doc()),
        (_, Paper::Revocations(after)) => revocations(None, after.doc()),
        (_, Paper::Subchart(after)) => subcharts(None, after.doc()),
    }
}

fn charters(before: Option<&Charter>, after: &Charter) -> Vec<Said> {
    let mut lines = Vec::new();
    for name in RoleName::ALL {
        let (word, is) = (name.word(), name.of(after));
        let was = before.map(|before| name.of(before));
        for key in is.keys.iter().filter(|key| was.is_none_or(|was| !was.keys.contains(key))) {
            let key = hex(&key.0);
            lines.push(said!("+ ключ роли {word}: {key}", "+ key of the role {word}: {key}"));
        }
        for key in was.into_iter().flat_map(|was| &was.keys).filter(|key| !is.keys.contains(key)) {
            let key = hex(&key.0);
            lines.push(said!("- ключ роли {word}: {key}", "- key of the role {word}: {key}"));
        }
        let (old, new) = (was.map(|was| was.threshold), is.threshold);
        if let Some(old) = old.filter(|old| *old != new) {
            lines.push(said!("~ порог роли {word}: {old} -> {new}", "~ threshold of the role {word}: {old} -> {new}"));
        }
    }
    if let Some(before) = before {
        for (word, old, new) in [
            ("directory", before.directory_epoch, after.directory_epoch),
            ("revocations", before.revocations_epoch, after.revocations_epoch),
        ] {
            if old != new {
                lines.push(said!("~ эпоха роли {word}: {old} -> {new}", "~ epoch of the role {word}: {old} -> {new}"));
            }
        }
        if before.name != after.name {
            let (old, new) = (&before.name, &after.name);
            lines.push(said!("~ название: «{old}» -> «{new}»", "~ name: \"{old}\" -> \"{new}\""));
        }
    }
    lines
}

fn charts(before: Option<&Chart>, after: &Chart) -> Vec<Said> {
    let mut lines = units(before.map_or(&[], |chart| &chart.units), &after.units);
    lines.extend(offices(before.map_or(&[], |chart| &chart.offices), &after.offices));
    lines.extend(delegations(before.map_or(&[], |chart| &chart.delegations), &after.delegations));
    lines.extend(suspended(before.map_or(&[], |chart| &chart.suspended), &after.suspended));
    if before.is_some_and(|before| before.groups != after.groups) {
        lines.push(said!("~ группы отделений", "~ groups of offices"));
    }
    if let Some(before) = before {
        lines.extend(policy(&before.policy, &after.policy));
        lines.extend(rows(
            &before.retention.holds,
            &after.retention.holds,
            |hold| hold.topic,
            |sign, hold| {
                let (topic, reason) = (hold.topic, &hold.reason);
                said!("{sign} удерживаются сообщения {topic}: {reason}", "{sign} held are the messages of {topic}: {reason}")
            },
        ));
    }
    if before.and_then(|chart| chart.page_root) != after.page_root {
        let root = after.page_root.map_or_else(|| "-".to_owned(), |root| root.to_hex());
        lines.push(said!("~ корневой сертификат страниц: {root}", "~ root certificate of the pages: {root}"));
    }
    lines
}

fn subcharts(before: Option<&Subchart>, after: &Subchart) -> Vec<Said> {
    let mut lines = units(before.map_or(&[], |chart| &chart.units), &after.units);
    lines.extend(offices(before.map_or(&[], |chart| &chart.offices), &after.offices));
    if before.is_some_and(|before| before.addresses != after.addresses) {
        lines.push(said!("~ адреса", "~ addresses"));
    }
    lines
}

fn units(before: &[Unit], after: &[Unit]) -> Vec<Said> {
    let place = |unit: &Unit| unit.parent.map_or(String::new(), |parent| format!(" < {parent}"));
    rows(
        before,
        after,
        |unit| unit.id,
        |sign, unit| {
            let (id, name, place) = (unit.id, &unit.name, place(unit));
            said!("{sign} отдел {id} «{name}»{place}", "{sign} unit {id} \"{name}\"{place}")
        },
    )
}

fn offices(before: &[Office], after: &[Office]) -> Vec<Said> {
    let keys = |id| {
        let find = |rows: &[Office]| rows.iter().find(|row| row.id == id).map(|row| (row.sign, row.peer, row.seal));
        find(before).is_some_and(|was| find(after).is_some_and(|is| was != is))
    };
    rows(
        before,
        after,
        |office| office.id,
        |sign, office| {
            let (id, slug, name) = (office.id, &office.slug, &office.name);
            let hosts: Vec<String> = office.hosts.iter().map(ToString::to_string).collect();
            let hosts = if hosts.is_empty() { String::new() } else { format!(" [{}]", hosts.join(" ")) };
            let (ru, en) = if keys(id) { (", НОВЫЕ КЛЮЧИ", ", NEW KEYS") } else { ("", "") };
            said!("{sign} отделение {id} {slug} «{name}»{hosts}{ru}", "{sign} office {id} {slug} \"{name}\"{hosts}{en}")
        },
    )
}

/// Each rule that changes, with both figures.
#[must_use]
pub fn policy(before: &Policy, after: &Policy) -> Vec<Said> {
    let figures = |policy: &Policy| {
        [
            ("retention_days", policy.retention_days.to_string()),
            ("reseal", format!("{:?}", policy.reseal).to_lowercase()),
            ("post", format!("{:?}", policy.post).to_lowercase()),
            ("entries_per_day", policy.entries_per_day.to_string()),
            ("bytes_per_day", policy.bytes_per_day.to_string()),
            ("file_max_bytes", policy.file_max_bytes.to_string()),
            ("sealing_key_days", policy.sealing_key_days.to_string()),
            ("sealing_key_grace_days", policy.sealing_key_grace_days.to_string()),
        ]
    };
    let changed = figures(before).into_iter().zip(figures(after)).filter(|((_, old), (_, new))| old != new);
    changed.map(|((name, old), (_, new))| said!("~ правило {name}: {old} -> {new}", "~ the rule {name}: {old} -> {new}")).collect()
}

fn suspended(before: &[OfficeId], after: &[OfficeId]) -> Vec<Said> {
    rows(
        before,
        after,
        |office| *office,
        |sign, office| said!("{sign} приостановлено отделение {office}: только чтение", "{sign} suspended office {office}: read-only"),
    )
}

fn delegations(before: &[Delegation], after: &[Delegation]) -> Vec<Said> {
    rows(
        before,
        after,
        |row| row.unit,
        |sign, row| {
            let (unit, keys, need) = (row.unit, row.role.keys.len(), row.role.need());
            let (first_unit, last_unit, first, last) = (row.units.first, row.units.last, row.offices.first, row.offices.last);
            let (ru, en) = if row.withdrawn.is_some() { (", ОТОЗВАНА", ", WITHDRAWN") } else { ("", "") };
            said!(
                "{sign} ветвь {unit}: ключей {keys}, порог {need}, отделы {first_unit}-{last_unit}, отделения {first}-{last}{ru}",
                "{sign} delegation of {unit}: {keys} keys, {need} must sign, units {first_unit}-{last_unit}, offices {first}-{last}{en}"
            )
        },
    )
}

fn bootstraps(before: Option<&Bootstrap>, after: &Bootstrap) -> Vec<Said> {
    rows(
        before.map_or(&[], |list| &list.rows),
        &after.rows,
        |row| row.0,
        |sign, (office, addresses)| {
            let addresses = addresses.join(" ");
            said!("{sign} адреса {office}: {addresses}", "{sign} addresses of {office}: {addresses}")
        },
    )
}

fn revocations(before: Option<&Revocations>, after: &Revocations) -> Vec<Said> {
    let mut lines = rows(
        before.map_or(&[], |list| &list.offices),
        &after.offices,
        |row| row.office,
        |sign, row| {
            let (office, reason) = (row.office, &row.reason);
            said!("{sign} отзыв отделения {office}: {reason}", "{sign} revocation of the office {office}: {reason}")
        },
    );
    lines.extend(rows(
        before.map_or(&[], |list| &list.persons),
        &after.persons,
        |row| row.person,
        |sign, row| {
            let (person, reason) = (row.person, &row.reason);
            said!("{sign} отзыв сотрудника {person}: {reason}", "{sign} revocation of the person {person}: {reason}")
        },
    ));
    lines
}

/// Rows that are new (`+`), gone (`-`) or another (`~`), by number.
fn rows<T: PartialEq, K: Ord>(before: &[T], after: &[T], id: impl Fn(&T) -> K, line: impl Fn(char, &T) -> Said) -> Vec<Said> {
    let was: BTreeMap<K, &T> = before.iter().map(|row| (id(row), row)).collect();
    let is: BTreeMap<K, &T> = after.iter().map(|row| (id(row), row)).collect();
    let mut lines = Vec::new();
    for (key, row) in &is {
        match was.get(key) {
            None => lines.push(line('+', row)),
            Some(old) if old != row => lines.push(line('~', row)),
            Some(_) => {}
        }
    }
    lines.extend(was.iter().filter(|(key, _)| !is.contains_key(key)).map(|(_, row)| line('-', row)));
    lines
}

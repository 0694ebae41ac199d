//! What the authority signed: whether it is here, how old it is, what it says of this office.

use std::fs;
use std::time::SystemTime;

use okrug_protocol::chart::Office;
use okrug_protocol::clock::Millis;
use okrug_protocol::trust::Freshness;

use super::check::{Area, Check, Probe};
use super::facts::Facts;
use crate::time::{self, DAY_MS};
use crate::words::{Lang, Said, said};

/// After so many days the sealing key that the chart lists is to be replaced.
const MAX_CHART_KEY_DAYS: u64 = 365;

pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    if facts.data.is_none() {
        return Vec::new();
    }
    let mut all = vec![present(facts)];
    if facts.district().is_none() {
        return all;
    }
    all.extend([freshness(facts), revocations(facts), listed(facts), suspended(facts), revoked(facts), same_keys(facts)]);
    all.extend([chart_key(facts), conflicts(facts), address(facts)]);
    all
}

fn take_file() -> Said {
    said!(
        "возьмите у администратора округа новый файл: okrug revocation import ФАЙЛ",
        "take a newer district file from the authority: okrug revocation import FILE"
    )
}

fn present(facts: &Facts) -> Check {
    let probe = Probe("OKD-020", Area::Documents);
    match facts.documents.as_ref() {
        Some(Ok(Some(documents))) => {
            let directory = documents.directory();
            let (name, version) = (directory.name(), directory.version());
            probe.ok(said!("документы округа «{name}», справочник {version}", "the documents of \"{name}\", directory {version}"))
        }
        Some(Err(error)) => probe.error(
            said!("документы округа не читаются: {error}", "the documents of the district cannot be read: {error}"),
            said!(
                "переименуйте documents/district.okd и запустите узел с --district ФАЙЛ",
                "rename documents/district.okd and start with --district FILE"
            ),
        ),
        Some(Ok(None)) | None => probe.error(
            said!("документов округа нет: узел не зачислен", "there are no documents of a district: the node is not enrolled"),
            said!(
                "запустите узел с файлом округа: okrug-node run --district ФАЙЛ",
                "start the node with the district file: okrug-node run --district FILE"
            ),
        ),
    }
}

fn freshness(facts: &Facts) -> Check {
    let probe = Probe("OKD-021", Area::Documents);
    let Some((age, until)) = facts.district().map(|d| d.read(|trust| (trust.freshness(facts.now), trust.chart().doc().head.refresh_by)))
    else {
        return probe.unknown(said!("срок справочника", "the term of the directory"));
    };
    let (ru, en) = (time::shown_date(until, Lang::Ru), time::shown_date(until, Lang::En));
    let said = said!("справочник: новый обещан к {ru}", "the directory: a newer one is promised by {en}");
    match age {
        Freshness::Fresh => probe.ok(said),
        Freshness::Stale => probe.warning(said, take_file()),
        Freshness::Overdue => probe.error(said, take_file()),
    }
}

fn revocations(facts: &Facts) -> Check {
    let probe = Probe("OKD-022", Area::Documents);
    let list = facts
        .district()
        .and_then(|d| d.read(|trust| Some((trust.revocations_freshness(facts.now)?, trust.revocations()?.doc().head.issued))));
    let Some((age, issued)) = list else { return probe.ok(said!("отозванных нет", "nobody was revoked")) };
    let since = facts.now.since(issued);
    let (ru, en) = (time::ago(since, Lang::Ru), time::ago(since, Lang::En));
    let said = said!("список отзыва подписан: {ru}", "the list of revocations was signed: {en}");
    match age {
        Freshness::Fresh => probe.ok(said),
        Freshness::Stale => probe.warning(said, take_file()),
        Freshness::Overdue => probe.error(said, take_file()),
    }
}

fn listed(facts: &Facts) -> Check {
    let probe = Probe("OKD-023", Area::Documents);
    match (facts.office(), &facts.request) {
        (Some(Office { slug, id, .. }), _) => {
            probe.ok(said!("отделение {slug} ({id}) есть в справочнике", "the office {slug} ({id}) is in the directory"))
        }
        (None, None) => probe.unknown(said!(
            "отделение в справочнике: заявка узла не читается",
            "the office in the directory: the node's request cannot be read"
        )),
        (None, Some(_)) => probe.error(
            said!("в справочнике нет отделения с этими ключами", "the directory lists no office with these keys"),
            said!(
                "передайте заявку администратору округа: okrug-node key show --request ФАЙЛ; он: okrug office enrol ФАЙЛ",
                "hand the request to the authority: okrug-node key show --request FILE; it runs okrug office enrol FILE"
            ),
        ),
    }
}

fn suspended(facts: &Facts) -> Check {
    let probe = Probe("OKD-024", Area::Documents);
    let suspended =
        facts.district().zip(facts.office()).map(|(documents, office)| (documents.directory().is_suspended(office.id), office.slug));
    match suspended {
        Some((true, slug)) => probe.warning(
            said!("отделение приостановлено: только чтение", "the office is suspended: read-only"),
            said!("администратор округа: okrug office resume {slug}", "the authority: okrug office resume {slug}"),
        ),
        Some((false, _)) => probe.ok(said!("отделение не приостановлено", "the office is not suspended")),
        None => probe.unknown(said!("приостановка: отделения нет в справочнике", "suspension: the office is not in the directory")),
    }
}

fn revoked(facts: &Facts) -> Check {
    let probe = Probe("OKD-025", Area::Documents);
    match facts.district().zip(facts.office()).map(|(documents, office)| documents.directory().is_revoked(office.id)) {
        Some(true) => probe.error(
            said!("отделение отозвано: никто его не слышит", "the office is revoked: nobody hears it"),
            said!(
                "узнайте причину у администратора округа; новые ключи: okrug-node init в новой папке",
                "ask the authority why; new keys: okrug-node init in a new directory"
            ),
        ),
        Some(false) => probe.ok(said!("отделение не отозвано", "the office is not revoked")),
        None => probe.unknown(said!("отзыв: отделения нет в справочнике", "revocation: the office is not in the directory")),
    }
}

/// The chart against the request that was made with the keys.
fn same_keys(facts: &Facts) -> Check {
    let probe = Probe("OKD-026", Area::Documents);
    let Some((office, request)) = facts.office().zip(facts.request.as_ref()) else {
        return probe.unknown(said!("ключи и справочник: отделения в нём нет", "keys and directory: the office is not in it"));
    };
    let slug = &office.slug;
    if office.sign != request.sign {
        return probe.error(
            said!("справочник называет другой ключ подписи отделения", "the directory lists another signing key of the office"),
            said!(
                "верните папку keys этого отделения или зачислите узел снова: okrug office enrol --replace",
                "bring back the folder keys of this office, or enrol the node anew: okrug office enrol --replace"
            ),
        );
    }
    if office.seal != request.seal {
        return probe.warning(
            said!("справочник ещё называет прежний ключ печати", "the directory still lists the former sealing key"),
            said!(
                "администратор округа: okrug office enrol ФАЙЛ (okrug-node key show --request ФАЙЛ), okrug authority sign",
                "the authority: okrug office enrol FILE (okrug-node key show --request FILE), okrug authority sign"
            ),
        );
    }
    probe.ok(said!("ключи те, что в справочнике у {slug}", "the keys are those that the directory lists for {slug}"))
}

/// How old the key is that opens what is sealed to number 0: `node.keys` is written when it is made, and when it is replaced.
fn chart_key(facts: &Facts) -> Check {
    let probe = Probe("OKD-027", Area::Documents);
    let made = facts.data.as_ref().and_then(|data| fs::metadata(data.join("keys").join("node.keys")).ok()?.modified().ok());
    let made = made.and_then(|made| made.duration_since(SystemTime::UNIX_EPOCH).ok()).and_then(|ms| u64::try_from(ms.as_millis()).ok());
    let Some(made) = made.map(Millis) else {
        return probe.unknown(said!("возраст ключа печати", "the age of the sealing key"));
    };
    let days = facts.now.since(made) / DAY_MS;
    if days > MAX_CHART_KEY_DAYS {
        return probe.warning(
            said!(
                "ключу печати в справочнике дней: {days}; он открывает всё, что под него запечатали",
                "the sealing key in the chart is {days} days old; it opens all that was ever sealed to it"
            ),
            said!("остановите узел: okrug-node key renew --request ФАЙЛ", "stop the node: okrug-node key renew --request FILE"),
        );
    }
    probe.ok(said!("ключу печати в справочнике дней: {days}", "the sealing key in the chart is {days} days old"))
}

fn conflicts(facts: &Facts) -> Check {
    let probe = Probe("OKD-028", Area::Documents);
    let found = facts.district().map(|documents| documents.conflicts()).unwrap_or_default();
    match found.first() {
        Some((kind, version)) => probe.error(
            said!(
                "подписаны два разных документа одной версии: {kind} {version}",
                "two different documents of one version are signed: {kind} {version}"
            ),
            said!(
                "сообщите администратору округа; доказательство в documents/conflict-*",
                "tell the district's authority; the proof is in documents/conflict-*"
            ),
        ),
        None => probe.ok(said!("документы не противоречат друг другу", "no documents contradict each other")),
    }
}

fn address(facts: &Facts) -> Check {
    let probe = Probe("OKD-029", Area::Documents);
    let Some((documents, office)) = facts.district().zip(facts.office()) else {
        return probe.unknown(said!("адреса отделения: его нет в справочнике", "the office's addresses: it is not in the directory"));
    };
    let own = documents.bootstrap().into_iter().filter(|(id, _)| *id == office.id).flat_map(|(_, all)| all).count();
    if own == 0 {
        let slug = &office.slug;
        return probe.warning(
            said!(
                "адреса отделения нет в списке округа: другие его не найдут, пока оно само не позвонит",
                "the district's list has no address of the office: others find it only after it has called"
            ),
            said!("администратор округа: okrug office address add {slug} АДРЕС", "the authority: okrug office address add {slug} ADDR"),
        );
    }
    probe.ok(said!("адресов отделения в списке округа: {own}", "{own} addresses of the office are in the district's list"))
}

//! Journal, store and disk: without a running node they are read, and a copy of the store is opened.

use std::fs;
use std::io;
use std::path::Path;

use okrug_node::disk;
use okrug_node::journal::Look;
use okrug_node::rest::Rest;
use okrug_node::store::{Limits, Store, kept_for_own};

use super::check::{Area, Check, Probe};
use super::facts::Facts;
use crate::words::{Lang, bytes, said};

/// A store that is longer is not copied to be looked at.
const MAX_COPY: u64 = 1 << 30;
/// Less of the disk than this is little.
const MIN_FREE: u64 = 1 << 30;

pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    let Some(data) = &facts.data else { return Vec::new() };
    vec![journal(facts, data), store(facts, data), room(facts, data), reserve(facts, data), aside(data)]
}

fn journal(facts: &Facts, data: &Path) -> Check {
    let probe = Probe("OKD-010", Area::Store);
    let restore = || {
        said!(
            "сохраните папку данных; узел при запуске возьмёт недостающее у соседей",
            "keep the data directory; at its start the node takes what is missing from its neighbours"
        )
    };
    match Look::at(&data.join("journal")) {
        Ok(None) => probe.unknown(said!("журнал: узел ещё ничего не писал", "the journal: the node has written nothing yet")),
        Ok(Some(look)) if look.lost > 0 => {
            let lost = look.lost;
            probe.error(
                said!("в журнале повреждено или пропало записей: {lost}", "{lost} records of the journal are damaged or missing"),
                restore(),
            )
        }
        // A running node may be in the middle of a write.
        Ok(Some(look)) if look.behind > 0 && !facts.runs => {
            let behind = look.behind;
            probe.warning(
                said!(
                    "за последней записью журнала {behind} Б лишнего: запись оборвалась",
                    "{behind} bytes lie behind the last record of the journal: a write was cut off"
                ),
                said!(
                    "узел уберёт это при запуске; подтверждённое цело",
                    "the node takes them away at its start; what was confirmed is whole"
                ),
            )
        }
        Ok(Some(look)) => {
            let (records, segments) = (look.records, look.segments);
            probe.ok(said!(
                "журнал цел: записей {records}, файлов {segments}",
                "the journal is whole: {records} records in {segments} files"
            ))
        }
        Err(error) => probe.error(said!("журнал не читается: {error}", "the journal cannot be read: {error}"), restore()),
    }
}

fn store(facts: &Facts, data: &Path) -> Check {
    let (probe, path) = (Probe("OKD-011", Area::Store), data.join("store"));
    if facts.runs {
        return match facts.status.as_ref().map(|status| status.store) {
            Ok(store) => {
                let entries = store.entries;
                probe.ok(said!("хранилище открыто узлом, записей {entries}", "the node has the store open: {entries} entries"))
            }
            Err(_) => probe.unknown(said!(
                "хранилище: его держит процесс, который не отвечает",
                "the store: a process that does not answer has it open"
            )),
        };
    }
    if !path.exists() {
        return probe.unknown(said!("хранилище: его ещё нет", "the store: there is none yet"));
    }
    let Some(at_rest) = facts.at_rest() else {
        return probe.unknown(said!("хранилище: нужны ключи", "the store: the keys are needed"));
    };
    let copy = match copied(&path) {
        Ok(Some(copy)) => copy,
        Ok(None) => {
            return probe.unknown(said!("хранилище слишком велико, чтобы открыть копию", "the store is too large to open a copy of it"));
        }
        Err(error) => {
            return probe
                .unknown(said!("хранилище не скопировать для проверки: {error}", "the store cannot be copied to be looked at: {error}"));
        }
    };
    let opened = Store::open(copy.path(), &Rest::new(at_rest), Limits { reserve: 0, own: 0, foreign: 0, ahead: 0 });
    let whole = opened.map_err(|error| error.to_string()).and_then(|store| {
        let read = (|| {
            let logs = store.logs()?;
            for (log, state) in &logs {
                if store.entry(log, state.seq)?.is_none_or(|last| last.id() != state.id) {
                    return Ok(Err(log.to_string()));
                }
            }
            Ok(Ok(logs.len()))
        })();
        store.close();
        read.map_err(|error: okrug_node::store::StoreError| error.to_string()).and_then(|read| read)
    });
    match whole {
        Ok(logs) => probe.ok(said!("хранилище открывается, журналов {logs}", "the store opens: {logs} logs")),
        Err(why) => probe.error(
            said!("хранилище повреждено: {why}", "the store is damaged: {why}"),
            said!(
                "запустите узел: он отложит повреждённое и построит новое из журнала и от соседей",
                "start the node: it sets the damaged one aside and builds another from the journal and its neighbours"
            ),
        ),
    }
}

/// A copy of the store's files; none when they are too long.
fn copied(store: &Path) -> io::Result<Option<tempfile::TempDir>> {
    let copy = tempfile::tempdir()?;
    let to = copy.path().join("store");
    let (mut folders, mut left) = (vec![(store.to_owned(), to)], MAX_COPY);
    while let Some((from, to)) = folders.pop() {
        fs::create_dir(&to)?;
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            let (path, to) = (entry.path(), to.join(entry.file_name()));
            if entry.file_type()?.is_dir() {
                folders.push((path, to));
                continue;
            }
            let Some(rest) = left.checked_sub(entry.metadata()?.len()) else { return Ok(None) };
            left = rest;
            fs::copy(path, to)?;
        }
    }
    Ok(Some(copy))
}

fn room(facts: &Facts, data: &Path) -> Check {
    let probe = Probe("OKD-012", Area::Store);
    let Ok(free) = disk::free_bytes(data) else { return probe.unknown(said!("место на диске", "room on the disk")) };
    let (ru, en) = (bytes(free, Lang::Ru), bytes(free, Lang::En));
    let make_room = || said!("освободите место или перенесите данные на больший диск", "make room, or move the data to a larger disk");
    match facts.config().map(|config| config.store) {
        Some(store) if free < store.min_free => {
            probe.error(said!("на диске {ru}: узел ничего не запишет", "{en} are free: the node writes nothing"), make_room())
        }
        Some(store) if free < kept_for_own(store.min_free_foreign, disk::size_bytes(data).unwrap_or(0)) => {
            probe.error(said!("на диске {ru}: узел не примет чужое", "{en} are free: the node takes nothing of other offices"), make_room())
        }
        _ if free < MIN_FREE => probe.warning(said!("на диске {ru}: скоро кончится", "{en} are free: that is little"), make_room()),
        _ => probe.ok(said!("на диске свободно {ru}", "{en} of the disk are free")),
    }
}

fn reserve(facts: &Facts, data: &Path) -> Check {
    let probe = Probe("OKD-013", Area::Store);
    let Some(wanted) = facts.config().map(|config| config.store.reserve).filter(|wanted| *wanted > 0) else {
        return probe.unknown(said!("запас на диске: не задан", "the reserve on the disk: none is set"));
    };
    let held = fs::metadata(data.join("reserve")).map_or(0, |found| found.len());
    if !data.join("store").exists() {
        return probe.unknown(said!("запас на диске: узел ещё не запускался", "the reserve on the disk: the node has not run yet"));
    }
    if held < wanted {
        return probe.warning(
            said!(
                "запас на диске отдан: без него хранилище может не открыться",
                "the reserve on the disk is given up: without it the store may not open"
            ),
            said!("освободите место: через минуту запас отложится снова", "make room: within a minute it is kept again"),
        );
    }
    let (ru, en) = (bytes(held, Lang::Ru), bytes(held, Lang::En));
    probe.ok(said!("запас на диске {ru}", "{en} of the disk are kept in reserve"))
}

fn aside(data: &Path) -> Check {
    let probe = Probe("OKD-014", Area::Store);
    let names = fs::read_dir(data).into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    match names.into_iter().find(|name| name.starts_with("store.") || name.starts_with("store-")) {
        Some(name) => probe.warning(
            said!("повреждённое хранилище отложено: {name}", "a damaged store was set aside: {name}"),
            said!(
                "проверьте диск; когда всё на месте, папку можно удалить",
                "test the disk; when all is there again, the folder may be removed"
            ),
        ),
        None => probe.ok(said!("повреждённых хранилищ не откладывали", "no damaged store was set aside")),
    }
}

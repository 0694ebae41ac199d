//! The data directory: who may read it, whose it is, whether it is where it was written.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use okrug_node::here::{Here, Marker};
use okrug_node::keyring::{EpochKeys, KeyringError, SealingKeys};
use okrug_node::keys::KeysError;
use okrug_node::rest::Rest;

use super::check::{Area, Check, Probe};
use super::facts::Facts;
use crate::words::said;

pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    let Some(data) = &facts.data else { return Vec::new() };
    vec![directory(data), key_files(data), one_owner(data), keys(facts), whose(facts, data), here(facts, data), keyring(facts, data)]
}

fn mode(path: &Path) -> Option<u32> {
    fs::metadata(path).ok().map(|found| found.mode() & 0o777)
}

fn directory(data: &Path) -> Check {
    let (probe, dir) = (Probe("OKD-001", Area::Data), data.display());
    match mode(data) {
        None => probe.error(
            said!("{dir}: папки данных нет или она не читается", "{dir}: there is no data directory, or it cannot be read"),
            said!(
                "okrug-node init, или назовите папку: -n ПАПКА; от имени пользователя узла",
                "okrug-node init, or name it: -n DIR; as the node's user"
            ),
        ),
        Some(mode) if mode & 0o022 != 0 => probe.error(
            said!("{dir}: в папку данных могут писать другие ({mode:o})", "{dir}: others may write to the data directory ({mode:o})"),
            said!("chmod 700 {dir}", "chmod 700 {dir}"),
        ),
        Some(mode) => probe.ok(said!("папка данных {dir} ({mode:o})", "the data directory {dir} ({mode:o})")),
    }
}

/// The files below a folder, as deep as keys lie.
fn below(dir: &Path, depth: usize) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let deeper = |path: PathBuf| {
        let inside = if depth > 0 && path.is_dir() { below(&path, depth - 1) } else { Vec::new() };
        [path].into_iter().chain(inside)
    };
    entries.flat_map(deeper).collect()
}

fn key_files(data: &Path) -> Check {
    let (probe, keys) = (Probe("OKD-002", Area::Data), data.join("keys"));
    let mut all = below(&keys, 2);
    all.push(keys.clone());
    all.extend([data.join("api.json"), data.join("tls")]);
    let (open, keys) = (all.iter().find(|path| mode(path).is_some_and(|mode| mode & 0o077 != 0)), keys.display());
    match open {
        Some(path) => {
            let path = path.display();
            probe.error(
                said!(
                    "{path}: ключи могут читать другие; узел с ними не запустится",
                    "{path}: others may read keys; the node does not start with them"
                ),
                said!("chmod -R go= {path}", "chmod -R go= {path}"),
            )
        }
        None => probe.ok(said!("{keys}: ключи читает только их владелец", "{keys}: only their owner may read the keys")),
    }
}

fn one_owner(data: &Path) -> Check {
    let probe = Probe("OKD-003", Area::Data);
    let Ok(owner) = fs::metadata(data).map(|found| found.uid()) else {
        return probe.unknown(said!("владелец папки данных", "the owner of the data directory"));
    };
    let others = below(data, 1).into_iter().find(|path| fs::metadata(path).is_ok_and(|found| found.uid() != owner));
    match others {
        Some(path) => {
            let (path, dir) = (path.display(), data.display());
            probe.error(
                said!("{path}: владелец не тот, что у папки данных", "{path} belongs to another user than the data directory"),
                said!("chown -R --reference={dir} {dir}", "chown -R --reference={dir} {dir}"),
            )
        }
        None => probe.ok(said!("всё в папке данных принадлежит одному пользователю", "all in the data directory belongs to one user")),
    }
}

fn keys(facts: &Facts) -> Check {
    let probe = Probe("OKD-004", Area::Data);
    match facts.keys.as_ref() {
        None => probe.unknown(said!("ключи", "the keys")),
        Some(Ok(_)) => probe.ok(said!("ключи открываются", "the keys open")),
        Some(Err(KeysError::NeedsPassphrase | KeysError::NeedsCredential)) => probe.unknown(said!(
            "ключи: пароль или systemd-credential есть только у самого узла",
            "the keys: only the node itself has their passphrase or credential"
        )),
        Some(Err(KeysError::None(_))) => {
            probe.error(said!("ключей нет", "there are no keys"), said!("okrug-node init --request ФАЙЛ", "okrug-node init --request FILE"))
        }
        Some(Err(error)) => probe.error(
            said!("ключи не открываются: {error}", "the keys do not open: {error}"),
            said!("верните папку keys из резервной копии", "bring the folder keys back from a backup"),
        ),
    }
}

/// Whose data the marker names, against the documents and the keys.
fn whose(facts: &Facts, data: &Path) -> Check {
    let probe = Probe("OKD-005", Area::Data);
    let Ok(text) = fs::read_to_string(data.join("owner")) else {
        return probe.unknown(said!("чьи данные: узел здесь ещё не запускался", "whose data: the node has not run here yet"));
    };
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap_or("-").to_owned();
    let (district, office) = (field("district"), field("office"));
    let expected = facts
        .district()
        .zip(facts.office())
        .map(|(documents, office)| (documents.directory().district().0.to_hex(), office.id.to_string()));
    match expected {
        Some(expected) if expected != (district.clone(), office.clone()) => probe.error(
            said!("данные принадлежат другому отделению или округу ({office})", "the data belong to another office or district ({office})"),
            said!("верните сюда ключи и документы этого отделения", "bring the keys and documents of that office back here"),
        ),
        _ => probe.ok(said!("данные отделения {office}", "the data of office {office}")),
    }
}

fn here(facts: &Facts, data: &Path) -> Check {
    let probe = Probe("OKD-006", Area::Data);
    let Some(at_rest) = facts.at_rest() else {
        return probe.unknown(said!("метка этой машины: нужны ключи", "the marker of this machine: the keys are needed"));
    };
    let copied = || {
        said!(
            "если прежний узел ещё работает, остановите его; при запуске этот начнёт журналы заново",
            "if the former node still runs, stop it; at its start this one begins its logs anew"
        )
    };
    match Marker::of(data, at_rest).read() {
        Here::Same => probe.ok(said!("данные лежат там, где написаны", "the data are where they were written")),
        Here::Unmarked if !data.join("journal").exists() => {
            probe.unknown(said!("метка этой машины: узел ещё не запускался", "the marker of this machine: the node has not run yet"))
        }
        Here::Unmarked => probe.warning(said!("метки этой машины нет", "the marker of this machine is missing"), copied()),
        Here::OtherMachine => {
            probe.warning(said!("данные написаны на другой машине", "the data were written on another machine"), copied())
        }
        Here::Copied | Here::SetBack => {
            probe.warning(said!("папка данных скопирована или восстановлена", "the data directory is a copy, or was restored"), copied())
        }
    }
}

/// The keys beside the node's own: sealing keys, and those of epochs.
fn keyring(facts: &Facts, data: &Path) -> Check {
    let (probe, keys) = (Probe("OKD-007", Area::Data), data.join("keys"));
    let Some(at_rest) = facts.at_rest() else {
        return probe.unknown(said!("связка ключей: нужны ключи узла", "the keyring: the node's keys are needed"));
    };
    let (rest, sealing, epochs) = (Rest::new(at_rest), keys.join("sealing"), keys.join("epochs"));
    let look = || -> Result<_, KeyringError> {
        let (announced, kept) = (SealingKeys::open(&sealing, &rest)?, EpochKeys::new(&epochs, &rest));
        Ok([announced.look(), kept.look()?].concat())
    };
    let harms = match look() {
        Ok(harms) => harms,
        Err(error) => {
            return probe.error(
                said!("связка ключей не читается: {error}", "the keyring cannot be read: {error}"),
                said!("проверьте диск и права на папку keys", "test the disk, and the permissions of the folder keys"),
            );
        }
    };
    if let Some(harm) = harms.first() {
        let (file, files) = (harm.path.display(), harms.len());
        return probe.error(
            said!(
                "в связке ключей повреждено или пропало файлов: {files}; {file}",
                "{files} files of the keyring are damaged or missing; {file}"
            ),
            said!(
                "перезапустите узел: он отложит повреждённое, вернёт ключи из хранилища и скажет, чего нет; проверьте диск",
                "restart the node: it sets aside what is damaged, puts keys back from the store and says what is lost; test the disk"
            ),
        );
    }
    match [sealing, epochs].iter().flat_map(|dir| below(dir, 0)).find(|path| path.to_string_lossy().contains(".damaged-")) {
        Some(path) => {
            let path = path.display();
            probe.warning(
                said!("повреждённый файл связки ключей отложен: {path}", "a damaged file of the keyring was set aside: {path}"),
                said!(
                    "проверьте диск; когда всё читается, файл можно удалить: rm {path}",
                    "test the disk; when all can be read, the file may be removed: rm {path}"
                ),
            )
        }
        None => probe.ok(said!("связка ключей цела", "the keyring is whole")),
    }
}

//! The settings by which the node starts.

use super::check::{Area, Check, Probe};
use super::facts::Facts;
use crate::problem::Problem;
use crate::words::{Lang, Said, said};

pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    let Some(config) = &facts.config else { return Vec::new() };
    let probe = Probe("OKD-060", Area::Config);
    let valid = match config {
        Ok(_) => probe.ok(said!("настройки верны", "the settings are right")),
        Err(error) => {
            let message = Problem::from(error.clone()).message;
            let one_line = |lang| message.text(lang).replace("\n  ", " ");
            probe.error(
                Said::new(one_line(Lang::Ru), one_line(Lang::En)),
                said!(
                    "исправьте; все настройки с объяснением: okrug-node config example",
                    "mend them; all settings with their meaning: okrug-node config example"
                ),
            )
        }
    };
    vec![valid, witness(facts)]
}

/// Something outside that would notice a volume that was set back.
fn witness(facts: &Facts) -> Check {
    let probe = Probe("OKD-061", Area::Config);
    match facts.config().map(|config| config.witness.as_ref()) {
        None => probe.unknown(said!("свидетель журнала: настройки не прочитаны", "the witness of the journal: the settings were not read")),
        Some(Some(dir)) if !dir.is_dir() => {
            let dir = dir.display();
            probe.error(
                said!("{dir}: папки свидетеля нет", "{dir}: the witness's directory is missing"),
                said!("mkdir {dir}, владелец: пользователь узла", "mkdir {dir}, owned by the node's user"),
            )
        }
        Some(Some(_)) => probe.ok(said!("свидетель журнала на месте", "the witness of the journal is there")),
        Some(None) => probe.ok(said!("свидетель журнала не задан", "no witness of the journal is set")),
    }
}

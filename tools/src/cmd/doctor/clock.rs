//! The machine's clock, against what signed documents and other offices say.

use okrug_node::clock;

use super::check::{Area, Check, Probe};
use super::facts::Facts;
use crate::time;
use crate::words::{Lang, Said, said};

/// How far another office may be ahead before one of the two is wrong.
const MAX_AHEAD_MS: u64 = 60 * 1_000;

pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    vec![set(facts), against_documents(facts), against_others(facts)]
}

fn set_it() -> Said {
    said!(
        "включите синхронизацию часов (timedatectl set-ntp true) или поставьте время",
        "let the clock be synchronised (timedatectl set-ntp true), or set it"
    )
}

fn set(facts: &Facts) -> Check {
    let probe = Probe("OKD-030", Area::Clock);
    let (ru, en) = (time::shown_date(facts.now, Lang::Ru), time::shown_date(facts.now, Lang::En));
    if clock::is_plausible(facts.now) {
        probe.ok(said!("часы выставлены: {ru}", "the clock is set: {en}"))
    } else {
        probe.error(said!("часы не выставлены: {ru}", "the clock was never set: {en}"), set_it())
    }
}

fn against_documents(facts: &Facts) -> Check {
    let probe = Probe("OKD-031", Area::Clock);
    let Some(issued) = facts.district().map(|documents| documents.directory().issued()) else {
        return probe.unknown(said!("часы и документы: документов нет", "clock and documents: there are none"));
    };
    let behind = issued.since(facts.now);
    if behind > MAX_AHEAD_MS {
        let (ru, en) = (time::span(behind, Lang::Ru), time::span(behind, Lang::En));
        return probe.error(
            said!("часы отстают: округ подписал документ на {ru} позже", "the clock is behind: the district signed a document {en} later"),
            set_it(),
        );
    }
    probe.ok(said!("часы не отстают от подписанных документов", "the clock is not behind the signed documents"))
}

fn against_others(facts: &Facts) -> Check {
    let probe = Probe("OKD-032", Area::Clock);
    let Ok(status) = &facts.status else {
        return probe.unknown(said!("часы соседей: узел не отвечает", "the neighbours' clocks: the node does not answer"));
    };
    let newest = status.peers.iter().filter_map(|peer| Some((peer.last_entry?, &peer.slug))).max();
    match newest {
        None => probe.unknown(said!("часы соседей: записей от них ещё нет", "the neighbours' clocks: nothing has come from them yet")),
        Some((at, slug)) if at.since(status.clock.now) > MAX_AHEAD_MS => {
            let ahead = at.since(status.clock.now);
            let (ru, en) = (time::span(ahead, Lang::Ru), time::span(ahead, Lang::En));
            probe.warning(
                said!("часы {slug} впереди на {ru}, или эти отстают", "the clock of {slug} is {en} ahead, or this one is behind"),
                set_it(),
            )
        }
        Some(_) => probe.ok(said!("часы соседей не впереди", "no neighbour's clock is ahead")),
    }
}

//! The machine: limits of the process, core dumps, swap, the memory allocator.

use std::fs;
use std::path::PathBuf;

use okrug_node::office::view::LinkClass;

use super::check::{Area, Check, Probe};
use super::facts::Facts;
use crate::words::said;

/// Connections, files of the store and some more.
const MIN_FILES: u64 = 1_024;

/// The least lateness of an acknowledgement after which what it is for is sent again, in microseconds; Linux 6.11 and later.
const LATENESS: &str = "/proc/sys/net/ipv4/tcp_rto_min_us";
/// What is recommended, and what is not worth a word any more.
const SHORT_LATENESS: (u64, u64) = (30_000, 100_000);

pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    let lateness = fs::read_to_string(LATENESS).ok().and_then(|told| told.trim().parse().ok());
    let mut checks = vec![open_files(facts), core_dumps(facts), swap(), allocator(facts)];
    checks.extend(sent_again(lateness, has_thin_links(facts)));
    checks
}

/// The process that is meant: the node, or this one, which a node would be started like.
fn process(facts: &Facts, file: &str) -> PathBuf {
    let id = facts.process.filter(|_| facts.runs).map_or_else(|| "self".to_owned(), |id| id.to_string());
    PathBuf::from("/proc").join(id).join(file)
}

/// The soft limit of a kind, as the kernel tells it; `u64::MAX` for none.
fn limit(facts: &Facts, name: &str) -> Option<u64> {
    let text = fs::read_to_string(process(facts, "limits")).ok()?;
    let soft = text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next().map(str::to_owned))?;
    if soft == "unlimited" { Some(u64::MAX) } else { soft.parse().ok() }
}

fn open_files(facts: &Facts) -> Check {
    let probe = Probe("OKD-070", Area::System);
    match limit(facts, "Max open files") {
        None => probe.unknown(said!("предел открытых файлов", "the limit of open files")),
        Some(files) if files < MIN_FILES => probe.warning(
            said!("открытых файлов не больше {files}: узлу может не хватить", "at most {files} open files: the node may need more"),
            said!("LimitNOFILE=65536 в юните systemd или ulimit -n 65536", "LimitNOFILE=65536 in the systemd unit, or ulimit -n 65536"),
        ),
        Some(files) => probe.ok(said!("открытых файлов до {files}", "up to {files} open files")),
    }
}

fn core_dumps(facts: &Facts) -> Check {
    let probe = Probe("OKD-071", Area::System);
    match limit(facts, "Max core file size") {
        None => probe.unknown(said!("дампы памяти", "core dumps")),
        Some(0) => probe.ok(said!("дампы памяти выключены", "core dumps are off")),
        Some(_) => probe.warning(
            said!(
                "при сбое память узла с ключами может лечь на диск",
                "when the node crashes, its memory with the keys may be written to the disk"
            ),
            said!("LimitCORE=0 в юните systemd или ulimit -c 0", "LimitCORE=0 in the systemd unit, or ulimit -c 0"),
        ),
    }
}

fn swap() -> Check {
    let probe = Probe("OKD-072", Area::System);
    let Ok(swaps) = fs::read_to_string("/proc/swaps") else { return probe.unknown(said!("подкачка", "swap")) };
    let used = swaps.lines().skip(1).filter_map(|line| line.split_whitespace().next());
    match used.filter(|device| !device.contains("zram")).map(str::to_owned).next() {
        Some(device) => probe.warning(
            said!("память с ключами может попасть в подкачку ({device})", "memory with keys may be written to swap ({device})"),
            said!(
                "зашифруйте подкачку или выключите: swapoff -a; MemorySwapMax=0 в юните",
                "encrypt the swap or turn it off: swapoff -a; MemorySwapMax=0 in the unit"
            ),
        ),
        None => probe.ok(said!("подкачки на диск нет", "nothing is swapped to a disk")),
    }
}

/// Without it the C library keeps a pool of memory for each thread, and a node of 60 MB takes 200.
fn allocator(facts: &Facts) -> Check {
    let probe = Probe("OKD-073", Area::System);
    if !facts.runs || facts.process.is_none() {
        return probe.unknown(said!("память узла: он не работает", "the node's memory: it does not run"));
    }
    let Ok(environment) = fs::read(process(facts, "environ")) else {
        return probe.unknown(said!("память узла: среда не читается", "the node's memory: its environment cannot be read"));
    };
    if environment.split(|byte| *byte == 0).any(|variable| variable.starts_with(b"MALLOC_ARENA_MAX=")) {
        probe.ok(said!("память узла ограничена (MALLOC_ARENA_MAX)", "the node's memory is held small (MALLOC_ARENA_MAX)"))
    } else {
        probe.warning(
            said!(
                "узел займёт больше памяти, чем нужно: нет MALLOC_ARENA_MAX",
                "the node takes more memory than it needs: MALLOC_ARENA_MAX is not set"
            ),
            said!("Environment=MALLOC_ARENA_MAX=2 в юните systemd", "Environment=MALLOC_ARENA_MAX=2 in the systemd unit"),
        )
    }
}

/// Whether a link of the node is thin, or was declared so.
fn has_thin_links(facts: &Facts) -> bool {
    let declared = facts.config().is_some_and(|config| !config.link.thin.is_empty());
    declared || facts.status.as_ref().is_ok_and(|status| status.peers.iter().any(|peer| peer.class == Some(LinkClass::Thin)))
}

/// How soon what a thin line loses is sent again; nothing where the system does not let that be set, or no link is thin.
fn sent_again(lateness: Option<u64>, thin: bool) -> Option<Check> {
    let (probe, lateness) = (Probe("OKD-074", Area::System), lateness.filter(|_| thin)?);
    let ms = lateness / 1_000;
    if lateness <= SHORT_LATENESS.1 {
        return Some(probe.ok(said!(
            "потерянное на тонкой линии посылается снова через {ms} мс сверх пути",
            "what a thin line loses is sent again {ms} ms beyond a round trip"
        )));
    }
    let to = SHORT_LATENESS.0;
    Some(probe.warning(
        said!(
            "потерянное на тонкой линии посылается снова лишь через {ms} мс сверх пути",
            "what a thin line loses is sent again only {ms} ms beyond a round trip"
        ),
        said!(
            "sysctl -w net.ipv4.tcp_rto_min_us={to}, и эта строка в /etc/sysctl.d/okrug.conf; это для всей машины",
            "sysctl -w net.ipv4.tcp_rto_min_us={to}, and that in /etc/sysctl.d/okrug.conf; it holds for the whole machine"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::check::Verdict;
    use super::*;

    #[test]
    fn how_soon_lost_things_are_sent_again_matters_where_a_link_is_thin_and_the_system_lets_it_be_set() {
        assert!(sent_again(None, true).is_none() && sent_again(Some(200_000), false).is_none());
        let check = sent_again(Some(200_000), true).unwrap();
        assert_eq!((check.id, check.verdict), ("OKD-074", Verdict::Warning));
        assert_eq!(sent_again(Some(30_000), true).unwrap().verdict, Verdict::Ok);
    }
}

//! The machine: limits of the process, core dumps, swap, the memory allocator.

use std::fs;
use std::path::PathBuf;

use super::check::{Area, Check, Probe};
use super::facts::Facts;
use crate::words::said;

/// Connections, files of the store and some more.
const MIN_FILES: u64 = 1_024;

pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    vec![open_files(facts), core_dumps(facts), swap(), allocator(facts)]
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

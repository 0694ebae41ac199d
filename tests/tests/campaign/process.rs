//! What a node's process takes, as the system counts it.

use std::collections::BTreeMap;
use std::fs;

use okrug_tests::District;

/// A process by its number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(u32);

impl Process {
    /// The node of an office.
    pub(crate) fn of(district: &District, office: usize) -> Self {
        let file = district.site(office).data.join("node.toml");
        let processes = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let is_it = |id: &u32| {
            let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            line.split(|byte| *byte == 0).any(|word| word == file.as_os_str().as_encoded_bytes())
        };
        Self(processes.filter(is_it).min().expect("the node runs"))
    }

    /// This process.
    pub(crate) fn this() -> Self {
        Self(std::process::id())
    }

    /// KiB of memory that it holds.
    pub(crate) fn resident_kib(self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    /// Milliseconds of processor time that it has taken, by the names of its threads.
    pub(crate) fn busy_ms(self) -> BTreeMap<String, u64> {
        let mut all = BTreeMap::new();
        for task in fs::read_dir(format!("/proc/{}/task", self.0)).into_iter().flatten().flatten() {
            let line = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
            let Some((name, rest)) = line.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')) else { continue };
            // The 14th and 15th of all fields, in hundredths of a second.
            let ticks: u64 = rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
            *all.entry(name.to_owned()).or_insert(0) += 10 * ticks;
        }
        all
    }

    /// Its threads, by their numbers.
    pub(crate) fn threads(self) -> Vec<i32> {
        let all = fs::read_dir(format!("/proc/{}/task", self.0)).into_iter().flatten().flatten();
        all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
    }

    /// Descriptors that it holds.
    pub(crate) fn descriptors(self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.0)).map_or(0, Iterator::count)
    }
}

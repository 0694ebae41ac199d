//! Plays a script: machines come as they are first spoken of, blocks are typed, what is promised is waited for.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Block, Machine, Who};
use crate::network::Network;

/// For what is seen only after something has crossed the network.
const PATIENCE: Duration = Duration::from_secs(40);

/// Machines on a network, and what they share.
#[derive(Debug)]
pub struct Play {
    // Dropped in this order: the machines, then what they stand on.
    machines: BTreeMap<String, Placed>,
    network: Network,
    stick: PathBuf,
    disks: TempDir,
}

#[derive(Debug)]
struct Placed {
    machine: Machine,
    place: usize,
    /// Whether it has an address, as every office's machine does.
    is_office: bool,
}

impl Default for Play {
    fn default() -> Self {
        Self::new()
    }
}

impl Play {
    /// An empty stage with a memory stick.
    ///
    /// # Panics
    /// When nothing can be made here.
    #[must_use]
    pub fn new() -> Self {
        let disks = tempfile::tempdir().unwrap();
        let stick = disks.path().join("stick");
        std::fs::create_dir_all(&stick).unwrap();
        Self { machines: BTreeMap::new(), network: Network::of(1), stick, disks }
    }

    /// Plays blocks in their order; every office's machine that they name is there from the beginning.
    ///
    /// # Panics
    /// When a command fails, or what is promised is not seen.
    pub fn perform(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.enter(block);
        }
        for block in blocks {
            match &block.who {
                Who::Machine(name) => perform(&mut self.machines.get_mut(name).unwrap().machine, block),
                Who::Each => {
                    self.machines.values_mut().filter(|placed| placed.is_office).for_each(|placed| perform(&mut placed.machine, block))
                }
                Who::Cut(name) => self.network.cut(self.machines[name].place),
                Who::Mended(name) => self.network.restore(self.machines[name].place),
            }
        }
    }

    /// The names of the machines.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.machines.keys().map(String::as_str).collect()
    }

    /// A machine that is spoken of for the first time, on the network with the address that it exports for itself.
    fn enter(&mut self, block: &Block) {
        let Who::Machine(name) = &block.who else { return };
        if self.machines.contains_key(name) {
            return;
        }
        let mut words = block.commands.iter().flat_map(|command| command.split_whitespace());
        let address = words.find_map(|word| word.strip_prefix("ADDRESS="));
        let place = self.network.places();
        // Who has no address is on no network.
        let (namespace, _) = self.network.join(if address.is_some() { &[0] } else { &[] });
        address.inspect(|address| self.network.address(place, address));
        let machine = Machine::new(name, namespace, self.disks.path().join(name), &self.stick);
        self.machines.insert(name.clone(), Placed { machine, place, is_office: address.is_some() });
    }
}

/// Whether a line was seen, with anything in the place of `…`.
fn seen(output: &str, line: &str) -> bool {
    let fits = |shown: &str| {
        let mut parts = line.split('…').map(str::trim);
        let (mut rest, first) = (shown.trim(), parts.next().unwrap_or_default());
        let Some(behind) = rest.strip_prefix(first) else { return false };
        rest = behind;
        parts.all(|part| rest.find(part).map(|at| rest = &rest[at + part.len()..]).is_some())
    };
    output.lines().any(fits)
}

/// Types a block; what must be seen is waited for by typing its last command again.
fn perform(machine: &mut Machine, block: &Block) {
    let mut output = String::new();
    for command in &block.commands {
        output.push_str(&machine.types(command).unwrap_or_else(|error| panic!("{error}")));
    }
    let began = Instant::now();
    let Some(last) = block.commands.last() else { return };
    while let Some(missing) = block.seen.iter().find(|line| !seen(&output, line)) {
        assert!(began.elapsed() < PATIENCE, "{last}: the README promises {missing:?}; seen was:\n{output}");
        output = machine.types(last).unwrap_or_else(|error| error);
    }
}

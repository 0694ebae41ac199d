//! The README's walk-through, typed line by line: three machines from nothing to a message that arrived.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use okrug_tests::Network;
use okrug_tests::programs::root;
use okrug_tests::walk::{Block, Machine, Who, blocks};

/// For what is seen only after something has crossed the network.
const PATIENCE: Duration = Duration::from_secs(40);

/// The machines that the text names, each on the network with the address that it exports for itself.
fn machines(blocks: &[Block], network: &mut Network, disks: &std::path::Path) -> BTreeMap<String, Machine> {
    let stick = disks.join("stick");
    std::fs::create_dir_all(&stick).unwrap();
    let mut machines = BTreeMap::new();
    for block in blocks {
        let Who::Machine(name) = &block.who else { continue };
        if !machines.contains_key(name) {
            let mut words = block.commands.iter().flat_map(|command| command.split_whitespace());
            let address = words.find_map(|word| word.strip_prefix("ADDRESS="));
            // Who has no address is on no network.
            let (namespace, _) = network.join(if address.is_some() { &[0] } else { &[] });
            address.inspect(|address| network.address(machines.len(), address));
            machines.insert(name.clone(), Machine::new(name, namespace, disks.join(name), &stick));
        }
    }
    machines
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
    let (began, last) = (Instant::now(), block.commands.last().unwrap());
    while let Some(missing) = block.seen.iter().find(|line| !seen(&output, line)) {
        assert!(began.elapsed() < PATIENCE, "{last}: the README promises {missing:?}; seen was:\n{output}");
        output = machine.types(last).unwrap_or_else(|error| error);
    }
}

#[test]
#[ignore = "needs root and network namespaces"]
fn whoever_types_the_walkthrough_of_the_readme_has_a_district() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let blocks = blocks(&readme);
    let mut network = Network::of(1);
    let disks = tempfile::tempdir().unwrap();
    let mut machines = machines(&blocks, &mut network, disks.path());
    assert_eq!(machines.keys().collect::<Vec<_>>(), ["authority", "nyagan", "surgut", "uray"]);
    for block in &blocks {
        match &block.who {
            Who::Machine(name) => perform(machines.get_mut(name).unwrap(), block),
            Who::Each => machines.iter_mut().filter(|(name, _)| *name != "authority").for_each(|(_, machine)| perform(machine, block)),
        }
    }
}

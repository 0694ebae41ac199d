//! The machine parted in two: one half is the node's, the other belongs to everybody else.

use std::process::Command;
use std::thread;

use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::process::Process;

/// Attackers have machines of their own, and so have people. Where a node shares its processors with them, it is measured by
/// what they take of those, not by what they make it do. So the node is given half of them, idle and flooded alike, and
/// with them the system's work on every packet that reaches it; whoever attacks and whoever asks share the others.
#[derive(Clone, Copy)]
pub(crate) struct Parted {
    node: CpuSet,
    others: CpuSet,
}

impl Parted {
    /// One processor has no halves: there all share it.
    pub(crate) fn halves() -> Self {
        let all = thread::available_parallelism().unwrap().get();
        let (mut node, mut others) = (CpuSet::new(), CpuSet::new());
        (0..all).for_each(|number| if number < all.div_ceil(2) { node.set(number) } else { others.set(number) });
        Self { node, others: if all > 1 { others } else { node } }
    }

    /// Gives a node that lives in this namespace its half, and this process the other.
    pub(crate) fn part(&self, node: Process, namespace: &str) {
        confine(node, &self.node);
        confine(Process::this(), &self.others);
        let mask: u64 = (0..64).filter(|number| self.node.is_set(*number)).map(|number| 1 << number).sum();
        let steer = format!("for queue in /sys/class/net/*/queues/rx-*/rps_cpus; do echo {mask:x} > $queue || exit; done");
        let steered = Command::new("ip").args(["netns", "exec", namespace, "sh", "-c", &steer]).status().unwrap();
        assert!(steered.success(), "packets are worked on where they arrive");
    }
}

/// A thread that has ended meanwhile needs nothing.
fn confine(process: Process, to: &CpuSet) {
    for thread in process.threads() {
        let _ = sched_setaffinity(Pid::from_raw(thread), to);
    }
}

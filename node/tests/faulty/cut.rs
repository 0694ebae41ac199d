//! The disk as it is found after the power went.

use std::collections::HashMap;

use rand_chacha::ChaCha20Rng;
use rand_core::RngCore;

use super::State;
use super::tree::{Node, Op, Tree, len};

/// What becomes of that which was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// All of it is gone: the cache was cleared.
    All,
    /// Of each file and folder the beginning is there, and the last write that is there is torn at a sector.
    Torn,
    /// Any sector of any write may be there or not; of names the beginning.
    Scattered,
}

impl Loss {
    pub(crate) const ALL: [Self; 3] = [Self::All, Self::Torn, Self::Scattered];
}

/// What a disk writes whole.
const SECTORS: [u64; 2] = [512, 4_096];

impl State {
    /// The first `ops` operations, a line for each, to be looked at by a person.
    pub(crate) fn listed(&self, ops: usize) -> String {
        let path = |node: &Node| self.tree.path_of(*node);
        let line = |op: &Op| match op {
            Op::Write { file, at, bytes } => format!("write {} {at} +{}\n", path(file), bytes.len()),
            Op::SetLen { file, len } => format!("length {} {len}\n", path(file)),
            Op::Sync(node) | Op::SyncFolder(node) => format!("sync {}\n", path(node)),
            Op::Name { folder, name, node, .. } => format!("name {}/{name} {node:?}\n", path(folder)),
            Op::Rename { name, to, new, .. } => format!("rename {name} to {}/{new}\n", path(to)),
        };
        self.ops[..ops].iter().map(line).collect()
    }

    /// The disk after a cut behind the first `ops` operations.
    pub(crate) fn cut(&self, ops: usize, loss: Loss, rng: &mut ChaCha20Rng) -> Tree {
        let mut chance = Chance { rng, sector: 0, loss };
        chance.sector = SECTORS[chance.below(2)];
        let mut tree = self.beginning.clone();
        // What waits for a sync, by file and by folder, in order.
        let mut waiting: HashMap<Node, Vec<&Op>> = HashMap::new();
        for op in &self.ops[..ops] {
            match op {
                Op::Write { file, .. } | Op::SetLen { file, .. } => waiting.entry(*file).or_default().push(op),
                Op::Name { folder, node, is_folder, .. } => {
                    // It is there before its name lasts, and what is synced in it is kept with it.
                    node.iter().for_each(|node| tree.begin(*node, *is_folder));
                    waiting.entry(*folder).or_default().push(op);
                }
                Op::Rename { from, to, .. } => {
                    // Two folders change as one: whatever waits in the other is made to last before.
                    if from != to {
                        waiting.remove(from).into_iter().flatten().for_each(|op| tree.apply(op));
                    }
                    waiting.entry(*to).or_default().push(op);
                }
                Op::Sync(node) | Op::SyncFolder(node) => waiting.remove(node).into_iter().flatten().for_each(|op| tree.apply(op)),
            }
        }
        let mut waiting: Vec<_> = waiting.into_iter().collect();
        waiting.sort_by_key(|(node, _)| *node);
        for (_, ops) in waiting {
            chance.leave(&mut tree, &ops);
        }
        tree.prune();
        tree
    }
}

struct Chance<'a> {
    rng: &'a mut ChaCha20Rng,
    sector: u64,
    loss: Loss,
}

impl Chance<'_> {
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.rng.next_u64() % u64::try_from(n).unwrap()).unwrap()
    }

    /// Makes as many of the changes of one file or folder as are left.
    fn leave(&mut self, tree: &mut Tree, ops: &[&Op]) {
        let kept = match self.loss {
            Loss::All => return,
            Loss::Torn => self.below(ops.len() + 1),
            Loss::Scattered => ops.len(),
        };
        let names = matches!(ops[0], Op::Name { .. } | Op::Rename { .. });
        let kept = if names && self.loss == Loss::Scattered { self.below(ops.len() + 1) } else { kept };
        for (n, op) in ops[..kept].iter().enumerate() {
            match op {
                Op::Write { file, at, bytes } if self.loss == Loss::Scattered => self.scatter(tree, *file, *at, bytes),
                Op::Write { file, at, bytes } if n + 1 == kept => {
                    let end = at + len(bytes);
                    let torn = at + u64::try_from(self.below(bytes.len() + 1)).unwrap();
                    let torn = torn.next_multiple_of(self.sector).min(end);
                    tree.write_at(*file, *at, &bytes[..usize::try_from(torn - at).unwrap()]);
                }
                op => tree.apply(op),
            }
        }
    }

    fn scatter(&mut self, tree: &mut Tree, file: Node, at: u64, bytes: &[u8]) {
        let (mut from, end) = (at, at + len(bytes));
        while from < end {
            let to = (from + 1).next_multiple_of(self.sector).min(end);
            if self.rng.next_u32().is_multiple_of(2) {
                let range = usize::try_from(from - at).unwrap()..usize::try_from(to - at).unwrap();
                tree.write_at(file, from, &bytes[range]);
            }
            from = to;
        }
    }
}

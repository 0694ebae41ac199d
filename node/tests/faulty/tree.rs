//! Files and folders in memory, and what changes them.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The number of a file or folder; the root is 1.
pub(crate) type Node = u64;
/// The root.
pub(crate) const ROOT: Node = 1;

/// A file or a folder.
#[derive(Debug, Clone)]
pub(crate) enum Thing {
    /// With its bytes, and how many are held for it.
    File(Vec<u8>, u64),
    /// With its names.
    Folder(BTreeMap<String, Node>),
}

/// All that is there.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) things: HashMap<Node, Thing>,
    pub(crate) next: Node,
}

impl Default for Tree {
    fn default() -> Self {
        Self { things: HashMap::from([(ROOT, Thing::Folder(BTreeMap::new()))]), next: ROOT + 1 }
    }
}

/// One change, in the order in which it was asked for.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// Bytes of a file.
    Write { file: Node, at: u64, bytes: Vec<u8> },
    /// Its length.
    SetLen { file: Node, len: u64 },
    /// All of it lasts.
    Sync(Node),
    /// A folder gets a name, for something that may be new; or loses it.
    Name { folder: Node, name: String, node: Option<Node>, is_folder: bool },
    /// A name is given to what another name had: both or neither.
    Rename { from: Node, name: String, to: Node, new: String },
    /// The names of a folder last.
    SyncFolder(Node),
}

impl Tree {
    /// What lies in a folder of the real disk.
    pub(crate) fn read(from: &Path) -> Self {
        let mut tree = Self::default();
        tree.take_in(from, ROOT);
        tree
    }

    fn take_in(&mut self, from: &Path, folder: Node) {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let (node, is_folder) = (self.fresh(), entry.file_type().unwrap().is_dir());
            let name = entry.file_name().into_string().unwrap();
            self.apply(&Op::Name { folder, name, node: Some(node), is_folder });
            if is_folder {
                self.take_in(&entry.path(), node);
            } else {
                self.things.insert(node, Thing::File(fs::read(entry.path()).unwrap(), 0));
            }
        }
    }

    /// Puts all of it into a folder of the real disk.
    pub(crate) fn write(&self, to: &Path) {
        self.put(ROOT, to);
    }

    fn put(&self, node: Node, to: &Path) {
        match &self.things[&node] {
            Thing::File(bytes, _) => {
                fs::write(to, bytes).unwrap();
                fs::set_permissions(to, Permissions::from_mode(0o600)).unwrap();
            }
            Thing::Folder(names) => {
                fs::create_dir_all(to).unwrap();
                fs::set_permissions(to, Permissions::from_mode(0o700)).unwrap();
                names.iter().for_each(|(name, node)| self.put(*node, &to.join(name)));
            }
        }
    }

    /// The same without a file of the root.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.apply(&Op::Name { folder: ROOT, name: name.to_owned(), node: None, is_folder: false });
        self.prune();
        self
    }

    /// A number for something new.
    pub(crate) fn fresh(&mut self) -> Node {
        self.next += 1;
        self.next - 1
    }

    pub(crate) fn names(&self, folder: Node) -> Option<&BTreeMap<String, Node>> {
        match self.things.get(&folder) {
            Some(Thing::Folder(names)) => Some(names),
            _ => None,
        }
    }

    pub(crate) fn bytes(&self, file: Node) -> Option<&[u8]> {
        match self.things.get(&file) {
            Some(Thing::File(bytes, _)) => Some(bytes),
            _ => None,
        }
    }

    /// What a path leads to.
    pub(crate) fn find(&self, path: &str) -> Option<Node> {
        path.split('/').filter(|name| !name.is_empty()).try_fold(ROOT, |at, name| self.names(at)?.get(name).copied())
    }

    /// A path that leads there.
    pub(crate) fn path_of(&self, node: Node) -> String {
        let named = |folder: Node| self.names(folder).and_then(|names| names.iter().find(|(_, named)| **named == node));
        let parent = self.things.keys().copied().find_map(|folder| Some((folder, named(folder)?.0.clone())));
        parent.map_or_else(String::new, |(folder, name)| format!("{}/{name}", self.path_of(folder)))
    }

    /// Bytes that are taken, held ones too.
    pub(crate) fn taken(&self) -> u64 {
        let taken = |thing: &Thing| match thing {
            Thing::File(bytes, held) => len(bytes).max(*held).next_multiple_of(4_096),
            Thing::Folder(_) => 4_096,
        };
        self.things.values().map(taken).sum()
    }

    /// Something new, which no name leads to yet.
    pub(crate) fn begin(&mut self, node: Node, is_folder: bool) {
        let fresh = || if is_folder { Thing::Folder(BTreeMap::new()) } else { Thing::File(Vec::new(), 0) };
        self.things.entry(node).or_insert_with(fresh);
        self.next = self.next.max(node + 1);
    }

    /// Makes a change.
    pub(crate) fn apply(&mut self, op: &Op) {
        match op {
            Op::Write { file, at, bytes } => self.write_at(*file, *at, bytes),
            Op::SetLen { file, len: wanted } => {
                if let Some(Thing::File(bytes, held)) = self.things.get_mut(file) {
                    bytes.resize(usize::try_from(*wanted).unwrap(), 0);
                    *held = (*held).min(*wanted);
                }
            }
            Op::Name { folder, name, node, is_folder } => {
                if let Some(node) = node {
                    self.begin(*node, *is_folder);
                }
                let Some(Thing::Folder(names)) = self.things.get_mut(folder) else { return };
                match node {
                    Some(node) => drop(names.insert(name.clone(), *node)),
                    None => drop(names.remove(name)),
                }
            }
            Op::Rename { from, name, to, new } => {
                let Some(Thing::Folder(names)) = self.things.get_mut(from) else { return };
                let Some(node) = names.remove(name) else { return };
                let Some(Thing::Folder(names)) = self.things.get_mut(to) else { return };
                names.insert(new.clone(), node);
            }
            Op::Sync(_) | Op::SyncFolder(_) => {}
        }
    }

    /// Forgets what no name leads to.
    pub(crate) fn prune(&mut self) {
        let mut reached = vec![ROOT];
        let mut at = 0;
        while let Some(node) = reached.get(at).copied() {
            reached.extend(self.names(node).into_iter().flat_map(BTreeMap::values));
            at += 1;
        }
        self.things.retain(|node, _| reached.contains(node));
    }

    pub(crate) fn write_at(&mut self, file: Node, at: u64, bytes: &[u8]) {
        let Thing::File(all, _) = self.things.entry(file).or_insert_with(|| Thing::File(Vec::new(), 0)) else { return };
        let at = usize::try_from(at).unwrap();
        if all.len() < at + bytes.len() {
            all.resize(at + bytes.len(), 0);
        }
        all[at..at + bytes.len()].copy_from_slice(bytes);
    }
}

/// So many bytes.
pub(crate) fn len(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap()
}

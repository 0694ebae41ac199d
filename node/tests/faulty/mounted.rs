//! The file system as the kernel asks for it.

use std::ffi::OsStr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, UNIX_EPOCH};

use fuser::{
    BsdFileFlags, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation, INodeNo, LockOwner, OpenFlags, RenameFlags,
    ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyStatfs, ReplyWrite, Request, TimeOrNow,
    WriteFlags,
};

use super::State;
use super::tree::{Node, Op, Thing, len};

/// Nothing is remembered by the kernel.
const AT_ONCE: Duration = Duration::ZERO;
const BLOCK: u64 = 4_096;
/// What a disk without a size says it has.
const PLENTY: u64 = 1 << 40;

pub(super) struct Mounted(Arc<Mutex<State>>);

impl Mounted {
    pub(super) fn new(state: Arc<Mutex<State>>) -> Self {
        Self(state)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn attributes(&self, node: Node) -> Result<FileAttr, Errno> {
        let (kind, size, held) = match self.tree.things.get(&node).ok_or(Errno::ENOENT)? {
            Thing::File(bytes, held) => (FileType::RegularFile, len(bytes), *held),
            Thing::Folder(_) => (FileType::Directory, BLOCK, BLOCK),
        };
        Ok(FileAttr {
            ino: INodeNo(node),
            size,
            blocks: size.max(held).div_ceil(512),
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind,
            perm: if kind == FileType::Directory { 0o700 } else { 0o600 },
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev: 0,
            blksize: 4_096,
            flags: 0,
        })
    }

    fn make(&mut self, op: Op) {
        self.tree.apply(&op);
        self.note(op);
    }

    fn note(&mut self, op: Op) {
        if !self.unrecorded {
            self.ops.push(op);
        }
    }

    fn child(&self, folder: Node, name: &OsStr) -> Result<Node, Errno> {
        self.tree.names(folder).and_then(|names| names.get(name.to_str()?)).copied().ok_or(Errno::ENOENT)
    }

    fn add(&mut self, folder: Node, name: &OsStr, is_folder: bool) -> Result<FileAttr, Errno> {
        let name = name.to_str().ok_or(Errno::EINVAL)?.to_owned();
        self.room_for(BLOCK)?;
        let node = self.tree.fresh();
        self.make(Op::Name { folder, name, node: Some(node), is_folder });
        self.attributes(node)
    }

    fn remove(&mut self, folder: Node, name: &OsStr) -> Result<(), Errno> {
        let node = self.child(folder, name)?;
        if self.tree.names(node).is_some_and(|names| !names.is_empty()) {
            return Err(Errno::ENOTEMPTY);
        }
        self.make(Op::Name { folder, name: name.to_str().ok_or(Errno::EINVAL)?.to_owned(), node: None, is_folder: false });
        if self.size.is_some() {
            // Room comes back at once; whoever still has it open finds nothing more.
            self.tree.prune();
        }
        Ok(())
    }

    fn room_for(&self, bytes: u64) -> Result<(), Errno> {
        let full = self.size.is_some_and(|size| self.tree.taken() + bytes > size);
        if full { Err(self.is_full()) } else { Ok(()) }
    }

    /// What it says when there is no room.
    fn is_full(&self) -> Errno {
        if self.hides { Errno::EDQUOT } else { Errno::ENOSPC }
    }

    /// How far a file grows beyond what it holds when it gets so long.
    fn growth(&self, file: Node, to: u64) -> u64 {
        match self.tree.things.get(&file) {
            Some(Thing::File(bytes, held)) => to.saturating_sub(len(bytes).max(*held).next_multiple_of(BLOCK)),
            _ => 0,
        }
    }

    fn sync(&mut self, node: Node, op: Op) -> Result<(), Errno> {
        let path = || self.tree.path_of(node);
        if self.unsyncable.as_ref().is_some_and(|part| path().contains(part)) {
            self.refused += 1;
            return Err(Errno::EIO);
        }
        self.note(op);
        Ok(())
    }

    fn write(&mut self, file: Node, at: u64, bytes: &[u8]) -> Result<u32, Errno> {
        let growth = self.growth(file, at + len(bytes));
        let room = self.size.map_or(u64::MAX, |size| size.saturating_sub(self.tree.taken()));
        // As many blocks of it as there is room for, as other disks do.
        let kept = len(bytes).saturating_sub(growth.saturating_sub(room / BLOCK * BLOCK));
        if kept == 0 && !bytes.is_empty() {
            return Err(self.is_full());
        }
        let bytes = &bytes[..usize::try_from(kept).unwrap()];
        self.make(Op::Write { file, at, bytes: bytes.to_vec() });
        Ok(u32::try_from(bytes.len()).unwrap())
    }

    fn hold(&mut self, file: Node, end: u64, mode: i32) -> Result<(), Errno> {
        self.room_for(self.growth(file, end))?;
        // With 1 the length stays.
        if mode & 1 == 0 && self.tree.bytes(file).is_some_and(|bytes| len(bytes) < end) {
            self.make(Op::SetLen { file, len: end });
        }
        if let Some(Thing::File(_, held)) = self.tree.things.get_mut(&file) {
            *held = (*held).max(end);
        }
        Ok(())
    }
}

fn empty(reply: ReplyEmpty, done: Result<(), Errno>) {
    match done {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(error),
    }
}

fn entry(reply: ReplyEntry, found: Result<FileAttr, Errno>) {
    match found {
        Ok(found) => reply.entry(&AT_ONCE, &found, Generation(0)),
        Err(error) => reply.error(error),
    }
}

fn attributes(reply: ReplyAttr, found: Result<FileAttr, Errno>) {
    match found {
        Ok(found) => reply.attr(&AT_ONCE, &found),
        Err(error) => reply.error(error),
    }
}

impl Filesystem for Mounted {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let state = self.state();
        entry(reply, state.child(parent.into(), name).and_then(|node| state.attributes(node)));
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        attributes(reply, self.state().attributes(ino.into()));
    }

    fn setattr(
        &self,
        _: &Request,
        ino: INodeNo,
        _: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<std::time::SystemTime>,
        _: Option<FileHandle>,
        _: Option<std::time::SystemTime>,
        _: Option<std::time::SystemTime>,
        _: Option<std::time::SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let (mut state, file) = (self.state(), ino.into());
        if let Some(len) = size {
            let growth = state.growth(file, len);
            let room = if growth == 0 { Ok(()) } else { state.room_for(growth) };
            if let Err(error) = room {
                return reply.error(error);
            }
            state.make(Op::SetLen { file, len });
        }
        attributes(reply, state.attributes(file));
    }

    fn mkdir(&self, _: &Request, parent: INodeNo, name: &OsStr, _: u32, _: u32, reply: ReplyEntry) {
        entry(reply, self.state().add(parent.into(), name, true));
    }

    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        // What the kernel remembers it would give where the disk cannot.
        let asks = self.state().unreadable.is_some();
        reply.opened(FileHandle(0), if asks { FopenFlags::FOPEN_DIRECT_IO } else { FopenFlags::empty() });
    }

    fn create(&self, _: &Request, parent: INodeNo, name: &OsStr, _: u32, _: u32, _: i32, reply: ReplyCreate) {
        match self.state().add(parent.into(), name, false) {
            Ok(found) => reply.created(&AT_ONCE, &found, Generation(0), FileHandle(0), FopenFlags::empty()),
            Err(error) => reply.error(error),
        }
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        empty(reply, self.state().remove(parent.into(), name));
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        empty(reply, self.state().remove(parent.into(), name));
    }

    fn rename(&self, _: &Request, from: INodeNo, name: &OsStr, to: INodeNo, new: &OsStr, _: RenameFlags, reply: ReplyEmpty) {
        let mut state = self.state();
        if let Err(error) = state.child(from.into(), name) {
            return reply.error(error);
        }
        let (Some(name), Some(new)) = (name.to_str(), new.to_str()) else { return reply.error(Errno::EINVAL) };
        state.make(Op::Rename { from: from.into(), name: name.to_owned(), to: to.into(), new: new.to_owned() });
        reply.ok();
    }

    fn read(&self, _: &Request, ino: INodeNo, _: FileHandle, at: u64, size: u32, _: OpenFlags, _: Option<LockOwner>, reply: ReplyData) {
        let state = self.state();
        let Some(bytes) = state.tree.bytes(ino.into()) else { return reply.error(Errno::EISDIR) };
        let from = usize::try_from(at).unwrap().min(bytes.len());
        let to = from.saturating_add(usize::try_from(size).unwrap()).min(bytes.len());
        let hit = |bad: &std::ops::Range<u64>| bad.start < at + u64::from(size) && at < bad.end;
        if state.unreadable.as_ref().is_some_and(|(file, bad)| *file == u64::from(ino) && hit(bad)) {
            return reply.error(Errno::EIO);
        }
        reply.data(&bytes[from..to]);
    }

    fn write(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        at: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.state().write(ino.into(), at, data) {
            Ok(written) => reply.written(written),
            Err(error) => reply.error(error),
        }
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(&self, _: &Request, ino: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        empty(reply, self.state().sync(ino.into(), Op::Sync(ino.into())));
    }

    fn fsyncdir(&self, _: &Request, ino: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        empty(reply, self.state().sync(ino.into(), Op::SyncFolder(ino.into())));
    }

    fn readdir(&self, _: &Request, ino: INodeNo, _: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        let state = self.state();
        let Some(names) = state.tree.names(ino.into()) else { return reply.error(Errno::ENOTDIR) };
        for (next, (name, node)) in (1u64..).zip(names).skip(usize::try_from(offset).unwrap()) {
            let kind = if state.tree.names(*node).is_some() { FileType::Directory } else { FileType::RegularFile };
            if reply.add(INodeNo(*node), next, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        let state = self.state();
        let size = state.size.filter(|_| !state.hides).unwrap_or(PLENTY);
        let free = size.saturating_sub(state.tree.taken()) / BLOCK;
        reply.statfs(size / BLOCK, free, free, 1 << 20, 1 << 20, 4_096, 255, 4_096);
    }

    fn fallocate(&self, _: &Request, ino: INodeNo, _: FileHandle, offset: u64, length: u64, mode: i32, reply: ReplyEmpty) {
        empty(reply, self.state().hold(ino.into(), offset + length, mode));
    }
}

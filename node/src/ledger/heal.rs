//! A journal that was damaged, set back or lost is written anew: from what of it can be read, and from the store.
//!
//! So both have everything once more, and the next fault finds two copies again. What there was before is set aside.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use okrug_protocol::entry::Entry;
use okrug_protocol::ids::{LogId, Seq};

use super::record::{Change, Record};
use super::worker::{Hitch, Worker};
use crate::journal::{Journal, JournalError};
use crate::store::{Batch, Note, Tree};
use crate::{clock, disk};

/// What only this office knows: no neighbour gives it back, so the journal has all of it.
const LOCAL: [Tree; 9] = [
    Tree::Accounts,
    Tree::Rights,
    Tree::RoleKeys,
    Tree::Acts,
    Tree::Invitations,
    Tree::Leaving,
    Tree::Outgoing,
    Tree::Incoming,
    Tree::People,
];
/// Records that are written together.
const CHUNK: usize = 256;
/// Bytes of values that go into one record.
const LOCAL_BYTES: usize = 32 << 10;

/// The journal under construction.
struct Fresh {
    journal: Journal,
    waiting: Vec<Vec<u8>>,
    /// Up to which entry each of our own logs is in it.
    written: HashMap<LogId, Seq>,
    /// What was changed besides entries.
    touched: BTreeSet<(Tree, Vec<u8>)>,
}

impl Worker {
    /// Writes the journal anew, where something is missing in it. The store must have caught up.
    pub(super) fn heal_journal(&mut self) -> Result<(), Hitch> {
        if !self.past.ails {
            return Ok(());
        }
        let dir = self.journal.dir().to_owned();
        let new = dir.with_extension("new");
        match fs::remove_dir_all(&new) {
            Err(source) if source.kind() != ErrorKind::NotFound => return Err(JournalError::Io { path: new, source }.into()),
            _ => {}
        }
        let written = self.write_anew(&new);
        let mut fresh = written.inspect_err(|_| drop(fs::remove_dir_all(&new)))?;
        let aside = match self.old_journal.take() {
            // It was set aside when it could not be opened; the one in its place has nothing yet.
            Some(aside) => {
                fs::remove_dir_all(&dir).map_err(at(&dir))?;
                aside
            }
            None => {
                let aside = dir.with_extension(format!("damaged-{}", clock::now().0));
                fs::rename(&dir, &aside).map_err(at(&dir))?;
                aside
            }
        };
        fs::rename(&new, &dir).map_err(at(&dir))?;
        dir.parent().map_or(Ok(()), disk::sync_dir).map_err(at(&dir))?;
        fresh.moved_to(&dir);
        self.journal = fresh;
        let mark = self.journal.last();
        self.past.ails = false;
        tracing::error!(event = "journal_written_anew", records = mark.0, aside = %aside.display());
        self.past.healed = Some(aside);
        Note::of_journal(dir.parent().unwrap_or(Path::new(""))).remove();
        self.commit(Vec::new(), Batch::new(), Some(mark), true)?;
        Ok(())
    }

    fn write_anew(&self, new: &Path) -> Result<Journal, Hitch> {
        self.store.has_room()?;
        let (journal, _) = self.journal.begin_beside(new)?;
        let mut fresh = Fresh { journal, waiting: Vec::new(), written: HashMap::new(), touched: BTreeSet::new() };
        let stored = self.past.stored_journal;
        for dir in self.old_journal.iter().map(PathBuf::as_path).chain([self.journal.dir()]) {
            for record in self.journal.salvage(dir, stored).map_err(at(dir))? {
                self.take_record(&mut fresh, record)?;
            }
        }
        let own: Vec<_> = self.logs.iter().filter(|(log, _)| log.office == self.me).map(|(log, state)| (*log, state.seq)).collect();
        for (log, last) in own {
            self.fill(&mut fresh, log, last.next())?;
        }
        self.take_local(&mut fresh)?;
        fresh.write_out()?;
        fresh.journal.sync()?;
        Ok(fresh.journal)
    }

    /// Takes over a record of the old journal; entries that are missing before it come from the store.
    fn take_record(&self, fresh: &mut Fresh, bytes: Vec<u8>) -> Result<(), Hitch> {
        match Record::decode(&bytes) {
            Ok(Record::Own { entry, .. }) => {
                let Ok(header) = Entry::decode(&entry).map(|entry| entry.header) else { return Ok(()) };
                self.fill(fresh, header.log, header.seq)?;
                let written = fresh.written.entry(header.log).or_insert(Seq::ZERO);
                if *written >= header.seq {
                    return Ok(());
                }
                *written = header.seq;
            }
            Ok(Record::Local(changes)) => fresh.touched.extend(changes.iter().filter_map(Change::place)),
            Ok(Record::Incarnation(_)) => {}
            Err(_) => return Ok(()),
        }
        fresh.add(bytes)
    }

    /// Writes what the store has of one of our own logs before `next`.
    fn fill(&self, fresh: &mut Fresh, log: LogId, next: Seq) -> Result<(), Hitch> {
        let mut seq = fresh.written.get(&log).copied().unwrap_or(Seq::ZERO).next();
        while seq < next {
            let Some(stored) = self.store.entry(&log, seq)? else { return Ok(()) };
            fresh.add(Record::Own { entry: stored.entry.encode(), tag: None }.encode())?;
            fresh.written.insert(log, seq);
            seq = seq.next();
        }
        Ok(())
    }

    /// Writes what only this office knows, as it is now.
    fn take_local(&self, fresh: &mut Fresh) -> Result<(), Hitch> {
        let mut gone = std::mem::take(&mut fresh.touched);
        let (mut changes, mut bytes) = (Batch::new(), 0);
        for tree in LOCAL {
            let mut rows = Vec::new();
            self.store.scan(tree, &[]).each(|key, value| {
                rows.push((key.to_owned(), value));
                ControlFlow::Continue(())
            })?;
            for (key, value) in rows {
                gone.remove(&(tree, key.clone()));
                bytes += key.len() + value.len();
                changes.put(tree, key, value);
                if bytes > LOCAL_BYTES {
                    fresh.add(Record::Local(Change::all_of(&std::mem::take(&mut changes))).encode())?;
                    bytes = 0;
                }
            }
        }
        for (tree, key) in gone {
            match self.store.get(tree, &key)? {
                Some(value) => changes.put(tree, key, value),
                None => changes.delete(tree, key),
            }
            if changes.len() >= CHUNK {
                fresh.add(Record::Local(Change::all_of(&std::mem::take(&mut changes))).encode())?;
            }
        }
        if changes.is_empty() { Ok(()) } else { fresh.add(Record::Local(Change::all_of(&changes)).encode()) }
    }
}

impl Fresh {
    fn add(&mut self, record: Vec<u8>) -> Result<(), Hitch> {
        self.waiting.push(record);
        if self.waiting.len() >= CHUNK { self.write_out() } else { Ok(()) }
    }

    fn write_out(&mut self) -> Result<(), Hitch> {
        let records = std::mem::take(&mut self.waiting);
        self.journal.append(&records)?;
        Ok(())
    }
}

/// Where the system refused.
fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Hitch {
    let path = path.to_owned();
    move |source| if disk::is_full(&source) { Hitch::Full } else { JournalError::Io { path, source }.into() }
}

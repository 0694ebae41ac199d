//! Offices that have said that they cannot open what this one wrote: their keys are destroyed or lost.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use okrug_protocol::codec;
use okrug_protocol::directory::Directory;
use okrug_protocol::entry::Header;
use okrug_protocol::ids::{Epoch, LogId, OfficeId, Seq, Topic};
use okrug_protocol::reseal::{Reseal, ResealRequest};

use super::desk::Desk;
use super::events::Happened;
use super::index;
use crate::store::key::split_log;
use crate::store::{Batch, Store, StoreError, Tree};

/// Longer than any row.
const MAX_ROW: usize = 128;

/// Offices that cannot open an epoch, and where the key is that was sealed for them again.
type Offices = BTreeMap<OfficeId, Option<(LogId, Seq)>>;

/// Which offices cannot open which epochs.
#[derive(Debug, Default)]
pub(crate) struct Unable(HashMap<(LogId, Epoch), Offices>);

impl Unable {
    /// Reads them from the store.
    pub(super) fn read(store: &Store) -> Result<Self, StoreError> {
        let mut all = Self::default();
        store.scan(Tree::Stops, &[index::UNABLE]).each(|key, bytes| {
            if let (Some((at, office)), Ok(answer)) = (split(key), codec::decode(&bytes, MAX_ROW)) {
                all.0.entry(at).or_default().insert(office, answer);
            }
            ControlFlow::Continue(())
        })?;
        Ok(all)
    }

    /// Offices that cannot open an epoch.
    fn of(&self, log: &LogId, epoch: Epoch) -> Vec<OfficeId> {
        self.0.get(&(*log, epoch)).map(|offices| offices.keys().copied().collect()).unwrap_or_default()
    }

    /// Takes away what an office can open by now: it has the keys that were sealed for it in `log`, up to `seq`.
    fn take_opened(&mut self, office: OfficeId, log: &LogId, seq: Seq) -> Vec<(LogId, Epoch)> {
        let is_there = |answer: &Option<(LogId, Seq)>| answer.is_some_and(|(at, answered)| at == *log && answered <= seq);
        let opened: Vec<_> = self.0.iter().filter(|(_, offices)| offices.get(&office).is_some_and(is_there)).map(|(at, _)| *at).collect();
        for at in &opened {
            let is_empty = self.0.get_mut(at).is_some_and(|offices| offices.remove(&office).is_some() && offices.is_empty());
            if is_empty {
                self.0.remove(at);
            }
        }
        opened
    }
}

fn split(key: &[u8]) -> Option<((LogId, Epoch), OfficeId)> {
    let (log, rest) = split_log(key.get(1..)?)?;
    let (epoch, office) = rest.split_first_chunk()?;
    Some(((log, Epoch(u32::from_be_bytes(*epoch))), OfficeId(u32::from_be_bytes(office.try_into().ok()?))))
}

impl Desk {
    /// Offices that have an entry of this one, are to read it, and cannot open it.
    pub(super) fn unable_to_open(&self, directory: &Directory, header: &Header) -> Vec<OfficeId> {
        if header.log.office != self.me {
            return Vec::new();
        }
        let mut offices = self.unable.read(|unable| unable.of(&header.log, header.epoch));
        let has = |office: OfficeId| self.holdings.read(|holdings| holdings.part(office, &header.log).covers(header.seq));
        offices.retain(|office| directory.member(*office).is_some() && directory.reads(*office, header.log.topic) && has(*office));
        offices
    }

    /// At how many offices a message of this one lies that cannot open it.
    pub(super) fn unopened_by(&self, log: &LogId, seq: Seq) -> usize {
        if log.office != self.me || self.unable.read(|unable| unable.0.keys().all(|(of, _)| of != log)) {
            return 0;
        }
        let header = self.store.entry(log, seq).ok().flatten().map(|stored| stored.entry.header);
        header.map_or(0, |header| self.unable_to_open(&self.directory(), &header).len())
    }

    /// Takes note of which epochs of this office's logs another one cannot open.
    pub(super) fn learn_unable(&self, header: &Header, body: &[u8], batch: &mut Batch, told: &mut Vec<Happened>) {
        let office = header.log.office;
        let Ok(request) = ResealRequest::decode(body) else { return };
        if header.log.topic != Topic::Inbox(self.me) || office == self.me {
            return;
        }
        let is_ours = |(log, epoch): &(LogId, Epoch)| {
            let written = || self.store.log_state(log).ok().flatten().map_or(Epoch(0), |state| state.epoch);
            log.office == self.me && epoch.0 > 0 && *epoch <= written()
        };
        let ours: Vec<_> = request.epochs.into_iter().filter(is_ours).collect();
        for at in &ours {
            // What was sealed for it before is of no use to it: it asks once more.
            self.unable.change(|unable| unable.0.entry(*at).or_default().insert(office, None));
            batch.put_encoded(Tree::Stops, index::unable_key(at, office), &None::<(LogId, Seq)>);
        }
        self.look_again(|log| ours.iter().any(|(of, _)| of == log), told);
    }

    /// Takes note of keys that this office has sealed for another one again: once that has them it can open everything.
    pub(super) fn learn_sealed(&self, header: &Header, body: &[u8], batch: &mut Batch) {
        let (Ok(reseal), Topic::Inbox(office)) = (Reseal::decode(body), header.log.topic) else { return };
        let answer = Some((header.log, header.seq));
        for at in reseal.boxes.iter().map(|again| (again.log, again.epoch)) {
            let asked =
                self.unable.change(|unable| unable.0.get_mut(&at).and_then(|offices| offices.get_mut(&office)).map(|row| *row = answer));
            if asked.is_some() {
                batch.put_encoded(Tree::Stops, index::unable_key(&at, office), &answer);
            }
        }
    }

    /// An office has a log of this one up to an entry: with it come keys that were sealed for it again.
    pub(super) fn learn_opened(&self, office: OfficeId, log: &LogId, seq: Seq, batch: &mut Batch, told: &mut Vec<Happened>) {
        if log.office != self.me || log.topic != Topic::Inbox(office) {
            return;
        }
        let opened = self.unable.change(|unable| unable.take_opened(office, log, seq));
        opened.iter().for_each(|at| batch.delete(Tree::Stops, index::unable_key(at, office)));
        if !opened.is_empty() {
            self.look_again(|log| opened.iter().any(|(of, _)| of == log), told);
        }
    }

    /// After a batch that was not applied: the store has the truth.
    pub(super) fn reread_unable(&self) {
        match Unable::read(&self.store) {
            Ok(read) => self.unable.change(|unable| *unable = read),
            Err(error) => tracing::warn!(event = "unable_not_read", %error, "who cannot open what is read again at the next start"),
        }
    }
}

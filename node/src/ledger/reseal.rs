//! Sealing again: requests that are answered, and answers that open what could not be opened.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use okrug_protocol::chart::ResealRule;
use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::directory::{Directory, Known};
use okrug_protocol::entry::{Header, Kind};
use okrug_protocol::epoch::{self, Place, Rekey};
use okrug_protocol::ids::{Epoch, LogId, OfficeId, Precedence, Seq, Topic};
use okrug_protocol::log::{Candidate, LogState, VerifiedEntry};
use okrug_protocol::reseal::{AgainBox, Reseal, ResealRequest};
use okrug_protocol::seal::SharedKey;
use okrug_protocol::sealing::SealingKey;

use super::Filed;
use super::Way;
use super::worker::{Fatal, Hitch, Worker};
use crate::clock;
use crate::store::key::{epoch_key, split_log};
use crate::store::{Batch, Store, StoreError, Tree};

/// What was asked of this office: by whom, for which epoch, of a log of this office's or of the asker's.
type Asked = (OfficeId, LogId, Epoch);

/// One row: to which key it is to be sealed, and whether that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
struct Row {
    to: SealingKey,
    done: bool,
}

/// Requests that wait for an answer.
#[derive(Debug, Default)]
pub(super) struct Requests(BTreeMap<Asked, SealingKey>);

impl Requests {
    /// Whether somebody waits for the key of an epoch.
    pub(super) fn wait_for(&self, log: &LogId, epoch: Epoch) -> bool {
        self.0.keys().any(|(_, of, which)| (of, *which) == (log, epoch))
    }

    /// Reads them from the store.
    pub(super) fn read(store: &Store) -> Result<Self, StoreError> {
        let mut waiting = BTreeMap::new();
        store.scan(Tree::Resealing, &[]).each(|key, bytes| {
            if let (Some(asked), Ok(Row { to, done: false })) = (split(key), codec::decode(&bytes, 64)) {
                waiting.insert(asked, to);
            }
            ControlFlow::Continue(())
        })?;
        Ok(Self(waiting))
    }
}

fn key((office, log, epoch): &Asked) -> Vec<u8> {
    [&office.0.to_be_bytes()[..], &epoch_key(log, *epoch)].concat()
}

fn split(key: &[u8]) -> Option<Asked> {
    let (office, rest) = key.split_first_chunk()?;
    let (log, epoch) = split_log(rest)?;
    Some((OfficeId(u32::from_be_bytes(*office)), log, Epoch(u32::from_be_bytes(epoch.try_into().ok()?))))
}

impl Worker {
    /// Takes note of a request that is being appended. The same key is sealed to once.
    pub(super) fn requested(&mut self, header: &Header, body: &[u8], directory: &Directory, batch: &mut Batch) {
        let asker = header.log.office;
        let Ok(request) = ResealRequest::decode(body) else {
            tracing::warn!(event = "reseal_request_malformed", log = %header.log, seq = header.seq.0);
            return;
        };
        if header.log.topic != Topic::Inbox(self.me) || asker == self.me {
            return;
        }
        self.announced.learn(asker, header.log.incarnation, request.to, directory, batch);
        // Of this office's own epochs all are here: another number is none, and is not remembered for whoever makes it up.
        let is_ours = |(log, epoch): &(LogId, Epoch)| log.office == self.me && matches!(self.began(log, *epoch), Ok(Some(_)));
        let epochs: Vec<_> = request.epochs.into_iter().filter(|asked| asked.0.office == asker || is_ours(asked)).collect();
        for (log, epoch) in epochs {
            let asked = (asker, log, epoch);
            let known: Option<Row> = self.store.get_decoded(Tree::Resealing, &key(&asked)).ok().flatten();
            if known.is_none_or(|known| known.to.number < request.to.number) {
                batch.put_encoded(Tree::Resealing, key(&asked), &Row { to: request.to, done: false });
                self.requests.0.insert(asked, request.to);
                self.due = true;
            }
        }
    }

    /// Takes note of an answer that is being appended.
    pub(super) fn resealed(&mut self, header: &Header, body: &[u8], batch: &mut Batch) {
        let Ok(reseal) = Reseal::decode(body) else {
            tracing::warn!(event = "reseal_malformed", log = %header.log, seq = header.seq.0);
            return;
        };
        if header.log.topic != Topic::Inbox(self.me) {
            return;
        }
        // The writer of a log alone says what its keys are, and of what this office wrote any reader: the commitment in its own
        // entry tells whether that is true.
        for again in reseal.boxes.iter().filter(|again| again.log.office == header.log.office || again.log.office == self.me) {
            if self.store.epoch_key(&again.log, again.epoch).ok().flatten().is_none() {
                self.unopened.answer(again.log, again.epoch, (header.log, header.seq), batch);
                self.due = true;
            }
        }
    }

    /// Answers what was asked, where policy and membership allow it; what the policy forbids waits for another one.
    pub(super) fn answer(&mut self) -> Result<(), Fatal> {
        let directory = self.shared.directory();
        if directory.policy().reseal != ResealRule::Members {
            return Ok(());
        }
        let mut by_asker: BTreeMap<OfficeId, Vec<(Asked, SealingKey)>> = BTreeMap::new();
        for (asked, to) in std::mem::take(&mut self.requests.0) {
            by_asker.entry(asked.0).or_default().push((asked, to));
        }
        for (asker, asked) in by_asker {
            let mut done = Vec::new();
            let mut boxes: Vec<AgainBox> = Vec::new();
            for (asked, to) in asked {
                match self.seal_again(&asked, &to, &directory) {
                    Ok(again) => boxes.extend(again),
                    Err(error) => tracing::warn!(event = "reseal_not_possible", %asker, log = %asked.1, %error),
                }
                done.push((asked, to));
            }
            if !boxes.is_empty() {
                let count = boxes.len();
                let written = self.write_own(Topic::Inbox(asker), Precedence::Routine, Kind::RESEAL, Reseal { boxes }.encode())?;
                let version = |seq: &super::Written| self.store.entry(&seq.log, seq.seq).ok().flatten().map(|e| e.entry.header.directory);
                match written.as_ref().map(version) {
                    Ok(Some(version)) if version == directory.version() => tracing::info!(event = "sealed_again", %asker, count),
                    other => {
                        // Not written, or under a chart that came in between: the seals are of no use, and made anew.
                        tracing::warn!(event = "reseal_not_written", %asker, ?other, "it is tried again");
                        self.requests.0.extend(done);
                        continue;
                    }
                }
            }
            self.note(|_, batch| {
                done.iter().for_each(|(asked, to)| batch.put_encoded(Tree::Resealing, key(asked), &Row { to: *to, done: true }));
            })?;
        }
        Ok(())
    }

    /// Seals the key of an epoch again; `None` for who was no member of it, or is none any more, and did not write it.
    fn seal_again(&self, (asker, log, epoch): &Asked, to: &SealingKey, directory: &Directory) -> Result<Option<AgainBox>, StoreError> {
        let wrote = log.office == *asker && directory.office(*asker).is_some();
        let allowed = wrote || directory.reads(*asker, log.topic);
        let Some((rekey, _, _)) = self.began(log, *epoch)?.filter(|(rekey, _, _)| allowed && rekey.box_for(*asker).is_some()) else {
            tracing::warn!(event = "reseal_refused", %asker, %log, epoch = epoch.0);
            return Ok(None);
        };
        let place = Place { district: directory.district(), log: *log, epoch: *epoch };
        let Some(key) = self.store.epoch_key(log, *epoch)?.filter(|key| rekey.promises(&place, key)) else { return Ok(None) };
        Ok(AgainBox::seal(&place, &key, *asker, to, directory.version(), &mut clock::rng()).ok())
    }

    /// The entry that began an epoch, as far as it is here: what it says, its header, its place.
    pub(super) fn began(&self, log: &LogId, epoch: Epoch) -> Result<Option<(Rekey, Header, Seq)>, StoreError> {
        let Some(seq) = self.store.get_decoded::<Seq>(Tree::Rekeys, &epoch_key(log, epoch))? else { return Ok(None) };
        let Some(stored) = self.store.entry(log, seq)? else { return Ok(None) };
        Ok(Rekey::decode(&stored.entry.body).ok().map(|rekey| (rekey, stored.entry.header, seq)))
    }

    /// Opens what the answers open.
    pub(super) fn take_answers(&mut self) -> Result<(), Fatal> {
        for (log, epoch, place) in self.unopened.answered() {
            let taken = self.take_answer(log, epoch, place).map_err(Hitch::from);
            match taken {
                Ok(()) | Err(Hitch::Full) => {}
                Err(Hitch::Fatal(fatal)) => return Err(fatal),
            }
        }
        self.show_unopened();
        Ok(())
    }

    fn take_answer(&mut self, log: LogId, epoch: Epoch, (at, seq): (LogId, Seq)) -> Result<(), StoreError> {
        let directory = self.shared.directory();
        // The rekey entry may come later than the answer.
        let Some((rekey, began, first)) = self.began(&log, epoch)? else { return Ok(()) };
        let place = Place { district: directory.district(), log, epoch };
        let answer = self.store.entry(&at, seq)?;
        let opened = answer.and_then(|answer| {
            let reseal = Reseal::decode(&answer.entry.body).ok()?;
            let again = reseal.boxes.iter().find(|again| (again.log, again.epoch) == (log, epoch))?;
            let secret = self.keys.sealing.secret(again.key)?;
            let opened = again.open(&place, self.me, answer.entry.header.directory, secret, &rekey);
            opened.inspect_err(|error| tracing::warn!(event = "reseal_unusable", %log, epoch = epoch.0, %error)).ok()
        });
        let Some(key) = opened else {
            let mut batch = Batch::new();
            self.unopened.no_answer(log, epoch, &mut batch);
            return self.store.apply(batch);
        };
        self.file_again(&place, &key, (&began, rekey.known_by(&began), first), &directory)
    }

    /// Files all of an epoch, in the step that stores its key.
    fn file_again(
        &mut self,
        place: &Place,
        key: &SharedKey,
        (began, rekeyed, first): (&Header, Known, Seq),
        directory: &Directory,
    ) -> Result<(), StoreError> {
        let (log, epoch) = (place.log, place.epoch);
        self.keys.keep(&[(log, epoch, began.time.millis(), key.clone())])?;
        let mut batch = Batch::new();
        batch.put_epoch_key(&log, epoch, key);
        self.unopened.opened(log, epoch, &mut batch);
        let (mut seq, mut count, received) = (first.next(), 0, self.time.now());
        while let Some(stored) = self.store.entry(&log, seq)?.filter(|stored| stored.entry.header.epoch == epoch) {
            let rekeyed = rekeyed.clone();
            let state = LogState { seq: Seq(seq.0 - 1), id: stored.previous, epoch, rekeyed, ..LogState::EMPTY };
            seq = seq.next();
            if !stored.entry.header.kind.is_sealed() {
                continue;
            }
            let verified = Candidate::next(stored.entry, &state, directory).and_then(|candidate| candidate.verify(directory));
            let Ok(entry) = verified else { continue };
            count += u64::from(self.file_one(place, key, &entry, received, &mut batch));
        }
        if let Err(error) = self.store.apply(batch).and_then(|()| self.store.flush()) {
            self.filing.undone();
            self.reread();
            return Err(error);
        }
        self.keys.learnt(log, epoch, key);
        self.filing.filed();
        tracing::info!(event = "opened_again", %log, epoch = epoch.0, count);
        Ok(())
    }

    fn file_one(
        &mut self,
        place: &Place,
        key: &SharedKey,
        entry: &VerifiedEntry,
        received: okrug_protocol::clock::Millis,
        batch: &mut Batch,
    ) -> bool {
        let Ok(plain) = epoch::open_body(key, place, entry.header().seq, entry.body()) else { return false };
        let filed = Filed { entry, plain: Some(&plain), tag: None, from: Some(place.log.office), way: Way::Exchange, received };
        self.filing.file(&filed, batch);
        true
    }

    /// Makes a note in the store that belongs to no entry.
    pub(super) fn note(&mut self, write: impl FnOnce(&mut Self, &mut Batch)) -> Result<(), Fatal> {
        let mut batch = Batch::new();
        write(self, &mut batch);
        match self.store.apply(batch) {
            Ok(()) => Ok(()),
            Err(error) => {
                self.reread();
                Self::wait_out(error)
            }
        }
    }

    /// Shows what cannot be opened, where that changed.
    pub(super) fn show_unopened(&mut self) {
        if let Some(news) = self.unopened.news() {
            self.shared.set_unopened(news);
        }
    }

    /// After a batch that was not applied: the store has the truth.
    pub(super) fn reread(&mut self) {
        self.keys.forget();
        let read = (
            super::announced::AnnouncedKeys::read(&self.store),
            super::unopened::UnopenedEpochs::read(&self.store),
            Requests::read(&self.store),
        );
        self.pace.reread(&self.store);
        if let Err(error) = self.forks.reread(&self.store) {
            tracing::warn!(event = "forks_not_read", %error);
        }
        self.shared.reread_carried();
        if let (Ok(announced), Ok(unopened), Ok(requests)) = read {
            (self.announced, self.unopened, self.requests) = (announced, unopened, requests);
        }
    }
}

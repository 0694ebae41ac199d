//! Opening the office: what it knows is read from its store, and its tasks begin.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use okrug_protocol::act::Act;
use okrug_protocol::codec;
use okrug_protocol::delivery::Holdings;
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::frontier::Kept;
use okrug_protocol::ids::{OfficeId, Seq};
use okrug_protocol::role::RoleRecord;
use okrug_protocol::seal::{OpenKey, SharedKey};
use okrug_protocol::sign::SecretKey;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::accounts::Vaults;
use super::acts;
use super::appoint::{Appointments, keep_terms};
use super::compose::Composer;
use super::desk::Desk;
use super::duties::Duties;
use super::events::Events;
use super::filing::Filer;
use super::handle::Handle;
use super::invitations::Run;
use super::moving::hand_out_all;
use super::people::read_people;
use super::receipts::{Dirty, Pace, write_checkpoints};
use super::sessions::Sessions;
use super::staffing::tidy_up;
use super::steps;
use crate::documents::Documents;
use crate::ledger::{self, Filing};
use crate::shared::Shared;
use crate::store::key::split_log;
use crate::store::{Store, StoreError, Tree};

/// What the office needs of the node's keys.
#[derive(Debug)]
pub struct OfficeKeys {
    /// The node's part in vaults; seals what only this office keeps.
    pub vault: SharedKey,
    /// Signs a move that goes as a file.
    pub sign: SecretKey,
    /// Opens one that came: the key that the chart names, and the one that it is to name.
    pub seal: Vec<OpenKey>,
}

/// An office whose ledger does not run yet.
#[derive(Debug)]
pub struct Office {
    desk: Arc<Desk>,
    dirty: Dirty,
    vaults: Vaults,
    keys: OfficeKeys,
    unended: Vec<(Vec<u8>, Act)>,
    run: Run,
}

impl Office {
    /// Reads what the office knows from its store.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn open(me: OfficeId, documents: Arc<Documents>, store: Store, keys: OfficeKeys) -> Result<Self, StoreError> {
        let people = read_people(&store, &documents)?;
        let (duties, holdings, ways) = (read_duties(&store)?, read_holdings(&store)?, steps::read_ways(&store)?);
        let (full, removed) = (super::stops::read_full(&store)?, documents.directory().former());
        let unable = super::unable::Unable::read(&store)?;
        let desk = Arc::new(Desk {
            me,
            documents,
            store,
            people: Shared::new(people),
            duties: Shared::new(duties),
            holdings: Shared::new(holdings),
            sessions: Shared::new(Sessions::default()),
            links: Shared::new(HashMap::new()),
            events: Events::new(),
            started: crate::clock::now(),
            delays: Shared::default(),
            present: Shared::default(),
            served: Shared::default(),
            up_since: Shared::default(),
            fetched: Shared::default(),
            ways: Shared::new(ways),
            full: Shared::new(full),
            slowed_by: Shared::new(HashMap::new()),
            unable: Shared::new(unable),
            editions: Shared::default(),
            removed: Shared::new(removed),
            forked: Shared::default(),
            outgoing: tokio::sync::Notify::new(),
        });
        let unended = acts::unended(&desk.store)?;
        let run = Run::read(&desk.store)?;
        Ok(Self { run, desk, dirty: Dirty::default(), vaults: Vaults::new(keys.vault.clone()), keys, unended })
    }

    /// What files entries on the ledger's thread.
    #[must_use]
    pub fn filing(&self) -> Box<dyn Filing> {
        Box::new(Filer::new(Arc::clone(&self.desk), self.dirty.clone()))
    }

    /// Begins to work with the ledger; checkpoints are written until `stop`.
    #[must_use]
    pub fn start(self, ledger: ledger::Handle, pace: Pace, tasks: &TaskTracker, stop: CancellationToken) -> Handle {
        self.desk.present.change(|present| *present = Some(ledger.incarnation()));
        let composer = Composer::new(Arc::clone(&self.desk), ledger.clone());
        tasks.spawn(super::growth::watch(Arc::clone(&self.desk), stop.clone()));
        tasks.spawn(write_checkpoints(self.dirty, ledger.clone(), pace, stop.clone()));
        let enrolling = Arc::new(tokio::sync::Mutex::new(()));
        let keys = Arc::new(self.keys);
        let appointments = Appointments::new(Arc::clone(&self.desk), ledger.clone(), Arc::clone(&keys));
        tasks.spawn(keep_terms(appointments.clone(), stop.clone()));
        let handle = Handle {
            desk: self.desk,
            composer,
            vaults: self.vaults,
            ledger,
            keys,
            appointments,
            run: self.run,
            shelf: super::bundle::Shelf::default(),
            enrolling,
        };
        tasks.spawn(tidy_up(handle.clone(), stop.clone()));
        tasks.spawn(hand_out_all(handle.clone(), stop));
        tasks.spawn(acts::end_all(handle.clone(), self.unended));
        handle
    }
}

/// Reads all editions of roles and deputies from the store.
pub(super) fn read_duties(store: &Store) -> Result<Duties, StoreError> {
    let mut duties = Duties::default();
    store.scan(Tree::Roles, &[]).each(|_, bytes| {
        RoleRecord::read(&bytes).iter().for_each(|record| duties.learn_role(record));
        ControlFlow::Continue(())
    })?;
    store.scan(Tree::Deputies, &[]).each(|_, bytes| {
        DeputyRecord::read(&bytes).iter().for_each(|record| duties.learn_deputy(record));
        ControlFlow::Continue(())
    })?;
    Ok(duties)
}

fn read_holdings(store: &Store) -> Result<Holdings, StoreError> {
    let mut holdings = Holdings::default();
    store.scan(Tree::Holdings, &[]).each(|key, bytes| {
        let held = split_log(key).and_then(|(log, office)| Some((log, OfficeId(u32::from_be_bytes(office.try_into().ok()?)))));
        if let (Some((log, office)), Ok((to, after))) = (held, codec::decode::<(Seq, Seq)>(&bytes, 32)) {
            holdings.keeps(office, &Kept { log, after, to });
        }
        ControlFlow::Continue(())
    })?;
    Ok(holdings)
}

#[cfg(test)]
mod tests {
    use okrug_protocol::clock::{Millis, Timestamp};
    use okrug_protocol::entry::Kind;
    use okrug_protocol::epoch::{self, KeyBox, Rekey};
    use okrug_protocol::ids::{Epoch, Hash32, Incarnation, LogId, PersonId, Precedence, RoleId, Topic, UnitId};
    use okrug_protocol::log::{self, Candidate, Draft, LogState, VerifiedEntry};
    use okrug_protocol::sample::{self, SampleDistrict};

    use super::*;
    use crate::ledger::{Filed, Way};
    use crate::rest::Rest;
    use crate::store::{Batch, Limits};

    /// An office in a folder of its own, with what a district file says.
    fn office(folder: &std::path::Path, district: &SampleDistrict) -> Office {
        let documents = Documents::enter(folder, &district.file.encode(), None).unwrap();
        let limits = Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 };
        let store = Store::open(folder, &Rest::new(&SharedKey::from_bytes([3; 32])), limits).unwrap();
        let keys = OfficeKeys {
            vault: SharedKey::from_bytes([4; 32]),
            sign: district.sign_keys[0].clone(),
            seal: vec![district.open_keys[0].clone()],
        };
        Office::open(OfficeId(1), Arc::new(documents), store, keys).unwrap()
    }

    /// The district log of office 2: a rekey entry, and one of each of these kinds.
    fn entries(district: &SampleDistrict, kinds: &[Kind]) -> Vec<VerifiedEntry> {
        let directory = district.directory();
        let log = LogId { office: OfficeId(2), incarnation: Incarnation(7), topic: Topic::District, precedence: Precedence::Routine };
        let members = epoch::members(&directory, &log, &directory.known()).into_iter();
        let boxes = members.map(|office| KeyBox { office, key: 0, sealed: [7; 80] }).collect();
        let rekey = Rekey { commitment: Hash32([7; 32]), boxes, delegated: Vec::new() }.encode().unwrap();
        let drafts = [(Kind::REKEY, rekey)].into_iter().chain(kinds.iter().map(|kind| (*kind, vec![1])));
        let mut state = LogState::EMPTY;
        let written = drafts.map(|(kind, body)| {
            let draft = Draft { kind, epoch: Epoch(1), time: Timestamp(state.time.0 + 10), body };
            let entry = log::write(log, &state, draft, &directory, &district.sign_keys[1]).unwrap();
            let entry = Candidate::next(entry, &state, &directory).and_then(|entry| entry.verify(&directory)).unwrap();
            state = entry.state().clone();
            entry
        });
        written.collect()
    }

    #[test]
    fn nobody_acts_by_what_is_not_in_the_store_and_nobody_is_known_by_it_for_long() {
        let (folder, district) = (tempfile::tempdir().unwrap(), sample::district(2));
        let office = office(folder.path(), &district);
        let (holder, absent) = (district.person(OfficeId(2), 1, UnitId(2)), district.person(OfficeId(2), 2, UnitId(2)));
        let term = okrug_protocol::behalf::Term { person: holder.signed.record.person, from: Millis(0), until: Some(Millis(9)) };
        let role = RoleRecord {
            role: RoleId(20_001),
            unit: UnitId(2),
            title: "Дежурный".to_owned(),
            version: 1,
            since: Millis(0),
            active: true,
            holders: Vec::new(),
            seal: district.open_keys[1].public(),
            boxes: Vec::new(),
            before: None,
        };
        let deputy =
            DeputyRecord { person: absent.signed.record.person, office: OfficeId(2), version: 1, since: Millis(0), deputy: vec![term] };
        let plains = [holder.signed.encode(), absent.signed.encode(), role.encode(), deputy.encode()];
        let entries = entries(&district, &[Kind::PERSON, Kind::PERSON, Kind::ROLE, Kind::DEPUTY]);
        let known = |desk: &Desk| {
            let role = desk.duties.read(|duties| duties.role(role.role).is_some());
            let deputy = desk.duties.read(|duties| duties.deputy(deputy.person, OfficeId(2)).is_some());
            (role, deputy, desk.record(PersonId(20_001)).is_some())
        };
        let mut filing = office.filing();
        let file = |filing: &mut Box<dyn Filing>| {
            let mut batch = Batch::new();
            for (entry, plain) in entries[1..].iter().zip(&plains) {
                filing
                    .file(&Filed { entry, plain: Some(plain), tag: None, from: None, way: Way::Exchange, received: Millis(1) }, &mut batch);
            }
            batch
        };
        let batch = file(&mut filing);
        // What follows in the batch is judged by people, and by nothing else.
        assert_eq!(known(&office.desk), (false, false, true));
        filing.undone();
        assert_eq!(known(&office.desk), (false, false, false));
        filing.filed();
        assert_eq!(known(&office.desk), (false, false, false), "what was undone comes by no later batch");
        drop(batch);
        office.desk.store.apply(file(&mut filing)).unwrap();
        filing.filed();
        assert_eq!(known(&office.desk), (true, true, true));
    }
}

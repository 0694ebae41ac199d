//! How fast other offices may fill this disk, and this one those of others: the policy's quotas, by the protocol's accounts.
//!
//! The accounts' time is neither the machine's clock nor anybody else's: it begins with the latest time that the authority has
//! named, goes on with what this process runs, and over a restart with what the clock says that it took, within the
//! longest absence that is promised. A clock that is set while the node runs gives nothing away.
//!
//! What a bundle brings, and own entries that come back, are taken whatever the quota says.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::directory::Directory;
use okrug_protocol::exchange::Slow;
use okrug_protocol::ids::{LogId, OfficeId};
use okrug_protocol::quota::{Account, DAY_MS, Quota, is_reserved};

use super::worker::Worker;
use crate::clock::Clock;
use crate::store::{Batch, Store, StoreError, Tree};

/// Longer than any row.
const MAX_ROW: usize = 80;
/// The time of the accounts, and what the machine's clock showed then; offices are longer keys.
const TIME: &[u8] = b"t";
/// A clock that shows more than so many days beyond what the authority named last is not believed at the first start.
const MAX_UNNAMED_DAYS: u64 = 400;

/// The accounts of all offices.
#[derive(Debug)]
pub(super) struct Pace {
    accounts: HashMap<OfficeId, Account>,
    /// The accounts' time when the process had run so long.
    at: (Millis, u64),
    clock: Clock,
}

/// An office whose entries wait, since it has written more than the quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slowed {
    /// Which; this office itself when its own posts are refused.
    pub office: OfficeId,
    /// Which of its logs.
    pub slow: Slow,
    /// For so many milliseconds from now on.
    pub for_ms: u64,
}

/// Whose entries wait, until the process has run so long: all but reserved ones, and all.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    clock: Clock,
    until: BTreeMap<OfficeId, [u64; 2]>,
    /// By which quota.
    quota: Option<Quota>,
}

impl Pace {
    pub(super) fn read(store: &Store, clock: &Clock, directory: &Directory) -> Result<Self, StoreError> {
        let shown = clock.now();
        let before: Option<(Millis, Millis)> = store.get(Tree::Paces, TIME)?.and_then(|bytes| codec::decode(&bytes, MAX_ROW).ok());
        let grace = DAY_MS * u64::from(directory.policy().sealing_key_grace_days);
        let at = match before {
            Some((at, showed)) => at.plus(shown.since(showed).min(grace)),
            None => shown.min(directory.issued().plus(MAX_UNNAMED_DAYS * DAY_MS)),
        };
        Ok(Self { accounts: accounts(store)?, at: (at.max(directory.issued()), clock.passed()), clock: clock.clone() })
    }

    /// As they are in the store, after something was not written.
    pub(super) fn reread(&mut self, store: &Store) {
        match accounts(store) {
            Ok(accounts) => self.accounts = accounts,
            Err(error) => tracing::error!(event = "paces_not_read", %error),
        }
    }

    fn now(&mut self, directory: &Directory) -> Millis {
        let ran = self.clock.passed();
        let now = self.at.0.plus(ran.saturating_sub(self.at.1)).max(directory.issued());
        self.at = (now, ran);
        now
    }

    fn of(&self, office: OfficeId, quota: Quota, directory: &Directory, now: Millis) -> Account {
        self.accounts.get(&office).copied().unwrap_or_else(|| Account::new(directory.founded(), now, quota))
    }

    /// Takes an entry into what was staged of its writer.
    pub(super) fn take(
        &mut self,
        staged: &mut HashMap<OfficeId, Account>,
        log: &LogId,
        len: usize,
        directory: &Directory,
    ) -> Result<(), u64> {
        let (quota, now) = (Quota::from(directory.policy()), self.now(directory));
        let known = self.of(log.office, quota, directory, now);
        staged.entry(log.office).or_insert(known).take(len, is_reserved(log), quota, now)
    }

    /// Counts an entry that is being appended.
    pub(super) fn count(&mut self, log: &LogId, len: usize, directory: &Directory, batch: &mut Batch) {
        let (quota, now) = (Quota::from(directory.policy()), self.now(directory));
        let mut account = self.of(log.office, quota, directory, now);
        account.count(len, quota, now);
        self.accounts.insert(log.office, account);
        batch.put_encoded(Tree::Paces, log.office.0.to_be_bytes(), &account);
        batch.put_encoded(Tree::Paces, TIME, &(now, self.clock.now()));
    }

    /// For how long nothing of a log is taken; 0 when something is.
    pub(super) fn waits(&mut self, log: &LogId, directory: &Directory) -> u64 {
        let (quota, now) = (Quota::from(directory.policy()), self.now(directory));
        self.of(log.office, quota, directory, now).waits(is_reserved(log), quota, now)
    }
}

impl Waiting {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, until: BTreeMap::new(), quota: None }
    }

    /// A log waits; true when its office did not wait before.
    fn add(&mut self, log: &LogId, for_ms: u64) -> bool {
        let until = self.clock.passed().saturating_add(for_ms);
        let news = !self.rows().any(|row| row.office == log.office);
        let row = self.until.entry(log.office).or_default();
        row[usize::from(is_reserved(log))] = until;
        news
    }

    /// By another quota others wait, or nobody: whoever still has to is found anew.
    fn go_by(&mut self, quota: Quota) {
        if self.quota.replace(quota) != Some(quota) {
            self.until.clear();
        }
    }

    /// Whose entries wait now.
    pub(super) fn rows(&self) -> impl Iterator<Item = Slowed> + '_ {
        let now = self.clock.passed();
        self.until.iter().filter_map(move |(office, until)| {
            let [common, all] = until.map(|until| until.saturating_sub(now));
            let slow = if all > 0 { Slow::All } else { Slow::Common };
            (common.max(all) > 0).then_some(Slowed { office: *office, slow, for_ms: common.max(all) })
        })
    }
}

impl Worker {
    /// Another directory may have another quota.
    pub(super) fn reconsider_quotas(&self) {
        let quota = Quota::from(self.shared.directory().policy());
        self.shared.waiting(|waiting| waiting.go_by(quota));
    }

    /// The entries of a log wait at whoever holds them.
    pub(super) fn slow_down(&self, log: &LogId, for_ms: u64) {
        if self.shared.waiting(|waiting| waiting.add(log, for_ms)) {
            let minutes = for_ms / 60_000;
            tracing::warn!(event = "quota_reached", office = %log.office, minutes, "it has written more than the district's quota");
        }
    }
}

fn accounts(store: &Store) -> Result<HashMap<OfficeId, Account>, StoreError> {
    let mut all = HashMap::new();
    store.scan(Tree::Paces, &[]).each(|key, bytes| {
        if let (Ok(office), Ok(account)) = (key.try_into(), codec::decode(&bytes, MAX_ROW)) {
            all.insert(OfficeId(u32::from_be_bytes(office)), account);
        }
        ControlFlow::Continue(())
    })?;
    Ok(all)
}

//! Appointing: roles, who has their duty, who stands in for whom.
//!
//! Every change of holders is a new edition with a key of its own. When a term begins or ends, or a holder has left
//! or has new keys, the office writes the edition by itself: at the next look, every half minute, and whenever
//! somebody logs in.

use std::sync::Arc;
use std::time::Duration;

use okrug_protocol::behalf::Term;
use okrug_protocol::bounds::MAX_HOLDERS;
use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::directory::EnrolError;
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{PersonId, Precedence, RoleId, Topic};
use okrug_protocol::labels;
use okrug_protocol::role::{RoleError, RoleRecord};
use okrug_protocol::seal::{OpenKey, SealKey};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::Refused;
use super::desk::Desk;
use super::index;
use super::open::OfficeKeys;
use super::view::{NewDeputy, NewHolder, NewRole};
use crate::ledger::{self, Draft};
use crate::store::{Batch, Tree};

/// How often the office looks whether a term has begun or ended.
const LOOK: Duration = Duration::from_secs(30);
/// Longer than the secret of a role with its seal.
const MAX_KEPT: usize = 256;

/// Writes editions of this office's roles and deputies, one at a time.
#[derive(Debug, Clone)]
pub(crate) struct Appointments {
    desk: Arc<Desk>,
    ledger: ledger::Handle,
    /// The vault key locks the newest secrets of roles on this machine.
    keys: Arc<OfficeKeys>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Appointments {
    pub(crate) fn new(desk: Arc<Desk>, ledger: ledger::Handle, keys: Arc<OfficeKeys>) -> Self {
        Self { desk, ledger, keys, turn: Arc::default() }
    }

    /// Founds a role of this office, without a holder.
    pub(crate) async fn found(&self, new: NewRole) -> Result<RoleId, Refused> {
        let _turn = self.turn.lock().await;
        let role = self.desk.duties.read(|duties| duties.next_number(self.desk.me)).ok_or(Refused::NoNumberLeft)?;
        let record = RoleRecord {
            role,
            unit: new.unit,
            title: new.title,
            version: 0,
            since: crate::clock::now(),
            active: true,
            holders: Vec::new(),
            seal: SealKey([0; 32]),
            boxes: Vec::new(),
            before: None,
        };
        self.announce(record, None, crate::clock::now()).await?;
        Ok(role)
    }

    /// Gives somebody of this office the duty.
    pub(crate) async fn assign(&self, role: RoleId, new: NewHolder) -> Result<(), Refused> {
        let _turn = self.turn.lock().await;
        let now = crate::clock::now();
        let mut record = self.own(role)?;
        if !self.serves(new.person) {
            return Err(Refused::NotOurPerson);
        }
        let term = Term { person: new.person, from: new.from.unwrap_or(now), until: new.until };
        if !term.is_sound() || term.is_over(now) {
            return Err(Refused::BadTerm);
        }
        record.holders.retain(|held| held.person != new.person || !overlap(held, &term));
        record.holders.push(term);
        if record.holders.len() > MAX_HOLDERS {
            return Err(Refused::TooManyHolders);
        }
        self.announce(record, Some(role), now).await
    }

    /// Takes the duty from somebody: now, and whatever was planned.
    pub(crate) async fn dismiss(&self, role: RoleId, person: PersonId) -> Result<(), Refused> {
        let _turn = self.turn.lock().await;
        let mut record = self.own(role)?;
        let before = record.holders.len();
        record.holders.retain(|held| held.person != person);
        if record.holders.len() == before {
            return Err(Refused::NoSuchPerson);
        }
        self.announce(record, Some(role), crate::clock::now()).await
    }

    /// Closes a role: nobody writes to it any more; its mail stays, and so does its number.
    pub(crate) async fn close(&self, role: RoleId) -> Result<(), Refused> {
        let _turn = self.turn.lock().await;
        let record = RoleRecord { active: false, holders: Vec::new(), ..self.own(role)? };
        self.announce(record, Some(role), crate::clock::now()).await
    }

    /// Names who stands in for somebody of this office; nobody, to end it.
    pub(crate) async fn name_deputy(&self, person: PersonId, new: Option<NewDeputy>) -> Result<(), Refused> {
        let _turn = self.turn.lock().await;
        let now = crate::clock::now();
        if self.desk.record(person).is_none_or(|record| record.office != self.desk.me) {
            return Err(Refused::NotOurPerson);
        }
        let before = self.desk.deputy_of(person);
        let deputy = match new {
            Some(new) => {
                if self.desk.record(new.by).is_none_or(|record| !record.active) {
                    return Err(Refused::NoSuchPerson);
                }
                vec![Term { person: new.by, from: new.from.unwrap_or(now), until: Some(new.until) }]
            }
            None if before.as_ref().is_none_or(|before| before.deputy.is_empty()) => return Err(Refused::NoDeputy),
            None => Vec::new(),
        };
        let version = before.map_or(0, |before| before.version).saturating_add(1);
        let record = DeputyRecord { person, office: self.desk.me, version, since: now, deputy };
        if record.check().is_err() || record.deputy.iter().any(|term| term.is_over(now)) {
            return Err(Refused::BadTerm);
        }
        self.desk.directory().may_name_deputy(self.desk.me, &record).map_err(refused)?;
        self.write(Kind::DEPUTY, record.encode()).await
    }

    /// Writes new editions of the roles in which a term has begun or ended, or a holder has left or has new keys.
    pub(crate) async fn renew(&self) -> Result<(), Refused> {
        let now = crate::clock::now();
        // Who is suspended announces nothing: it is due again when the office is resumed.
        if self.desk.directory().is_suspended(self.desk.me) || self.due(now).is_empty() {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        for role in self.due(now) {
            let record = self.own(role)?;
            self.announce(record, Some(role), now).await?;
        }
        Ok(())
    }

    /// The roles of this office whose newest edition is sealed to others than those who have the duty now.
    fn due(&self, now: Millis) -> Vec<RoleId> {
        let own: Vec<RoleRecord> = self
            .desk
            .duties
            .read(|duties| duties.roles().into_iter().filter(|record| record.active && record.office() == self.desk.me).cloned().collect());
        let sealed = |record: &RoleRecord| record.boxes.iter().map(|one| (one.person, one.to)).collect::<Vec<_>>();
        own.into_iter().filter(|record| self.on_duty(record, now) != sealed(record)).map(|record| record.role).collect()
    }

    fn own(&self, role: RoleId) -> Result<RoleRecord, Refused> {
        let record = self.desk.duties.read(|duties| duties.role(role).cloned());
        record.filter(|record| record.active && record.office() == self.desk.me).ok_or(Refused::NoSuchRole)
    }

    /// Whether somebody is of this office, and neither dismissed nor revoked.
    fn serves(&self, person: PersonId) -> bool {
        let here = self.desk.record(person).is_some_and(|record| record.active && record.office == self.desk.me);
        here && self.desk.directory().person_revoked_since(person).is_none()
    }

    /// Who has the duty now, with the key to which the secret is sealed for them; by person.
    fn on_duty(&self, record: &RoleRecord, now: Millis) -> Vec<(PersonId, SealKey)> {
        let current = record.holders.iter().filter(|term| term.covers(now) && self.serves(term.person));
        let mut all: Vec<_> = current.filter_map(|term| Some((term.person, self.desk.record(term.person)?.seal))).collect();
        all.sort_by_key(|(person, _)| *person);
        all.dedup_by_key(|(person, _)| *person);
        all
    }

    /// Writes the edition after `record`'s version, with a key of its own; `role` is what it continues.
    async fn announce(&self, mut record: RoleRecord, role: Option<RoleId>, now: Millis) -> Result<(), Refused> {
        let district = self.desk.directory().district();
        let before = role.and_then(|role| self.kept(role, record.version));
        if role.is_some() && before.is_none() {
            tracing::warn!(event = "role_secret_lost", role = %record.role, "what was written to the role before opens for its next holders only where a holder's own key does");
        }
        record.version = record.version.saturating_add(1);
        record.since = now;
        record.holders.retain(|term| !term.is_over(now) && self.serves(term.person));
        let secret = OpenKey::generate(&mut crate::clock::rng());
        let holders = self.on_duty(&record, now);
        let record = record.lock(district, &secret, &holders, before.as_ref(), &mut crate::clock::rng()).map_err(|error| match error {
            RoleError::Field(_) => Refused::BadTitle,
            RoleError::Codec(_) => Refused::TooManyHolders,
            RoleError::BadKey => Refused::BadKey,
        })?;
        self.desk.directory().may_announce(self.desk.me, &record).map_err(refused)?;
        // The secret lasts before anything is sealed to it, and the one before until this one does.
        self.keep(record.role, record.version, &secret).await?;
        self.write(Kind::ROLE, record.encode()).await
    }

    async fn write(&self, kind: Kind, plain: Vec<u8>) -> Result<(), Refused> {
        let draft = Draft { topic: Topic::District, precedence: Precedence::Routine, kind, plain, tag: None };
        self.ledger.write(draft).await?;
        Ok(())
    }

    /// The secret of an edition, for locking it to the next; no other use is made of it.
    fn kept(&self, role: RoleId, version: u32) -> Option<OpenKey> {
        let sealed = self.desk.store.get(Tree::RoleKeys, &index::role_key(role, version)).ok()??;
        let sealed: Vec<u8> = codec::decode(&sealed, MAX_KEPT).ok()?;
        let opened = Zeroizing::new(self.keys.vault.open(&place(role, version), &sealed).ok()?);
        Some(OpenKey::from_seed(opened.as_slice().try_into().ok()?))
    }

    async fn keep(&self, role: RoleId, version: u32, secret: &OpenKey) -> Result<(), Refused> {
        let sealed =
            self.keys.vault.seal(&place(role, version), secret.seed().as_ref(), &mut crate::clock::rng()).map_err(|_| Refused::BadKey)?;
        let mut batch = Batch::new();
        batch.put_encoded(Tree::RoleKeys, index::role_key(role, version), &sealed);
        if let Some(older) = version.checked_sub(2) {
            batch.delete(Tree::RoleKeys, index::role_key(role, older));
        }
        self.ledger.keep(batch).await?;
        Ok(())
    }
}

/// Looks now and then whether a term has begun or ended, until told to stop.
pub(crate) async fn keep_terms(appointments: Appointments, stop: CancellationToken) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = looks.tick() => {}
        }
        if let Err(error) = appointments.renew().await {
            tracing::warn!(event = "role_not_renewed", %error);
        }
    }
}

fn overlap(a: &Term, b: &Term) -> bool {
    let before = |a: &Term, b: &Term| a.until.is_some_and(|until| until <= b.from);
    !before(a, b) && !before(b, a)
}

fn refused(error: EnrolError) -> Refused {
    match error {
        EnrolError::UnitElsewhere => Refused::NoSuchUnit,
        _ => Refused::MayNotEnrol,
    }
}

fn place(role: RoleId, version: u32) -> Vec<u8> {
    let mut bytes = labels::ROLE_KEPT.to_vec();
    codec::encode_into(&(role, version), &mut bytes);
    bytes
}

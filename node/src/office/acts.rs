//! The journal of administration: what an administrator does is an entry, whatever comes of it.
//!
//! ```text
//!   begin   an intention, durable on this machine  ──>  the deed  ──>  end   an entry of the district log
//! ```
//!
//! An intention that has no entry when the node starts is written then, as an act of unknown outcome: a power cut
//! between the deed and its entry hides nothing.

use okrug_protocol::act::{About, Act, By, Desk as ActDesk, Outcome, SealedAct};
use okrug_protocol::codec;
use okrug_protocol::entry::{Header, Kind};
use okrug_protocol::ids::{Precedence, Topic};
use okrug_protocol::seal::SharedKey;
use okrug_protocol::timeline::Position;
use rand_core::RngCore;

use super::Refused;
use super::desk::Desk;
use super::handle::Handle;
use crate::ledger::{self, Draft};
use crate::store::key::position_key;
use crate::store::{Batch, Store, StoreError, Tree};

/// Before the keys of intentions.
const BEGUN: u8 = 0;
/// Before the keys of acts that are entries: their place in time.
pub(crate) const ENDED: u8 = 1;
/// Longer than any act.
const MAX_ROW: usize = 64 << 10;

/// What an administrator is about to do.
#[derive(Debug, Clone)]
pub struct Deed {
    by: By,
    what: &'static str,
    about: Vec<About>,
    note: String,
}

impl Deed {
    /// Something to be done by somebody, such as `person.add`.
    #[must_use]
    pub fn new(by: By, what: &'static str) -> Self {
        Self { by, what, about: Vec::new(), note: String::new() }
    }

    /// About whom or what.
    #[must_use]
    pub fn about(mut self, about: About) -> Self {
        self.about.push(about);
        self
    }

    /// More of it for people; cut where it is longer than an act may say, and never a secret.
    #[must_use]
    pub fn note(mut self, note: &str) -> Self {
        self.note = note[..note.floor_char_boundary(okrug_protocol::bounds::MAX_ACT_TEXT)].to_owned();
        self
    }
}

/// An act that was begun and is to be ended.
#[derive(Debug)]
#[must_use = "an act that is not ended is recorded at the next start, as one of unknown outcome"]
pub struct Begun {
    office: Handle,
    key: Vec<u8>,
    act: Act,
}

impl Begun {
    /// Writes the entry.
    ///
    /// Where that is not possible now, the act is recorded at the next start.
    pub async fn end(mut self, outcome: Outcome, about: Vec<About>) {
        self.act.about.extend(about);
        self.act.outcome = outcome;
        if let Err(error) = self.office.write_act(&self.act, Some(self.key)).await {
            tracing::error!(event = "act_not_recorded", deed = %self.act.deed, %error, "an act is recorded at the next start only");
        }
    }
}

impl Handle {
    /// Records the act of an administrator that was done already, or is refused.
    ///
    /// # Errors
    /// The entry was not written.
    pub async fn record_act(&self, deed: Deed, outcome: Outcome) -> Result<(), Refused> {
        self.write_act(&act(deed, outcome), None).await
    }

    /// Makes it durable that an administrator is about to do something; [`Begun::end`] writes the entry.
    ///
    /// # Errors
    /// It cannot be kept: then it is not to be done.
    pub async fn begin_act(&self, deed: Deed) -> Result<Begun, Refused> {
        let act = act(deed, Outcome::Unknown);
        let mut key = vec![BEGUN; 17];
        crate::clock::rng().fill_bytes(&mut key[1..]);
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Acts, key.clone(), &act);
        self.ledger().keep(batch).await?;
        Ok(Begun { office: self.clone(), key, act })
    }

    async fn write_act(&self, act: &Act, tag: Option<Vec<u8>>) -> Result<(), Refused> {
        write(self.desk(), self.act_key(), self.ledger(), act, tag).await
    }
}

fn act(Deed { by, what, about, note }: Deed, outcome: Outcome) -> Act {
    Act { time: crate::clock::now(), by, deed: what.to_owned(), about, note, outcome }
}

async fn write(desk: &Desk, key: &SharedKey, ledger: &ledger::Handle, act: &Act, tag: Option<Vec<u8>>) -> Result<(), Refused> {
    let sealed = SealedAct::seal(&desk.act_desk(), key, act, &mut crate::clock::rng()).map_err(|_| Refused::BadName)?;
    let draft = Draft { topic: Topic::District, precedence: Precedence::Routine, kind: Kind::ACT, plain: sealed.encode(), tag };
    ledger.write(draft).await?;
    Ok(())
}

/// Acts that were begun and have no entry.
pub(crate) fn unended(store: &Store) -> Result<Vec<(Vec<u8>, Act)>, StoreError> {
    let rows = store.scan(Tree::Acts, &[BEGUN]).rows(usize::MAX)?;
    Ok(rows.into_iter().filter_map(|(key, bytes)| Some((key, codec::decode(&bytes, MAX_ROW).ok()?))).collect())
}

/// Writes the entries of acts that were begun before the node ended.
pub(crate) async fn end_all(office: Handle, acts: Vec<(Vec<u8>, Act)>) {
    for (key, act) in acts {
        tracing::warn!(event = "act_interrupted", deed = %act.deed, "an act was begun and the node ended before it could say more");
        Begun { office: office.clone(), key, act }.end(Outcome::Unknown, Vec::new()).await;
    }
}

impl Desk {
    pub(crate) fn act_desk(&self) -> ActDesk {
        ActDesk { district: self.directory().district(), office: self.me }
    }
}

/// Files an act of this office: in the order of time, and no longer as an intention.
pub(crate) fn file(header: &Header, tag: Option<&[u8]>, batch: &mut Batch) {
    let at = position_key(&Position { time: header.time, log: header.log, seq: header.seq });
    batch.put(Tree::Acts, [&[ENDED][..], &at].concat(), Vec::new());
    if let Some(key) = tag.filter(|key| key.first() == Some(&BEGUN)) {
        batch.delete(Tree::Acts, key);
    }
}

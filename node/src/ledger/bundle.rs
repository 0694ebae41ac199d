//! What bundles need of the keys that the ledger's thread owns: to whom they are sealed, what opens them, who made them.

use okrug_protocol::bounds::{MAX_RANGE_BYTES, MAX_RANGE_ENTRIES};
use okrug_protocol::bundle::{Head, Header, Holds, Signed, hint};
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::ids::{OfficeId, Seq, Topic};
use okrug_protocol::seal::{SealKey, SharedKey};
use okrug_protocol::sealing::SealingKey;
use tokio::sync::oneshot;

use super::handle::Handle;
use super::worker::Worker;

/// An office to which something is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipient {
    /// Which.
    pub office: OfficeId,
    /// The number of its key: 0 for the one that the directory lists.
    pub number: u32,
    /// The key.
    pub key: SealKey,
}

/// Why a bundle does not open here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It is sealed to others.
    NotForUs,
    /// It is sealed to a key that this office has destroyed, or lost.
    Gone {
        /// The key's number.
        number: u32,
    },
    /// It is sealed to this office, and what is sealed is damaged.
    Damaged,
}

type Signatures = (Signed<Header>, Vec<Signed<Holds>>);

/// What is asked of the thread.
pub(super) enum Wish {
    Keys(Vec<OfficeId>, oneshot::Sender<Vec<Recipient>>),
    Open(Head, oneshot::Sender<Result<SharedKey, Closed>>),
    Sign([u8; 32], Box<Header>, Vec<Holds>, oneshot::Sender<Signatures>),
}

impl Handle {
    /// To which key each of these offices is sealed to now; those that the directory does not list are left out.
    pub async fn sealing_keys(&self, offices: Vec<OfficeId>) -> Option<Vec<Recipient>> {
        self.wish(|reply| Wish::Keys(offices, reply)).await
    }

    /// The key of a bundle; `None` when the ledger has ended.
    pub async fn open_bundle(&self, head: Head) -> Option<Result<SharedKey, Closed>> {
        self.wish(|reply| Wish::Open(head, reply)).await
    }

    /// Signs what a bundle of this office says of itself.
    pub async fn sign_bundle(&self, salt: [u8; 32], header: Header, holds: Vec<Holds>) -> Option<Signatures> {
        self.wish(|reply| Wish::Sign(salt, Box::new(header), holds, reply)).await
    }
}

impl Worker {
    /// Answers; whoever asked may have gone meanwhile.
    pub(super) fn fulfil(&self, wish: Wish) {
        match wish {
            Wish::Keys(offices, reply) => drop(reply.send(self.recipients(&offices))),
            Wish::Open(head, reply) => drop(reply.send(self.open_bundle(&head))),
            Wish::Sign(salt, header, holds, reply) => {
                let sign = |holds| Signed::sign(holds, &salt, &self.sign);
                let signed = (Signed::sign(*header, &salt, &self.sign), holds.into_iter().map(sign).collect());
                let _ = reply.send(signed);
            }
        }
    }

    fn recipients(&self, offices: &[OfficeId]) -> Vec<Recipient> {
        let directory = self.shared.directory();
        let recipient = |office: &OfficeId| {
            let listed = directory.office(*office)?.seal;
            let announced = self.announced.of(*office, &directory).map(|announced| announced.key);
            let (number, key) = announced.map_or((0, listed), |announced| (announced.number, announced.key));
            Some(Recipient { office: *office, number, key })
        };
        offices.iter().filter_map(recipient).collect()
    }

    fn open_bundle(&self, head: &Head) -> Result<SharedKey, Closed> {
        let mut closed = if head.is_sound { Closed::NotForUs } else { Closed::Damaged };
        for (_, secret) in self.keys.secrets() {
            let mine = hint(&head.salt, &secret.public());
            for sealed in head.boxes.iter().filter(|sealed| sealed.hint == mine) {
                match sealed.open(&head.salt, secret) {
                    Ok(key) => return Ok(key),
                    Err(_) => closed = Closed::Damaged,
                }
            }
        }
        let gone = if closed == Closed::NotForUs { self.sealed_to_a_key_that_is_gone(head) } else { None };
        Err(gone.map_or(closed, |number| Closed::Gone { number }))
    }

    /// The number of a key that this office announced once and that the bundle is sealed to.
    fn sealed_to_a_key_that_is_gone(&self, head: &Head) -> Option<u32> {
        let own = self.logs.iter().filter(|(log, _)| log.office == self.me && log.topic == Topic::District);
        for (log, state) in own {
            let mut from = Seq(1);
            while from <= state.seq {
                let entries = self.store.range(log, from, state.seq, MAX_RANGE_ENTRIES, MAX_RANGE_BYTES).ok()?;
                if entries.is_empty() {
                    break;
                }
                from = Seq(from.0.saturating_add(u64::try_from(entries.len()).unwrap_or(u64::MAX)));
                let announced = entries.iter().filter_map(|bytes| Entry::decode(bytes).ok()).filter(|e| e.header.kind == Kind::SEALING_KEY);
                let mut keys = announced.filter_map(|entry| SealingKey::decode(&entry.body).ok());
                let found = keys.find(|key| head.boxes.iter().any(|sealed| sealed.hint == hint(&head.salt, &key.key)));
                if found.is_some() {
                    return found.map(|key| key.number);
                }
            }
        }
        None
    }
}

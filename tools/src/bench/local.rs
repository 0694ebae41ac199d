//! An office in this process: ledger, store and people, without a mesh and a page.

use std::sync::Arc;

use okrug_node::documents::Documents;
use okrug_node::home::{Home, Owner};
use okrug_node::keys::{KeyFolder, Unlock};
use okrug_node::ledger::{self, Data, Running, Verdict};
use okrug_node::office::view::{ChatId, ClientId, NewPerson, Post};
use okrug_node::office::{self, Office, OfficeKeys, Pace, SessionId};
use okrug_node::store::Limits;
use okrug_protocol::bounds::{MAX_RANGE_BYTES, MAX_RANGE_ENTRIES};
use okrug_protocol::ids::{OfficeId, Precedence, Seq, UnitId};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::broken;
use crate::authority::archive::{DISTRICT_FILE, MAX_DISTRICT_FILE};
use crate::cluster::{Blueprint, Site};
use crate::files;
use crate::problem::Problem;

/// The text of every measured message: 200 bytes.
pub(super) const TEXT: &str = "На реке поднимается вода: к вечеру ждут отметку 612 см. Дежурным усилить пост у моста, \
    доклад каждый час. Lodki gotovy.";
/// The unit that every office reads: the root.
pub(super) const EVERYBODY: ChatId = ChatId::Unit(UnitId(1));

/// An office that writes and reads entries.
pub(super) struct Local {
    pub(super) office: office::Handle,
    pub(super) ledger: ledger::Handle,
    running: Running,
    home: Home,
    /// One that it hosts.
    unit: UnitId,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Local {
    /// Opens the office of a site; signatures are verified by so many threads.
    pub(super) fn open(blueprint: &Blueprint, site: &Site, threads: usize) -> Result<Self, Problem> {
        let keys = KeyFolder::of(&site.data).open(&Unlock::default())?;
        let bytes = files::read(&blueprint.root.join(DISTRICT_FILE), MAX_DISTRICT_FILE)?;
        let folder = site.data.join("documents");
        files::folder(&folder)?;
        let documents = Documents::enter(&folder, &bytes, None).map_err(|e| broken("documents", &e))?;
        let (me, documents) = (OfficeId(site.number), Arc::new(documents));
        let owner = Owner { district: documents.directory().district(), office: me };
        let home = Home::claim(&site.data, owner, &keys.at_rest).map_err(|e| broken("data", &e))?;
        let data = Data::open(&home, &keys.at_rest, Limits::default()).map_err(|e| broken("data", &e))?;
        let own = OfficeKeys { vault: keys.vault, sign: keys.sign.clone(), seal: vec![keys.seal.clone()] };
        let office = Office::open(me, Arc::clone(&documents), data.store().clone(), own).map_err(|e| broken("office", &e))?;
        let setup = ledger::Setup { office: me, sign: keys.sign, seal: keys.seal, directory: documents.directory(), threads };
        let (ledger, running) = data.start(setup, office.filing()).map_err(|e| broken("ledger", &e))?;
        let unit = documents.directory().office(me).and_then(|row| row.hosts.first().copied()).unwrap_or(UnitId(1));
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let office = office.start(ledger.clone(), Pace::default(), &tasks, stop.clone());
        Ok(Self { office, ledger, running, home, unit, tasks, stop })
    }

    /// Enrols somebody and logs them in.
    pub(super) async fn somebody(&self) -> Result<SessionId, Problem> {
        let password = "correct horse battery".to_owned();
        let person = NewPerson {
            login: "bench".to_owned(),
            password: password.clone().into(),
            name: "Дежурный".to_owned(),
            position: "Оперативный дежурный".to_owned(),
            unit: self.unit,
        };
        self.office.add_person(person).await.map_err(|e| broken("person", &e))?;
        self.office.login("bench", &password).await.map_err(|e| broken("login", &e))
    }

    /// Writes so many messages, 64 at once.
    pub(super) async fn write(&self, session: SessionId, count: u32) -> Result<(), Problem> {
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let office = self.office.clone();
            let mine = count / WRITERS + u32::from(writer < count % WRITERS);
            writers.spawn(async move {
                for n in 0..mine {
                    office.post(session, EVERYBODY, post(writer, n)).await?;
                }
                Ok::<_, office::Refused>(())
            });
        }
        while let Some(done) = writers.join_next().await {
            done.map_err(|e| broken("writer", &e))?.map_err(|e| broken("post", &e))?;
        }
        Ok(())
    }

    /// Every entry of this office's own logs, log by log, in pieces as the exchange would send them.
    pub(super) async fn entries(&self) -> Result<Vec<Vec<Vec<u8>>>, Problem> {
        let mut pieces = Vec::new();
        let mut heads = self.ledger.heads();
        // The district's log first: without the people in it no message could be opened.
        heads.sort_by_key(|head| head.log.topic);
        for head in heads {
            let mut from = Seq(1);
            while from <= head.seq {
                let piece = self.ledger.range(head.log, from, MAX_RANGE_ENTRIES, MAX_RANGE_BYTES).await.map_err(|e| broken("range", &e))?;
                from = Seq(from.0 + u64::try_from(piece.len()).unwrap_or(0));
                pieces.push(piece);
            }
        }
        Ok(pieces)
    }

    /// Takes a piece; all of it must be new and right.
    pub(super) async fn take(&self, from: OfficeId, piece: Vec<Vec<u8>>) -> Result<(), Problem> {
        let verdicts = self.ledger.accept(from, piece, false).await;
        match verdicts.iter().find(|verdict| !matches!(verdict, Verdict::Appended(_))) {
            Some(other) => Err(broken("entry", &format!("{other:?}"))),
            None => Ok(()),
        }
    }

    /// Stops it as a node does.
    pub(super) async fn close(self) -> Result<(), Problem> {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.ledger.stop().await;
        let ended = self.running.ended().await;
        drop((self.office, self.ledger, self.home));
        ended.map_err(|e| broken("ledger", &e))
    }
}

/// How many write at once.
pub(super) const WRITERS: u32 = 64;

/// The `n`th message of a writer.
pub(super) fn post(writer: u32, n: u32) -> Post {
    let client_id: ClientId = format!("w{writer}-{n}").parse().expect("letters, digits and a hyphen");
    Post { client_id, text: TEXT.to_owned(), precedence: Precedence::Routine, reply_to: None, on_behalf_of: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measured_text_has_two_hundred_bytes() {
        assert_eq!(TEXT.len(), 200);
    }
}

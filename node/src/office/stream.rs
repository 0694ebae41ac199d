//! The stream of events of one session: first what was missed, then what happens.

use std::collections::VecDeque;
use std::sync::Arc;

use okrug_protocol::ids::{PersonId, Seq};
use tokio::sync::broadcast;

use super::Refused;
use super::chat::ChatKey;
use super::desk::Desk;
use super::events::Happened;
use super::index::{Arrival, Place, Standing};
use super::sessions::{SessionId, Unlocked};
use super::view::{Event, MessageId, MessageState, OrgVersion, PeerChange};
use crate::store::Tree;

/// Missed messages that a stream repeats at once; whoever missed more begins anew, or hears them part by part.
const MAX_MISSED: usize = 512;
/// Messages of one log whose delivery is told one by one when somebody reports a head.
const MAX_STATES: u64 = 200;

/// What becomes of a stream that missed more than it repeats at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missed {
    /// It is told to begin anew: a page reads its lists again, which is less than all that was missed.
    #[default]
    Anew,
    /// Every message is told, however many there were.
    Whole,
}

/// Events of one session, each with the number to resume after.
#[derive(Debug)]
pub struct EventStream {
    desk: Arc<Desk>,
    session: SessionId,
    viewer: Arc<Unlocked>,
    live: broadcast::Receiver<Arc<Happened>>,
    ready: VecDeque<(u64, Event)>,
    told: u64,
    began: u64,
    missed: Missed,
    /// More was missed than is ready.
    behind: bool,
}

impl EventStream {
    /// Begins a stream after the arrival number `after`, or now.
    pub(crate) fn begin(
        desk: Arc<Desk>,
        session: SessionId,
        viewer: Arc<Unlocked>,
        after: Option<u64>,
        missed: Missed,
    ) -> Result<Self, Refused> {
        // Listening begins before the look back: what happens in between comes twice and is dropped by its number.
        let live = desk.events.listen();
        let newest = desk.last_arrival();
        let told = after.map_or(newest, |after| after.min(newest));
        let mut stream = Self { desk, session, viewer, live, ready: VecDeque::new(), told, began: told, missed, behind: false };
        if after.is_some_and(|after| after > newest) {
            // The number is of another life of this store.
            stream.begin_anew();
        } else {
            stream.catch_up()?;
        }
        Ok(stream)
    }

    /// The number to resume after while nothing has come of the stream yet.
    #[must_use]
    pub fn began(&self) -> u64 {
        self.began
    }

    /// The next event; `None` when the session or the node has ended.
    pub async fn next(&mut self) -> Option<(u64, Event)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.behind {
                self.catch_up().ok()?;
                continue;
            }
            match self.live.recv().await {
                Ok(happened) => self.take(&happened),
                Err(broadcast::error::RecvError::Lagged(_)) if self.missed == Missed::Whole => self.behind = true,
                Err(broadcast::error::RecvError::Lagged(_)) => self.begin_anew(),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
            // Whoever listens is here: an open stream keeps its session alive.
            self.desk.sessions.change(|sessions| sessions.keys(self.session, crate::clock::now()))?;
        }
    }

    fn catch_up(&mut self) -> Result<(), Refused> {
        let missed = self.desk.store.scan(Tree::Arrivals, &[]).after(&self.told.to_be_bytes()).rows(MAX_MISSED + 1)?;
        self.behind = missed.len() > MAX_MISSED;
        if self.behind && self.missed == Missed::Anew {
            self.behind = false;
            self.begin_anew();
            return Ok(());
        }
        for (key, bytes) in missed {
            let number = key.as_slice().try_into().map(u64::from_be_bytes);
            let (Ok(number), Some(at)) = (number, Arrival::read(&bytes)) else { continue };
            if let Some(chat) = ChatKey::from_bytes(&at.chat) {
                self.message(number, &chat, &at.place);
            }
        }
        Ok(())
    }

    fn begin_anew(&mut self) {
        self.told = self.desk.last_arrival();
        self.ready.clear();
        self.ready.push_back((self.told, Event::Reset));
    }

    fn take(&mut self, happened: &Happened) {
        match happened {
            Happened::Filed { arrival, chat, place } => self.message(*arrival, chat, place),
            Happened::Held { log, from, to } => {
                let first = from.0.max(to.0.saturating_sub(MAX_STATES)) + 1;
                (first..=to.0).for_each(|seq| self.state(&Place { log: *log, seq: Seq(seq) }));
            }
            Happened::Link(office) => {
                let link = self.desk.links.read(|links| links.get(office).cloned().unwrap_or_default());
                let word = self.desk.link_word(*office, link.up);
                self.push(Event::Peer(PeerChange { office: *office, link: word, last_contact: link.last_contact }));
            }
            Happened::Struck => self.begin_anew(),
            Happened::Directory(version) => self.push(Event::OrgVersion(OrgVersion { version: version.0 })),
            Happened::Read { person, chat } if *person == self.viewer.person => self.chat(chat),
            Happened::Read { .. } | Happened::Ended => {}
        }
    }

    fn message(&mut self, number: u64, chat: &ChatKey, place: &Place) {
        // Numbers rise: what is not above was told when the stream looked back.
        if number <= self.told {
            return;
        }
        self.told = number;
        if !self.sees(chat) {
            return;
        }
        let Some((header, _)) = self.desk.message(place) else { return };
        let position = okrug_protocol::timeline::Position { time: header.time, log: place.log, seq: place.seq };
        let Ok(Some(row)) = self.desk.row(chat, &position) else { return };
        // Its author is not known yet; once that is, it arrives anew.
        if row.standing == Standing::Waits {
            return;
        }
        if let Some(message) = self.desk.seen(chat, &(position, row), &self.viewer) {
            self.push(Event::MessageNew(Box::new(message)));
        }
    }

    /// Tells the writer how far a message has come.
    fn state(&mut self, place: &Place) {
        let Some((header, message)) = self.desk.message(place) else { return };
        let Some(chat) = super::filing::chat_of(&header, &message) else { return };
        if !self.sees(&chat) {
            return;
        }
        let Some(chat) = chat.name_for(self.viewer.person) else { return };
        let delivery = self.desk.delivery(&place.log, place.seq).into();
        self.push(Event::MessageState(MessageState { id: MessageId { log: place.log, seq: place.seq }, chat, delivery }));
    }

    fn chat(&mut self, chat: &ChatKey) {
        let Some(me) = self.desk.record(self.viewer.person) else { return };
        if let Ok(Some(chat)) = self.desk.chat(chat, &me, &self.viewer) {
            self.push(Event::ChatUpdate(chat));
        }
    }

    fn sees(&self, chat: &ChatKey) -> bool {
        let me: PersonId = self.viewer.person;
        let Some(me) = self.desk.record(me) else { return false };
        self.desk.sees(&me, chat)
    }

    fn push(&mut self, event: Event) {
        self.ready.push_back((self.told, event));
    }
}

//! The stream of events of one session: first what was missed, then what happens.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use okrug_protocol::entry::Header;
use okrug_protocol::ids::{LogId, PersonId, Seq};
use okrug_protocol::message::Message;
use okrug_protocol::timeline::Position;
use tokio::sync::broadcast;

use super::Refused;
use super::chat::ChatKey;
use super::desk::Desk;
use super::events::{Happened, Looked, Told};
use super::index::{Arrival, Place, Standing};
use super::news::{Alike, News, Said};
use super::rights;
use super::sessions::{SessionId, Unlocked};
use super::view::{self, ChatId, Event, MessageId, MessageState, OrgVersion, PeerChange};
use crate::store::Tree;

/// Missed messages that a stream repeats at once; whoever missed more begins anew, or hears them part by part.
const MAX_MISSED: usize = 512;
/// Messages of one log whose delivery is told one by one when somebody reports a head.
const MAX_STATES: u64 = 200;

/// A busy stream looks so often whether its session is there still; at once where it is told that one has ended.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

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
    live: broadcast::Receiver<Arc<Told>>,
    ready: VecDeque<News>,
    told: u64,
    began: u64,
    missed: Missed,
    /// More was missed than is ready.
    behind: bool,
    /// When it was last looked whether the session is there.
    looked: Instant,
    /// The session or the node has ended.
    over: bool,
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
        let mut stream = Self {
            desk,
            session,
            viewer,
            live,
            ready: VecDeque::new(),
            told,
            began: told,
            missed,
            behind: false,
            looked: Instant::now(),
            over: false,
        };
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

    /// The next event and its number; `None` when the session or the node has ended.
    pub async fn next(&mut self) -> Option<(u64, Event)> {
        self.news().await.map(News::into_event)
    }

    /// The next event as it is handed on; `None` when the session or the node has ended.
    pub async fn news(&mut self) -> Option<News> {
        loop {
            if let Some(news) = self.at_hand() {
                return Some(news);
            }
            if self.over {
                return None;
            }
            let heard = self.live.recv().await;
            self.hear(heard);
        }
    }

    /// The next event where it is there already: what comes close together can leave together.
    pub fn at_hand(&mut self) -> Option<News> {
        loop {
            if self.over {
                return None;
            }
            if let Some(news) = self.ready.pop_front() {
                return Some(news);
            }
            if self.behind {
                self.over = self.catch_up().is_err();
                continue;
            }
            match self.live.try_recv() {
                Ok(told) => self.hear(Ok(told)),
                Err(broadcast::error::TryRecvError::Lagged(by)) => self.hear(Err(broadcast::error::RecvError::Lagged(by))),
                Err(broadcast::error::TryRecvError::Closed) => self.over = true,
                Err(broadcast::error::TryRecvError::Empty) => return None,
            }
        }
    }

    fn hear(&mut self, heard: Result<Arc<Told>, broadcast::error::RecvError>) {
        let mut look = self.looked.elapsed() >= LOOK_AGAIN;
        match heard {
            Ok(told) => {
                look |= matches!(told.happened, Happened::Ended);
                self.take(&told);
            }
            Err(broadcast::error::RecvError::Closed) => self.over = true,
            Err(broadcast::error::RecvError::Lagged(_)) => {
                look = true;
                match self.missed {
                    Missed::Whole => self.behind = true,
                    Missed::Anew => self.begin_anew(),
                }
            }
        }
        if look {
            // Whoever listens is here: an open stream keeps its session alive. The sessions are locked for it, by hundreds of
            // streams, so not at each event.
            self.looked = Instant::now();
            self.over |= self.desk.sessions.change(|sessions| sessions.keys(self.session, crate::clock::now())).is_none();
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
            if let Some(chat) = ChatKey::from_bytes(&at.chat).filter(|_| self.is_new(number)) {
                self.own_message(&chat, &at.place, None);
            }
        }
        Ok(())
    }

    fn begin_anew(&mut self) {
        self.told = self.desk.last_arrival();
        self.ready.clear();
        self.push(Event::Reset, None);
    }

    fn take(&mut self, told: &Told) {
        match &told.happened {
            Happened::Filed { arrival, chat, place } => self.filed(told, *arrival, chat, place),
            Happened::Held { log, from, to } => self.held(told, log, *from, *to),
            Happened::Link(office) => {
                let link = self.desk.links.read(|links| links.get(office).cloned().unwrap_or_default());
                let word = self.desk.link_word(*office, link.up);
                let change = PeerChange { office: *office, link: word, last_contact: link.last_contact };
                self.push(Event::Peer(change), Some(told.at));
            }
            Happened::Struck => self.begin_anew(),
            Happened::Directory(version) => self.push(Event::OrgVersion(OrgVersion { version: version.0 }), Some(told.at)),
            Happened::Read { person, chat } if *person == self.viewer.person => self.chat(chat),
            Happened::Read { .. } | Happened::Ended => {}
        }
    }

    /// Whether this arrival was not told yet; from now on it counts as told.
    ///
    /// Numbers rise: what is not above was told when the stream looked back.
    fn is_new(&mut self, number: u64) -> bool {
        let is_new = number > self.told;
        self.told = self.told.max(number);
        is_new
    }

    /// A message that has just been filed.
    fn filed(&mut self, told: &Told, arrival: u64, chat: &ChatKey, place: &Place) {
        if !self.is_new(arrival) || !self.sees(chat) {
            return;
        }
        if !matches!(chat, ChatKey::Topic(_)) {
            return self.own_message(chat, place, Some(told.at));
        }
        let looked = told.looked(|| {
            let message = self.desk.look(chat, place, &self.viewer).map(|message| view::Message { mine: false, ..message });
            let alike = message.map(|message| Alike::new(Event::MessageNew(Box::new(message))));
            alike.map(|alike| Looked { chat: *chat, place: *place, alike: Some(alike) }).into_iter().collect()
        });
        for alike in looked.iter().filter_map(|looked| looked.alike.as_ref()) {
            match &alike.event {
                Event::MessageNew(message) if message.author.id == self.viewer.person => {
                    let own = view::Message { mine: true, ..(**message).clone() };
                    self.push(Event::MessageNew(Box::new(own)), Some(told.at));
                }
                _ => self.push_alike(alike, told.at),
            }
        }
    }

    /// A message as this person alone sees it.
    fn own_message(&mut self, chat: &ChatKey, place: &Place, at: Option<Instant>) {
        if !self.sees(chat) {
            return;
        }
        if let Some(message) = self.desk.look(chat, place, &self.viewer) {
            self.push(Event::MessageNew(Box::new(message)), at);
        }
    }

    /// Tells how far messages have come of which somebody holds more than before.
    fn held(&mut self, told: &Told, log: &LogId, from: Seq, to: Seq) {
        let first = from.0.max(to.0.saturating_sub(MAX_STATES)) + 1;
        let places = (first..=to.0).map(|seq| Place { log: *log, seq: Seq(seq) });
        let looked = told.looked(|| places.filter_map(|place| self.desk.look_at_state(&place)).collect());
        for Looked { chat, place, alike } in looked {
            if !self.sees(chat) {
                continue;
            }
            match (alike, chat.name_for(self.viewer.person)) {
                (Some(alike), _) => self.push_alike(alike, told.at),
                (None, Some(name)) => {
                    if let Some((header, message)) = self.desk.message(place) {
                        self.push(Event::MessageState(self.desk.state(name, place, (&header, &message))), Some(told.at));
                    }
                }
                (None, None) => {}
            }
        }
    }

    fn chat(&mut self, chat: &ChatKey) {
        let Some(me) = self.desk.record(self.viewer.person) else { return };
        if let Ok(Some(chat)) = self.desk.chat(chat, &me, &self.viewer) {
            self.push(Event::ChatUpdate(chat), None);
        }
    }

    fn sees(&self, chat: &ChatKey) -> bool {
        let me: PersonId = self.viewer.person;
        if let ChatKey::Topic(_) = chat {
            // Asked for each person of an office at each message: nothing of the record is copied for it.
            let (directory, office) = (self.desk.directory(), self.desk.me);
            return self.desk.people.read(|people| people.record(me).is_some_and(|me| rights::sees(&directory, office, me, chat)));
        }
        let Some(me) = self.desk.record(me) else { return false };
        self.desk.sees(&me, chat)
    }

    fn push(&mut self, event: Event, at: Option<Instant>) {
        self.ready.push_back(News { number: self.told, at, said: Said::Own(event) });
    }

    fn push_alike(&mut self, alike: &Arc<Alike>, at: Instant) {
        self.ready.push_back(News { number: self.told, at: Some(at), said: Said::Alike(Arc::clone(alike)) });
    }
}

impl Desk {
    /// A message that is to be shown now; `None` when its author is not known yet: once that is, it arrives anew.
    fn look(&self, chat: &ChatKey, place: &Place, viewer: &Unlocked) -> Option<view::Message> {
        let (header, _) = self.message(place)?;
        let position = Position { time: header.time, log: place.log, seq: place.seq };
        let row = self.row(chat, &position).ok()??;
        if row.standing == Standing::Waits {
            return None;
        }
        self.seen(chat, &(position, row), viewer)
    }

    /// How far a message has come, for all who see its conversation.
    fn look_at_state(&self, place: &Place) -> Option<Looked> {
        let (header, message) = self.message(place)?;
        let chat = super::filing::chat_of(&header, &message)?;
        let alike = match chat {
            // Whoever it is: they all call it the same.
            ChatKey::Topic(_) => {
                let state = |name| Alike::new(Event::MessageState(self.state(name, place, (&header, &message))));
                chat.name_for(message.person).map(state)
            }
            ChatKey::Pair(..) | ChatKey::Role(..) => None,
        };
        Some(Looked { chat, place: *place, alike })
    }

    fn state(&self, chat: ChatId, place: &Place, (header, message): (&Header, &Message)) -> MessageState {
        let (log, seq) = (place.log, place.seq);
        let (delivery, notice) = (self.delivery_shown(&log, seq), self.notice(header, message));
        MessageState { id: MessageId { log, seq }, chat, delivery, notice, disputed: self.is_disputed(&log, seq) }
    }
}

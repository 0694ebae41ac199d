//! Messages and conversations as one person sees them.

use okrug_protocol::behalf::Behalf;
use okrug_protocol::delivery::Delivery;
use okrug_protocol::entry::Header;
use okrug_protocol::ids::{LogId, OfficeId, PersonId, Seq, Topic};
use okrug_protocol::message::{Between, Content, Message, Side};
use okrug_protocol::person::PersonRecord;
use okrug_protocol::timeline::{self, Position};

use super::Refused;
use super::chat::ChatKey;
use super::desk::Desk;
use super::history::Placed;
use super::index::{Place, Row, Standing};
use super::sessions::Unlocked;
use super::view::{self, Author, BehalfId, Chat, ChatId, ChatKind, Cursor, For, Last, MessageId, MessageKind};

/// The longest beginning of a text that the list of conversations shows, in characters.
const LAST_CHARS: usize = 120;

impl ChatKey {
    /// The conversation that a person means by a name.
    pub(crate) fn named(id: ChatId, me: PersonId) -> Self {
        match id {
            ChatId::District => Self::Topic(Topic::District),
            ChatId::Unit(unit) => Self::Topic(Topic::Unit(unit)),
            ChatId::Group(group) => Self::Topic(Topic::Group(group)),
            ChatId::Person(person) => Self::pair(me, person),
            ChatId::Role(role) => Self::Role(role, me),
            ChatId::Desk(role, with) => Self::Role(role, with),
        }
    }

    /// What a person calls the conversation; `None` when they have no part in it.
    pub(crate) fn name_for(&self, me: PersonId) -> Option<ChatId> {
        match *self {
            Self::Topic(Topic::District) => Some(ChatId::District),
            Self::Topic(Topic::Unit(unit)) => Some(ChatId::Unit(unit)),
            Self::Topic(Topic::Group(group)) => Some(ChatId::Group(group)),
            Self::Topic(Topic::Inbox(_)) => None,
            Self::Pair(..) => self.other(me).map(ChatId::Person),
            Self::Role(role, with) if with == me => Some(ChatId::Role(role)),
            Self::Role(role, with) => Some(ChatId::Desk(role, with)),
        }
    }
}

/// What came with a person has long arrived where it was to arrive; how far it came there is not known here.
const DELIVERED: Delivery = Delivery { held_by: 0, delivered: 0, of: 0 };

impl Desk {
    /// Whether messages of a log are here because another office handed them over with a person.
    pub(crate) fn is_handed(&self, log: &LogId) -> bool {
        log.office != self.me && matches!(log.topic, Topic::Inbox(office) if office != self.me)
    }

    /// How far a message has come, as it is shown beside it.
    pub(crate) fn delivery_shown(&self, log: &LogId, seq: Seq) -> view::Delivery {
        if self.is_handed(log) {
            return view::Delivery::of(DELIVERED, 0);
        }
        view::Delivery::of(self.delivery(log, seq), self.unopened_by(log, seq))
    }

    /// A row as `viewer` sees it; `None` when they have no part in the conversation.
    pub(crate) fn seen(&self, chat: &ChatKey, (position, row): &Placed, viewer: &Unlocked) -> Option<view::Message> {
        let id = MessageId { log: position.log, seq: position.seq };
        let opened = self.message(&Place { log: position.log, seq: position.seq });
        let (kind, text) = match (&opened, row.standing) {
            (_, Standing::Invalid) => (MessageKind::Invalid, String::new()),
            (_, Standing::Revoked) => (MessageKind::Revoked, String::new()),
            (Some((header, message)), _) => self.text(header, message, viewer),
            (None, _) if self.is_erased(&position.log, position.seq) => (MessageKind::Erased, String::new()),
            (None, _) => (MessageKind::Unreadable, String::new()),
        };
        let behalf =
            opened.as_ref().filter(|_| row.standing != Standing::Invalid).and_then(|(header, message)| self.behalf(header, message));
        let reply_to = opened.as_ref().and_then(|(_, message)| message.reply_to);
        Some(view::Message {
            id,
            cursor: Cursor(*position),
            chat: chat.name_for(viewer.person)?,
            author: self.author(row, position),
            behalf,
            mine: row.person == viewer.person,
            kept_days: (kind == MessageKind::Erased).then(|| self.directory().policy().retention_days),
            kind,
            text,
            precedence: position.log.precedence,
            sent: position.time.millis(),
            received: row.received,
            late: position.log.office != self.me && timeline::is_late(position.time, row.received),
            reply_to: reply_to.map(|to| MessageId { log: to.log, seq: to.seq }),
            delivery: self.delivery_shown(&position.log, position.seq),
            notice: opened.as_ref().and_then(|(header, message)| self.notice(header, message)),
            unwitnessed: self.is_unwitnessed(&position.log, position.seq),
            disputed: self.is_disputed(&position.log, position.seq),
        })
    }

    fn text(&self, header: &Header, message: &Message, viewer: &Unlocked) -> (MessageKind, String) {
        match &message.content {
            Content::Text(text) => (MessageKind::Text, text.clone()),
            Content::Unknown { .. } => (MessageKind::Newer, String::new()),
            Content::Letter(letter) => {
                let setting = self.setting(&header.log);
                let key = self.letter_key(letter, &setting, message.person, viewer);
                let text = key.and_then(|key| letter.read(&setting, message.person, &key).ok());
                text.map_or((MessageKind::Unreadable, String::new()), |text| (MessageKind::Text, text))
            }
            Content::Direct(direct) => {
                let between = Between { setting: self.setting(&header.log), from: message.person, to: direct.to };
                let side = if direct.to == viewer.person { Side::Addressee } else { Side::Writer };
                match direct.open(&between, side, &viewer.open) {
                    Ok(text) => (MessageKind::Text, text),
                    Err(_) => (MessageKind::Unreadable, String::new()),
                }
            }
        }
    }

    /// For whom a message is said, and whether its person had the right to.
    fn behalf(&self, header: &Header, message: &Message) -> Option<For> {
        let of = message.on_behalf?.of;
        let right = self.right(header, message)?.into();
        let name = match of {
            Behalf::Role(role) => self.role_title(role),
            Behalf::Person(person) => self.person_name(person),
        };
        Some(For { id: BehalfId(of), name, right })
    }

    /// The name beside a message comes from the directory and the person's record, never from the message.
    fn author(&self, row: &Row, position: &Position) -> Author {
        let record = self.record(row.person);
        let (name, position_held) = record.map_or_else(|| (row.person.to_string(), String::new()), |r| (r.name, r.position));
        let office = position.log.office;
        Author { id: row.person, name, position: position_held, office, office_name: self.office_name(office) }
    }

    pub(crate) fn office_name(&self, office: OfficeId) -> String {
        self.directory().office_ever(office).map_or_else(|| office.to_string(), |office| office.name.clone())
    }

    /// A conversation in the list of `viewer`; `None` when they have no part in it.
    pub(crate) fn chat(&self, chat: &ChatKey, me: &PersonRecord, viewer: &Unlocked) -> Result<Option<Chat>, Refused> {
        let directory = self.directory();
        let Some(id) = chat.name_for(me.person).filter(|_| self.sees(me, chat)) else { return Ok(None) };
        let (kind, title, offices) = match *chat {
            ChatKey::Topic(topic) => (kind_of(topic), directory.title(topic), directory.readers(topic).len()),
            ChatKey::Role(role, with) if with == me.person => {
                let title = format!("{}, {}", self.role_title(role), self.office_name(role.home()));
                (ChatKind::Role, title, if role.home() == self.me { 1 } else { 2 })
            }
            ChatKey::Role(role, with) => {
                let elsewhere = self.record(with).is_some_and(|record| record.office != self.me);
                (ChatKind::Desk, format!("{} · {}", self.role_title(role), self.person_name(with)), if elsewhere { 2 } else { 1 })
            }
            ChatKey::Pair(..) => {
                let other = chat.other(me.person).and_then(|other| self.record(other));
                let offices = other.as_ref().map_or(1, |other| if other.office == self.me { 1 } else { 2 });
                (ChatKind::Person, other.map_or_else(|| id.to_string(), |other| other.name), offices)
            }
        };
        let can_post = self.may_post(me, chat);
        let last = self.last_row(chat)?.and_then(|row| self.seen(chat, &row, viewer)).map(|message| Last {
            text: message.text.chars().take(LAST_CHARS).collect(),
            author: message.author.name,
            sent: message.sent,
        });
        let unread = self.unread(me.person, chat)?;
        Ok(Some(Chat { id, kind, title, unread, can_post, offices, last, unopened: None }))
    }

    /// All conversations of `viewer`: the topics that they see, and everybody with whom they exchanged a word.
    pub(crate) fn chats(&self, viewer: &Unlocked) -> Result<Vec<Chat>, Refused> {
        let me = self.record(viewer.person).ok_or(Refused::NoSession)?;
        let directory = self.directory();
        let topics = directory.topics_of(self.me).into_iter().map(ChatKey::Topic);
        let mut desks = self.roles_written_to(viewer.person)?;
        for duty in self.duties_of(viewer.person, crate::clock::now()) {
            let with_others = self.written_to(duty.role)?.into_iter().filter(|chat| !desks.contains(chat)).collect::<Vec<_>>();
            desks.extend(with_others);
        }
        let chats = topics.chain(self.pairs_of(viewer.person)?).chain(desks);
        chats.filter_map(|chat| self.chat(&chat, &me, viewer).transpose()).collect()
    }
}

fn kind_of(topic: Topic) -> ChatKind {
    match topic {
        Topic::District => ChatKind::District,
        Topic::Unit(_) | Topic::Inbox(_) => ChatKind::Unit,
        Topic::Group(_) => ChatKind::Group,
    }
}

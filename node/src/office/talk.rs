//! What a person reads and writes.

use std::sync::Arc;

use okrug_protocol::behalf::Behalf;
use okrug_protocol::ids::Topic;
use okrug_protocol::timeline::Position;

use super::Refused;
use super::chat::ChatKey;
use super::events::Happened;
use super::handle::Handle;
use super::history::Placed;
use super::index::{Made, Place};
use super::sessions::{SessionId, Unlocked};
use super::stream::{EventStream, Missed};
use super::view::{self, BehalfId, ChatId, Cursor, MessageId, Page, Post, Posted, Program};

/// Messages of one page of history.
const MAX_PAGE: usize = 200;
impl Handle {
    /// The organisation tree.
    ///
    /// # Errors
    /// [`Refused::NoSession`].
    pub fn tree(&self, session: SessionId) -> Result<view::Tree, Refused> {
        Ok(self.desk().tree(Some(self.keys(session)?.person)))
    }

    /// A person's conversations.
    ///
    /// # Errors
    /// [`Refused::NoSession`], or the store does not answer.
    pub fn chats(&self, session: SessionId) -> Result<Vec<view::Chat>, Refused> {
        let (mut chats, unopened) = (self.desk().chats(&*self.keys(session)?)?, self.ledger().unopened());
        let directory = self.desk().directory();
        for chat in &mut chats {
            let topic = match chat.id {
                ChatId::District => Topic::District,
                ChatId::Unit(unit) => Topic::Unit(unit),
                ChatId::Group(group) => Topic::Group(group),
                // Nobody can tell of a direct message that does not open for whom it was.
                _ => continue,
            };
            chat.unopened = super::unopened::of_topic(topic, &unopened, &directory);
        }
        Ok(chats)
    }

    /// A page of a conversation, oldest first, ending before `before` or at the end.
    ///
    /// # Errors
    /// [`Refused::NoSuchChat`] when the person has no part in it.
    pub fn history(&self, session: SessionId, chat: ChatId, before: Option<Cursor>, limit: usize) -> Result<Page, Refused> {
        let (keys, chat) = self.seen_chat(session, chat)?;
        let limit = limit.clamp(1, MAX_PAGE);
        let rows = self.desk().rows_before(&chat, before.map(|cursor| cursor.0).as_ref(), limit)?;
        let before = (rows.len() == limit).then(|| rows.first().map(|(position, _)| Cursor(*position))).flatten();
        Ok(Page { messages: rows.iter().filter_map(|row| self.desk().seen(&chat, row, &keys)).collect(), before, after: None })
    }

    /// A page of a conversation, oldest first, that begins after a place.
    ///
    /// # Errors
    /// [`Refused::NoSuchChat`] when the person has no part in it.
    pub fn history_after(&self, session: SessionId, chat: ChatId, after: Cursor, limit: usize) -> Result<Page, Refused> {
        let (keys, chat) = self.seen_chat(session, chat)?;
        let limit = limit.clamp(1, MAX_PAGE);
        let rows = self.desk().rows_after(&chat, &after.0, limit)?;
        Ok(Page {
            messages: rows.iter().filter_map(|row| self.desk().seen(&chat, row, &keys)).collect(),
            before: None,
            after: end_of(&rows, limit),
        })
    }

    /// A page of a conversation, oldest first, with a message in its middle.
    ///
    /// # Errors
    /// [`Refused::NoSuchChat`]; [`Refused::NoSuchMessage`] when it is not in this conversation.
    pub fn history_around(&self, session: SessionId, chat: ChatId, message: &MessageId, limit: usize) -> Result<Page, Refused> {
        let (keys, chat) = self.seen_chat(session, chat)?;
        let half = limit.clamp(2, MAX_PAGE) / 2;
        let position = self.desk().position_of(Place { log: message.log, seq: message.seq }).ok_or(Refused::NoSuchMessage)?;
        let row = self.desk().row(&chat, &position)?.ok_or(Refused::NoSuchMessage)?;
        let mut rows = self.desk().rows_before(&chat, Some(&position), half)?;
        let before = (rows.len() == half).then(|| rows.first().map(|(position, _)| Cursor(*position))).flatten();
        let later = self.desk().rows_after(&chat, &position, half)?;
        let after = end_of(&later, half);
        rows.push((position, row));
        rows.extend(later);
        Ok(Page { messages: rows.iter().filter_map(|row| self.desk().seen(&chat, row, &keys)).collect(), before, after })
    }

    /// Says something; it is on this office's disk when this returns.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was written then.
    pub async fn post(&self, session: SessionId, chat: ChatId, mut post: Post) -> Result<Posted, Refused> {
        let keys = self.keys(session)?;
        if let ChatId::Desk(role, _) = chat {
            post.on_behalf_of.get_or_insert(BehalfId(Behalf::Role(role)));
        }
        let chat = ChatKey::named(chat, keys.person);
        let made = match self.desk().sessions.read(|sessions| sessions.program(session)) {
            None => Made::Unsaid,
            Some(Program::Script) => Made::Script,
            Some(_) => Made::Page,
        };
        let (place, repeated) = self.composer().post(&keys, chat, post, made).await?;
        let (header, _) = self.desk().message(&place).ok_or(Refused::NoSuchMessage)?;
        let position = Position { time: header.time, log: place.log, seq: place.seq };
        let row = self.desk().row(&chat, &position)?.ok_or(Refused::NoSuchMessage)?;
        let message = self.desk().seen(&chat, &(position, row), &keys).ok_or(Refused::NoSuchChat)?;
        Ok(Posted { message, repeated })
    }

    /// Marks a conversation as read up to a message.
    ///
    /// # Errors
    /// [`Refused::NoSuchChat`] or [`Refused::NoSuchMessage`].
    pub fn read(&self, session: SessionId, chat: ChatId, cursor: Cursor) -> Result<(), Refused> {
        let (keys, chat) = self.seen_chat(session, chat)?;
        if self.desk().set_mark(keys.person, &chat, &cursor.0)? {
            self.desk().events.tell(Happened::Read { person: keys.person, chat });
        }
        Ok(())
    }

    /// What happens from now on, or since the number `after`.
    ///
    /// # Errors
    /// [`Refused::NoSession`], or the store does not answer.
    pub fn events(&self, session: SessionId, after: Option<u64>, missed: Missed) -> Result<EventStream, Refused> {
        let keys = self.keys(session)?;
        EventStream::begin(Arc::clone(self.shared_desk()), session, keys, after, missed)
    }

    pub(super) fn seen_chat(&self, session: SessionId, chat: ChatId) -> Result<(Arc<Unlocked>, ChatKey), Refused> {
        let (keys, record) = self.person(session)?;
        let chat = ChatKey::named(chat, keys.person);
        let known = match chat {
            ChatKey::Role(role, with) => {
                self.desk().duties.read(|duties| duties.role(role).is_some()) && self.desk().record(with).is_some()
            }
            _ => chat.other(keys.person).is_none_or(|other| self.desk().record(other).is_some()),
        };
        if self.desk().sees(&record, &chat) && known { Ok((keys, chat)) } else { Err(Refused::NoSuchChat) }
    }
}

/// Where to go on after a page that is full.
fn end_of(rows: &[Placed], limit: usize) -> Option<Cursor> {
    rows.last().filter(|_| rows.len() == limit).map(|(position, _)| Cursor(*position))
}

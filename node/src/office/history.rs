//! History: the rows of a conversation, read backwards from a cursor; what is new; what comes next.

use std::ops::ControlFlow;

use okrug_protocol::codec;
use okrug_protocol::ids::{PersonId, RoleId};
use okrug_protocol::timeline::Position;

use super::Refused;
use super::chat::{CHAT_KEY_BYTES, ChatKey};
use super::desk::Desk;
use super::index::{self, Place, Row, Standing};
use crate::store::key::split_position;
use crate::store::{Batch, Tree};

/// Unread messages are counted up to this many; a page shows "99+" beyond.
pub(crate) const MAX_UNREAD: usize = 100;
/// Rows that are looked at for it.
const MAX_SEEN: usize = 400;
/// Longer than any row.
const MAX_ROW: usize = 4 << 10;

/// A row with its place in the conversation.
pub(crate) type Placed = (Position, Row);

impl Desk {
    /// The last `limit` rows before a position, oldest first.
    pub(crate) fn rows_before(&self, chat: &ChatKey, before: Option<&Position>, limit: usize) -> Result<Vec<Placed>, Refused> {
        let mut scan = self.store.scan(Tree::Timeline, &chat.bytes()).backward();
        if let Some(position) = before {
            scan = scan.before(&index::timeline_key(chat, position));
        }
        let mut rows = Vec::new();
        scan.each(|key, bytes| {
            rows.extend(placed(key, &bytes).filter(is_shown));
            if rows.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        rows.reverse();
        Ok(rows)
    }

    /// The first `limit` rows after a position, oldest first.
    pub(crate) fn rows_after(&self, chat: &ChatKey, after: &Position, limit: usize) -> Result<Vec<Placed>, Refused> {
        let mut rows = Vec::new();
        self.store.scan(Tree::Timeline, &chat.bytes()).after(&index::timeline_key(chat, after)).each(|key, bytes| {
            rows.extend(placed(key, &bytes).filter(is_shown));
            if rows.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(rows)
    }

    /// Where a message stands; `None` when it is not here.
    pub(crate) fn position_of(&self, place: Place) -> Option<Position> {
        let entry = self.store.entry(&place.log, place.seq).ok().flatten().map(|stored| stored.entry.header.time);
        let time = entry.or_else(|| Some(self.handed(&place)?.0.time))?;
        Some(Position { time, log: place.log, seq: place.seq })
    }

    /// The last row of a conversation.
    pub(crate) fn last_row(&self, chat: &ChatKey) -> Result<Option<Placed>, Refused> {
        Ok(self.rows_before(chat, None, 1)?.pop())
    }

    /// How many rows of others stand after what a person has read, at most [`MAX_UNREAD`].
    ///
    /// What arrives late stands before the mark in the order of the screen and is unread all the same: the
    /// mark holds the arrival number too.
    pub(crate) fn unread(&self, person: PersonId, chat: &ChatKey) -> Result<usize, Refused> {
        let mark = self.mark(person, chat)?;
        let (mut unread, mut seen) = (0, 0);
        self.store.scan(Tree::Timeline, &chat.bytes()).backward().each(|key, bytes| {
            let row = placed(key, &bytes).filter(is_shown);
            unread += usize::from(row.is_some_and(|(_, row)| row.person != person && row.arrival > mark));
            seen += 1;
            if unread < MAX_UNREAD && seen < MAX_SEEN { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(unread)
    }

    /// The arrival number up to which a person has read a conversation.
    pub(crate) fn mark(&self, person: PersonId, chat: &ChatKey) -> Result<u64, Refused> {
        Ok(self.store.get_decoded(Tree::Read, &index::read_key(person, chat))?.unwrap_or(0))
    }

    /// Moves a person's mark forward to the row at `position`, and to all that had arrived before it.
    pub(crate) fn set_mark(&self, person: PersonId, chat: &ChatKey, position: &Position) -> Result<bool, Refused> {
        let row = self.row(chat, position)?.ok_or(Refused::NoSuchMessage)?;
        if row.arrival <= self.mark(person, chat)? {
            return Ok(false);
        }
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Read, index::read_key(person, chat), &row.arrival);
        self.store.apply(batch)?;
        Ok(true)
    }

    /// The people with whom somebody exchanged a direct message.
    pub(crate) fn pairs_of(&self, person: PersonId) -> Result<Vec<ChatKey>, Refused> {
        let rows = self.store.scan(Tree::Chats, &person.0.to_be_bytes()).rows(usize::MAX)?;
        let other = |key: &[u8]| Some(PersonId(u32::from_be_bytes(key.get(4..)?.try_into().ok()?)));
        Ok(rows.iter().filter_map(|(key, _)| other(key)).map(|other| ChatKey::pair(person, other)).collect())
    }

    /// The conversations that somebody has with roles.
    pub(crate) fn roles_written_to(&self, person: PersonId) -> Result<Vec<ChatKey>, Refused> {
        let roles = self.desk_rows(index::DESK_OF_PERSON, person.0)?;
        Ok(roles.into_iter().map(|role| ChatKey::Role(RoleId(role), person)).collect())
    }

    /// The conversations that people have with a role.
    pub(crate) fn written_to(&self, role: RoleId) -> Result<Vec<ChatKey>, Refused> {
        let people = self.desk_rows(index::DESK_OF_ROLE, role.0)?;
        Ok(people.into_iter().map(|person| ChatKey::Role(role, PersonId(person))).collect())
    }

    fn desk_rows(&self, side: u8, own: u32) -> Result<Vec<u32>, Refused> {
        let rows = self.store.scan(Tree::Desks, &[&[side][..], &own.to_be_bytes()].concat()).rows(usize::MAX)?;
        Ok(rows.iter().filter_map(|(key, _)| Some(u32::from_be_bytes(key.get(5..)?.try_into().ok()?))).collect())
    }

    /// The row of one message.
    pub(crate) fn row(&self, chat: &ChatKey, position: &Position) -> Result<Option<Row>, Refused> {
        Ok(self.store.get_decoded(Tree::Timeline, &index::timeline_key(chat, position))?)
    }
}

fn placed(key: &[u8], bytes: &[u8]) -> Option<Placed> {
    Some((split_position(key.get(CHAT_KEY_BYTES..)?)?, codec::decode(bytes, MAX_ROW).ok()?))
}

fn is_shown((_, row): &Placed) -> bool {
    !matches!(row.standing, Standing::Repeats | Standing::Waits | Standing::Struck)
}

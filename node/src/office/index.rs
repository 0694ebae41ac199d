//! Keys and values of the office's trees.
//!
//! ```text
//!   Timeline    chat ‖ time ‖ log ‖ seq   -> Row          the order on the screen
//!   Arrivals    arrival number            -> Arrival      the order of arrival, for streams that resume
//!   Said        person ‖ counter          -> Arrival      a signed text is accepted once
//!   Waiting     person ‖ arrival number   -> Arrival      said before the person's record arrived
//!   ClientIds   person ‖ hash             -> Place        a repeated request writes nothing twice
//!   Read        person ‖ chat             -> arrival number up to which it was read
//!   People      person ‖ version ‖ hash   -> SignedPerson, whether it holds yet or not
//!   Accounts    login                     -> Account
//!   Chats       person ‖ other person     -> ()           they exchanged a direct message
//!   Letters     log ‖ seq                 -> Letter       handed over by another office
//!   Outgoing    person ‖ log ‖ seq        -> Place        to be handed over
//!   Incoming    person ‖ office           -> the account that the office handed over
//!   Holdings    log ‖ office              -> up to where, and up to where it has given it up
//!   Steps       log ‖ office ‖ slot       -> Step         when the office was heard to hold it
//!   Ways        office                    -> the neighbour that last brought something of it, and when
//!   Stops       0 ‖ office                -> ()           it carries for others and has no room, by its checkpoint
//!               1 ‖ person                -> when the record was written by which they left
//!               2 ‖ log ‖ epoch ‖ office -> it cannot open the epoch; where the key is that was sealed for it again
//!   Roles       role ‖ version            -> RoleRecord
//!   Deputies    person ‖ office ‖ version -> DeputyRecord
//!   RoleKeys    role ‖ version            -> its secret, under the node's key
//!   Desks       0 ‖ person ‖ role, and
//!               1 ‖ role ‖ person         -> ()           they wrote to each other
//! ```

use okrug_protocol::clock::{Millis, Timestamp};
use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::digest;
use okrug_protocol::ids::{Epoch, LogId, OfficeId, PersonId, RoleId, Seq};
use okrug_protocol::labels;
use okrug_protocol::person::SignedPerson;
use okrug_protocol::timeline::Position;

use super::chat::{CHAT_KEY_BYTES, ChatKey};
use crate::ledger::Way;
use crate::store::key::{entry_key, epoch_key, log_key, position_key};

/// Where an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(crate) struct Place {
    pub(crate) log: LogId,
    pub(crate) seq: Seq,
}

/// Whether the person's signature was found to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(crate) enum Standing {
    /// It holds.
    Holds,
    /// The person's record has not arrived yet.
    Waits,
    /// It does not hold: shown as invalid.
    Invalid,
    /// The same words came before: not shown.
    Repeats,
    /// The person was revoked, and their office knew: shown as not accepted.
    Revoked,
    /// Behind the end of a log whose office is revoked: not shown.
    Struck,
}

/// How a message came to this office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(crate) enum Came {
    /// It was written here, at the page or not.
    Here(Made),
    /// An office gave it.
    From(OfficeId, By),
}

/// With what a message was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(crate) enum Made {
    /// The page.
    Page,
    /// A program with a token, such as the command line.
    Script,
    /// It was not said.
    Unsaid,
}

/// By what a message goes from office to office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(crate) enum By {
    /// Live, as it was written.
    Gossip,
    /// Asked for over a link.
    Exchange,
    /// In a file.
    Bundle,
    /// With a person who moved.
    Handover,
    /// Through other offices: how is not known here.
    Others,
}

impl By {
    /// By what the ledger was given an entry.
    pub(crate) fn of(way: Way) -> Self {
        match way {
            Way::Gossip => Self::Gossip,
            Way::Exchange => Self::Exchange,
            Way::Bundle => Self::Bundle,
        }
    }
}

/// A message as it stands in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(crate) struct Row {
    pub(crate) person: PersonId,
    pub(crate) received: Millis,
    pub(crate) arrival: u64,
    pub(crate) standing: Standing,
    pub(crate) came: Came,
}

/// A message in the order of its arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(crate) struct Arrival {
    pub(crate) chat: [u8; CHAT_KEY_BYTES],
    pub(crate) time: Timestamp,
    pub(crate) place: Place,
}

/// Longer than any row of these trees.
const MAX_ROW: usize = 4 << 10;

impl Arrival {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        codec::decode(bytes, MAX_ROW).ok()
    }

    pub(crate) fn position(&self) -> Position {
        Position { time: self.time, log: self.place.log, seq: self.place.seq }
    }
}

pub(crate) fn timeline_key(chat: &ChatKey, position: &Position) -> Vec<u8> {
    [&chat.bytes()[..], &position_key(position)].concat()
}

pub(crate) fn said_key(person: PersonId, counter: u64) -> Vec<u8> {
    [&person.0.to_be_bytes()[..], &counter.to_be_bytes()].concat()
}

pub(crate) fn read_key(person: PersonId, chat: &ChatKey) -> Vec<u8> {
    [&person.0.to_be_bytes()[..], &chat.bytes()].concat()
}

pub(crate) fn person_key(signed: &SignedPerson) -> Vec<u8> {
    let record = &signed.record;
    // Two offices may claim one version before it is known which of them may write it.
    let hash = digest::hash(labels::PERSON_HASH, &[&signed.encode()]);
    [&record.person.0.to_be_bytes()[..], &record.version.to_be_bytes(), &hash.0[..8]].concat()
}

/// Of a message that is to go after a person.
pub(crate) fn outgoing_key(person: PersonId, place: &Place) -> Vec<u8> {
    [&person.0.to_be_bytes()[..], &entry_key(&place.log, place.seq)].concat()
}

/// Of an account that came from an office.
pub(crate) fn incoming_key(person: PersonId, from: OfficeId) -> Vec<u8> {
    [person.0.to_be_bytes(), from.0.to_be_bytes()].concat()
}

pub(crate) fn pair_key(person: PersonId, other: PersonId) -> Vec<u8> {
    [person.0.to_be_bytes(), other.0.to_be_bytes()].concat()
}

pub(crate) fn role_key(role: RoleId, version: u32) -> Vec<u8> {
    [role.0.to_be_bytes(), version.to_be_bytes()].concat()
}

pub(crate) fn deputy_key(person: PersonId, office: OfficeId, version: u32) -> Vec<u8> {
    [person.0.to_be_bytes(), office.0.to_be_bytes(), version.to_be_bytes()].concat()
}

/// Before the keys of a person's letters to and from roles.
pub(crate) const DESK_OF_PERSON: u8 = 0;
/// Before the keys of a role's letters.
pub(crate) const DESK_OF_ROLE: u8 = 1;

/// The row of one side of a correspondence between a role and a person.
pub(crate) fn desk_key(side: u8, own: u32, other: u32) -> Vec<u8> {
    [&[side][..], &own.to_be_bytes(), &other.to_be_bytes()].concat()
}

/// Of an office that carries for others and has no room.
pub(crate) fn full_key(office: OfficeId) -> Vec<u8> {
    [&[0][..], &office.0.to_be_bytes()].concat()
}

/// Of a person who has left.
pub(crate) fn left_key(person: PersonId) -> Vec<u8> {
    [&[1][..], &person.0.to_be_bytes()].concat()
}

/// The first byte of rows of offices that cannot open an epoch of this one's.
pub(crate) const UNABLE: u8 = 2;

/// Of an office that cannot open an epoch of this one's.
pub(crate) fn unable_key((log, epoch): &(LogId, Epoch), office: OfficeId) -> Vec<u8> {
    [&[UNABLE][..], &epoch_key(log, *epoch), &office.0.to_be_bytes()].concat()
}

pub(crate) fn holding_key(log: &LogId, office: OfficeId) -> Vec<u8> {
    [&log_key(log)[..], &office.0.to_be_bytes()].concat()
}

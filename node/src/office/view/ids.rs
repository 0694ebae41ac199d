//! Names of conversations and messages, and places in a conversation.

use std::fmt;
use std::str::FromStr;

use okrug_protocol::clock::Timestamp;
use okrug_protocol::ids::{GroupId, Incarnation, LogId, PersonId, RoleId, Seq, Topic, UnitId};
use okrug_protocol::timeline::Position;

/// A text is not the name of a thing of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not {1}")]
pub struct ParseViewError(String, &'static str);

impl ParseViewError {
    pub(super) fn new(text: &str, what: &'static str) -> Self {
        Self(text.to_owned(), what)
    }
}

/// A conversation as one person sees it: `d`, `u12`, `g7`, `p10002` for the one with that person, `r10001` for the one
/// with that role, `r10001.p10002` for the one that the role has with that person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChatId {
    /// The whole district.
    District,
    /// A unit.
    Unit(UnitId),
    /// A group of offices.
    Group(GroupId),
    /// Another person.
    Person(PersonId),
    /// A role.
    Role(RoleId),
    /// A person, as a role whose duty one has.
    Desk(RoleId, PersonId),
}

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::District => f.write_str("d"),
            Self::Unit(unit) => unit.fmt(f),
            Self::Group(group) => group.fmt(f),
            Self::Person(person) => person.fmt(f),
            Self::Role(role) => role.fmt(f),
            Self::Desk(role, with) => write!(f, "{role}.{with}"),
        }
    }
}

impl FromStr for ChatId {
    type Err = ParseViewError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let chat = match text.as_bytes().first() {
            Some(b'd') if text.len() == 1 => Some(Self::District),
            Some(b'u') => text.parse().map(Self::Unit).ok(),
            Some(b'g') => text.parse().map(Self::Group).ok(),
            Some(b'p') => text.parse().map(Self::Person).ok(),
            Some(b'r') => match text.split_once('.') {
                None => text.parse().map(Self::Role).ok(),
                Some((role, with)) => role.parse().ok().zip(with.parse().ok()).map(|(role, with)| Self::Desk(role, with)),
            },
            _ => None,
        };
        chat.ok_or_else(|| ParseViewError(text.to_owned(), "a conversation (d, u12, g7, p10002, r10001)"))
    }
}

/// A message, by the place of its entry: `o1.77.u12.routine.5`. The same at every office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId {
    /// The entry's log.
    pub log: LogId,
    /// Its place there.
    pub seq: Seq,
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LogId { office, incarnation, topic, precedence } = self.log;
        write!(f, "{office}.{}.{topic}.{precedence}.{}", incarnation.0, self.seq.0)
    }
}

impl FromStr for MessageId {
    type Err = ParseViewError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_message(text).ok_or_else(|| ParseViewError(text.to_owned(), "a message (o1.77.u12.routine.5)"))
    }
}

fn read_message(text: &str) -> Option<MessageId> {
    let mut parts = text.split('.');
    let mut part = || parts.next();
    let (office, incarnation, topic, precedence, seq) = (part()?, part()?, part()?, part()?, part()?);
    let topic: Topic = topic.parse().ok()?;
    let log =
        LogId { office: office.parse().ok()?, incarnation: Incarnation(digits(incarnation)?), topic, precedence: precedence.parse().ok()? };
    part().is_none().then_some(MessageId { log, seq: Seq(digits(seq)?) })
}

fn digits<T: FromStr>(text: &str) -> Option<T> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A place in a conversation; opaque to whoever holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor(pub Position);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { time, log, seq } = self.0;
        write!(f, "{:x}.{}", time.0, MessageId { log, seq })
    }
}

impl FromStr for Cursor {
    type Err = ParseViewError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (time, message) = text.split_once('.')?;
            let time = time.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u64::from_str_radix(time, 16).ok())??;
            let MessageId { log, seq } = read_message(message)?;
            Some(Self(Position { time: Timestamp(time), log, seq }))
        };
        read().ok_or_else(|| ParseViewError(text.to_owned(), "a place in a conversation"))
    }
}

/// What a client calls a message before it has its number, so that a repeated request writes nothing twice.
///
/// 1 to 64 letters, digits, `-` and `_`; a ULID fits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientId(String);

impl ClientId {
    /// The longest.
    pub const MAX_BYTES: usize = 64;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ClientId {
    type Err = ParseViewError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=Self::MAX_BYTES).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        fits.then(|| Self(text.to_owned())).ok_or_else(|| {
            let shown: String = text.chars().take(80).collect();
            ParseViewError(shown, "a client_id (1 to 64 letters, digits, - and _)")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for text in ["d", "u12", "g7", "p10002", "r10001", "r10001.p10002"] {
            assert_eq!(text.parse::<ChatId>().map(|c| c.to_string()), Ok(text.to_owned()));
        }
        for text in ["o1.77.u12.routine.5", "o1.0.d.flash.1", "o2.4294967295.o9.urgent.18446744073709551615"] {
            assert_eq!(text.parse::<MessageId>().map(|m| m.to_string()), Ok(text.to_owned()));
            let cursor = format!("19a2b.{text}");
            assert_eq!(cursor.parse::<Cursor>().map(|c| c.to_string()), Ok(cursor));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "d1", "o3", "u", "u-1", "u99999999999", "П1", "r", "r1.", "r1.r2", "p1.p2", "r1.p2.p3"] {
            assert!(text.parse::<ChatId>().is_err(), "{text}");
        }
        for text in ["", "o1", "o1.77.u12.routine", "o1.77.u12.routine.5.6", "o1.+7.u12.routine.5", "o1.77.u12.soon.5"] {
            assert!(text.parse::<MessageId>().is_err(), "{text}");
            assert!(format!("1.{text}").parse::<Cursor>().is_err(), "{text}");
        }
        assert!("+1.o1.77.u12.routine.5".parse::<Cursor>().is_err());
        for text in ["", "a b", "я", &"x".repeat(65)] {
            assert!(text.parse::<ClientId>().is_err(), "{text}");
        }
    }
}

//! Numbers and names: what travels instead of words.
//!
//! Numbers are given once by the directory and never reused. As text they carry a letter, so that a
//! unit is never taken for an office: `u12`, `o3`, `p3001`, `g7`.

use std::fmt;
use std::str::FromStr;

use crate::codec::{Decode, Encode};

/// A text is not the name of a thing of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not {1}")]
pub struct ParseIdError(String, &'static str);

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $inner:ty, $letter:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.strip_prefix($letter)
                    .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
                    .and_then(|digits| digits.parse().ok())
                    .map(Self)
                    .ok_or_else(|| ParseIdError(text.to_owned(), $what))
            }
        }
    };
}

number!(/// One site with one node, and the writer of logs.
    OfficeId, u32, "o", "an office (o1, o2, …)");
number!(/// A node of the organisation chart.
    UnitId, u32, "u", "a unit (u1, u2, …)");
number!(/// A group of offices that is no unit.
    GroupId, u32, "g", "a group (g1, g2, …)");
number!(/// An official.
    PersonId, u32, "p", "a person (p1, p2, …)");
number!(/// A duty that changes hands, such as the officer on watch.
    RoleId, u32, "r", "a role (r10001, r10002, …)");
number!(/// Drawn anew whenever an office's store starts without its past, so that no log forks.
    Incarnation, u32, "i", "an incarnation");
number!(/// Place of an entry in its log; the first is 1, and 0 stands for an empty log.
    Seq, u64, "s", "a sequence number");
number!(/// Number of an epoch in its log; the first is 1, and 0 stands for "none yet".
    Epoch, u32, "e", "an epoch");
number!(/// Version of a signed document; the first is 1, and 0 stands for "none".
    Version, u32, "v", "a version");

impl Version {
    /// Which epoch of its signing role an edition belongs to.
    ///
    /// The upper 16 bits of a version are the epoch and the lower 16 count within it, so that whoever
    /// compares versions compares epochs first.
    #[must_use]
    pub fn epoch(self) -> u32 {
        self.0 >> 16
    }

    /// The first version in an epoch; `None` past the last epoch.
    #[must_use]
    pub fn first_of(epoch: u32) -> Option<Self> {
        if epoch == 0 { Some(Self(1)) } else { epoch.checked_mul(1 << 16).map(Self) }
    }

    /// The version after this one; `None` when its epoch has no more.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self).filter(|next| next.epoch() == self.epoch())
    }
}

impl PersonId {
    /// How many people an office can number.
    const PER_OFFICE: u32 = 10_000;

    /// The `n`th person of an office, which numbers its people alone; `n` runs from 1 to 9,999.
    #[must_use]
    pub fn numbered(office: OfficeId, n: u32) -> Option<Self> {
        if office.0 == 0 || n == 0 || n >= Self::PER_OFFICE {
            return None;
        }
        office.0.checked_mul(Self::PER_OFFICE)?.checked_add(n).map(Self)
    }

    /// The office that gave the number. A person who moves keeps it.
    #[must_use]
    pub fn first_home(self) -> OfficeId {
        OfficeId(self.0 / Self::PER_OFFICE)
    }

    /// Which of that office's people it is.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0 % Self::PER_OFFICE
    }
}

impl RoleId {
    /// The `n`th role of an office, which numbers its roles as it numbers its people.
    #[must_use]
    pub fn numbered(office: OfficeId, n: u32) -> Option<Self> {
        PersonId::numbered(office, n).map(|like| Self(like.0))
    }

    /// The office that gave the number, and has the role for ever.
    #[must_use]
    pub fn home(self) -> OfficeId {
        PersonId(self.0).first_home()
    }

    /// Which of that office's roles it is.
    #[must_use]
    pub fn number(self) -> u32 {
        PersonId(self.0).number()
    }
}

impl OfficeId {
    /// The largest number that leaves room for people's numbers.
    pub const MAX: Self = Self(u32::MAX / PersonId::PER_OFFICE - 1);
}

impl Seq {
    /// Before the first entry.
    pub const ZERO: Self = Self(0);

    /// The place after this one; saturates, and a log that long is refused elsewhere.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A 32-byte hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Hash32(pub [u8; 32]);

impl Hash32 {
    /// Stands before the first of a chain.
    pub const ZERO: Self = Self([0; 32]);

    /// The first eight hexadecimal digits, for people and logs.
    #[must_use]
    pub fn short(&self) -> String {
        hex(&self.0[..4])
    }

    /// The first sixteen hexadecimal digits in groups of four: enough to compare by telephone.
    #[must_use]
    pub fn spoken(&self) -> String {
        self.0[..8].chunks(2).map(hex).collect::<Vec<_>>().join("-")
    }

    /// All sixty-four hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }
}

impl fmt::Debug for Hash32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.short())
    }
}

impl fmt::Display for Hash32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}

/// Reads hexadecimal of either case; `None` when it is none.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect()
}

/// The identity of a district: the hash of its first charter, known to everybody beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct DistrictId(pub Hash32);

impl DistrictId {
    /// Stands in the first charter, whose hash the identity is.
    pub const NONE: Self = Self(Hash32::ZERO);
}

/// The identity of an entry: the hash of what its writer signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct EntryId(pub Hash32);

impl EntryId {
    /// Stands before the first entry of a log.
    pub const ZERO: Self = Self(Hash32::ZERO);
}

/// What a log is about, and so who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Topic {
    /// All offices.
    District,
    /// The offices that host people of a unit.
    Unit(UnitId),
    /// The offices of a group.
    Group(GroupId),
    /// One office, and whoever writes to it.
    Inbox(OfficeId),
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::District => f.write_str("d"),
            Self::Unit(unit) => unit.fmt(f),
            Self::Group(group) => group.fmt(f),
            Self::Inbox(office) => office.fmt(f),
        }
    }
}

impl FromStr for Topic {
    type Err = ParseIdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes().first() {
            Some(b'd') if text.len() == 1 => Ok(Self::District),
            Some(b'u') => text.parse().map(Self::Unit),
            Some(b'g') => text.parse().map(Self::Group),
            Some(b'o') => text.parse().map(Self::Inbox),
            _ => Err(ParseIdError(text.to_owned(), "a topic (d, u12, g7, o3)")),
        }
    }
}

/// How soon a message must travel; part of a log's identity, so that flash never waits behind routine.
///
/// Ordered by haste: `Flash` is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Precedence {
    /// Before everything else.
    Flash,
    /// Before routine.
    Urgent,
    /// In its turn.
    Routine,
}

impl Precedence {
    /// All three, in sending order.
    pub const ALL: [Self; 3] = [Self::Flash, Self::Urgent, Self::Routine];

    /// The word in interfaces and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Flash => "flash",
            Self::Urgent => "urgent",
            Self::Routine => "routine",
        }
    }
}

impl fmt::Display for Precedence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Precedence {
    type Err = ParseIdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|p| p.word() == text)
            .ok_or_else(|| ParseIdError(text.to_owned(), "a precedence (routine, urgent, flash)"))
    }
}

/// The identity of a log: one writer, one topic, one precedence.
///
/// Ordered so that flash comes first: sorting logs gives the order of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub struct LogId {
    /// Who writes it.
    pub office: OfficeId,
    /// Which life of the writer's store.
    pub incarnation: Incarnation,
    /// What it is about.
    pub topic: Topic,
    /// How soon it must travel.
    pub precedence: Precedence,
}

impl LogId {
    fn sort_key(&self) -> (Precedence, Topic, OfficeId, Incarnation) {
        (self.precedence, self.topic, self.office, self.incarnation)
    }
}

impl Ord for LogId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.sort_key().cmp(&other.sort_key())
    }
}

impl PartialOrd for LogId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}/{}/{}", self.office, self.incarnation.0, self.topic, self.precedence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_spoken_in_groups_of_four() {
        let hash = Hash32(std::array::from_fn(|i| u8::try_from(i * 17).unwrap_or(0)));
        assert_eq!(hash.spoken(), "0011-2233-4455-6677");
    }

    #[test]
    fn names_read_back_and_kinds_do_not_mix() {
        assert_eq!("u12".parse(), Ok(UnitId(12)));
        assert_eq!(UnitId(12).to_string(), "u12");
        assert!("o12".parse::<UnitId>().is_err());
        assert!("u+1".parse::<UnitId>().is_err());
        assert!("u99999999999".parse::<UnitId>().is_err());
        for topic in [Topic::District, Topic::Unit(UnitId(1)), Topic::Group(GroupId(2)), Topic::Inbox(OfficeId(3))] {
            assert_eq!(topic.to_string().parse(), Ok(topic));
        }
        for precedence in Precedence::ALL {
            assert_eq!(precedence.word().parse(), Ok(precedence));
        }
    }

    #[test]
    fn hexadecimal_reads_back_and_refuses_the_rest() {
        assert_eq!(unhex(&hex(&[0, 127, 255])), Some(vec![0, 127, 255]));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("+1"), None);
        assert_eq!(unhex("яя"), None);
    }

    #[test]
    fn an_office_numbers_its_people_alone() {
        assert_eq!(PersonId::numbered(OfficeId(3), 1), Some(PersonId(30_001)));
        assert_eq!(PersonId::numbered(OfficeId(3), 9_999).map(|person| (person.first_home(), person.number())), Some((OfficeId(3), 9_999)));
        assert!(PersonId::numbered(OfficeId::MAX, 9_999).is_some());
        for (office, n) in [(0, 1), (3, 0), (3, 10_000), (u32::MAX, 1)] {
            assert_eq!(PersonId::numbered(OfficeId(office), n), None);
        }
    }

    #[test]
    fn versions_of_a_later_epoch_are_higher_than_all_before() {
        assert_eq!((Version::first_of(0), Version::first_of(2)), (Some(Version(1)), Some(Version(131_072))));
        assert_eq!((Version(65_535).epoch(), Version(65_536).epoch()), (0, 1));
        assert_eq!((Version(65_534).next(), Version(65_535).next()), (Some(Version(65_535)), None));
        assert_eq!((Version::first_of(65_536), Version(u32::MAX).next()), (None, None));
    }

    #[test]
    fn flash_logs_sort_first() {
        let log = |office, precedence| LogId { office: OfficeId(office), incarnation: Incarnation(1), topic: Topic::District, precedence };
        let mut logs = [log(1, Precedence::Routine), log(2, Precedence::Flash), log(1, Precedence::Urgent)];
        logs.sort();
        assert_eq!(logs.map(|l| l.precedence), Precedence::ALL);
    }
}

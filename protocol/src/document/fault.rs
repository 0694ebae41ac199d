//! What can be wrong with a document, each with the row that is at fault.

use std::fmt;

use crate::codec::CodecError;
use crate::ids::{DistrictId, GroupId, OfficeId, PersonId, RoleId, UnitId, Version};
use crate::sign::PublicKey;

/// The row of a document that an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The district itself.
    District,
    /// One of the charter's roles.
    Role(&'static str),
    /// A unit.
    Unit(UnitId),
    /// An office.
    Office(OfficeId),
    /// A group.
    Group(GroupId),
    /// The delegation of a unit.
    Delegation(UnitId),
    /// A person.
    Person(PersonId),
    /// A role that people have the duty of.
    Duty(RoleId),
    /// A hold on messages.
    Holds,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::District => f.write_str("the district"),
            Self::Role(name) => write!(f, "the {name} role"),
            Self::Unit(id) => write!(f, "unit {id}"),
            Self::Office(id) => write!(f, "office {id}"),
            Self::Group(id) => write!(f, "group {id}"),
            Self::Delegation(id) => write!(f, "the delegation of {id}"),
            Self::Person(id) => write!(f, "person {id}"),
            Self::Duty(id) => write!(f, "role {id}"),
            Self::Holds => f.write_str("a hold on messages"),
        }
    }
}

/// A document breaks a rule that it can be held to by itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Larger than its kind may be.
    #[error("it has {len} bytes, where at most {max} are allowed")]
    TooLarge {
        /// Its size.
        len: usize,
        /// What is allowed.
        max: usize,
    },
    /// Not the bytes of such a document, or not in their one form.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// More rows, or signatures, than there may be.
    #[error("it has {have} {what}, where at most {max} are allowed")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        have: usize,
        /// How many there may be.
        max: usize,
    },
    /// Signatures that do not stand in rising order of their keys, each key once.
    #[error("its signatures are not in order, or one key signed twice")]
    SignatureOrder,
    /// A signature that is not its key's on this document.
    #[error("the signature of {0:?} does not hold: the document was changed after it was signed")]
    BadSignature(PublicKey),
    /// Versions begin with 1.
    #[error("it has no version")]
    NoVersion,
    /// The first edition follows none, and every other one follows one.
    #[error("version {0} does not say rightly which edition it follows")]
    Previous(Version),
    /// A newer edition was promised before this one was issued.
    #[error("it was to be replaced before it was issued")]
    RefreshBeforeIssue,
    /// The district that it names is not the one that its place demands.
    #[error("it names the district {}, which cannot be", .0.0.short())]
    District(DistrictId),
    /// Cryptography that this program does not know.
    #[error("it demands the suite {0}, which this program does not know")]
    Suite(u8),
    /// A threshold of nobody, or of more keys than the role has.
    #[error("{role} wants {threshold} of {keys} keys")]
    Threshold {
        /// Which role.
        role: Row,
        /// How many must sign.
        threshold: u8,
        /// How many there are.
        keys: usize,
    },
    /// The same row a second time.
    #[error("{0} is there twice")]
    Twice(Row),
    /// A row that does not stand in rising order.
    #[error("{0} does not stand in order")]
    OutOfOrder(Row),
    /// The number 0, or one too large for what is numbered.
    #[error("{0} has a number that cannot be one")]
    Number(Row),
    /// Empty, too long, or with hidden characters.
    #[error("{0} has a name that is empty, too long, or has hidden characters")]
    Name(Row),
    /// Not a short name.
    #[error("{0} has a short name that is none: small Latin letters, digits and hyphens only")]
    Slug(Row),
    /// A short name that another row has too.
    #[error("{0} has the same short name as {1}")]
    SlugTwice(Row, Row),
    /// A key that is no point of its curve, or a weak one.
    #[error("{0} has a key that is not usable")]
    WeakKey(Row),
    /// A key that serves elsewhere already.
    #[error("{0} has a key that {1} has too")]
    KeyTwice(Row, Row),
    /// The unit above is not in the document.
    #[error("unit {unit} stands under {parent}, which does not exist")]
    UnknownParent {
        /// The unit.
        unit: UnitId,
        /// What it names.
        parent: UnitId,
    },
    /// Units that stand under each other in a circle.
    #[error("the units {} stand under each other in a circle", list(.0))]
    Cycle(Vec<UnitId>),
    /// A unit with too many above it.
    #[error("unit {0} stands too deep")]
    TooDeep(UnitId),
    /// A row names a unit that is not in the document.
    #[error("{row} names the unit {unit}, which does not exist")]
    UnknownUnit {
        /// Which row.
        row: Row,
        /// What it names.
        unit: UnitId,
    },
    /// A row names an office that is not in the document.
    #[error("{row} names the office {office}, which does not exist")]
    UnknownOffice {
        /// Which row.
        row: Row,
        /// What it names.
        office: OfficeId,
    },
    /// An office that is listed since a later edition, or since none.
    #[error("office {0} is said to be listed since an edition that cannot be")]
    Since(OfficeId),
    /// A range of numbers that is empty, or shares numbers with another one or with the chart's own rows.
    #[error("the delegation of {0} has a range of numbers that is empty, or that is not its own")]
    Range(UnitId),
    /// A memory of earlier editions that cannot be: out of order, of a later edition, or of what was no change.
    #[error("what it remembers of edition {0} cannot have been")]
    Past(Version),
    /// An edition that does not remember an earlier one as that was.
    #[error("it does not remember edition {0} as that was")]
    Forgets(Version),
    /// A delegation that is said to be given, changed or withdrawn at an edition that cannot be.
    #[error("the delegation of {0} names an edition that cannot be")]
    DelegatedSince(UnitId),
    /// A text that is no address.
    #[error("office {0} has an address that is none")]
    Address(OfficeId),
    /// A cut-off that names the log of another office.
    #[error("the revocation of {0} names a log that is not its own")]
    ForeignLog(OfficeId),
}

fn list(units: &[UnitId]) -> String {
    let names: Vec<String> = units.iter().map(ToString::to_string).collect();
    names.join(", ")
}

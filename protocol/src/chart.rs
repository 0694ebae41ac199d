//! The signed directory: the organisation chart, the offices with their keys, and who hosts what.
//!
//! It is called a chart here, so that `Directory` can be the thing made of it that answers questions.
//!
//! Source:  FORMAT.md, section 4.

mod check;
mod delegated;
mod memory;
mod retention;

use crate::bounds::DIRECTORY_MAX_BYTES;
use crate::charter::Role;
use crate::codec::{Decode, Encode};
use crate::document::{Document, DocumentError, DocumentKind, Head};
use crate::ids::{GroupId, Hash32, OfficeId, UnitId, Version};
use crate::labels;
use crate::seal::SealKey;
use crate::sign::PublicKey;

pub use memory::{Change, Rights, Was};
pub(crate) use memory::{Told, grown};
pub use retention::{Hold, MAX_HOLDS, Retention};

/// A node of the organisation chart: agency, territorial body, department, section.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Unit {
    /// Its number, never reused.
    pub id: UnitId,
    /// The unit that it stands under.
    pub parent: Option<UnitId>,
    /// Its name for people.
    pub name: String,
}

/// One site with one node.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Office {
    /// Its number, never reused.
    pub id: OfficeId,
    /// Its short name, for host names, logins and the command line.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Signs its entries.
    pub sign: PublicKey,
    /// Its identity on the mesh.
    pub peer: PublicKey,
    /// What is meant for it is sealed to this, until it announces a newer one.
    pub seal: SealKey,
    /// The units whose people it has, sorted.
    pub hosts: Vec<UnitId>,
    /// The edition that listed it first; it wrote nothing under an older one.
    pub since: Version,
    /// Whether it keeps and forwards what it cannot read.
    pub carrier: bool,
    /// Whether it enrols people of the units it hosts by itself.
    pub enrols: bool,
}

/// Offices that are no unit and share a topic nevertheless.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Group {
    /// Its number, never reused.
    pub id: GroupId,
    /// Its name for people.
    pub name: String,
    /// Its offices, sorted.
    pub offices: Vec<OfficeId>,
}

/// A range of numbers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Span {
    /// The first of them.
    pub first: u32,
    /// The last of them.
    pub last: u32,
}

impl Span {
    /// Whether a number is one of these.
    #[must_use]
    pub fn contains(&self, number: u32) -> bool {
        (self.first..=self.last).contains(&number)
    }

    /// Whether some number is in both.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// The keys that sign the directory of one subtree, and the numbers that they may give.
///
/// A delegation is never struck out, since what was written under it must stay verifiable: it is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Delegation {
    /// The root of the subtree, which the chart itself lists.
    pub unit: UnitId,
    /// Who signs for it.
    pub role: Role,
    /// The epoch of that role: editions count only in it. It rises whenever the role changes.
    pub epoch: u32,
    /// The numbers that it may give to units.
    pub units: Span,
    /// The numbers that it may give to offices.
    pub offices: Span,
    /// The edition of the chart that delegated first; no office counts from before it.
    pub since: Version,
    /// An edition of an earlier epoch that still counts, until there is one of this epoch. It is named by its
    /// hash, so whoever stole the old keys cannot make another.
    pub kept: Option<(Version, Hash32)>,
    /// The edition of the chart that withdrew it. From then on its offices are former ones, and only `kept` counts.
    pub withdrawn: Option<Version>,
}

/// Who may post to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub enum PostRule {
    /// The people of the unit and of those under it.
    #[default]
    Members,
    /// Everybody in the district.
    Anyone,
}

/// Whether an office that lost the key to what was meant for it may ask the writers to seal it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub enum ResealRule {
    /// Nobody seals an old epoch's key again.
    #[default]
    Never,
    /// For an office that was a member of the epoch and reads the topic still.
    Members,
}

/// What the authority decides for the whole district.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Policy {
    /// Who may post to a unit.
    pub post: PostRule,
    /// Days after which an office announces a new sealing key.
    pub sealing_key_days: u16,
    /// Days for which an office keeps a replaced sealing key: the longest absence that is promised.
    pub sealing_key_grace_days: u16,
    /// Entries that an office may write in a day before others slow it.
    pub entries_per_day: u32,
    /// Bytes that an office may write in a day before others slow it.
    pub bytes_per_day: u64,
    /// The largest file, in bytes.
    pub file_max_bytes: u64,
    /// Days for which the bodies of messages are kept; 0 means for ever. See [`Chart::gone_before`].
    pub retention_days: u16,
    /// Whether keys of old epochs are sealed again.
    pub reseal: ResealRule,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            post: PostRule::Members,
            sealing_key_days: 7,
            sealing_key_grace_days: 35,
            entries_per_day: 20_000,
            bytes_per_day: 64 << 20,
            file_max_bytes: 64 << 20,
            retention_days: 0,
            reseal: ResealRule::Never,
        }
    }
}

/// The directory as it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Chart {
    /// District, version, times, predecessor.
    pub head: Head,
    /// Sorted by number.
    pub units: Vec<Unit>,
    /// Sorted by number.
    pub offices: Vec<Office>,
    /// Sorted by number.
    pub groups: Vec<Group>,
    /// Sorted by unit, one for each.
    pub delegations: Vec<Delegation>,
    /// What holds for all.
    pub policy: Policy,
    /// What the editions before said otherwise; see [`Chart::remembering`].
    pub past: Vec<Change>,
    /// The SHA-256 of the root certificate that browsers trust for the offices' pages, where the district has one.
    pub page_root: Option<Hash32>,
    /// Offices that read and say nothing until they are resumed, those of delegated subtrees among them. Sorted.
    pub suspended: Vec<OfficeId>,
    /// What of the messages is held, and what may be gone.
    pub retention: Retention,
}

impl Document for Chart {
    const LABEL: &'static [u8] = labels::DIRECTORY;
    const MAX_BYTES: usize = DIRECTORY_MAX_BYTES;
    const KIND: DocumentKind = DocumentKind::Chart;

    fn head(&self) -> &Head {
        &self.head
    }

    fn arrange(&mut self) {
        self.units.sort_by_key(|unit| unit.id);
        self.offices.sort_by_key(|office| office.id);
        self.groups.sort_by_key(|group| group.id);
        self.delegations.sort_by_key(|row| row.unit);
        self.delegations.iter_mut().for_each(|row| row.role.keys.sort());
        self.offices.iter_mut().for_each(|office| office.hosts.sort());
        self.groups.iter_mut().for_each(|group| group.offices.sort());
        self.suspended.sort();
        self.retention.holds.sort_by_key(|hold| hold.topic);
    }

    fn check(&self) -> Result<(), DocumentError> {
        check::check(self)
    }

    fn remembers(&self, earlier: &Self) -> bool {
        self.told().remembers(&earlier.told()) && delegated::keeps(self, earlier) && self.lets_go_what(earlier)
    }
}

//! The signed directory: the organisation chart, the offices with their keys, and who hosts what.
//!
//! It is called a chart here, so that `Directory` can be the thing made of it that answers questions.
//!
//! Source:  FORMAT.md, section 4.

mod check;
mod memory;

use crate::bounds::DIRECTORY_MAX_BYTES;
use crate::codec::{Decode, Encode};
use crate::document::{Document, DocumentError, DocumentKind, Head};
use crate::ids::{GroupId, OfficeId, UnitId, Version};
use crate::labels;
use crate::seal::SealKey;
use crate::sign::PublicKey;

pub use memory::{Change, Rights, Was};

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

/// A key that may sign the directory of one subtree, within a range of office numbers.
///
/// Carried and not yet acted on: no delegated directory is accepted so far.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Delegation {
    /// The root of the subtree.
    pub unit: UnitId,
    /// Who signs for it.
    pub key: PublicKey,
    /// The first number that it may give.
    pub first: u32,
    /// The last number that it may give.
    pub last: u32,
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
    /// Days for which messages are kept; 0 means for ever.
    pub retention_days: u16,
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
    /// Sorted by unit and key.
    pub delegations: Vec<Delegation>,
    /// What holds for all.
    pub policy: Policy,
    /// What the editions before said otherwise; see [`Chart::remembering`].
    pub past: Vec<Change>,
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
        self.delegations.sort_by_key(|row| (row.unit, row.key));
        self.offices.iter_mut().for_each(|office| office.hosts.sort());
        self.groups.iter_mut().for_each(|group| group.offices.sort());
    }

    fn check(&self) -> Result<(), DocumentError> {
        check::check(self)
    }

    fn remembers(&self, earlier: &Self) -> bool {
        memory::remembers(self, earlier)
    }
}

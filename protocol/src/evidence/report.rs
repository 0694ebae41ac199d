//! What a file of evidence was found to prove.

use crate::act::Act;
use crate::behalf::{OnBehalf, Right};
use crate::clock::{Millis, Timestamp};
use crate::ids::{DistrictId, EntryId, LogId, OfficeId, PersonId, RoleId, Seq, Version};
use crate::message::Reference;
use crate::person::PersonRecord;

/// An entry's place, and what its writer signed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The log.
    pub log: LogId,
    /// The place in it.
    pub seq: Seq,
    /// The entry's identity.
    pub id: EntryId,
    /// When it was appended, by the office's hybrid clock.
    pub time: Timestamp,
    /// The directory that the office knew.
    pub directory: Version,
    /// The revocations that the office knew.
    pub revocations: Version,
}

/// Who speaks, by the word of their home offices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// The record whose key signed.
    pub record: PersonRecord,
    /// Where the home office put it.
    pub recorded: Place,
    /// The newest record in the file.
    pub newest: PersonRecord,
    /// Why the person was struck off, if they were.
    pub revoked: Option<String>,
}

/// For whom somebody speaks, and what the file shows of the right to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownBehalf {
    /// For whom, by which edition.
    pub on: OnBehalf,
    /// What the role was called, or the person's name; `None` when the file does not say.
    pub name: Option<String>,
    /// Whether the editions in the file give the right; [`Right::Unknown`] when the one that is named is not there.
    pub right: Right,
    /// Where the home office put that edition.
    pub announced: Option<Place>,
    /// The newest edition in the file: what one after it says is not shown.
    pub newest: Option<u32>,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// To all readers of the topic.
    Text(String),
    /// To one person.
    Direct {
        /// To whom.
        to: PersonId,
        /// The text.
        text: String,
    },
    /// Between a role and a person.
    Letter {
        /// The role.
        role: RoleId,
        /// The person.
        with: PersonId,
        /// The text.
        text: String,
    },
    /// Something that a newer version says.
    Newer(u32),
}

/// Whether what a revoked office wrote counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// The office is not revoked.
    Yes,
    /// It is, and this stands before the cut-off.
    BeforeCutOff,
    /// It is, and this stands after the cut-off: it counts nowhere.
    AfterCutOff,
    /// It is, and where its logs end is not said.
    Unwitnessed,
}

/// Another office's word that it held the log at least so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    /// Which office.
    pub office: OfficeId,
    /// Its checkpoint.
    pub place: Place,
    /// How far it held the log.
    pub held: Seq,
}

/// One message that is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownMessage {
    /// Where it stands.
    pub place: Place,
    /// Whose log it is.
    pub office_name: String,
    /// Who said it.
    pub speaker: Speaker,
    /// For whom.
    pub on_behalf: Option<ShownBehalf>,
    /// The person's own count.
    pub counter: u64,
    /// When it was said, by the office's clock, signed by the person.
    pub time: Millis,
    /// What it answers.
    pub reply_to: Option<Reference>,
    /// What is said.
    pub said: Said,
    /// Whether it counts.
    pub counts: Counts,
    /// Who held it when, the earliest first.
    pub witnessed: Vec<Witnessed>,
}

/// One act of an administrator that is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownAct {
    /// Where it stands.
    pub place: Place,
    /// Whose administrator.
    pub office_name: String,
    /// The act.
    pub act: Act,
    /// Whether it counts.
    pub counts: Counts,
}

/// Entries of which only that they are there is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The log.
    pub log: LogId,
    /// The first place of the run.
    pub first: Seq,
    /// Its last place.
    pub last: Seq,
    /// How many entries of the run are closed.
    pub closed: usize,
}

/// What a file proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The district.
    pub district: DistrictId,
    /// Its name.
    pub name: String,
    /// The newest charter in the file.
    pub charter: Version,
    /// The chart in the file.
    pub chart: Version,
    /// The list of revocations in the file; 0 for none.
    pub revocations: Version,
    /// In the order of the screen.
    pub messages: Vec<ShownMessage>,
    /// In the order of time.
    pub acts: Vec<ShownAct>,
    /// The runs that hold messages or acts.
    pub runs: Vec<Closed>,
}

impl Report {
    /// Whether everything that is shown counts.
    #[must_use]
    pub fn holds(&self) -> bool {
        let counts = self.messages.iter().map(|message| message.counts).chain(self.acts.iter().map(|act| act.counts));
        counts.into_iter().all(|counts| counts != Counts::AfterCutOff)
    }
}

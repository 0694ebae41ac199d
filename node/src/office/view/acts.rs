//! The journal of administration as the command line sees it.

use okrug_protocol::act;
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{OfficeId, PersonId, Seq};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::{Cursor, MessageId};
use super::{schema, text};

/// One act of an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActView {
    /// The place of its entry, such as `o1.77.d.routine.5`.
    #[serde(with = "text")]
    #[schema(schema_with = schema::message)]
    pub id: MessageId,
    /// Where it stands among the acts.
    #[serde(with = "text")]
    #[schema(schema_with = schema::cursor)]
    pub cursor: Cursor,
    /// When its entry was written.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub written: Millis,
    /// What it says; null when this node's secret does not open it.
    #[schema(required = true)]
    pub act: Option<Act>,
}

/// What an act says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Act {
    /// When it was begun.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub time: Millis,
    /// By whom.
    pub by: ActBy,
    /// What, such as `person.add`.
    pub deed: String,
    /// About whom or what.
    pub about: Vec<ActAbout>,
    /// More of it.
    pub note: String,
    /// What came of it.
    pub outcome: ActOutcome,
    /// Why it was refused.
    #[schema(required = true)]
    pub refused: Option<String>,
}

/// Who did it, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum ActBy {
    /// The node itself.
    Node,
    /// Whoever holds the administrator's token of this machine.
    Token {
        /// The user of the machine whose program asked.
        uid: Option<u32>,
        /// That user's name.
        name: Option<String>,
    },
    /// A person of the office.
    Person {
        /// Which.
        #[serde(with = "text")]
        #[schema(schema_with = schema::person)]
        person: PersonId,
    },
}

/// About whom or what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActAbout {
    /// `person`, `login`, `office`, `unit`, `group`, `entry`, or the kind of a document.
    pub kind: String,
    /// Its number or name.
    pub id: String,
}

/// What came of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActOutcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
    /// The node ended before it could say more.
    Unknown,
}

/// A part of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Acts {
    /// Oldest first.
    pub acts: Vec<ActView>,
    /// Ask with this for those before; null at the beginning.
    #[serde(with = "text::optional", default)]
    #[schema(schema_with = schema::cursor_or_null)]
    pub before: Option<Cursor>,
}

/// Whether the journal is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditReport {
    /// The logs that were looked at, in the order of logs.
    pub logs: Vec<AuditedLog>,
    /// Acts begun that have no entry yet.
    pub unended: usize,
}

/// One log of the office for the district, looked at entry by entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditedLog {
    /// Whose.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// Which life of the office's store.
    pub incarnation: u32,
    /// How soon it travels.
    pub precedence: String,
    /// The first entry that was looked at; one more than `entries` when none was.
    #[serde(default = "first")]
    pub first: u64,
    /// Entries of the log; all from `first` on were looked at.
    pub entries: u64,
    /// Acts among those.
    pub acts: u64,
    /// Acts that this node's secret opens.
    pub opened: u64,
    /// The first place where the log is broken; null when it is whole.
    #[schema(required = true)]
    pub broken: Option<Broken>,
    /// How far other offices hold the log.
    pub held_elsewhere: u64,
}

fn first() -> u64 {
    1
}

/// Where a log is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Broken {
    /// The place of the entry.
    pub seq: u64,
    /// `missing`, `unreadable`, `chain`, `signature`, `rule`, `act`, or `behind` when others hold more of it.
    pub what: String,
}

impl From<act::Act> for Act {
    fn from(act: act::Act) -> Self {
        let (outcome, refused) = match act.outcome {
            act::Outcome::Done => (ActOutcome::Done, None),
            act::Outcome::Refused(code) => (ActOutcome::Refused, Some(code)),
            act::Outcome::Unknown => (ActOutcome::Unknown, None),
        };
        let by = match act.by {
            act::By::Node => ActBy::Node,
            act::By::Token { uid, name } => ActBy::Token { uid, name },
            act::By::Person(person) => ActBy::Person { person },
        };
        let about = act.about.into_iter().map(ActAbout::from).collect();
        Self { time: act.time, by, deed: act.deed, about, note: act.note, outcome, refused }
    }
}

impl From<act::About> for ActAbout {
    fn from(about: act::About) -> Self {
        use okrug_protocol::document::DocumentKind;
        let (kind, id) = match about {
            act::About::Person(id) => ("person", id.to_string()),
            act::About::Login(login) => ("login", login),
            act::About::Office(id) => ("office", id.to_string()),
            act::About::Unit(id) => ("unit", id.to_string()),
            act::About::Group(id) => ("group", id.to_string()),
            act::About::Entry(log, seq) => ("entry", MessageId { log, seq }.to_string()),
            act::About::Document(kind, version) => {
                let kind = match kind {
                    DocumentKind::Revocations => "revocations",
                    DocumentKind::Charter => "charter",
                    DocumentKind::Chart => "chart",
                    DocumentKind::Bootstrap => "bootstrap",
                    #[allow(unreachable_patterns, reason = "kinds are being added")]
                    _ => "document",
                };
                (kind, version.to_string())
            }
        };
        Self { kind: kind.to_owned(), id }
    }
}

impl Broken {
    /// The entry in a place is not what it should be.
    pub(crate) fn at(seq: Seq, what: &str) -> Self {
        Self { seq: seq.0, what: what.to_owned() }
    }
}

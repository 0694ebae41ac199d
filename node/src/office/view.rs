//! What the office shows to people, as it stands in JSON.
//!
//! Numbers keep their types here and become text on the way out: `p10001`, `u3`, `o1`. Times become
//! RFC 3339 in UTC. The command line reads the same types back.

pub(crate) mod schema;
pub(crate) mod text;
mod ids;
mod roles;
mod acts;
mod backup;
mod bundle;
mod look;
mod device;
mod people;
mod staff;
mod carried;
mod chats;
mod ends;
mod event;
mod notice;
mod page;
mod policy;
mod graph;
mod status;
mod trace;
mod unopened;

pub use acts::{Act, ActAbout, ActBy, ActOutcome, ActView, Acts, AuditReport, AuditedLog, Broken};
pub use backup::{BackupPlan, MadeBackup, NewBackup};
pub use bundle::{BundleCounts, BundleGap, BundlePurpose, BundleReport, MadeBundle, NewBundle};
pub use carried::{CarriedOffice, CarriedStatus, CarriedTopic};
pub use chats::{Author, Chat, ChatKind, Chats, Delivery, DeliveryCode, Last, Message, MessageKind, Page, Post, Posted, Read};
pub use device::{Device, Program, System};
pub use ends::{LogEnd, OfficeEnds};
pub use event::{Event, MessageState, OrgVersion, PeerChange};
pub use graph::{Graph, GraphHour, GraphOffice, Paper, PaperKind, Papers, Way};
pub use ids::{ChatId, ClientId, Cursor, MessageId, ParseViewError};
pub use look::{Fingerprint, PersonCard};
pub use notice::Notice;
pub use page::{PageCertificate, PageSource};
pub use people::{
    District, Freshness, ListAge, Login, Me, MyOffice, NewPerson, Password, People, Person, PersonState, PersonView, Token, Tree,
    TreeOffice, TreePerson, TreeUnit,
};
pub use policy::{HoldView, PolicyView};
pub use roles::{ActsFor, BehalfId, Deputy, For, Holder, NewDeputy, NewHolder, NewRole, RightCode, Role, Roles};
pub use staff::{
    Arrival, Arrivals, Dismissal, Ended, Enrol, Invitation, Invitations, Invite, Invited, Move, NewPassword, PersonChange, Receive,
    Released, Reset, Session, Sessions,
};
pub use status::{
    Accepted, AlarmStatus, BackupStatus, ClockStatus, Coming, DiskStatus, DocumentVersions, GrowthStatus, Link, LinkClass, NodeStatus,
    Peer, PingReport, PingWish, Queue, StoreStatus, Waits, WaitsFor,
};
pub use trace::{Trace, TraceBy, TraceCame, TraceOffice, TraceProgram, TraceRead, TraceWait, WaitCode};
pub use unopened::{Unopened, UnopenedStatus};

/// Whether a field that is absent where it is false is to be left out.
fn is_false(field: &bool) -> bool {
    !field
}

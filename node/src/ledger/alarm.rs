//! What an administrator must hear of.

use std::path::PathBuf;

use crate::here::Here;
use okrug_protocol::ids::{Incarnation, LogId, OfficeId, Seq};

/// Something that should not be; the node went on as described.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Alarm {
    /// An office signed two entries for one place. The proof is kept, the log frozen.
    #[error("the log {log} has forked at {seq}: its writer signed two entries for one place; the proof is kept, the log is frozen")]
    Fork {
        /// The log.
        log: LogId,
        /// The place.
        seq: Seq,
    },
    /// The store was damaged and is being built anew.
    #[error("the store was damaged ({why}); it lies in {} and another is being built", path.display())]
    StoreSetAside {
        /// Where the damaged one lies.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// There was a journal and no store, or the store of another journal.
    #[error("the store does not belong to the journal beside it; it was filled from the journal")]
    StoreWithoutPast,
    /// The store knows of own entries that the journal does not have.
    #[error("the store is ahead of the journal: own entries are missing there")]
    JournalBehind,
    /// The journal is damaged.
    #[error("the journal is damaged: {lost} records cannot be read, {unplaced} do not fit to what is stored")]
    JournalDamaged {
        /// Records that cannot be read.
        lost: u64,
        /// Records that can be read and not appended.
        unplaced: u64,
    },
    /// The journal was incomplete, and was written anew from what could be read of it and from the store.
    #[error("the journal was incomplete; it lies in {} and was written anew from it and from the store", path.display())]
    JournalSetAside {
        /// Where the old one lies.
        path: PathBuf,
    },
    /// A small file was damaged, and what it says was known from elsewhere.
    #[error("a file was damaged; it lies in {} and was written anew", path.display())]
    FileSetAside {
        /// Where the damaged one lies.
        path: PathBuf,
    },
    /// A file of the keyring was damaged, or is gone.
    #[error("{} was damaged or is gone: {mended} keys were put back from the store, {lost} are lost", path.display())]
    KeyringDamaged {
        /// The file; a damaged one lies beside it.
        path: PathBuf,
        /// Keys that were put back.
        mended: usize,
        /// Keys that are lost.
        lost: usize,
    },
    /// The directory lists a sealing key for this office of which the private half is not here.
    #[error("the private half of the sealing key that the directory lists for this office is not here")]
    ChartKeyMissing,
    /// Another office brought an entry that this office signed and does not have: a clone, or a restored backup.
    #[error("{log}/{seq} is signed by this office and was not here: a copy of this node runs elsewhere, or this one was set back")]
    OwnEntryFromOutside {
        /// The log.
        log: LogId,
        /// The place.
        seq: Seq,
    },
    /// The data directory is not the one in which the data were written, or nothing says that it is.
    #[error("{}", not_here(*.0))]
    NotHere(Here),
    /// Another office brought an entry of another incarnation of this office, which this one has not written.
    #[error(
        "{log}/{seq} is signed by this office and was written elsewhere: its keys are used by another node, or were before this one began"
    )]
    WrittenElsewhere {
        /// The log.
        log: LogId,
        /// The place.
        seq: Seq,
    },
    /// Two nodes have the keys of one office, and both run.
    #[error("two nodes claim to be {office}, and both run: they take the link from each other")]
    TwoNodes {
        /// Which office.
        office: OfficeId,
    },
    /// The private half of the sealing key that this office announced last is not here: what is sealed to it cannot be opened.
    #[error("the private half of sealing key {number} is not here: what others sealed to it cannot be opened; a new key was announced")]
    SealingKeyMissing {
        /// Which.
        number: u32,
    },
    /// Entries of a revoked office no longer count; they lie aside.
    #[error("{log} counts up to {} only, since its office is revoked: the entries {from} to {to} were set aside", Seq(from.0.saturating_sub(1)))]
    Struck {
        /// The log.
        log: LogId,
        /// The first that does not count.
        from: Seq,
        /// The last that was here.
        to: Seq,
    },
    /// An office gave what it wrote to somebody who was removed, and had shown in another log that it knew.
    #[error("{log}/{seq} can be read by an office that was removed; {knew}/{at} shows that its writer knew: both entries are the proof")]
    Pretence {
        /// The log in which it pretends not to know.
        log: LogId,
        /// The place.
        seq: Seq,
        /// The log that shows what it knew.
        knew: LogId,
        /// The place in that one.
        at: Seq,
    },
    /// This office writes its logs anew, so that none forks; it follows one of the above.
    #[error("this office now writes as incarnation {0}")]
    NewIncarnation(Incarnation),
}

impl Alarm {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fork { .. } => "log_fork",
            Self::StoreSetAside { .. } => "store_set_aside",
            Self::StoreWithoutPast => "store_without_past",
            Self::JournalBehind => "journal_behind",
            Self::JournalDamaged { .. } => "journal_damaged",
            Self::JournalSetAside { .. } => "journal_set_aside",
            Self::FileSetAside { .. } => "file_set_aside",
            Self::KeyringDamaged { .. } => "keyring_damaged",
            Self::ChartKeyMissing => "chart_key_missing",
            Self::OwnEntryFromOutside { .. } => "own_entry_from_outside",
            Self::NotHere(_) => "data_moved",
            Self::WrittenElsewhere { .. } => "written_elsewhere",
            Self::TwoNodes { .. } => "two_nodes",
            Self::SealingKeyMissing { .. } => "sealing_key_missing",
            Self::Struck { .. } => "entries_struck",
            Self::Pretence { .. } => "removal_ignored",
            Self::NewIncarnation(_) => "new_incarnation",
        }
    }
}

fn not_here(here: Here) -> &'static str {
    match here {
        Here::OtherMachine => "the data were written on another machine: they were copied or restored here",
        Here::Copied => "the data directory is a copy, or was restored from a backup",
        Here::SetBack => "the journal was set back: less is in it than was written down elsewhere",
        Here::Same | Here::Unmarked => "nothing says that the data were written here: the marker is missing",
    }
}

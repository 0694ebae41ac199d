//! Why a command failed: an exit code for scripts, a code word for programs, a sentence for people.

use serde_json::{Value, json};

use crate::both;
use crate::words::{Lang, Text};

/// What a command's exit code says; the table is the same for `okrug` and `okrug-node`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed; the message says why.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// Partly done; the rest is listed on stderr.
    Partly = 3,
    /// No such office, person, message or file.
    NotFound = 4,
    /// Refused by policy or for want of a right.
    Refused = 5,
    /// The state changed meanwhile, or a version is older than the one here.
    Conflict = 6,
    /// The node does not run or cannot be reached.
    NoNode = 10,
    /// Locked or busy.
    Busy = 11,
    /// Wrong passphrase, or not permitted.
    Passphrase = 12,
    /// A signature did not verify.
    Signature = 13,
    /// The clock cannot be trusted for this.
    Clock = 14,
    /// The office cannot be reached, does not reply, or a wait timed out.
    Unreachable = 15,
    /// Not enough space.
    NoSpace = 16,
    /// Fewer signatures than the threshold.
    Threshold = 17,
    /// The node runs but is not enrolled.
    NotEnrolled = 22,
    /// Interrupted.
    Interrupted = 130,
}

impl Exit {
    /// The number that the shell sees.
    #[must_use]
    pub fn number(self) -> u8 {
        // One row for each variant, so that no conversion can go wrong.
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Partly => 3,
            Self::NotFound => 4,
            Self::Refused => 5,
            Self::Conflict => 6,
            Self::NoNode => 10,
            Self::Busy => 11,
            Self::Passphrase => 12,
            Self::Signature => 13,
            Self::Clock => 14,
            Self::Unreachable => 15,
            Self::NoSpace => 16,
            Self::Threshold => 17,
            Self::NotEnrolled => 22,
            Self::Interrupted => 130,
        }
    }
}

/// An error that knows how to speak to people and to programs; its `Display` is the English sentence.
pub trait Spoken: std::error::Error {
    /// The exit code.
    fn exit(&self) -> Exit;
    /// A stable word for programs: `unknown_parent`.
    fn code(&self) -> &'static str;
    /// The sentence in Russian.
    fn ru(&self) -> String;
    /// What to do next.
    fn hint(&self) -> Option<Text> {
        None
    }
}

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// A stable word for programs.
    pub code: &'static str,
    /// What happened and what was kept.
    pub message: Text,
    /// What to do next.
    pub hint: Option<Text>,
}

impl Failure {
    /// A failure without a hint.
    #[must_use]
    pub fn new(exit: Exit, code: &'static str, message: Text) -> Self {
        Self { exit, code, message, hint: None }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The lines for people.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> String {
        let mut out = format!("{}  {}", lang.pick("ERROR", "ОШИБКА"), self.message.say(lang));
        if let Some(hint) = &self.hint {
            out += &format!("\n{}: {}", lang.pick("Hint", "Подсказка"), hint.say(lang));
        }
        out
    }

    /// The object for programs.
    #[must_use]
    pub fn json(&self, lang: Lang) -> Value {
        json!({
            "type": "error",
            "code": self.code,
            "exit": self.exit.number(),
            "message": self.message.say(lang),
            "hint": self.hint.as_ref().map(|hint| hint.say(lang)),
            "v": 1,
        })
    }
}

impl<E: Spoken> From<E> for Failure {
    fn from(error: E) -> Self {
        let message = Text { en: error.to_string(), ru: error.ru() };
        Self { exit: error.exit(), code: error.code(), message, hint: error.hint() }
    }
}

/// A file or folder could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct FileError {
    /// Which file.
    pub path: String,
    /// Why not.
    pub source: std::io::Error,
}

impl FileError {
    /// Names the file in an error of the operating system.
    pub fn at(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self { path, source }
    }
}

impl Spoken for FileError {
    fn exit(&self) -> Exit {
        use std::io::ErrorKind::{NotFound, PermissionDenied, StorageFull};
        match self.source.kind() {
            NotFound => Exit::NotFound,
            PermissionDenied => Exit::Passphrase,
            StorageFull => Exit::NoSpace,
            _ => Exit::Failed,
        }
    }

    fn code(&self) -> &'static str {
        use std::io::ErrorKind::{AlreadyExists, NotFound, PermissionDenied, StorageFull};
        match self.source.kind() {
            NotFound => "file_not_found",
            PermissionDenied => "permission_denied",
            StorageFull => "no_space",
            AlreadyExists => "file_exists",
            _ => "file",
        }
    }

    fn ru(&self) -> String {
        use std::io::ErrorKind::{AlreadyExists, IsADirectory, NotADirectory, NotFound, PermissionDenied, StorageFull};
        let why = match self.source.kind() {
            NotFound => "нет такого файла или папки".to_owned(),
            PermissionDenied => "нет доступа".to_owned(),
            StorageFull => "на диске нет места".to_owned(),
            AlreadyExists => "файл уже есть".to_owned(),
            IsADirectory => "это папка, а нужен файл".to_owned(),
            NotADirectory => "это файл, а нужна папка".to_owned(),
            _ => self.source.to_string(),
        };
        format!("{}: {why}", self.path)
    }
}

/// The command is known and not built yet.
#[must_use]
pub fn unfinished(command: &str) -> Failure {
    Failure::new(Exit::Failed, "unfinished", both!(en: "{command}: not in this version", ru: "{command}: в этой версии нет"))
}

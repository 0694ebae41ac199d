//! What went wrong, in words, with an exit code.
//!
//! Every operation has its own error; what reaches a person is turned into a [`Problem`] by
//! `From`, beside that error. A problem says what happened and why, what was kept, and what to do.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::ExitCode;

use crate::said;
use crate::words::{Lang, Said};

/// How a program of ours ends; the numbers are fixed, scripts rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Failed; the message says why.
    Failed,
    /// A flag, a variable or a setting is wrong: trying again does not help.
    Usage,
    /// Partly done; what is missing stands on stderr.
    Partly,
    /// No such office, person or message.
    NotFound,
    /// Refused by policy or for want of a right.
    Refused,
    /// The state changed meanwhile: an older or a conflicting version.
    Changed,
    /// The node does not run or does not answer.
    NotRunning,
    /// Locked or busy.
    Busy,
    /// A wrong passphrase, or not permitted.
    NotPermitted,
    /// A signature or a certificate did not verify.
    BadSignature,
    /// The clock is not trustworthy enough for this action.
    Clock,
    /// An office is unreachable, did not answer, or a wait ended.
    Unreachable,
    /// Not enough space.
    NoSpace,
    /// The threshold of signatures is not reached.
    Threshold,
    /// A required check failed.
    CheckFailed,
    /// Only warnings, where they count.
    CheckWarned,
    /// The node is not enrolled in a district.
    NotEnrolled,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Partly => 3,
            Self::NotFound => 4,
            Self::Refused => 5,
            Self::Changed => 6,
            Self::NotRunning => 10,
            Self::Busy => 11,
            Self::NotPermitted => 12,
            Self::BadSignature => 13,
            Self::Clock => 14,
            Self::Unreachable => 15,
            Self::NoSpace => 16,
            Self::Threshold => 17,
            Self::CheckFailed => 20,
            Self::CheckWarned => 21,
            Self::NotEnrolled => 22,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What went wrong, for a person and for a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable name, such as `port_in_use`.
    pub code: &'static str,
    /// How the program ends.
    pub exit: Exit,
    /// What happened and why, and what was kept.
    pub message: Said,
    /// What to do next.
    pub hint: Option<Said>,
}

impl Problem {
    /// A problem without a hint.
    #[must_use]
    pub fn new(code: &'static str, exit: Exit, message: Said) -> Self {
        Self { code, exit, message, hint: None }
    }

    /// What the operating system refused about a file or a folder.
    #[must_use]
    pub fn io(path: &Path, error: &io::Error) -> Self {
        let path = path.display();
        let (code, exit, message) = match error.kind() {
            ErrorKind::NotFound => {
                ("file_not_found", Exit::NotFound, said!("{path}: нет такого файла или папки", "{path}: no such file or folder"))
            }
            ErrorKind::PermissionDenied => {
                ("permission_denied", Exit::NotPermitted, said!("{path}: нет доступа", "{path}: permission denied"))
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                ("no_space", Exit::NoSpace, said!("{path}: на диске нет места", "{path}: no space left on the disk"))
            }
            ErrorKind::AlreadyExists => {
                ("file_exists", Exit::Refused, said!("{path} уже есть и не перезаписан", "{path} exists and was not overwritten"))
            }
            _ => ("file", Exit::Failed, said!("{path}: {error}", "{path}: {error}")),
        };
        let problem = Self::new(code, exit, message);
        if exit == Exit::NoSpace {
            problem.hint(said!("освободите место и повторите", "make room, and repeat"))
        } else {
            problem
        }
    }

    /// The same with what to do next.
    #[must_use]
    pub fn hint(self, hint: Said) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// The lines for a person.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let (error, next) = match lang {
            Lang::Ru => ("ОШИБКА", "Дальше"),
            Lang::En => ("ERROR", "Next"),
        };
        let message = format!("{error}: {}", self.message.text(lang));
        match &self.hint {
            Some(hint) => format!("{message}\n{next}: {}", hint.text(lang)),
            None => message,
        }
    }

    /// The object for a script, on one line.
    #[must_use]
    pub fn json(&self, lang: Lang) -> String {
        serde_json::json!({
            "type": "error",
            "v": 1,
            "code": self.code,
            "exit": self.exit.code(),
            "message": self.message.text(lang),
            "hint": self.hint.as_ref().map(|hint| hint.text(lang)),
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_shown_in_the_readers_language_and_to_scripts_by_its_code() {
        let problem = Problem::new("port_in_use", Exit::Busy, said!("порт {p} занят", "port {p} is in use", p = 7600))
            .hint(said!("освободите порт", "free the port"));
        assert_eq!(problem.text(Lang::Ru), "ОШИБКА: порт 7600 занят\nДальше: освободите порт");
        assert_eq!(problem.text(Lang::En), "ERROR: port 7600 is in use\nNext: free the port");
        let json: serde_json::Value = serde_json::from_str(&problem.json(Lang::En)).unwrap();
        assert_eq!((&json["code"], &json["exit"]), (&"port_in_use".into(), &11.into()));
    }
}

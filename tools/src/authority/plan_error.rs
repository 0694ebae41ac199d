//! What can be wrong with the working file of the organisation.

use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// The working file contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Written by a newer program.
    #[error("format {0} is newer than this program")]
    Format(u32),
    /// A number twice.
    #[error("the number {0} is given twice")]
    NumberTwice(String),
    /// A number that the counter has not reached.
    #[error("{0} is not below the next number to give")]
    NumberAhead(String),
    /// A name or slug twice.
    #[error("\"{0}\" stands twice")]
    NameTwice(String),
    /// No root, or several.
    #[error("exactly one unit must stand under no other, and it must be in use")]
    Root,
    /// A parent or a hosted unit that is not there or not in use.
    #[error("{of}: there is no unit {unit} in use")]
    NoUnit {
        /// Who names it.
        of: String,
        /// What is not there.
        unit: String,
    },
    /// Units that stand under each other.
    #[error("{0} stands under itself")]
    Cycle(String),
    /// A slug that is none.
    #[error("\"{0}\" is no short name: small Latin letters, digits and hyphens")]
    Slug(String),
    /// A sub-authority has given all its numbers.
    #[error("all numbers that were delegated are given")]
    Full,
    /// A key that is none.
    #[error("{0}: a key is damaged")]
    Key(String),
}

impl PlanError {
    fn ru(&self) -> String {
        match self {
            Self::Format(format) => format!("формат {format} новее этой программы"),
            Self::NumberTwice(number) => format!("номер {number} стоит дважды"),
            Self::NumberAhead(number) => format!("{number} не меньше следующего номера"),
            Self::NameTwice(name) => format!("«{name}» стоит дважды"),
            Self::Root => "ровно один отдел должен стоять над всеми, и он должен действовать".to_owned(),
            Self::NoUnit { of, unit } => format!("{of}: нет действующего отдела {unit}"),
            Self::Cycle(unit) => format!("{unit} подчинён сам себе"),
            Self::Slug(slug) => format!("«{slug}» — не краткое имя: нужны строчные латинские буквы, цифры и дефисы"),
            Self::Full => "все порученные номера розданы".to_owned(),
            Self::Key(office) => format!("{office}: ключ повреждён"),
        }
    }

    /// The problem of a file.
    #[must_use]
    pub fn of(self, file: &str) -> Problem {
        let (ru, en) = (self.ru(), self.to_string());
        Problem::new("org_file", Exit::Failed, Said::new(format!("{file}: {ru}"), format!("{file}: {en}"))).hint(said!(
            "ничего не изменено; исправьте файл или верните его из копии",
            "nothing was changed; correct the file or take it from a copy"
        ))
    }
}

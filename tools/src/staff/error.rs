//! What can be wrong with a staffing list.

use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// A staffing list is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StaffError {
    /// Neither UTF-8 nor Windows-1251.
    #[error("the encoding is not known: UTF-8 and Windows-1251 are")]
    Encoding,
    /// Too many bytes for a list of this kind.
    #[error("the file has {0} bytes, more than a staffing list may have")]
    TooLong(usize),
    /// A heading is missing.
    #[error("line 1: the heading \"{0}\" is missing")]
    NoHeading(&'static str),
    /// A heading stands twice.
    #[error("line 1: the heading \"{0}\" stands twice")]
    TwoHeadings(&'static str),
    /// Headings alone.
    #[error("the list has no rows")]
    Empty,
    /// A row with another number of fields, or quotes that do not close.
    #[error("line {0}: the row cannot be read: check the number of fields and the quotes")]
    Row(u64),
    /// A field is empty that must not be.
    #[error("line {line}: \"{heading}\" is empty")]
    Blank {
        /// Where.
        line: u64,
        /// Which field.
        heading: &'static str,
    },
    /// A field is too long.
    #[error("line {line}: \"{heading}\" is too long")]
    LongField {
        /// Where.
        line: u64,
        /// Which field.
        heading: &'static str,
    },
    /// Not a whole number of posts.
    #[error("line {line}: \"{value}\" is not a whole number of posts from 1 to 10000")]
    Count {
        /// Where.
        line: u64,
        /// What stands there.
        value: String,
    },
    /// Not a code.
    #[error("line {line}: \"{value}\" is not a code: small Latin letters, digits and hyphens")]
    Code {
        /// Where.
        line: u64,
        /// What stands there.
        value: String,
    },
    /// One code for two offices, or two codes for one.
    #[error("line {line}: \"{name}\" has the code \"{code}\", but line {before} gives \"{other}\" the code \"{other_code}\"")]
    OfficeClash {
        /// Where.
        line: u64,
        /// The office here.
        name: String,
        /// Its code here.
        code: String,
        /// Where before.
        before: u64,
        /// The office there.
        other: String,
        /// Its code there.
        other_code: String,
    },
    /// The same position twice.
    #[error("line {line}: repeats line {before}: {office}, {unit}, {position}")]
    Duplicate {
        /// Where.
        line: u64,
        /// Where before.
        before: u64,
        /// The office.
        office: String,
        /// The department.
        unit: String,
        /// The position.
        position: String,
    },
    /// A department under two others.
    #[error("line {line}: \"{unit}\" stands under \"{parent}\", but in line {before} under \"{other}\"")]
    TwoParents {
        /// Where.
        line: u64,
        /// The department.
        unit: String,
        /// Its parent here; empty for none.
        parent: String,
        /// Where before.
        before: u64,
        /// Its parent there; empty for none.
        other: String,
    },
    /// A parent that is no department of the list.
    #[error("line {line}: \"{unit}\" stands under \"{parent}\", which the list does not have")]
    UnknownParent {
        /// Where.
        line: u64,
        /// The department.
        unit: String,
        /// What is not there.
        parent: String,
    },
    /// Departments that stand under each other.
    #[error("line {line}: a circle of departments: {circle}")]
    Cycle {
        /// Where one of them first stands.
        line: u64,
        /// The names in order, the first again at the end.
        circle: String,
    },
}

impl StaffError {
    fn code(&self) -> &'static str {
        match self {
            Self::Encoding => "staff_encoding",
            Self::TooLong(_) => "staff_too_long",
            Self::NoHeading(_) => "staff_heading_missing",
            Self::TwoHeadings(_) => "staff_heading_twice",
            Self::Empty => "staff_empty",
            Self::Row(_) => "staff_row",
            Self::Blank { .. } => "staff_blank",
            Self::LongField { .. } => "staff_field_too_long",
            Self::Count { .. } => "staff_count",
            Self::Code { .. } => "staff_code",
            Self::OfficeClash { .. } => "staff_office_clash",
            Self::Duplicate { .. } => "staff_duplicate",
            Self::TwoParents { .. } => "staff_two_parents",
            Self::UnknownParent { .. } => "staff_unknown_parent",
            Self::Cycle { .. } => "staff_cycle",
        }
    }

    fn ru(&self) -> String {
        match self {
            Self::Encoding => "кодировка не распознана: подходят UTF-8 и Windows-1251".to_owned(),
            Self::TooLong(len) => format!("в файле {len} байт, это больше, чем бывает в штатном расписании"),
            Self::NoHeading(heading) => format!("строка 1: нет столбца «{heading}»"),
            Self::TwoHeadings(heading) => format!("строка 1: столбец «{heading}» стоит дважды"),
            Self::Empty => "в списке нет ни одной строки".to_owned(),
            Self::Row(line) => format!("строка {line}: не читается; проверьте число полей и кавычки"),
            Self::Blank { line, heading } => format!("строка {line}: поле «{heading}» пустое"),
            Self::LongField { line, heading } => format!("строка {line}: поле «{heading}» слишком длинное"),
            Self::Count { line, value } => format!("строка {line}: «{value}» — не целое число штатных единиц от 1 до 10000"),
            Self::Code { line, value } => {
                format!("строка {line}: «{value}» — не код: нужны строчные латинские буквы, цифры и дефисы")
            }
            Self::OfficeClash { line, name, code, before, other, other_code } => {
                format!("строка {line}: у «{name}» код «{code}», а в строке {before} у «{other}» код «{other_code}»")
            }
            Self::Duplicate { line, before, office, unit, position } => {
                format!("строка {line}: повторяет строку {before}: {office}, {unit}, {position}")
            }
            Self::TwoParents { line, unit, parent, before, other } => {
                format!("строка {line}: «{unit}» подчинён «{parent}», а в строке {before} — «{other}»")
            }
            Self::UnknownParent { line, unit, parent } => {
                format!("строка {line}: «{unit}» подчинён «{parent}», но такого отдела в списке нет")
            }
            Self::Cycle { line, circle } => format!("строка {line}: отделы подчинены по кругу: {circle}"),
        }
    }
}

impl From<StaffError> for Problem {
    fn from(error: StaffError) -> Self {
        Self::new(error.code(), Exit::Failed, Said::new(error.ru(), error.to_string())).hint(said!(
            "ничего не изменено; исправьте список и загрузите его снова",
            "nothing was changed; correct the list and import it again"
        ))
    }
}

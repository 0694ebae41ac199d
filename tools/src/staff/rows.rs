//! From text to rows: headings in any order, fields trimmed and checked.

use okrug_protocol::bounds::{MAX_NAME, MAX_SLUG};

use super::StaffError;

/// One position of one department of one office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands in the file, from 1.
    pub line: u64,
    /// The office's name.
    pub office: String,
    /// The office's code.
    pub code: String,
    /// The department.
    pub unit: String,
    /// The department above it; empty for none.
    pub parent: String,
    /// The position.
    pub position: String,
    /// How many posts.
    pub count: u32,
}

const OFFICE: &str = "Подразделение (территориальное)";
const CODE: &str = "Код";
const UNIT: &str = "Отдел";
const PARENT: &str = "Вышестоящий отдел";
const POSITION: &str = "Должность";
const COUNT: &str = "Штатных единиц";
const MAX_COUNT: u32 = 10_000;

/// Reads the rows; columns with other headings are left aside, empty rows too.
///
/// # Errors
/// What is wrong, with the number of the line.
pub fn read(text: &str) -> Result<Vec<Row>, StaffError> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').has_headers(true).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| broken(&error, text))?.clone();
    let [office, code, unit, parent, position, count] = [OFFICE, CODE, UNIT, PARENT, POSITION, COUNT].map(|h| column(&headings, h));
    let columns = Columns { office: office?, code: code?, unit: unit?, parent: parent?, position: position?, count: count? };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error, text))?;
        if record.iter().any(|field| !field.trim().is_empty()) {
            rows.push(columns.row(&record, line(record.position(), text))?);
        }
    }
    if rows.is_empty() { Err(StaffError::Empty) } else { Ok(rows) }
}

struct Columns {
    office: usize,
    code: usize,
    unit: usize,
    parent: usize,
    position: usize,
    count: usize,
}

impl Columns {
    fn row(&self, record: &csv::StringRecord, line: u64) -> Result<Row, StaffError> {
        let field = |column: usize| tidy(record.get(column).unwrap_or_default());
        let name = |column: usize, heading: &'static str| match field(column) {
            text if text.is_empty() => Err(StaffError::Blank { line, heading }),
            text if text.len() > MAX_NAME => Err(StaffError::LongField { line, heading }),
            text => Ok(text),
        };
        let parent = field(self.parent);
        if parent.len() > MAX_NAME {
            return Err(StaffError::LongField { line, heading: PARENT });
        }
        Ok(Row {
            line,
            office: name(self.office, OFFICE)?,
            code: code(name(self.code, CODE)?, line)?,
            unit: name(self.unit, UNIT)?,
            parent,
            position: name(self.position, POSITION)?,
            count: number(name(self.count, COUNT)?, line)?,
        })
    }
}

fn column(headings: &csv::StringRecord, wanted: &'static str) -> Result<usize, StaffError> {
    let plain = |text: &str| tidy(text).to_lowercase().replace('ё', "е");
    let mut found = headings.iter().enumerate().filter(|(_, heading)| plain(heading) == plain(wanted)).map(|(i, _)| i);
    match (found.next(), found.next()) {
        (Some(index), None) => Ok(index),
        (None, _) => Err(StaffError::NoHeading(wanted)),
        (Some(_), Some(_)) => Err(StaffError::TwoHeadings(wanted)),
    }
}

/// Single spaces, none at the ends; a no-break space, which office suites like, is a space.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn code(value: String, line: u64) -> Result<String, StaffError> {
    if is_slug(&value) { Ok(value) } else { Err(StaffError::Code { line, value }) }
}

/// Whether a text can be an office's short name: small Latin letters, digits and inner hyphens.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=MAX_SLUG).contains(&text.len()) && text.bytes().all(fits) && !text.starts_with('-') && !text.ends_with('-')
}

fn number(value: String, line: u64) -> Result<u32, StaffError> {
    match value.parse() {
        Ok(count) if (1..=MAX_COUNT).contains(&count) => Ok(count),
        _ => Err(StaffError::Count { line, value }),
    }
}

fn broken(error: &csv::Error, text: &str) -> StaffError {
    StaffError::Row(line(error.position(), text))
}

/// The line where a record begins: the reader's own count stands before the empty lines that it skips.
fn line(position: Option<&csv::Position>, text: &str) -> u64 {
    let Some(position) = position else { return 1 };
    let rest = usize::try_from(position.byte()).ok().and_then(|start| text.as_bytes().get(start..)).unwrap_or_default();
    let skipped = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).filter(|b| **b == b'\n').count();
    position.line().saturating_add(u64::try_from(skipped).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Подразделение (территориальное);Код;Отдел;Вышестоящий отдел;Должность;Штатных единиц";

    #[test]
    fn headings_may_stand_in_any_order_and_others_beside_them() {
        let text = "Примечание;Штатных  единиц;ДОЛЖНОСТЬ;Отдел;Вышестоящий отдел;Код;Подразделение (территориальное)\n\
                    -;2;Специалист;Канцелярия;;uray;Урай\n;;;;;;\n";
        let rows = read(text).unwrap();
        let expected = ("uray", "Канцелярия", "", 2, 2);
        assert_eq!(rows.iter().map(|r| (&*r.code, &*r.unit, &*r.parent, r.count, r.line)).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let read = |rows: &str| read(&format!("{HEAD}\n{rows}")).unwrap_err();
        assert_eq!(read(""), StaffError::Empty);
        assert_eq!(read("Урай;uray;;;Специалист;1"), StaffError::Blank { line: 2, heading: UNIT });
        assert_eq!(read("У;u;О;;С;1\nУ;u;О;;Т;половина"), StaffError::Count { line: 3, value: "половина".into() });
        assert_eq!(read("У;u;О;;С;0"), StaffError::Count { line: 2, value: "0".into() });
        assert_eq!(read("У;Урай;О;;С;1"), StaffError::Code { line: 2, value: "Урай".into() });
        assert_eq!(read("У;u;О;;С;1\n\nУ;u;О"), StaffError::Row(4));
        assert_eq!(super::read("Код;Отдел\nu;О").unwrap_err(), StaffError::NoHeading(OFFICE));
        assert_eq!(super::read(&format!("{HEAD};код\n")).unwrap_err(), StaffError::TwoHeadings(CODE));
    }
}

//! Output: lines and tables for people, tab-separated rows for scripts, JSON for programs.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::problem::{Exit, Problem};
use crate::words::Said;

/// Set once and never taken back: a reader does not return.
static READER_GONE: AtomicBool = AtomicBool::new(false);

/// Writes a line to standard output.
///
/// # Errors
/// When it cannot be written; a reader that went away (`| head`) is no failure.
pub fn line(text: &str) -> Result<(), Problem> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            READER_GONE.store(true, Ordering::Relaxed);
            Ok(())
        }
        Err(error) => Err(Problem::new("output", Exit::Failed, Said::same(format!("stdout: {error}")))),
        Ok(()) => Ok(()),
    }
}

/// Whether whoever read standard output went away: what goes on for ever need not then.
#[must_use]
pub fn reader_is_gone() -> bool {
    READER_GONE.load(Ordering::Relaxed)
}

/// Writes a line to standard error, where a failure to write has nobody left to be told.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes one JSON value as a line to standard output.
///
/// # Errors
/// As [`line()`].
pub fn json(value: &Value) -> Result<(), Problem> {
    line(&value.to_string())
}

/// A text of others on one line of a terminal: nothing in it moves the cursor, changes colours or turns the line round.
#[must_use]
pub fn one_line(text: &str) -> String {
    let sign = |c: char| match c {
        '\n' => '↵',
        '\t' => ' ',
        c if c.is_control() || turns_round(c) => '\u{fffd}',
        c => c,
    };
    text.chars().filter(|c| *c != '\r').map(sign).collect()
}

/// The same so that a script gets the very text back: `\\`, `\n`, `\r`, `\t` and `\u{…}` stand for what they stand for.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '\n' | '\r' | '\t' => out.extend(c.escape_default()),
            c if c.is_control() || turns_round(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// The signs that change the direction of what follows.
fn turns_round(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Rows under headings.
#[derive(Debug, Clone, Default)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with these headings.
    #[must_use]
    pub fn new<S: Into<String>>(head: impl IntoIterator<Item = S>) -> Self {
        Self { head: head.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Aligned columns with headings.
    #[must_use]
    pub fn aligned(&self) -> String {
        let all = || std::iter::once(&self.head).chain(&self.rows);
        let widths: Vec<usize> =
            (0..self.head.len()).map(|i| all().filter_map(|r| r.get(i)).map(|c| width(c)).max().unwrap_or(0)).collect();
        let lines: Vec<String> = all().map(|row| align(row, &widths)).collect();
        lines.join("\n")
    }

    /// Tab-separated values without headings.
    #[must_use]
    pub fn plain(&self) -> String {
        let lines: Vec<String> = self.rows.iter().map(|row| row.join("\t")).collect();
        lines.join("\n")
    }
}

fn align(row: &[String], widths: &[usize]) -> String {
    let padded: Vec<String> =
        row.iter().zip(widths).map(|(cell, want)| format!("{cell}{}", " ".repeat(want.saturating_sub(width(cell))))).collect();
    padded.join("  ").trim_end().to_owned()
}

/// Columns that a text takes: our texts are Cyrillic and Latin, one column a character.
fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_cannot_command_the_terminal() {
        let text = "да\r\n\u{1b}[31mнет\t\u{202e}abc\\";
        assert_eq!(one_line(text), "да↵\u{fffd}[31mнет \u{fffd}abc\\");
        assert_eq!(escaped(text), r"да\r\n\u{1b}[31mнет\t\u{202e}abc\\");
    }

    #[test]
    fn columns_align_by_characters_and_not_by_bytes() {
        let mut table = Table::new(["ОТДЕЛЕНИЕ", "N"]);
        table.row(["Урай", "1"]);
        assert_eq!(table.aligned(), "ОТДЕЛЕНИЕ  N\nУрай       1");
        assert_eq!(table.plain(), "Урай\t1");
    }
}

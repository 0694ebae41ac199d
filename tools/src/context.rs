//! What every command knows: the language, how to print, where to work.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::print::{self, Table};
use crate::problem::Problem;
use crate::words::{Lang, Said};

/// The global flags, decided.
#[derive(Debug, Clone)]
pub struct Context {
    /// The language of texts.
    pub lang: Lang,
    /// One JSON object instead of text.
    pub json: bool,
    /// Tab-separated rows without headings.
    pub plain: bool,
    /// Only errors and what was asked for.
    pub quiet: bool,
    /// How often `-v` was given.
    pub verbose: u8,
    /// Colours and moving progress bars are welcome.
    pub color: bool,
    /// Fail instead of asking.
    pub no_input: bool,
    /// Show what would be signed or removed, and do not.
    pub dry_run: bool,
    /// The authority's folder.
    pub dir: PathBuf,
    /// The node to talk to: an address, or a node's data directory.
    pub node: Option<String>,
    /// How long to wait for a node.
    pub timeout: Duration,
}

impl Context {
    /// Tells the result of a command that changed something: what changed, and what comes next.
    ///
    /// With `--json`, prints `value` with `"type": "summary"` and `"v": 1`; with `--quiet`, nothing.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn done(&self, value: Value, changed: &Said, next: Option<&Said>) -> Result<(), Problem> {
        if self.json {
            return self.object(value);
        }
        if self.quiet {
            return Ok(());
        }
        print::line(&format!("OK  {}", changed.text(self.lang)))?;
        match next {
            Some(next) => print::line(&format!("{}: {}", self.lang.pick("Дальше", "Next"), next.text(self.lang))),
            None => Ok(()),
        }
    }

    /// Shows rows: a table, tab-separated with `--plain`, or `value` with `--json`.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn show(&self, value: Value, table: &Table) -> Result<(), Problem> {
        match (self.json, self.plain) {
            (true, _) => self.object(value),
            (_, true) => print::line(&table.plain()),
            _ => print::line(&table.aligned()),
        }
    }

    /// Prints the one JSON object of this command.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn object(&self, mut value: Value) -> Result<(), Problem> {
        if let Value::Object(fields) = &mut value {
            fields.entry("type").or_insert_with(|| "summary".into());
            fields.entry("v").or_insert_with(|| 1.into());
        }
        print::json(&value)
    }

    /// Prints a line of text, unless `--json` or `--quiet` forbids it.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn say(&self, text: &Said) -> Result<(), Problem> {
        if self.json || self.quiet { Ok(()) } else { print::line(text.text(self.lang)) }
    }

    /// Warns on standard error.
    pub fn warn(&self, text: &Said) {
        if !self.json {
            print::note(&format!("{}  {}", self.lang.pick("ВНИМАНИЕ", "WARNING"), text.text(self.lang)));
        }
    }
}

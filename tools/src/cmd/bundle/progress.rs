//! How far it is: a bar for people, lines for programs.

use std::cell::Cell;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::context::Context;
use crate::print;

/// Lines are not told more often.
const EVERY: Duration = Duration::from_millis(500);

/// Shows how much of a file is done.
pub(in crate::cmd) struct Progress {
    bar: ProgressBar,
    lines: bool,
    total: u64,
    messages: u64,
    done: Cell<u64>,
    told: Cell<Instant>,
}

impl Progress {
    /// Of so many bytes with so many messages in them.
    pub(in crate::cmd) fn new(context: &Context, total: u64, messages: u64) -> Self {
        let shown = !context.json && !context.quiet && context.color;
        let bar = if shown { ProgressBar::new(total) } else { ProgressBar::hidden() };
        bar.set_style(
            ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}").unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        Self { bar, lines: context.json, total, messages, done: Cell::new(0), told: Cell::new(Instant::now()) }
    }

    /// So many bytes more.
    pub(in crate::cmd) fn more(&self, bytes: usize) {
        self.done.set(self.done.get().saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX)));
        self.bar.set_position(self.done.get());
        let over = self.done.get() >= self.total;
        if self.lines && (over || self.told.get().elapsed() >= EVERY) {
            self.told.set(Instant::now());
            let share = u128::from(self.messages) * u128::from(self.done.get().min(self.total)) / u128::from(self.total.max(1));
            let line = json!({
                "type": "progress", "v": 1, "done_bytes": self.done.get(), "total_bytes": self.total,
                "messages": u64::try_from(share).unwrap_or(self.messages),
            });
            // Whoever does not read it any more needs none.
            let _ = print::json(&line);
        }
    }

    /// So many bytes in all.
    pub(in crate::cmd) fn at(&self, bytes: u64) {
        self.more(usize::try_from(bytes.saturating_sub(self.done.get())).unwrap_or(usize::MAX));
    }

    /// It is done, however near the forecast was.
    pub(in crate::cmd) fn over(&self) {
        self.at(self.total);
    }

    /// What is read through it is counted.
    pub(super) fn through<R: Read>(&self, reader: R) -> Counted<'_, R> {
        Counted { reader, progress: self }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A reader that is counted.
pub(super) struct Counted<'a, R> {
    reader: R,
    progress: &'a Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.progress.more(read);
        Ok(read)
    }
}

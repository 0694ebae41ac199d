//! One node as a process: this program, run again.
//!
//! The parent holds the child's standard input and the child stops when it closes, so that no node
//! outlives whoever started it, however that ended. The child says on its standard output, in lines of
//! JSON, when it is ready; its log goes to `node.log` in its data directory.

use std::fs::File;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, Command};
use tokio::sync::{mpsc, oneshot};

use super::blueprint::Site;
use super::namespace::inside;
use crate::problem::{Exit, FileError, Problem};
use crate::words::said;

/// The first argument by which this program knows that it is to be a child; its data directory follows.
pub const CHILD: &str = "node-child";

/// How the allocator is told to keep little for itself, as `node/okrug-node.service` tells it: by itself the C library
/// keeps an arena for each thread, a fifth of a node's memory.
const ALLOCATOR: [(&str, &str); 2] = [("MALLOC_ARENA_MAX", "2"), ("MALLOC_TRIM_THRESHOLD_", "131072")];

/// What a child says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Says {
    /// It serves its page and listens for other nodes.
    Ready,
    /// Its links are cut.
    Cut,
    /// Its links may stand again.
    Joined,
}

/// What a child is told, a word a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tell {
    /// Close all links, and take and make none.
    Cut,
    /// Take and make links again.
    Join,
}

impl Tell {
    /// The line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Join => "join",
        }
    }

    /// What a line means.
    #[must_use]
    pub fn of(line: &str) -> Option<Self> {
        [Self::Cut, Self::Join].into_iter().find(|tell| tell.word() == line.trim())
    }
}

/// Something came from a child, by the index of its site.
#[derive(Debug)]
pub enum Heard {
    /// It said something.
    Says(usize, Says),
    /// It has ended.
    Gone(usize, Option<ExitStatus>),
}

/// A running child.
#[derive(Debug)]
pub struct Child {
    pid: u32,
    stdin: Option<ChildStdin>,
    log: PathBuf,
    slug: String,
}

impl Child {
    /// Starts the node of a site; `ready` answers when it serves, or is dropped when it ends before that.
    ///
    /// # Errors
    /// When the process cannot be made.
    pub fn start(index: usize, site: &Site, heard: mpsc::Sender<Heard>) -> Result<(Self, oneshot::Receiver<()>), Problem> {
        let log = site.data.join("node.log");
        let file = File::create(&log).map_err(FileError::at(&log))?;
        let program = std::env::current_exe().map_err(FileError::at(&site.data))?;
        let mut command = Command::new(program);
        command
            .arg(CHILD)
            .arg(&site.data)
            .envs(ALLOCATOR)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(file)
            // Ctrl+C at the terminal goes to everybody; the parent decides when its children stop.
            .process_group(0)
            .kill_on_drop(true);
        let runtime = tokio::runtime::Handle::current();
        let spawned = inside(site.namespace.as_deref(), || {
            let _here = runtime.enter();
            command.spawn()
        })?;
        let mut process = spawned.map_err(FileError::at(&site.data))?;
        let (pid, stdin, stdout) = (process.id().unwrap_or(0), process.stdin.take(), process.stdout.take());
        let (told, ready) = oneshot::channel();
        let mut told = Some(told);
        tokio::spawn(async move {
            if let Some(stdout) = stdout {
                let mut lines = BufReader::new(stdout).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    match serde_json::from_str(&line) {
                        Ok(Says::Ready) => drop(told.take().map(|told| told.send(()))),
                        Ok(says) => drop(heard.send(Heard::Says(index, says)).await),
                        Err(_) => {}
                    }
                }
            }
            let status = process.wait().await.ok();
            // Nobody waits for it any more when the whole district is being stopped.
            let _ = heard.send(Heard::Gone(index, status)).await;
        });
        Ok((Self { pid, stdin, log, slug: site.slug.clone() }, ready))
    }

    /// The process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Tells the child something; one that has ended hears nothing, which is told elsewhere.
    pub async fn tell(&mut self, tell: Tell) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(format!("{}\n", tell.word()).as_bytes()).await;
        }
    }

    /// Lets the child stop.
    pub fn stop(&mut self) {
        self.stdin = None;
    }

    /// Why it ended, as far as its log says.
    #[must_use]
    pub fn obituary(&self, status: Option<ExitStatus>) -> Problem {
        let (slug, log) = (&self.slug, self.log.display());
        let status = status.map_or_else(|| "?".to_owned(), |status| status.to_string());
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("-");
        Problem::new(
            "node_ended",
            Exit::Failed,
            said!("узел {slug} завершился ({status}): {last}", "the node {slug} has ended ({status}): {last}"),
        )
        .hint(said!("журнал: {log}", "its log: {log}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_of_the_demo_has_the_allocator_of_the_unit() {
        let unit = include_str!("../../../node/okrug-node.service");
        let told = |(name, value): &(&str, &str)| unit.contains(&format!("Environment={name}={value}\n"));
        assert!(ALLOCATOR.iter().all(told));
    }
}

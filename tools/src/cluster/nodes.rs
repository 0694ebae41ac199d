//! All nodes of a blueprint, started together and stopped together.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use super::blueprint::Blueprint;
use super::child::{Child, Heard, Says, Tell};
use crate::problem::{Exit, Problem};
use crate::words::said;

/// How long nodes may take to serve, all of them together on a busy machine.
const START: Duration = Duration::from_secs(90);
/// How long nodes may take to flush and stop.
const STOP: Duration = Duration::from_secs(20);

/// Running nodes.
#[derive(Debug)]
pub struct Nodes {
    children: Vec<Child>,
    heard: mpsc::Receiver<Heard>,
    running: usize,
}

impl Nodes {
    /// Starts the node of every site and waits until each serves.
    ///
    /// # Errors
    /// A node that ends, with the last words of its log, or one that takes too long.
    pub async fn start(blueprint: &Blueprint) -> Result<Self, Problem> {
        let (told, heard) = mpsc::channel(2 * blueprint.sites.len().max(1));
        let mut nodes = Self { children: Vec::new(), heard, running: 0 };
        let mut ready = Vec::new();
        for (index, site) in blueprint.sites.iter().enumerate() {
            let (child, serves) = Child::start(index, site, told.clone())?;
            nodes.children.push(child);
            nodes.running += 1;
            ready.push(serves);
        }
        let until = Instant::now() + START;
        for serves in ready {
            match timeout_at(until, serves).await {
                Ok(Ok(())) => {}
                // It will not be long until its end is told.
                Ok(Err(_)) => return Err(nodes.end().await),
                Err(_) => return Err(slow()),
            }
        }
        Ok(nodes)
    }

    /// Waits until a node's links are cut or joined again, by its index; an error when a node ends, which none should.
    ///
    /// # Errors
    /// Which node has ended, with the last words of its log.
    pub async fn event(&mut self) -> Result<(usize, Says), Problem> {
        match self.heard.recv().await {
            Some(Heard::Says(index, says)) => Ok((index, says)),
            Some(Heard::Gone(index, status)) => {
                self.running -= 1;
                Err(self.children[index].obituary(status))
            }
            None => Err(slow()),
        }
    }

    /// Waits for the end of a node that has closed its output.
    async fn end(&mut self) -> Problem {
        loop {
            if let Err(problem) = self.event().await {
                return problem;
            }
        }
    }

    /// The process of a node.
    #[must_use]
    pub fn pid(&self, index: usize) -> u32 {
        self.children[index].pid()
    }

    /// Cuts a node off from all others, or lets it join them again.
    pub async fn tell(&mut self, index: usize, tell: Tell) {
        self.children[index].tell(tell).await;
    }

    /// Stops all nodes; those that do not stop in time are killed.
    pub async fn stop(mut self) {
        self.children.iter_mut().for_each(Child::stop);
        let all = async {
            while self.running > 0 {
                match self.heard.recv().await {
                    Some(Heard::Gone(..)) => self.running -= 1,
                    Some(Heard::Says(..)) => {}
                    None => break,
                }
            }
        };
        // Dropping what is left kills it.
        let _ = timeout(STOP, all).await;
    }
}

fn slow() -> Problem {
    let seconds = START.as_secs();
    Problem::new("nodes_slow", Exit::Unreachable, said!("узлы не запустились за {seconds} с", "the nodes did not start within {seconds} s"))
}

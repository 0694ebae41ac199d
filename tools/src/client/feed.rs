//! Events that go on over lost connections: whoever listens is told of each once the line stands again.

use std::io::{self, BufReader};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use okrug_node::office::view::Event;

use super::interrupt::{interrupt, interrupted};
use super::person::Person;
use super::sse::Frames;
use crate::problem::{Exit, Problem};
use crate::words::said;

/// Events that wait at most; then the node is read no further.
const MAX_WAITING: usize = 64;
/// How long to wait before the node is called again.
const PAUSE: Duration = Duration::from_secs(1);

/// What is heard.
#[derive(Debug)]
pub enum Heard {
    /// An event, with the number to resume after.
    Event(u64, Box<Event>),
    /// The stream stands at this number: what comes later comes after it.
    At(u64),
    /// Nothing more will be heard.
    Ended(Problem),
}

impl Person {
    /// Listens to what happens, from now or after the event `from`; ends when the node is gone for `patience`.
    ///
    /// An interrupt from the terminal is heard as an end with the exit code of one.
    #[must_use]
    pub fn listen(&self, from: Option<u64>, patience: Duration) -> Receiver<Heard> {
        let (told, heard) = sync_channel(MAX_WAITING);
        let (person, interrupted, interrupt) = (self.clone(), told.clone(), interrupt());
        thread::spawn(move || {
            let mut feed = Feed { person, at: from, told, patience, lost: None };
            let ended = feed.go_on();
            // Nobody listens any more when the count is full.
            let _ = feed.told.send(Heard::Ended(ended));
        });
        thread::spawn(move || {
            if let Ok(ended) = interrupt.recv() {
                let _ = interrupted.send(Heard::Ended(ended));
            }
        });
        heard
    }
}

struct Feed {
    person: Person,
    at: Option<u64>,
    told: SyncSender<Heard>,
    patience: Duration,
    lost: Option<Instant>,
}

impl Feed {
    /// Listens until it cannot go on.
    fn go_on(&mut self) -> Problem {
        loop {
            let problem = match self.listen() {
                Ok(()) => {
                    thread::sleep(PAUSE);
                    continue;
                }
                Err(problem) => problem,
            };
            let since = *self.lost.get_or_insert_with(Instant::now);
            let is_passing = match problem.exit {
                Exit::NotRunning | Exit::Busy => since.elapsed() < self.patience,
                // The session has ended: with the node that held it, or after its time.
                Exit::NotPermitted if problem.code == "not_logged_in" => match self.person.log_in() {
                    Ok(again) => again,
                    Err(refused) if matches!(refused.exit, Exit::NotRunning | Exit::Busy) => since.elapsed() < self.patience,
                    Err(refused) => return refused,
                },
                _ => false,
            };
            if !is_passing {
                return problem;
            }
            thread::sleep(PAUSE);
        }
    }

    /// Listens to one connection until it ends, which every connection does one day.
    fn listen(&mut self) -> Result<(), Problem> {
        let mut frames = Frames::of(BufReader::new(self.person.node().events(self.at)?));
        self.lost = None;
        loop {
            let frame = match frames.next() {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(broken()),
                // The line, not what is said on it.
                Err(_) => return Ok(()),
            };
            self.at = frame.id.or(self.at);
            let number = self.at.unwrap_or(0);
            let heard = match frame.data.and_then(|data| Event::read(&frame.name, &data)) {
                Some(event) => Heard::Event(number, Box::new(event)),
                None => Heard::At(number),
            };
            self.told.send(heard).map_err(|_| interrupted())?;
        }
    }
}

fn broken() -> Problem {
    Problem::new("stream_broken", Exit::Failed, said!("узел передал не поток событий", "what the node sent is no stream of events"))
}

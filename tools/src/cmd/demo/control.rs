//! While the demo runs: links are cut and restored by the clock or by a word on standard input.
//!
//! A node that is cut off closes its links and neither takes nor makes any, as if its line were down;
//! its page and its people go on. Lines on standard input: `cut SLUG`, `join SLUG`, `stop`.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::Stop;
use super::enrol::Enrolment;
use crate::cluster::{Blueprint, Nodes, Says, Tell, stdin};
use crate::context::Context;
use crate::problem::Problem;
use crate::words::said;

/// From the beginning of one cut to that of the next.
pub(super) const CUT_EVERY: Duration = Duration::from_secs(120);
/// So that whoever starts the demo sees it whole before the first cut.
const FIRST_CUT: Duration = Duration::from_secs(30);

pub(super) struct Control<'a> {
    context: &'a Context,
    blueprint: &'a Blueprint,
    cut: Option<Duration>,
    /// When the last office is cut off or joined again.
    next: Option<(Instant, Tell)>,
}

/// What a line on standard input asks for.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Tell(usize, Tell),
    Stop,
    Unknown,
}

impl<'a> Control<'a> {
    pub(super) fn new(context: &'a Context, blueprint: &'a Blueprint, cut: Option<Duration>) -> Self {
        let next = cut.map(|_| (Instant::now() + FIRST_CUT, Tell::Cut));
        Self { context, blueprint, cut, next }
    }

    /// Goes on until somebody asks for the end, or a node ends by itself.
    pub(super) async fn run(mut self, nodes: &mut Nodes, mut enrolment: Enrolment, stop: &mut Stop) -> Result<(), Problem> {
        let mut lines = stdin();
        let mut listening = true;
        loop {
            tokio::select! {
                () = stop.asked() => return Ok(()),
                heard = nodes.event() => self.tell(heard?)?,
                done = enrolment.finish(), if enrolment.is_going_on() => done.and_then(|()| self.enrolled())?,
                () = at(self.next), if self.next.is_some() => self.by_the_clock(nodes).await,
                line = lines.recv(), if listening => match line.map(|line| read(&line, self.blueprint)) {
                    Some(Wish::Stop) => return Ok(()),
                    Some(Wish::Tell(index, tell)) => nodes.tell(index, tell).await,
                    Some(Wish::Unknown) => self.context.warn(&said!("слова: cut КОД, join КОД, stop", "words: cut SLUG, join SLUG, stop")),
                    None => listening = false,
                },
            }
        }
    }

    async fn by_the_clock(&mut self, nodes: &mut Nodes) {
        let (Some((at, tell)), Some(cut)) = (self.next, self.cut) else { return };
        nodes.tell(self.blueprint.sites.len() - 1, tell).await;
        self.next = Some(match tell {
            Tell::Cut => (at + cut, Tell::Join),
            Tell::Join => (at + (CUT_EVERY - cut), Tell::Cut),
        });
    }

    fn tell(&self, (index, says): (usize, Says)) -> Result<(), Problem> {
        let slug = &self.blueprint.sites[index].slug;
        let (event, text) = match says {
            Says::Cut => ("cut", said!("{slug}: связь с остальными оборвана", "{slug}: cut off from the others")),
            Says::Joined => ("joined", said!("{slug}: связь восстановлена", "{slug}: joined again")),
            Says::Ready => return Ok(()),
        };
        if self.context.json {
            return self.context.object(json!({ "type": "event", "event": event, "office": slug }));
        }
        self.context.say(&text)
    }

    fn enrolled(&self) -> Result<(), Problem> {
        self.context.say(&said!("Все могут войти.", "Everybody can log in."))
    }
}

async fn at(next: Option<(Instant, Tell)>) {
    match next {
        Some((at, _)) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

fn read(line: &str, blueprint: &Blueprint) -> Wish {
    let words: Vec<&str> = line.split_whitespace().collect();
    let site = |slug: &str| blueprint.sites.iter().position(|site| site.slug == slug);
    match words.as_slice() {
        ["stop"] => Wish::Stop,
        [word, slug] => Tell::of(word).zip(site(slug)).map_or(Wish::Unknown, |(tell, index)| Wish::Tell(index, tell)),
        _ => Wish::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::cluster::Pages;
    use crate::staff;

    #[test]
    fn a_line_names_what_is_to_be_done_with_which_office() {
        let blueprint = Blueprint::lay_out(Path::new("/nowhere"), "Округ", &staff::sample(), 3, Pages::Anywhere).unwrap();
        assert_eq!(read("cut surgut", &blueprint), Wish::Tell(2, Tell::Cut));
        assert_eq!(read("  join   upravlenie ", &blueprint), Wish::Tell(0, Tell::Join));
        assert_eq!(read("stop", &blueprint), Wish::Stop);
        assert_eq!(read("cut nowhere", &blueprint), Wish::Unknown);
    }
}

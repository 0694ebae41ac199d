//! `okrug msg tail`.

use std::collections::{HashMap, VecDeque};

use okrug_node::office::view::{ChatId, Event, Message, MessageId, MessageKind};
use serde_json::json;

use super::list::plain;
use super::{show, who};
use crate::client::{Heard, Person, Speaker};
use crate::context::Context;
use crate::print;
use crate::problem::{Exit, Problem};
use crate::time;
use crate::words::said;

/// Messages that are remembered, so that none is shown twice where the past and the present of a stream meet.
const MAX_SHOWN: usize = 8_192;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long = "in", value_name = "WHO")]
    chat: Option<String>,
    #[arg(long, value_name = "EVENT_ID")]
    from: Option<u64>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    #[command(flatten)]
    speaker: Speaker,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    Person::speak(context, &args.speaker, |person| {
        let only = args.chat.as_deref().map(|word| who::find(person, word)).transpose()?.map(|target| target.id);
        let mut tail = Tail { context, only, left: args.count, at: args.from, shown: Shown::default() };
        let heard = person.listen(args.from, context.timeout);
        let ended = heard.iter().find_map(|heard| tail.hear(heard).transpose());
        ended.unwrap_or(Ok(())).map_err(|problem| tail.resumable(problem))
    })
}

struct Tail<'a> {
    context: &'a Context,
    only: Option<ChatId>,
    left: Option<u64>,
    at: Option<u64>,
    shown: Shown,
}

impl Tail<'_> {
    /// Takes what was heard; something when it was the last.
    fn hear(&mut self, heard: Heard) -> Result<Option<()>, Problem> {
        match heard {
            Heard::Ended(problem) => Err(problem),
            Heard::At(number) => {
                self.at = Some(number);
                Ok(None)
            }
            Heard::Event(number, event) => {
                self.at = Some(number);
                match *event {
                    Event::MessageNew(message) => self.message(number, &message),
                    Event::Reset => self.gap(number),
                    _ => Ok(None),
                }
            }
        }
    }

    fn message(&mut self, number: u64, message: &Message) -> Result<Option<()>, Problem> {
        if self.only.is_some_and(|only| only != message.chat) || !self.shown.is_news(message) {
            return Ok(None);
        }
        self.print(number, message)?;
        self.left = self.left.map(|left| left - 1);
        Ok((self.left == Some(0) || print::reader_is_gone()).then_some(()))
    }

    fn print(&self, number: u64, message: &Message) -> Result<(), Problem> {
        let lang = self.context.lang;
        if self.context.json {
            return self.context.object(json!({ "type": "message", "event": number, "message": message }));
        }
        if self.context.plain {
            return print::line(&format!("{number}\t{}", plain(message).join("\t")));
        }
        let word = show::precedence(message.precedence, lang).map_or_else(String::new, |word| format!("{word} "));
        let doubt: String = show::doubts(message, lang).into_iter().map(|doubt| format!("{doubt} ")).collect();
        let (when, who, text) = (time::shown(message.sent, lang), show::author(message, lang), show::text(message, lang));
        print::line(&print::one_line(&format!("{when}  {}  {who}: {doubt}{word}{text}", message.chat)))
    }

    /// The number to begin after is of another life of the node's store: what came since cannot be told apart.
    fn gap(&self, number: u64) -> Result<Option<()>, Problem> {
        if self.context.json {
            self.context.object(json!({ "type": "gap", "event": number }))?;
        }
        self.context.warn(&said!(
            "узел начал счёт событий заново; пропущенное покажет okrug msg list --in ПЕРЕПИСКА",
            "the node counts its events anew; okrug msg list --in CHAT shows what was missed"
        ));
        Ok(None)
    }

    /// Says where to go on.
    fn resumable(&self, problem: Problem) -> Problem {
        match (self.at, problem.exit) {
            (Some(at), Exit::Interrupted | Exit::NotRunning | Exit::Busy) => problem
                .hint(said!("продолжить без пропусков: okrug msg tail --from {at}", "go on without a gap: okrug msg tail --from {at}")),
            _ => problem,
        }
    }
}

/// What was shown lately, and as what.
#[derive(Default)]
struct Shown {
    kinds: HashMap<MessageId, MessageKind>,
    order: VecDeque<MessageId>,
}

impl Shown {
    /// Whether a message was not shown yet; one whose signature was found not to hold is news again.
    fn is_news(&mut self, message: &Message) -> bool {
        match self.kinds.insert(message.id, message.kind) {
            Some(kind) => kind != message.kind,
            None => {
                self.order.push_back(message.id);
                if self.order.len() > MAX_SHOWN {
                    self.order.pop_front().map(|oldest| self.kinds.remove(&oldest));
                }
                true
            }
        }
    }
}

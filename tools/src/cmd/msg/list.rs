//! `okrug msg list`.

use okrug_node::office::view::{Chats, Cursor, Message, Page};
use serde_json::json;

use super::{show, who};
use crate::client::{Person, Speaker};
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::Problem;
use crate::time;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long = "in", value_name = "WHO")]
    chat: Option<String>,
    #[arg(long, value_name = "CURSOR", requires = "chat", value_parser = |text: &str| text.parse::<Cursor>())]
    before: Option<Cursor>,
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=200))]
    limit: u16,
    #[command(flatten)]
    speaker: Speaker,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    Person::speak(context, &args.speaker, |person| match &args.chat {
        None => conversations(context, person),
        Some(word) => messages(context, person, word, args),
    })
}

fn conversations(context: &Context, person: &Person) -> Result<(), Problem> {
    let Chats { chats } = person.node().get("/chat")?;
    let head = context.lang.pick(["ПЕРЕПИСКА", "НАЗВАНИЕ", "НОВЫХ", "ПОСЛЕДНЕЕ", "ТЕКСТ"], ["CHAT", "TITLE", "UNREAD", "LAST", "TEXT"]);
    let mut table = Table::new(head);
    for chat in &chats {
        let (when, what) = chat.last.as_ref().map_or_else(
            || ("-".to_owned(), String::new()),
            |last| {
                let when = if context.plain { time::text(last.sent) } else { time::shown(last.sent, context.lang) };
                (when, format!("{}: {}", last.author, last.text))
            },
        );
        let text = if context.plain { print::escaped(&what) } else { print::one_line(&what) };
        table.row([chat.id.to_string(), print::one_line(&chat.title), chat.unread.to_string(), when, text]);
    }
    context.show(json!({ "chats": chats }), &table)
}

fn messages(context: &Context, person: &Person, word: &str, args: &Args) -> Result<(), Problem> {
    let target = who::find(person, word)?;
    let before = args.before.map_or_else(String::new, |before| format!("&before={before}"));
    let page: Page = person.node().get(&format!("/chat/{}/message?limit={}{before}", target.id, args.limit))?;
    let before = page.before.map(|before| before.to_string());
    if context.json {
        return context
            .object(json!({ "chat": target.id.to_string(), "title": target.title, "messages": page.messages, "before": before }));
    }
    if context.plain {
        let mut table = Table::default();
        page.messages.iter().for_each(|message| table.row(plain(message)));
        return if page.messages.is_empty() { Ok(()) } else { print::line(&table.plain()) };
    }
    page.messages.iter().try_for_each(|message| print::line(&lines(message, context)))?;
    let (shown, title) = (page.messages.len(), print::one_line(&target.title));
    match before {
        Some(before) => context
            .say(&said!("Раньше: okrug msg list --in {word} --before {before}", "Earlier: okrug msg list --in {word} --before {before}")),
        None if shown == 0 => context.say(&said!("{title}: сообщений нет", "{title}: no messages")),
        None => Ok(()),
    }
}

/// A message as it stands on the screen: who and when, then the text below, moved in.
fn lines(message: &Message, context: &Context) -> String {
    let lang = context.lang;
    let mut head = format!("{}  {}", time::shown(message.sent, lang), print::one_line(&show::author(message, lang)));
    if let Some(word) = show::precedence(message.precedence, lang) {
        head.push_str(&format!("  {word}"));
    }
    if message.mine {
        head.push_str(&format!("  · {}", show::delivery(&message.delivery, lang)));
    }
    if message.late {
        head.push_str(lang.pick("  · поступило с опозданием", "  · arrived late"));
    }
    if let Some(notice) = message.notice.as_ref().filter(|_| message.mine) {
        head.push_str(&format!("\n    [{}]", show::notice(notice, lang)));
    }
    for doubt in show::doubts(message, lang) {
        head.push_str(&format!("\n    {doubt}"));
    }
    let text: Vec<String> = show::text(message, lang).lines().map(|line| format!("    {}", print::one_line(line))).collect();
    format!("{head}\n{}", text.join("\n"))
}

/// A message for a script.
pub(super) fn plain(message: &Message) -> [String; 8] {
    let code = serde_json::to_value(message.delivery.code).expect("a word");
    [
        message.id.to_string(),
        time::text(message.sent),
        message.chat.to_string(),
        message.author.id.to_string(),
        print::escaped(&message.author.name),
        message.precedence.to_string(),
        code.as_str().unwrap_or_default().to_owned(),
        print::escaped(&message.text),
    ]
}

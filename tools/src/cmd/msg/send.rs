//! `okrug msg send`.

use std::io::{IsTerminal, Read};

use okrug_node::api::Code;
use okrug_node::clock;
use okrug_node::office::view::{ClientId, Message, Post};
use okrug_protocol::bounds::MAX_TEXT;
use okrug_protocol::ids::{Precedence, hex};
use rand_core::RngCore;
use serde_json::json;

use super::show;
use super::who::{self, Target};
use crate::client::{Person, Speaker};
use crate::context::Context;
use crate::print::{self, Table};
use crate::problem::{Exit, FileError, Problem, misuse};
use crate::words::{Lang, Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "WHO")]
    to: String,
    #[arg(long = "for", value_name = "ROLE|PERSON")]
    behalf: Option<String>,
    #[arg(long, value_name = "PRECEDENCE", default_value = "routine", value_parser = ["routine", "urgent", "flash"])]
    precedence: String,
    #[arg(long, value_name = "ID", value_parser = |text: &str| text.parse::<ClientId>())]
    client_id: Option<ClientId>,
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    #[command(flatten)]
    speaker: Speaker,
}

pub(super) fn run(context: &Context, args: Args) -> Result<(), Problem> {
    let text = match args.text {
        Some(text) if text != "-" => text,
        given => read(context, given.is_some())?,
    };
    let precedence: Precedence = args.precedence.parse().expect("clap takes no other words");
    let client_id = args.client_id.unwrap_or_else(fresh);
    let mut post = Post { client_id, text, precedence, reply_to: None, on_behalf_of: None };
    Person::speak(context, &args.speaker, |person| {
        let target = who::find(person, &args.to)?;
        post.on_behalf_of = args.behalf.as_deref().map(|word| who::behalf(person, word)).transpose()?;
        if context.dry_run {
            return rehearse(context, &target);
        }
        let path = format!("/chat/{}/message", target.id);
        let (status, message): (u16, Message) = person.node().post(&path, &post).map_err(|problem| uncertain(problem, &post.client_id))?;
        tell(context, &target, &message, &post.client_id, status == 200)
    })
}

fn tell(context: &Context, target: &Target, message: &Message, client_id: &ClientId, repeated: bool) -> Result<(), Problem> {
    let value = json!({ "message": message, "title": target.title, "client_id": client_id.to_string(), "repeated": repeated });
    if context.plain {
        let code = &value["message"]["delivery"]["code"];
        let mut table = Table::default();
        table.row([&*message.id.to_string(), code.as_str().unwrap_or_default(), if repeated { "repeated" } else { "new" }]);
        return print::line(&table.plain());
    }
    let (id, chat, title) = (message.id, target.id, print::one_line(&target.title));
    let (ru, en) = (show::delivery(&message.delivery, Lang::Ru), show::delivery(&message.delivery, Lang::En));
    let kept = if repeated {
        said!(
            "уже было записано раньше и второй раз не записано: {id}, {title} ({chat}). {ru}",
            "had been written before and was not written twice: {id}, {title} ({chat}). {en}"
        )
    } else {
        said!("записано на диск узла: {id}, {title} ({chat}). {ru}", "on the node's disk: {id}, {title} ({chat}). {en}")
    };
    context.done(value, &kept, Some(&Said::same(format!("okrug msg list --in {chat}"))))
}

fn rehearse(context: &Context, target: &Target) -> Result<(), Problem> {
    let Target { id, title } = target;
    let value = json!({ "chat": id.to_string(), "title": title, "dry_run": true });
    context.done(value, &said!("{title} ({id}); проба, ничего не записано", "{title} ({id}); dry run, nothing was written"), None)
}

/// Nobody knows whether the message was written when the answer did not come; the same name makes that harmless.
fn uncertain(problem: Problem, client_id: &ClientId) -> Problem {
    match problem.exit {
        Exit::NotRunning | Exit::Busy => problem.hint(said!(
            "повторите с --client-id {client_id}: если сообщение уже записано, второй раз оно не запишется",
            "try again with --client-id {client_id}: if the message was written, it is not written twice"
        )),
        _ => problem,
    }
}

fn fresh() -> ClientId {
    let mut bytes = [0; 16];
    clock::rng().fill_bytes(&mut bytes);
    hex(&bytes).parse().expect("hexadecimal digits")
}

/// Reads the text from standard input, without its last line end.
fn read(context: &Context, wanted: bool) -> Result<String, Problem> {
    if std::io::stdin().is_terminal() && !wanted && context.no_input {
        return Err(misuse(said!("нет текста", "there is no text")).hint(Said::same("okrug msg send --to WHO TEXT")));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_TEXT + 2).unwrap_or(u64::MAX);
    let read = std::io::stdin().lock().take(limit).read_to_end(&mut bytes);
    read.map_err(FileError::at(std::path::Path::new("-")))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Problem::new(
            "not_text",
            Exit::Failed,
            said!("это не текст в UTF-8, ничего не записано", "not a text in UTF-8, nothing was written"),
        )
    })?;
    let text = text.strip_suffix('\n').map_or(&*text, |text| text.strip_suffix('\r').unwrap_or(text));
    if text.len() > MAX_TEXT {
        let row = Code::TextTooLong.row();
        let problem = Problem::new(Code::TextTooLong.word(), row.exit, row.detail);
        return Err(match row.hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
    }
    Ok(text.to_owned())
}

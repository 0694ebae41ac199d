//! `okrug msg`: what a person says and reads, from the command line.

mod export;
mod list;
mod send;
mod show;
mod tail;
mod trace;
mod who;

use clap::Subcommand;

use crate::context::Context;
use crate::help::Row;
use crate::problem::Problem;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Send(send::Args),
    List(list::Args),
    Tail(tail::Args),
    Trace(trace::Args),
    Export(export::Args),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("msg", "Messages", "Сообщения"),
    ("msg.send", "Say something", "Написать"),
    (
        "msg.send.to",
        "To whom: u12, p10002, r10001 or d (the district); a unit's, person's or role's full name, NAME@OFFICE, or a login of this office",
        "Кому: u12, p10002, r10001 или d (весь округ); полное название отдела или роли, имя человека, ИМЯ@ОТДЕЛЕНИЕ или логин этого отделения",
    ),
    (
        "msg.send.behalf",
        "For whom: a role whose duty you have, or somebody in whose place you stand; both names are shown",
        "За кого: роль, которую вы исполняете, или человек, которого вы замещаете; показаны будут оба имени",
    ),
    (
        "msg.send.precedence",
        "How soon it must travel: routine, urgent, flash; routine by default",
        "Срочность: routine, urgent, flash; по умолчанию routine",
    ),
    (
        "msg.send.client_id",
        "Your own name for the message: the same one again writes nothing twice",
        "Ваше имя для сообщения: повтор с тем же именем не запишется дважды",
    ),
    ("msg.send.text", "The text; - or nothing reads standard input", "Текст; - или ничего: читать со стандартного ввода"),
    ("msg.list", "Show conversations, or the messages of one", "Показать переписки или сообщения одной из них"),
    ("msg.list.chat", "Whose messages: a conversation, named as in msg send", "Чьи сообщения: переписка, как в msg send"),
    (
        "msg.list.before",
        "Those before this place, which the later page has named",
        "Те, что раньше этого места; его называет следующая страница",
    ),
    ("msg.list.limit", "How many at most, 1 to 200; 50 by default", "Сколько самое большее, от 1 до 200; по умолчанию 50"),
    (
        "msg.trace",
        "Show the movement of a message: where it is, since when and by what, and why it waits",
        "Показать движение сообщения: где оно, с каких пор и чем пришло, почему ждёт",
    ),
    ("msg.trace.message", "Which message: its number, as msg list --json shows it", "Какое сообщение: его номер, как в msg list --json"),
    ("msg.tail", "Show messages as they come, a line each", "Показывать сообщения по мере прихода, по строке"),
    ("msg.tail.chat", "Only those of one conversation, named as in msg send", "Только одной переписки, как в msg send"),
    (
        "msg.tail.from",
        "Begin with all that came after this event, whose number each line of JSON has",
        "Начать со всего, что пришло после этого события; его номер есть в каждой строке JSON",
    ),
    ("msg.tail.count", "End after so many messages", "Закончить после стольких сообщений"),
    (
        "msg.export",
        "Write messages into a file that okrug verify checks anywhere",
        "Записать сообщения в файл, который okrug verify проверит где угодно",
    ),
    ("msg.export.chat", "Whose messages: a conversation, named as in msg send", "Чьи сообщения: переписка, как в msg send"),
    ("msg.export.out", "The file to write", "Файл, который записать"),
    ("msg.export.message", "This message alone", "Только это сообщение"),
    ("msg.export.from", "Not earlier than this time", "Не раньше этого времени"),
    ("msg.export.to", "Before this time", "До этого времени"),
    (
        "msg.export.format",
        "Write something to read beside it: html, or jsonl for programs",
        "Рядом записать то же для чтения: html, для программ jsonl",
    ),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::Send(args) => send::run(context, args),
        Action::List(args) => list::run(context, &args),
        Action::Tail(args) => tail::run(context, &args),
        Action::Trace(args) => trace::run(context, &args),
        Action::Export(args) => export::run(context, &args),
    }
}

//! The flags that every command takes.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args};

use crate::context::Context;
use crate::help::Row;
use crate::problem::{Problem, misuse};
use crate::time::duration;
use crate::words::{Lang, said};

/// The flags as given.
#[derive(Debug, Args)]
pub(super) struct Global {
    #[arg(short = 'n', long, global = true, value_name = "URL|DIR", env = "OKRUG_NODE")]
    node: Option<String>,
    #[arg(short = 'C', long, global = true, value_name = "DIR", env = "OKRUG_DIR")]
    dir: Option<PathBuf>,
    #[arg(long, global = true, value_name = "1", num_args = 0..=1, require_equals = true, default_missing_value = "1", value_parser = ["1"])]
    json: Option<String>,
    #[arg(long, global = true)]
    plain: bool,
    #[arg(short, long, global = true)]
    quiet: bool,
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    #[arg(long, global = true)]
    no_color: bool,
    #[arg(long, global = true, value_name = "ru|en", value_parser = ["ru", "en"])]
    lang: Option<String>,
    #[arg(long, global = true)]
    no_input: bool,
    #[arg(long, global = true, value_name = "10s", value_parser = duration)]
    timeout: Option<Duration>,
    #[arg(long, global = true)]
    dry_run: bool,
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    #[arg(long, action = ArgAction::Version)]
    version: Option<bool>,
}

/// Texts of the program and of the global flags.
pub(super) const HELP: &[Row] = &[
    ("okrug", "Okrug: messages between the offices of a district", "Округ: сообщения между отделениями округа"),
    (
        "global.node",
        "The node to talk to: its address or its data directory (OKRUG_NODE)",
        "С каким узлом говорить: адрес или папка его данных (OKRUG_NODE)",
    ),
    (
        "global.dir",
        "The authority's folder; the current one by default (OKRUG_DIR)",
        "Папка администратора округа; по умолчанию текущая (OKRUG_DIR)",
    ),
    ("global.json", "One JSON object instead of text", "Один объект JSON вместо текста"),
    ("global.plain", "Tab-separated rows without headings", "Строки через табуляцию, без заголовков"),
    ("global.quiet", "Only errors and what was asked for", "Только ошибки и то, что спрошено"),
    ("global.verbose", "Say more; may be repeated", "Подробнее; можно повторять"),
    ("global.no_color", "No colours, no moving bars (OKRUG_NO_COLOR, NO_COLOR)", "Без цвета и бегущих полос (OKRUG_NO_COLOR, NO_COLOR)"),
    ("global.lang", "Language of texts (OKRUG_LANG, LANG)", "Язык текстов (OKRUG_LANG, LANG)"),
    ("global.no_input", "Fail instead of asking", "Не спрашивать, а завершаться с ошибкой"),
    ("global.timeout", "How long to wait for a node; 10s by default", "Сколько ждать узел; по умолчанию 10s"),
    ("global.dry_run", "Show what would be done, and do not do it", "Показать, что будет сделано, и не делать"),
    ("global.help", "This text", "Этот текст"),
    ("global.version", "The version of the program", "Версия программы"),
];

impl Global {
    pub(super) fn context(self, lang: Lang) -> Result<Context, Problem> {
        let plain_terminal =
            ["NO_COLOR", "OKRUG_NO_COLOR"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        if self.json.is_some() && self.plain {
            return Err(misuse(said!("--json и --plain исключают друг друга", "--json and --plain exclude each other")));
        }
        Ok(Context {
            lang,
            json: self.json.is_some(),
            plain: self.plain,
            quiet: self.quiet,
            verbose: self.verbose,
            color: !self.no_color && !plain_terminal && std::io::stderr().is_terminal(),
            no_input: self.no_input,
            dry_run: self.dry_run,
            dir: self.dir.unwrap_or_else(|| PathBuf::from(".")),
            node: self.node,
            timeout: self.timeout.unwrap_or(Duration::from_secs(10)),
        })
    }
}

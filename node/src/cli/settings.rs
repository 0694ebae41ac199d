//! Flags that set what the configuration sets.

use std::path::PathBuf;

use super::Context;
use crate::config::{Flag, Loaded, Sources};
use crate::help::Row;
use crate::problem::{Exit, Problem};
use crate::said;

/// Where the node is: enough for the commands that do not run it.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<String>,
}

/// The settings that have a flag of their own, and `--set` for the others.
#[derive(Debug, clap::Args)]
pub(super) struct Settings {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "FILE")]
    district: Option<String>,
    #[arg(long, value_name = "MULTIADDR,…")]
    listen: Option<String>,
    #[arg(long, value_name = "ADDR")]
    api: Option<String>,
    #[arg(long, value_name = "ADDR|off")]
    metrics: Option<String>,
    #[arg(long, value_name = "text|json")]
    log: Option<String>,
    #[arg(long, value_name = "LEVELS")]
    log_filter: Option<String>,
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
}

pub(super) const HELP: &[Row] = &[
    (
        "shared.config",
        "The file of settings (OKRUG_NODE_CONFIG); else node.toml in the data directory, else /etc/okrug/node.toml",
        "Файл настроек (OKRUG_NODE_CONFIG); иначе node.toml в папке данных, иначе /etc/okrug/node.toml",
    ),
    ("shared.data", "The data directory", "Папка данных"),
    ("shared.district", "A district file to take at start", "Файл округа, который принять при запуске"),
    (
        "shared.listen",
        "Where to wait for other offices, such as /ip4/0.0.0.0/tcp/7600",
        "Где ждать другие отделения, например /ip4/0.0.0.0/tcp/7600",
    ),
    ("shared.api", "Where the page and the API are, such as 127.0.0.1:7680", "Где страница и API, например 127.0.0.1:7680"),
    ("shared.metrics", "Where the metrics are, or off", "Где метрики, или off"),
    ("shared.passphrase_file", "A file with the passphrase of the keys", "Файл с паролем ключей"),
    ("shared.log", "Form of the log: text or json", "Вид журнала: text или json"),
    (
        "shared.log_filter",
        "Levels of the log, such as info or warn,okrug_node::mesh=debug",
        "Уровни журнала, например info или warn,okrug_node::mesh=debug",
    ),
    ("shared.set", "Any other setting; may be repeated", "Любая другая настройка; можно повторять"),
];

impl Place {
    /// Reads all layers of the configuration.
    pub(super) fn load(self, context: Context) -> Result<Loaded, Problem> {
        self.load_with(context, Vec::new())
    }

    fn load_with(self, context: Context, more: Vec<Flag>) -> Result<Loaded, Problem> {
        let own = [
            ("--lang", "language", context.asked.map(|lang| lang.word().to_owned())),
            ("--data", "data", self.data),
            ("--passphrase-file", "keys.passphrase_file", self.passphrase_file),
        ];
        let mut flags: Vec<Flag> = own.into_iter().filter_map(flag).collect();
        flags.extend(more);
        Ok(Sources::of_process(self.config, flags).load()?)
    }
}

impl Settings {
    /// Reads all layers of the configuration.
    pub(super) fn load(self, context: Context) -> Result<Loaded, Problem> {
        let own = [
            ("--district", "district", self.district),
            ("--listen", "mesh.listen", self.listen),
            ("--api", "api.listen", self.api),
            ("--metrics", "metrics.listen", self.metrics),
            ("--log", "log.format", self.log),
            ("--log-filter", "log.filter", self.log_filter),
        ];
        let mut flags: Vec<Flag> = own.into_iter().filter_map(flag).collect();
        for set in self.set {
            let (name, value) = set.split_once('=').ok_or_else(|| {
                Problem::new("usage", Exit::Usage, said!("--set {set}: нужно ИМЯ=ЗНАЧЕНИЕ", "--set {set}: NAME=VALUE is needed"))
            })?;
            flags.extend(flag(("--set", name, Some(value.to_owned()))));
        }
        self.place.load_with(context, flags)
    }
}

fn flag((flag, name, value): (&str, &str, Option<String>)) -> Option<Flag> {
    value.map(|value| Flag { flag: flag.to_owned(), name: name.to_owned(), value })
}

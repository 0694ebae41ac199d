//! `okrug graph`: pictures of the node's links and delays, drawn by the node.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::files::{self, Access};
use crate::help::Row;
use crate::problem::Problem;
use crate::words::said;

/// The longest time back, in hours: the node keeps no more.
const MAX_HOURS: u64 = 24;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "KIND")]
    kind: Kind,
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[arg(long, value_name = "TIME", value_parser = hours, default_value = "24h")]
    since: u64,
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(280..=2_000), default_value = "960")]
    width: u32,
    #[arg(long, value_name = "SCHEME", default_value = "light")]
    scheme: Scheme,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Map,
    Heat,
    Flow,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Scheme {
    Light,
    Dark,
    Contrast,
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("graph", "Draw the node's links and delays as a picture", "Нарисовать связи и задержки узла"),
    (
        "graph.kind",
        "map: offices and links; heat: delays by office and hour; flow: messages by hour",
        "map: отделения и связи; heat: задержки по отделениям и часам; flow: сообщения по часам",
    ),
    ("graph.out", "The file to write, SVG", "Какой файл записать, SVG"),
    ("graph.since", "How far back: 24h by default and at most", "За какое время: по умолчанию и самое большее 24h"),
    ("graph.width", "Its width in pixels, 280 to 2000", "Ширина в пикселях, от 280 до 2000"),
    ("graph.scheme", "Its colours: light, dark or contrast", "Цвета: light, dark или contrast"),
];

/// Runs it.
///
/// # Errors
/// The node does not run, or the file cannot be written; it is whole or not there.
pub fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let word =
        |value: &dyn Fn() -> Option<clap::builder::PossibleValue>| value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let (kind, scheme) = (word(&|| args.kind.to_possible_value()), word(&|| args.scheme.to_possible_value()));
    let (hours, width, lang) = (args.since, args.width, context.lang.word());
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    let path = format!("/node/graph?kind={kind}&format=svg&hours={hours}&width={width}&scheme={scheme}&lang={lang}");
    let picture = node.file(&path)?;
    files::write(&args.out, &picture, Access::Everybody)?;
    let out = args.out.display();
    context.done(
        json!({ "file": args.out, "kind": kind, "hours": hours, "bytes": picture.len() }),
        &said!("Записано: {out}", "Written: {out}"),
        Some(&said!("откройте файл в браузере; времена в нём по UTC", "open the file in a browser; its times are UTC")),
    )
}

fn hours(text: &str) -> Result<u64, String> {
    let hours = text.strip_suffix('h').and_then(|number| number.parse().ok());
    hours.filter(|hours| (1..=MAX_HOURS).contains(hours)).ok_or_else(|| format!("{text}: 1h..{MAX_HOURS}h"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_whole_hours_of_the_last_day() {
        assert_eq!((hours("24h"), hours("1h")), (Ok(24), Ok(1)));
        for wrong in ["0h", "25h", "24", "-1h", "", "h", "1d"] {
            assert!(hours(wrong).is_err(), "{wrong}");
        }
    }
}

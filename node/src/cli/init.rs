//! `okrug-node init`: the keys of a new office, made on its own machine.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use okrug_protocol::ids::Hash32;
use okrug_protocol::request::Request;

use super::settings::Place;
use super::{Context, line};
use crate::clock;
use crate::help::Row;
use crate::keys::{KeyFolder, NewOffice, Unlock};
use crate::paper::Page;
use crate::problem::Problem;
use crate::said;
use crate::words::{Lang, Said};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    #[arg(long, value_name = "FILE.html")]
    qr: Option<PathBuf>,
    #[arg(long, value_name = "SLUG")]
    slug: Option<String>,
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

pub(super) const HELP: &[Row] = &[
    (
        "init",
        "Make the keys of a new office and the request for the authority",
        "Создать ключи нового отделения и заявку для администратора округа",
    ),
    ("init.request", "Where to write the request", "Куда записать заявку"),
    (
        "init.qr",
        "Write a page with the request as QR codes and lines to type",
        "Записать страницу с заявкой в кодах QR и строками для набора",
    ),
    ("init.slug", "Short name in Latin letters; by default the machine's name", "Короткое имя латиницей; по умолчанию имя машины"),
    ("init.name", "Name for people; by default the short name", "Название для людей; по умолчанию короткое имя"),
];

/// Runs the command.
pub(super) fn run(context: Context, args: Args) -> Result<(), Problem> {
    let config = args.place.load(context)?.config;
    let slug = args.slug.unwrap_or_else(machine_name);
    let office = NewOffice { slug: &slug, name: args.name.as_deref().unwrap_or(&slug) };
    let unlock = Unlock::of_process(config.keys.passphrase_file);
    let file = create_new(&args.request)?;
    let made = KeyFolder::of(&config.data).create(office, &unlock, &mut clock::rng());
    let text = made.inspect_err(|_| {
        // Made a moment ago for the request that there is none of.
        let _ = std::fs::remove_file(&args.request);
    })?;
    write(file, &args.request, &text)?;
    if let Some(path) = &args.qr {
        write(create_new(path)?, path, &page(&text, office.name, context.lang))?;
    }
    report(context, &config.data, &args.request, &text, &unlock)
}

fn report(context: Context, data: &Path, request: &Path, text: &str, unlock: &Unlock) -> Result<(), Problem> {
    let fingerprint = Request::read(text).map(|request| request.fingerprint()).unwrap_or(Hash32::ZERO);
    let (data, request) = (data.display(), request.display());
    if context.json {
        let object = serde_json::json!({ "type": "keys", "v": 1, "data": data.to_string(), "request": request.to_string(), "fingerprint": fingerprint.to_hex(), "words": Said::fingerprint(&fingerprint).text(context.lang) });
        return line(&object.to_string());
    }
    let (words, digits) = (Said::fingerprint(&fingerprint), fingerprint.to_hex());
    let sentences = [
        said!("OK: ключи созданы в {data}/keys.", "OK: the keys were made in {data}/keys."),
        unlock.best().said(),
        said!("Заявка: {request}, отпечаток:", "Request: {request}, fingerprint:"),
        words.clone(),
        Said::same(digits.clone()),
        said!(
            "Дальше: передайте заявку администратору округа и сверьте отпечаток; с файлом округа: okrug-node run --data {data} --district ФАЙЛ",
            "Next: hand the request to the district's authority and compare the fingerprint; with the district file: okrug-node run --data {data} --district FILE",
        ),
    ];
    sentences.iter().try_for_each(|said| line(said.text(context.lang)))
}

/// The request for the printer.
fn page(text: &str, name: &str, lang: Lang) -> String {
    let lines = Request::to_paper(text).unwrap_or_default();
    let fingerprint = Request::read(text).map(|request| request.fingerprint()).unwrap_or(Hash32::ZERO);
    let page = Page {
        title: said!("Заявка отделения {name}", "The request of {name}"),
        what: said!(
            "Администратор округа записывает строки в файл и выполняет okrug office enrol ФАЙЛ. Сверьте слова по телефону.",
            "The authority writes the lines to a file and runs okrug office enrol FILE. Compare the words by telephone.",
        ),
        fingerprint: Some((Said::fingerprint(&fingerprint), fingerprint.to_hex())),
        lines: &lines,
    };
    page.html(lang)
}

/// Makes a file for a request; one that exists is left alone.
pub(super) fn create_new(path: &Path) -> Result<std::fs::File, Problem> {
    OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| Problem::io(path, &error))
}

/// Writes the text of a request.
pub(super) fn write(mut file: std::fs::File, path: &Path, text: &str) -> Result<(), Problem> {
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| {
        // A half of it would be taken for the whole, or keep the whole from its place.
        let _ = std::fs::remove_file(path);
        Problem::io(path, &error).hint(said!(
            "ключи созданы; okrug-node key show --request ФАЙЛ запишет заявку ещё раз",
            "the keys were made; okrug-node key show --request FILE writes the request again",
        ))
    })
}

/// The machine's name as a slug, where it can be one.
fn machine_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_ascii_lowercase();
    let short = name.split('.').next().unwrap_or_default();
    let fits = !short.is_empty() && short.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits { short.to_owned() } else { "office".to_owned() }
}

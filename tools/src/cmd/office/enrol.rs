//! `okrug office enrol`: an office is admitted by the request that its node made.

use std::path::{Path, PathBuf};

use okrug_protocol::ids::hex;
use okrug_protocol::paper::{self, PaperError};
use okrug_protocol::request::{self, Request};
use okrug_protocol::words::{COUNT, Spoken, WordsError};
use serde_json::json;

use super::address;
use crate::authority::Folder;
use crate::authority::plan::{Plan, PlanKeys, PlanOffice};
use crate::context::Context;
use crate::files;
use crate::problem::{Exit, Problem, misuse, nothing};
use crate::staff::rows::is_slug;
use crate::words::{Lang, Said, said};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    request: PathBuf,
    #[arg(long, value_name = "WORDS")]
    fingerprint: Option<String>,
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[arg(long, value_name = "SLUG")]
    slug: Option<String>,
    #[arg(long, value_name = "UNIT")]
    unit: Vec<String>,
    #[arg(long, value_name = "ADDR", value_parser = address::parse)]
    address: Vec<String>,
    #[arg(long)]
    no_carrier: bool,
    #[arg(long)]
    replace: bool,
}

pub(super) fn run(context: &Context, args: Args) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let mut plan = folder.plan()?;
    let request = read(&args.request)?;
    compare(args.fingerprint.as_deref(), &request)?;
    let slug = args.slug.clone().unwrap_or_else(|| request.slug.clone());
    if !is_slug(&slug) {
        return Err(request::RequestError::Slug(slug).into());
    }
    let units: Vec<u32> = args.unit.iter().map(|word| unit(&plan, word)).collect::<Result<_, _>>()?;
    let keys = PlanKeys { sign: hex(&request.sign.0), peer: hex(&request.peer.0), seal: hex(&request.seal.0) };
    free(&plan, &slug, &keys)?;
    let root = plan.root().number;
    let (office, new) = entry(&mut plan, &slug, &request);
    if let Some(name) = &args.name {
        office.name.clone_from(name);
    }
    // Signed by the keys that the office has, so it is the same node: only what others seal to is new.
    let renewed =
        office.keys.as_ref().is_some_and(|before| before.sign == keys.sign && before.peer == keys.peer && before.seal != keys.seal);
    let replaced = !renewed && office.keys.as_ref().is_some_and(|before| *before != keys);
    if replaced && !args.replace {
        return Err(other_keys(&slug));
    }
    office.keys = Some(keys);
    office.units.extend(units);
    if office.units.is_empty() {
        // Whoever hosts nothing would read nothing but the district's own topic.
        office.units.push(root);
    }
    office.units.sort_unstable();
    office.units.dedup();
    office.carrier = !args.no_carrier;
    for address in args.address {
        address::insert(office, address)?;
    }
    let reachable = !office.addresses.is_empty();
    let (id, name) = (format!("o{}", office.number), office.name.clone());
    let (fingerprint, words) = (request.fingerprint(), Said::fingerprint(&request.fingerprint()));
    let value = json!({ "office": id, "slug": slug, "name": name, "new": new, "replaced": replaced, "renewed": renewed, "fingerprint": fingerprint.to_hex(), "words": words.text(context.lang), "compared": args.fingerprint.is_some(), "dry_run": context.dry_run });
    if !context.dry_run {
        folder.save_plan(&plan)?;
    }
    context.done(
        value,
        &told(args.fingerprint.is_some(), &format!("{slug} ({id}, {name})"), &words, &fingerprint.to_hex()),
        Some(&if reachable {
            Said::same("okrug authority sign")
        } else {
            said!(
                "okrug office address add {slug} АДРЕС, если у отделения есть постоянный; затем okrug authority sign",
                "okrug office address add {slug} ADDR, if the office has a lasting one; then okrug authority sign"
            )
        }),
    )
}

/// Reads a request: the office's file, or what was typed or scanned from its paper.
fn read(path: &Path) -> Result<Request, Problem> {
    let text = files::read_text(path, paper::MAX_TEXT)?;
    if !text.contains("okrug request") && paper::is_paper(&text) {
        return Ok(Request::read(&Request::from_paper(&text).map_err(|error| mistyped(&error))?)?);
    }
    Ok(Request::read(&text)?)
}

fn mistyped(error: &PaperError) -> Problem {
    let said = match error {
        PaperError::Line(line) => said!("строка {line} набрана с ошибкой", "line {line} is mistyped"),
        PaperError::Missing(line) => said!("нет строки {line}", "line {line} is missing"),
        error => said!("это не строки одной заявки: {error}", "these are not the lines of one request: {error}"),
    };
    Problem::new("mistyped", Exit::Failed, said)
        .hint(said!("ничего не изменено; исправьте строку и повторите", "nothing was changed; correct the line and try again"))
}

/// What is said: the fingerprint is for the telephone, unless it was compared already.
fn told(compared: bool, who: &str, words: &Said, hex: &str) -> Said {
    let (ru, en) = (words.text(Lang::Ru), words.text(Lang::En));
    if compared {
        return said!("{who}; отпечаток заявки верен", "{who}; the request's fingerprint is right");
    }
    said!(
        "{who}; сверьте отпечаток заявки с отделением по телефону:\n{ru}\n{hex}",
        "{who}; compare the request's fingerprint with the office by telephone:\n{en}\n{hex}"
    )
}

/// Compares the request with a fingerprint as it was read out.
fn compare(said: Option<&str>, request: &Request) -> Result<(), Problem> {
    let Some(said) = said else { return Ok(()) };
    if Spoken::read(said).map_err(|error| misuse(not_said(&error)))?.fits(&request.fingerprint()) {
        return Ok(());
    }
    Err(Problem::new(
        "other_fingerprint",
        Exit::BadSignature,
        said!("у этой заявки другой отпечаток; ничего не изменено", "this request has another fingerprint; nothing was changed"),
    )
    .hint(said!("возьмите заявку у отделения ещё раз, не той же дорогой", "take the request from the office again, by another way")))
}

/// What of a fingerprint was not understood.
fn not_said(error: &WordsError) -> Said {
    match error {
        WordsError::Unknown { place, word } => {
            said!("слова {place}, «{word}», в списках нет", "word {place}, \"{word}\", is in neither list")
        }
        WordsError::Count(have) => {
            said!("слов {have}, а в отпечатке их {COUNT}", "{have} words, where a fingerprint has {COUNT}")
        }
    }
}

/// The office of that slug: listed, retired, or new.
fn entry<'a>(plan: &'a mut Plan, slug: &str, request: &Request) -> (&'a mut PlanOffice, bool) {
    match plan.offices.iter().position(|office| office.slug == slug) {
        Some(index) => {
            plan.offices[index].retired = false;
            (&mut plan.offices[index], false)
        }
        None => (plan.add_office(slug, &request.name), true),
    }
}

fn unit(plan: &Plan, word: &str) -> Result<u32, Problem> {
    let names: Vec<String> = plan.units_in_use().map(|unit| unit.name.clone()).collect();
    plan.unit(word)
        .map(|unit| unit.number)
        .ok_or_else(|| nothing("no_unit", word, &names, said!("отдела «{word}» нет", "there is no unit \"{word}\"")))
}

/// A key serves one office only, in one place only.
fn free(plan: &Plan, slug: &str, keys: &PlanKeys) -> Result<(), Problem> {
    let all = |keys: &PlanKeys| [keys.sign.clone(), keys.peer.clone(), keys.seal.clone()];
    let ours = all(keys);
    let shares = |other: &PlanKeys| all(other).iter().any(|key| ours.contains(key));
    match plan.offices.iter().find(|office| office.slug != slug && office.keys.as_ref().is_some_and(shares)) {
        Some(other) => {
            let other = &other.slug;
            Err(Problem::new(
                "key_taken",
                Exit::Refused,
                said!(
                    "эти ключи уже у отделения {other}: диск или папку данных скопировали с одной машины на другую; ничего не изменено",
                    "these keys are those of the office {other}: a disk or a data directory was copied from one machine to another; nothing was changed"
                ),
            )
            .hint(said!(
                "на новом узле удалите папку keys в папке данных и выполните okrug-node init",
                "on the new node remove the folder keys in its data directory and run okrug-node init"
            )))
        }
        None => Ok(()),
    }
}

fn other_keys(slug: &str) -> Problem {
    Problem::new(
        "office_exists",
        Exit::Changed,
        said!(
            "отделение {slug} уже зачислено с другими ключами; ничего не изменено",
            "the office {slug} is enrolled with other keys; nothing was changed"
        ),
    )
    .hint(said!("если узел создан заново: --replace", "if its node was made anew: --replace"))
}

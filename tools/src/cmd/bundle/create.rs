//! `okrug bundle create`.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Duration;

use okrug_node::disk;
use okrug_node::office::view::{BundleCounts, BundlePurpose, MadeBundle, NewBundle};
use okrug_protocol::bundle::Head;
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::Precedence;
use serde_json::json;

use super::file::{self, fetch};
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::problem::{Exit, FileError, Problem};
use crate::time;
use crate::words::{Lang, bytes, counted, said};

/// Working out a bundle reads all that goes into it.
pub(super) const LONGEST: Duration = Duration::from_secs(600);
/// What is left free on a stick, for its own tables.
const SPARE: u64 = 64 << 10;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long = "for", value_name = "OFFICE", required = true)]
    to: Vec<String>,
    #[arg(long, value_name = "DIR|FILE")]
    out: PathBuf,
    #[arg(long, value_name = "4G", value_parser = size)]
    max: Option<u64>,
    #[arg(long, value_name = "urgent|flash", value_parser = ["flash", "urgent"])]
    only: Option<String>,
    #[arg(long)]
    all: bool,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    since: Option<Millis>,
    #[command(flatten)]
    reach: Reach,
}

/// An amount of bytes: 700M, 4G, 4GiB.
fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("\"{text}\": 500K, 700M, 4G");
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit.trim_end_matches("iB").trim_end_matches('B') {
        "" => 1,
        "K" | "k" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        "T" => 1 << 40,
        _ => return Err(wrong()),
    };
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let node = Client::admin(&place, context.lang, context.timeout.max(LONGEST))?;
    let folder = if args.out.is_dir() { args.out.as_path() } else { file::folder(&args.out) };
    let free = disk::free_bytes(folder).map_err(FileError::at(folder))?.saturating_sub(SPARE);
    let only = args.only.as_deref().map(|word| if word == "flash" { Precedence::Flash } else { Precedence::Urgent });
    let wish = NewBundle {
        to: args.to.clone(),
        purpose: BundlePurpose::Messages,
        max_bytes: Some(args.max.unwrap_or(free)),
        only,
        all: args.all,
        since: args.since,
    };
    let name = named(&NewBundle { max_bytes: args.max, ..wish.clone() }, &args.out);
    if !context.dry_run
        && let Some((part, target, made)) = begun(&args.out, folder, &name)
    {
        match fetch(context, &node, &made, &part, &target) {
            Ok(()) => return finished(context, &target, &made),
            // The node has forgotten it: it is written anew.
            Err(problem) if problem.code == "no_such_bundle" => drop(fs::remove_file(&part)),
            Err(problem) => return Err(problem),
        }
    }
    let (_, made): (u16, MadeBundle) = node.post("/bundle", &wish)?;
    let target = file::target(&args.out, &made.file);
    forecast(context, args, &made)?;
    if made.bytes > free {
        return Err(no_space(&target, made.bytes, free));
    }
    if context.dry_run {
        return context.done(summary(&target, &made), &said!("ничего не записано", "nothing was written"), None);
    }
    fetch(context, &node, &made, &file::part(&target, &made.id, &name), &target)?;
    finished(context, &target, &made)?;
    if made.left_out > 0 && args.max.is_none() { Err(left_out(&made)) } else { Ok(()) }
}

/// A file of the same wish that was begun and not finished, as far as its own beginning tells of it.
fn begun(out: &Path, folder: &Path, wish: &str) -> Option<(PathBuf, PathBuf, MadeBundle)> {
    let (part, name, id) = file::half_written(folder, wish)?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(File::open(&part).ok()?, u64::try_from(Head::MAX).ok()?), &mut bytes).ok()?;
    let head = Head::announced(&bytes).ok().flatten().and_then(|len| Head::decode(bytes.get(..len)?).ok()).filter(|head| head.is_sound);
    let Some(head) = head else {
        let _ = fs::remove_file(&part);
        return None;
    };
    let made = MadeBundle {
        id,
        file: name.clone(),
        bytes: head.file_len(),
        head_bytes: u64::try_from(head.len()).ok()?,
        frame_bytes: u64::try_from(head.frame_len()).ok()?,
        frames: head.frames,
        to: Vec::new(),
        entries: BundleCounts::default(),
        entry_bytes: 0,
        documents: 0,
        left_out: 0,
        valid_until: None,
    };
    Some((part, file::target(out, &name), made))
}

/// What a wish is called in the name of a file that is not finished.
fn named(wish: &NewBundle, out: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    (&wish.to, wish.max_bytes, wish.only.map(Precedence::word), wish.all, wish.since.map(|at| at.0), out.file_name()).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn forecast(context: &Context, args: &Args, made: &MadeBundle) -> Result<(), Problem> {
    let (entries, len) = (made.entries, (bytes(made.bytes, Lang::Ru), bytes(made.bytes, Lang::En)));
    let urgent = entries.flash + entries.urgent;
    let (ru, en) = (counted(usize::try_from(entries.all()).unwrap_or(usize::MAX), "запись", "записи", "записей"), entries.all());
    let (len_ru, len_en) = &len;
    context.say(&said!("Готовлю: {ru}, {len_ru}; срочных {urgent}", "Preparing: {en} entries, {len_en}; {urgent} of them pressing"))?;
    let whom = args.to.join(", ");
    match made.valid_until {
        None => context.say(&said!("Зашифровано для: {whom}.", "Sealed to: {whom}.")),
        Some(until) => {
            let (ru, en) = (time::shown_date(until, Lang::Ru), time::shown_date(until, Lang::En));
            context.say(&said!("Зашифровано для: {whom}. Годен до {ru}.", "Sealed to: {whom}. Good until {en}."))
        }
    }
}

fn finished(context: &Context, target: &Path, made: &MadeBundle) -> Result<(), Problem> {
    let at = target.display();
    let changed = said!("файл: {at}", "file: {at}");
    let next = said!(
        "извлеките флешку; в том отделении: okrug bundle import ФАЙЛ, затем okrug bundle receipts ФАЙЛ",
        "take the stick out; at that office: okrug bundle import FILE, then okrug bundle receipts FILE"
    );
    context.done(summary(target, made), &changed, Some(&next))
}

fn summary(target: &Path, made: &MadeBundle) -> serde_json::Value {
    json!({
        "file": target, "bytes": made.bytes, "messages": made.entries.all(), "urgent": made.entries.flash + made.entries.urgent,
        "documents": made.documents, "left_out": made.left_out, "valid_until": made.valid_until.map(time::text),
    })
}

fn left_out(made: &MadeBundle) -> Problem {
    let n = made.left_out;
    Problem::new("left_out", Exit::Partly, said!("не поместилось записей: {n}; файл годен", "{n} entries found no room; the file is good"))
        .hint(said!("возьмите вторую флешку и повторите после квитанций", "take a second stick, and repeat after the receipts"))
}

fn no_space(target: &Path, need: u64, free: u64) -> Problem {
    let at = target.display();
    let (need_ru, need_en, free_ru, free_en) = (bytes(need, Lang::Ru), bytes(need, Lang::En), bytes(free, Lang::Ru), bytes(free, Lang::En));
    let message = said!(
        "{at}: нужно {need_ru}, свободно {free_ru}; ничего не записано",
        "{at}: {need_en} are needed, {free_en} are free; nothing was written"
    );
    Problem::new("no_space", Exit::NoSpace, message)
        .hint(said!("освободите место или ограничьте размер: --max", "make room, or set a limit: --max"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!((size("700M"), size("4G"), size("4GiB"), size("123")), (Ok(700 << 20), Ok(4 << 30), Ok(4 << 30), Ok(123)));
        for wrong in ["", "G", "4X", "-1", "99999999999T"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}

//! `okrug-node rebuild --from-mesh`: a new machine, the office's sealed keys or new ones, and its neighbours.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::settings::Settings;
use super::{Context, line};
use crate::help::Row;
use crate::keys::Unlock;
use crate::problem::{Exit, Problem};
use crate::run::{Rebuilt, Step, has_keys, rebuild, restore_keys};
use crate::words::{Lang, Said};
use crate::{logging, said};

/// Between two lines of progress.
const EVERY: Duration = Duration::from_secs(2);

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, required = true)]
    from_mesh: bool,
    #[arg(long, value_name = "FILE", requires = "keys_passphrase_file")]
    keys: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    keys_passphrase_file: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    neighbours: usize,
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    settings: Settings,
}

pub(super) const HELP: &[Row] = &[
    ("rebuild", "Fetch the office's past from its neighbours, on a new machine", "Вернуть историю отделения от соседей, на новой машине"),
    ("rebuild.from_mesh", "From the neighbours", "От соседей"),
    (
        "rebuild.keys",
        "The office's sealed file of keys, or any backup of it; without one there must be keys already: new ones that the authority has listed, or those of a rebuild that was broken off",
        "Запечатанный файл ключей или любая копия отделения; без него ключи уже должны быть: новые, внесённые администратором округа, или от прерванного восстановления",
    ),
    ("rebuild.keys_passphrase_file", "A file with the passphrase of that file", "Файл с паролем этого файла"),
    ("rebuild.neighbours", "So many neighbours must have been compared with", "Со столькими соседями нужно сверить историю"),
    (
        "rebuild.wait",
        "Give up when nobody was linked for so long; by default it waits",
        "Прекратить, если столько секунд никого нет на связи; по умолчанию ждать",
    ),
];

/// Runs the command.
pub(super) fn run(context: Context, args: Args) -> Result<(), Problem> {
    let config = args.settings.load(context)?.config;
    logging::start(&config.log);
    let (data, lang) = (config.data.clone(), config.language);
    let unlock = Unlock::of_process(config.keys.passphrase_file.clone());
    match (&args.keys, has_keys(&data)) {
        (Some(file), false) => {
            let phrase = phrase(args.keys_passphrase_file.as_deref().unwrap_or(Path::new("")))?;
            let restored = restore_keys(file, &phrase, &data, &unlock)?;
            let (slug, rows) = (restored.head.slug, restored.sums.rows);
            tell(context, lang, &said!("Ключи {slug} восстановлены, строк {rows}.", "The keys of {slug} are restored, with {rows} rows."))?;
        }
        (Some(_), true) => {
            tell(context, lang, &said!("Ключи здесь уже есть: продолжаю с ними.", "There are keys here already: going on with them."))?;
        }
        (None, true) => {}
        (None, false) => return Err(no_keys(&data)),
    }
    let failed = |error: std::io::Error| Problem::new("runtime", Exit::Failed, Said::same(error.to_string()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    let (mut told, patience) = (None::<Instant>, args.wait.map(Duration::from_secs));
    let rebuilt = runtime.block_on(rebuild(config, args.neighbours, patience, |step| {
        if told.is_none_or(|told| told.elapsed() >= EVERY) {
            told = Some(Instant::now());
            if line(&progress(context, lang, step)).is_err() {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }))?;
    report(context, lang, &data, &rebuilt)
}

fn tell(context: Context, lang: Lang, said: &Said) -> Result<(), Problem> {
    if context.json { Ok(()) } else { line(said.text(lang)) }
}

fn progress(context: Context, lang: Lang, step: Step) -> String {
    let Step { behind, took, left } = step;
    if context.json {
        return serde_json::json!({
            "type": "progress", "v": 1, "entries": behind.held, "missing": behind.missing, "linked": behind.linked,
            "took_s": took.as_secs(), "left_s": left.map(|left| left.as_secs()),
        })
        .to_string();
    }
    let (held, missing, linked) = (behind.held, behind.missing, behind.linked);
    let rest = match left.filter(|_| missing > 0).map(|left| left.as_secs()) {
        Some(seconds) => said!(", ещё около {seconds} с", ", about {seconds} s left"),
        None => said!("", ""),
    };
    let rest = rest.text(lang);
    said!(
        "На связи соседей: {linked}; записей {held}, не хватает {missing}{rest}",
        "Neighbours linked: {linked}; {held} entries, {missing} missing{rest}"
    )
    .text(lang)
    .to_owned()
}

fn report(context: Context, lang: Lang, data: &Path, rebuilt: &Rebuilt) -> Result<(), Problem> {
    let Rebuilt { office, incarnation, entries, missing, own, logins, unopened, took } = rebuilt;
    let (seconds, data) = (took.as_secs_f64(), data.display());
    if context.json {
        let object = serde_json::json!({
            "type": "summary", "v": 1, "office": office.to_string(), "incarnation": incarnation.0, "entries": entries, "missing": missing, "own": own,
            "logins": logins, "unopened": unopened, "seconds": seconds, "data": data.to_string(),
        });
        line(&object.to_string())?;
        return partly(*missing);
    }
    let mut said = vec![said!(
        "OK: {office} восстановлено от соседей за {seconds:.1} с: записей {entries}, из них своих {own}. Узел продолжит в новом воплощении.",
        "OK: {office} was rebuilt from its neighbours in {seconds:.1} s: {entries} entries, {own} of them its own. It goes on as a new incarnation."
    )];
    said.push(match logins {
        0 => said!(
            "Учётных записей нет: они запираются ключом прежнего узла и живут только в его копиях. Пригласите людей заново: okrug person invite",
            "There are no logins: they are locked by the former node's key and live in its backups alone. Invite people anew: okrug person invite"
        ),
        _ => said!("Люди входят по прежним паролям: учётных записей {logins}.", "People log in with their passwords as before: {logins} logins."),
    });
    if *unopened > 0 {
        said.push(said!(
            "Не прочитать эпох: {unopened}. Если округ это разрешает, ключи запечатают снова: к чужим их авторы, к своим прежним их читатели.",
            "Epochs that cannot be read: {unopened}. Where the district allows it their keys are sealed again: those of others by their writers, its own former ones by their readers."
        ));
    }
    said.push(said!(
        "Утрачено то, чего не слышал ни один сосед, и то, что жило только здесь: черновики, отметки о прочтении, время прихода.",
        "Lost is what no neighbour had heard, and what lived here alone: drafts, what was read, when things arrived."
    ));
    said.push(said!("Дальше: okrug-node run --data {data}", "Next: okrug-node run --data {data}"));
    said.iter().try_for_each(|said| line(said.text(lang)))?;
    partly(*missing)
}

/// What nobody gave, though somebody was heard to hold it.
fn partly(missing: u64) -> Result<(), Problem> {
    if missing == 0 {
        return Ok(());
    }
    let message = said!(
        "не отдано соседями записей: {missing}; они придут сами, когда появится тот, у кого они есть",
        "entries that no neighbour gave: {missing}; they come by themselves when somebody who has them is linked"
    );
    Err(Problem::new("partly_rebuilt", Exit::Partly, message)
        .hint(said!("повторите команду, когда на связи другие соседи", "repeat the command when other neighbours are linked")))
}

fn phrase(file: &Path) -> Result<Zeroizing<String>, Problem> {
    let text = std::fs::read_to_string(file).map(Zeroizing::new).map_err(|error| Problem::io(file, &error))?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn no_keys(data: &Path) -> Problem {
    let dir = data.display();
    let message = said!("в {dir} нет ключей, а файл с ними не назван", "there are no keys in {dir}, and no file with them was named");
    Problem::new("no_keys", Exit::NotEnrolled, message).hint(said!(
        "--keys ФАЙЛ --keys-passphrase-file ФАЙЛ; без него: okrug-node init, и администратор округа внесёт новые ключи того же отделения",
        "--keys FILE --keys-passphrase-file FILE; without one: okrug-node init, and the authority lists the new keys for the same office"
    ))
}

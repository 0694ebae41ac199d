//! `okrug authority init`.

use std::path::{Path, PathBuf};

use okrug_node::clock;
use okrug_protocol::clock::Millis;
use okrug_protocol::sign::SecretKey;
use serde_json::json;

use crate::authority::founding::{found, term};
use crate::authority::keys::KeyFile;
use crate::authority::{Folder, Plan};
use crate::context::Context;
use crate::files;
use crate::problem::{Exit, Problem, misuse};
use crate::secret;
use crate::time;
use crate::words::{Lang, Said, said};

/// How long a charter counts: it changes only with its keys.
const CHARTER_DAYS: u64 = 5 * 365;
const CHART_DAYS: u64 = 365;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "NAME")]
    name: String,
    #[arg(long, value_name = "N", default_value_t = 3)]
    keys: u8,
    #[arg(long, value_name = "N", default_value_t = 2)]
    threshold: u8,
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Vec<PathBuf>,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    now: Option<Millis>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let (keys, threshold) = (args.keys, args.threshold);
    if keys == 0 || threshold == 0 || threshold > keys || usize::from(keys) > okrug_protocol::bounds::MAX_ROLE_KEYS {
        return Err(misuse(said!("порог {threshold} из {keys} ключей невозможен", "a threshold of {threshold} of {keys} keys cannot be")));
    }
    let now = time::of_signing(args.now, Millis(0))?;
    let plan = Plan::new(args.name.trim());
    let mut rng = clock::rng();
    let secrets: Vec<SecretKey> = (0..keys).map(|_| SecretKey::generate(&mut rng)).collect();
    let trust = found(&plan, &secrets, threshold, term(now, CHARTER_DAYS), term(now, CHART_DAYS))?;
    let out = args.out_dir.clone().unwrap_or_else(|| context.dir.join("keys"));
    let paths: Vec<PathBuf> = (1..=keys).map(|n| out.join(format!("authority-{n}.key"))).collect();
    if let Some(path) = paths.iter().find(|path| path.exists()) {
        return Err(key_exists(path));
    }
    let district = trust.district();
    if !context.dry_run {
        let folder = Folder::create(&context.dir)?;
        let sealed = seal(context, args, &secrets, &paths)?;
        files::folder(&out)?;
        sealed.iter().try_for_each(KeyFile::save)?;
        folder.save_trust(&trust)?;
        // The working file comes last: with it the folder is an authority's.
        folder.save_plan(&plan)?;
    }
    let value = json!({
        "district": district.0.to_hex(),
        "words": Said::fingerprint(&district.0).text(context.lang),
        "name": plan.root().name,
        "keys": paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
        "threshold": threshold,
        "dry_run": context.dry_run,
    });
    let words = Said::fingerprint(&district.0);
    let (ru, en) = (words.text(Lang::Ru), words.text(Lang::En));
    let (name, id, at) = (&plan.root().name, district.0.to_hex(), out.display());
    context.done(
        value,
        &said!(
            "основан округ «{name}»; ключи ({keys}, подписывают {threshold}) лежат в {at}: раздайте их хранителям. Отпечаток округа:\n{ru}\n{id}",
            "the district \"{name}\" is founded; its keys ({keys}, {threshold} must sign) lie in {at}: give each to its holder. The district's fingerprint:\n{en}\n{id}"
        ),
        Some(&said!("okrug org import ФАЙЛ.csv", "okrug org import FILE.csv")),
    )
}

fn seal(context: &Context, args: &Args, secrets: &[SecretKey], paths: &[PathBuf]) -> Result<Vec<KeyFile>, Problem> {
    let mut rng = clock::rng();
    let mut out = Vec::new();
    for (i, (key, path)) in secrets.iter().zip(paths).enumerate() {
        let file = args.passphrase_file.get(i).or(args.passphrase_file.last());
        let n = i + 1;
        let what = said!("Пароль для ключа {n}", "A passphrase for key {n}");
        let passphrase = secret::new_passphrase(context, file.map(PathBuf::as_path), &what)?;
        out.push(KeyFile::seal(key, &passphrase, path.clone(), &mut rng));
    }
    Ok(out)
}

fn key_exists(path: &Path) -> Problem {
    let path = path.display();
    Problem::new(
        "key_exists",
        Exit::Changed,
        said!("{path}: здесь уже есть ключ, ничего не изменено", "{path}: there is a key already, nothing was changed"),
    )
}

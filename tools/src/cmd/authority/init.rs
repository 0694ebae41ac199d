//! `okrug authority init`.

use std::path::{Path, PathBuf};

use okrug_node::clock;
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::UnitId;
use okrug_protocol::sign::{PublicKey, SecretKey};
use okrug_protocol::trust::{DistrictFile, Trust};
use serde_json::json;

use crate::authority::archive::MAX_DISTRICT_FILE;
use crate::authority::founding::{RoleKeys, found, term};
use crate::authority::keys::KeyFile;
use crate::authority::subauthority::{PUBLIC_FILE, PublicKeys};
use crate::authority::{Folder, Plan};
use crate::context::Context;
use crate::files;
use crate::problem::{Exit, Problem, misuse, nothing};
use crate::secret;
use crate::time;
use crate::words::{Lang, Said, said};

/// How long a charter counts: it changes only with its keys.
const CHARTER_DAYS: u64 = 5 * 365;
const CHART_DAYS: u64 = 365;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "NAME", required_unless_present = "under", conflicts_with = "under")]
    name: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 3)]
    keys: u8,
    #[arg(long, value_name = "N", default_value_t = 2)]
    threshold: u8,
    #[arg(long, value_name = "N")]
    directory_keys: Option<u8>,
    #[arg(long, value_name = "N", requires = "directory_keys")]
    directory_threshold: Option<u8>,
    #[arg(long, value_name = "N")]
    revocation_keys: Option<u8>,
    #[arg(long, value_name = "N", requires = "revocation_keys")]
    revocation_threshold: Option<u8>,
    #[arg(long, value_name = "FILE", requires = "unit", conflicts_with_all = ["directory_keys", "revocation_keys"])]
    under: Option<PathBuf>,
    #[arg(long, value_name = "UNIT", requires = "under")]
    unit: Option<String>,
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Vec<PathBuf>,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    now: Option<Millis>,
}

/// The new keys of one role, with the files that they go to.
struct NewKeys {
    secrets: Vec<SecretKey>,
    paths: Vec<PathBuf>,
    threshold: u8,
}

impl NewKeys {
    fn draw(out: &Path, word: &str, count: u8, threshold: u8) -> Result<Self, Problem> {
        if count == 0 || threshold == 0 || threshold > count || usize::from(count) > okrug_protocol::bounds::MAX_ROLE_KEYS {
            return Err(misuse(said!(
                "порог {threshold} из {count} ключей невозможен",
                "a threshold of {threshold} of {count} keys cannot be"
            )));
        }
        let mut rng = clock::rng();
        let paths: Vec<PathBuf> = (1..=count).map(|n| out.join(format!("{word}-{n}.key"))).collect();
        if let Some(path) = paths.iter().find(|path| path.exists()) {
            return Err(key_exists(path));
        }
        Ok(Self { secrets: (0..count).map(|_| SecretKey::generate(&mut rng)).collect(), paths, threshold })
    }

    fn role(&self) -> (&[SecretKey], u8) {
        (&self.secrets, self.threshold)
    }
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let out = args.out_dir.clone().unwrap_or_else(|| context.dir.join("keys"));
    let root = NewKeys::draw(&out, "authority", args.keys, args.threshold)?;
    if let (Some(file), Some(unit)) = (&args.under, &args.unit) {
        return under(context, args, file, unit, &root, &out);
    }
    let own = |word: &str, count: Option<u8>, threshold: u8| count.map(|n| NewKeys::draw(&out, word, n, threshold.min(n))).transpose();
    let directory = own("directory", args.directory_keys, args.directory_threshold.unwrap_or(args.threshold))?;
    let revocations = own("revocations", args.revocation_keys, args.revocation_threshold.unwrap_or(1))?;
    let now = time::of_signing(args.now, Millis(0))?;
    let plan = Plan::new(args.name.as_deref().unwrap_or_default().trim());
    let roles = RoleKeys {
        root: root.role(),
        directory: directory.as_ref().map_or(root.role(), NewKeys::role),
        revocations: revocations.as_ref().map_or((&root.secrets, 1), NewKeys::role),
    };
    let trust = found(&plan, &roles, term(now, CHARTER_DAYS), term(now, CHART_DAYS))?;
    let sets: Vec<&NewKeys> = [Some(&root), directory.as_ref(), revocations.as_ref()].into_iter().flatten().collect();
    let paths: Vec<&PathBuf> = sets.iter().flat_map(|set| &set.paths).collect();
    let (district, keys, threshold) = (trust.district(), paths.len(), args.threshold);
    if !context.dry_run {
        let folder = Folder::create(&context.dir)?;
        save(context, args, &sets, &out)?;
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

/// Prepares the folder of a subtree: its keys, and what the district's authority is to be given.
fn under(context: &Context, args: &Args, file: &Path, word: &str, keys: &NewKeys, out: &Path) -> Result<(), Problem> {
    let trust = Trust::from_file(None, &DistrictFile::decode(&files::read(file, MAX_DISTRICT_FILE)?)?)?;
    let directory = trust.directory();
    let number = word.parse::<UnitId>().ok();
    let unit = directory.units().find(|unit| Some(unit.id) == number || unit.name.to_lowercase() == word.to_lowercase());
    let names: Vec<String> = directory.units().map(|unit| unit.name.clone()).collect();
    let unit = unit.ok_or_else(|| nothing("no_unit", word, &names, said!("отдела «{word}» нет", "there is no unit \"{word}\"")))?;
    let public: Vec<PublicKey> = keys.secrets.iter().map(SecretKey::public).collect();
    let district = trust.district().0.to_hex();
    let given = PublicKeys::new(district.clone(), unit.id.0, keys.threshold, super::delegate::hexes(&public));
    let path = context.dir.join(PUBLIC_FILE);
    if !context.dry_run {
        let folder = Folder::create(&context.dir)?;
        save(context, args, &[keys], out)?;
        folder.save_trust(&trust)?;
        given.save(&context.dir)?;
        folder.save_plan(&Plan::under(unit.id.0, &unit.name))?;
    }
    let (id, name, file) = (unit.id, &unit.name, path.display());
    context.done(
        json!({ "district": district, "unit": id.to_string(), "name": name, "public": file.to_string(), "dry_run": context.dry_run }),
        &said!(
            "папка ветви «{name}» ({id}) готова; её открытые ключи в {file}",
            "the folder of the subtree \"{name}\" ({id}) is ready; its public keys are in {file}"
        ),
        Some(&said!(
            "передайте {PUBLIC_FILE} администратору округа: okrug authority delegate {id} {PUBLIC_FILE}",
            "give {PUBLIC_FILE} to the district's authority: okrug authority delegate {id} {PUBLIC_FILE}"
        )),
    )
}

/// Seals all keys, and writes them when every passphrase is known.
fn save(context: &Context, args: &Args, sets: &[&NewKeys], out: &Path) -> Result<(), Problem> {
    let mut rng = clock::rng();
    let mut sealed = Vec::new();
    let pairs = sets.iter().flat_map(|set| set.secrets.iter().zip(&set.paths));
    for (i, (key, path)) in pairs.enumerate() {
        let file = args.passphrase_file.get(i).or(args.passphrase_file.last());
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let what = said!("Пароль для ключа {name}", "A passphrase for the key {name}");
        let passphrase = secret::new_passphrase(context, file.map(PathBuf::as_path), &what)?;
        sealed.push(KeyFile::seal(key, &passphrase, path.clone(), &mut rng));
    }
    files::folder(out)?;
    sealed.iter().try_for_each(KeyFile::save)
}

pub(super) fn key_exists(path: &Path) -> Problem {
    let path = path.display();
    Problem::new(
        "key_exists",
        Exit::Changed,
        said!("{path}: здесь уже есть ключ, ничего не изменено", "{path}: there is a key already, nothing was changed"),
    )
}

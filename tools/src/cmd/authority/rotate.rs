//! `okrug authority rotate`, `recover`, and `key add` and `key remove`: the next charter.

use std::path::PathBuf;
use std::time::Duration;

use okrug_protocol::clock::Millis;
use okrug_protocol::sign::PublicKey;
use okrug_protocol::trust::Trust;
use serde_json::json;

use crate::authority::archive::DISTRICT_FILE;
use crate::authority::draft::{self, Ground, Term};
use crate::authority::keys::{KeyFile, public};
use crate::authority::paper::Paper;
use crate::authority::renewal::{self, Changes, RoleName};
use crate::authority::signing::Source;
use crate::authority::{Folder, difference, round};
use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::time;
use crate::words::said;

/// How a charter is signed.
#[derive(Debug, clap::Args)]
pub(super) struct Signing {
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Vec<PathBuf>,
    #[arg(long, value_name = "1825d", value_parser = time::duration)]
    valid: Option<Duration>,
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    now: Option<Millis>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Rotate {
    #[arg(long, value_name = "ROLE")]
    role: Vec<RoleName>,
    #[arg(long, value_name = "KEY")]
    add: Vec<String>,
    #[arg(long, value_name = "KEY")]
    remove: Vec<String>,
    #[arg(long, value_name = "N")]
    threshold: Option<u8>,
    #[command(flatten)]
    signing: Signing,
}

#[derive(Debug, clap::Args)]
pub(super) struct Recover {
    #[arg(long, value_name = "KEY", required = true)]
    lost: Vec<String>,
    #[arg(long, value_name = "KEY")]
    new: Vec<String>,
    #[arg(long, value_name = "N")]
    threshold: Option<u8>,
    #[command(flatten)]
    signing: Signing,
}

#[derive(Debug, clap::Args)]
pub(super) struct OneKey {
    #[arg(value_name = "ROLE")]
    role: RoleName,
    #[arg(value_name = "KEY", required = true)]
    keys: Vec<String>,
    #[arg(long, value_name = "N")]
    threshold: Option<u8>,
    #[command(flatten)]
    signing: Signing,
}

/// Signs the next charter with the changes that are asked for.
pub(super) fn rotate(context: &Context, args: &Rotate) -> Result<(), Problem> {
    renew(context, &args.signing, |trust| {
        Ok(Changes {
            roles: args.role.clone(),
            add: new_keys(&args.add)?,
            remove: held_keys(trust, &args.remove)?,
            threshold: args.threshold,
        })
    })
}

/// Takes a lost or stolen key out of every role that it is in.
pub(super) fn recover(context: &Context, args: &Recover) -> Result<(), Problem> {
    renew(context, &args.signing, |trust| {
        Ok(Changes { roles: Vec::new(), add: new_keys(&args.new)?, remove: held_keys(trust, &args.lost)?, threshold: args.threshold })
    })
}

/// Adds keys to a role.
pub(super) fn add(context: &Context, args: &OneKey) -> Result<(), Problem> {
    renew(context, &args.signing, |_| {
        Ok(Changes { roles: vec![args.role], add: new_keys(&args.keys)?, remove: Vec::new(), threshold: args.threshold })
    })
}

/// Removes keys from a role.
pub(super) fn remove(context: &Context, args: &OneKey) -> Result<(), Problem> {
    renew(context, &args.signing, |trust| {
        Ok(Changes { roles: vec![args.role], add: Vec::new(), remove: held_keys(trust, &args.keys)?, threshold: args.threshold })
    })
}

fn renew(context: &Context, args: &Signing, changes: impl FnOnce(&Trust) -> Result<Changes, Problem>) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let (plan, mut trust) = (folder.plan()?, folder.trust()?);
    if plan.under.is_some() {
        return Err(not_ours());
    }
    let changes = changes(&trust)?;
    let now = time::of_signing(args.now, super::sign::latest(&trust))?;
    let valid = |days: u64| args.valid.map_or(days * time::DAY_MS, |valid| u64::try_from(valid.as_millis()).unwrap_or(u64::MAX));
    let charter = renewal::charter(&trust, &changes, Term { issued: now, refresh_by: now.plus(valid(5 * 365)) })?;
    let held = trust.charter().doc();
    if (&charter.root, &charter.directory, &charter.revocations) == (&held.root, &held.directory, &held.revocations) {
        return context.done(
            json!({ "changed": false }),
            &said!("изменений нет, устав остаётся", "nothing has changed, the charter stays"),
            None,
        );
    }
    let term = Term { issued: now, refresh_by: now.plus(365 * time::DAY_MS) };
    let mut papers = vec![Paper::Charter(folder.pending_or(charter.clone())?)];
    // What the former keys signed counts no more, so it is signed anew together with the charter.
    let ground = Ground { trust: &trust, charter: &charter };
    if charter.directory_epoch != held.directory_epoch {
        papers.push(Paper::Chart(folder.pending_or(draft::chart(&plan, ground, term)?)?));
        let list = draft::bootstrap(&plan, ground, term)?;
        if trust.bootstrap_list().is_some() || !list.rows.is_empty() {
            papers.push(Paper::Bootstrap(folder.pending_or(list)?));
        }
    }
    if let Some(list) = trust.revocations().filter(|_| charter.revocations_epoch != held.revocations_epoch) {
        papers.push(Paper::Revocations(folder.pending_or(draft::revocations(list, ground, term)?)?));
    }
    let lines = difference::of(&papers[0], &trust);
    lines.iter().try_for_each(|line| context.say(line))?;
    let value = json!({
        "changed": true,
        "charter": charter.head.version.0,
        "changes": lines.iter().map(|line| line.text(context.lang)).collect::<Vec<_>>(),
        "dry_run": context.dry_run,
    });
    if context.dry_run {
        return context.done(value, &said!("проба, ничего не подписано", "dry run, nothing was signed"), None);
    }
    let source = Source { keys: args.key.clone(), passphrases: args.passphrase_file.clone() };
    round::sign(context, &folder.path("keys"), &trust, &source, &mut papers)?;
    round::settle(&folder, &mut trust, papers)?;
    let (version, file) = (trust.charter().version().0, folder.path(DISTRICT_FILE));
    let file = file.display();
    context.done(
        value,
        &said!(
            "устав версии {version} подписан; файл округа: {file}",
            "the charter of version {version} is signed; the district file: {file}"
        ),
        Some(&said!(
            "отдайте {DISTRICT_FILE} одному из узлов; дальше он расходится сам",
            "give {DISTRICT_FILE} to one of the nodes; from there it spreads by itself"
        )),
    )
}

/// Keys to come: key files, or hexadecimal.
pub(super) fn new_keys(words: &[String]) -> Result<Vec<PublicKey>, Problem> {
    let one = |word: &String| match public(word) {
        Some(key) => Ok(key),
        None => KeyFile::load(word.as_ref())?.public(),
    };
    words.iter().map(one).collect()
}

/// Keys that the charter names: key files, hexadecimal, or its first digits.
fn held_keys(trust: &Trust, words: &[String]) -> Result<Vec<PublicKey>, Problem> {
    let charter = trust.charter().doc();
    let one = |word: &String| {
        let mut known = RoleName::ALL.iter().flat_map(|name| &name.of(charter).keys);
        let begins = word.len() >= 8 && word.bytes().all(|b| b.is_ascii_hexdigit());
        match known.find(|key| begins && okrug_protocol::ids::hex(&key.0).starts_with(&word.to_lowercase())) {
            Some(key) => Ok(*key),
            None => new_keys(std::slice::from_ref(word)).map(|keys| keys[0]),
        }
    };
    words.iter().map(one).collect()
}

fn not_ours() -> Problem {
    Problem::new(
        "not_the_district",
        Exit::Refused,
        said!(
            "это папка ветви: её ключи меняет администратор округа (okrug authority delegate)",
            "this is the folder of a subtree: its keys are changed by the district's authority (okrug authority delegate)"
        ),
    )
}

//! `okrug authority verify`.

use std::path::{Path, PathBuf};

use okrug_node::clock;
use okrug_protocol::ids::{DistrictId, Hash32, hex, unhex};
use okrug_protocol::trust::{DistrictFile, Trust};
use serde_json::json;

use super::documents;
use crate::authority::archive::{self, DISTRICT_FILE, MAX_DISTRICT_FILE};
use crate::authority::paper::Paper;
use crate::authority::{Folder, round};
use crate::context::Context;
use crate::files;
use crate::problem::{Exit, Problem};
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    file: PathBuf,
    #[arg(long, value_name = "HEX", value_parser = district)]
    district: Option<DistrictId>,
}

/// Verifies every signature in a file, and that it is no older than what this folder holds.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let bytes = files::read(&args.file, MAX_DISTRICT_FILE)?;
    let ours = Folder::open(&context.dir).ok().map(|folder| folder.trust()).transpose()?;
    if args.file.extension().is_some_and(|ending| ending == "okd") {
        let trust = ours.map_or_else(|| super::cosign::believed(&context.dir.join(DISTRICT_FILE)), Ok)?;
        return edition(context, &args.file, &bytes, &trust);
    }
    let file = DistrictFile::decode(&bytes)?;
    let pinned = args.district.or_else(|| ours.as_ref().map(Trust::district));
    let trust = Trust::from_file(pinned, &file)?;
    if let Some(mut ours) = ours.filter(|ours| ours.district() == trust.district()) {
        ours.accept_file(&file)?;
    }
    let (table, rows) = documents(context, &trust, clock::now());
    let (name, id) = (trust.directory().name().to_owned(), trust.district().0.to_hex());
    let offices = trust.directory().offices().count();
    context.say(&match pinned {
        Some(_) => said!(
            "OK  «{name}», {id}, отделений: {offices}; все подписи верны",
            "OK  \"{name}\", {id}, {offices} offices; all signatures hold"
        ),
        None => said!(
            "OK  «{name}», отделений: {offices}; все подписи верны. Сверьте отпечаток округа: {id}",
            "OK  \"{name}\", {offices} offices; all signatures hold. Compare the district's identity: {id}"
        ),
    })?;
    context.show(json!({ "district": id, "name": name, "offices": offices, "pinned": pinned.is_some(), "documents": rows }), &table)
}

/// Verifies one edition by itself: whose signatures it has, and whether they are enough by the charter that is held.
fn edition(context: &Context, path: &Path, bytes: &[u8], trust: &Trust) -> Result<(), Problem> {
    let paper = Paper::read(path, bytes, trust.district())?;
    let counts = paper.counts(trust, None);
    let (kind, ru, version) = (archive::stem(paper.kind()), round::kind_ru(paper.kind()), paper.version().0);
    let value = json!({
        "kind": kind,
        "version": version,
        "hash": paper.hash().to_hex(),
        "signers": paper.signers().iter().map(|key| hex(&key.0)).collect::<Vec<_>>(),
        "signatures": counts.iter().map(|count| json!({ "have": count.have, "need": count.role.need() })).collect::<Vec<_>>(),
    });
    match counts.iter().find(|count| !count.is_enough()) {
        Some(count) => {
            let (have, need) = (count.have, count.role.need());
            Err(Problem::new(
                "threshold",
                Exit::Threshold,
                said!(
                    "{ru} версии {version}: подписи верны, но их {have}, а нужно {need}",
                    "the {kind} of version {version}: its signatures hold, and there are {have} where {need} are needed"
                ),
            ))
        }
        // By a charter that came and went, nobody here can say how many were needed.
        None if counts.is_empty() => Err(Problem::new(
            "other_epoch",
            Exit::Threshold,
            said!(
                "{ru} версии {version}: подписи верны, но его эпоха не та, которую называет устав",
                "the {kind} of version {version}: its signatures hold, and its epoch is not the one that the charter names"
            ),
        )),
        None => context.done(
            value,
            &said!(
                "{ru} версии {version}: все подписи верны, их достаточно",
                "the {kind} of version {version}: all signatures hold, and there are enough"
            ),
            None,
        ),
    }
}

fn district(word: &str) -> Result<DistrictId, String> {
    let bytes = unhex(word).and_then(|bytes| bytes.try_into().ok());
    bytes.map(|bytes| DistrictId(Hash32(bytes))).ok_or_else(|| "64 hexadecimal digits".to_owned())
}

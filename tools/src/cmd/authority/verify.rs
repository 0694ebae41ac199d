//! `okrug authority verify`.

use std::path::PathBuf;

use okrug_node::clock;
use okrug_protocol::ids::{DistrictId, Hash32, unhex};
use okrug_protocol::trust::{DistrictFile, Trust};
use serde_json::json;

use super::documents;
use crate::authority::Folder;
use crate::authority::archive::MAX_DISTRICT_FILE;
use crate::context::Context;
use crate::files;
use crate::problem::Problem;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    file: PathBuf,
    #[arg(long, value_name = "HEX", value_parser = district)]
    district: Option<DistrictId>,
}

/// Verifies every signature in a file, and that it is no older than what this folder holds.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let file = DistrictFile::decode(&files::read(&args.file, MAX_DISTRICT_FILE)?)?;
    let ours = Folder::open(&context.dir).ok().map(|folder| folder.trust()).transpose()?;
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

fn district(word: &str) -> Result<DistrictId, String> {
    let bytes = unhex(word).and_then(|bytes| bytes.try_into().ok());
    bytes.map(|bytes| DistrictId(Hash32(bytes))).ok_or_else(|| "64 hexadecimal digits".to_owned())
}

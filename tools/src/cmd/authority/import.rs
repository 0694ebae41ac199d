//! `okrug authority import`: newer documents that others have signed come into the folder.

use std::path::PathBuf;

use okrug_protocol::trust::DistrictFile;
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
}

/// Takes whatever in a district file is newer: a sub-authority the district's, the district's authority a subtree's.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let mut trust = folder.trust()?;
    let file = DistrictFile::decode(&files::read(&args.file, MAX_DISTRICT_FILE)?)?;
    let newer = trust.accept_file(&file)?.any_newer();
    if newer && !context.dry_run {
        folder.save_trust(&trust)?;
    }
    let (_, rows) = documents(context, &trust, okrug_node::clock::now());
    let value = json!({ "newer": newer, "documents": rows, "dry_run": context.dry_run });
    let message = match newer {
        true => said!("взяты более новые документы", "newer documents were taken"),
        false => said!("ничего нового в файле нет", "there is nothing newer in the file"),
    };
    context.done(value, &message, Some(&said!("okrug authority sign", "okrug authority sign")))
}

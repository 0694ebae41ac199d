//! The data directory of a node that does not run, for whoever makes a backup of it.

use std::path::Path;
use std::sync::Arc;

use super::ground::Ground;
use crate::backup::Source;
use crate::config::Config;
use crate::keys::Unlock;
use crate::ledger::DataError;
use crate::problem::Problem;
use crate::rest::Rest;
use crate::store::{Limits, Store};

/// Opens it; nobody else can while this lives.
///
/// # Errors
/// A node runs on it, its keys do not open, or what lies there is damaged.
pub fn stopped(data: &Path, unlock: &Unlock) -> Result<Source, Problem> {
    let mut config = Config { data: data.to_owned(), ..Config::default() };
    config.keys.passphrase_file.clone_from(&unlock.passphrase_file);
    let Ground { keys, documents, home, .. } = Ground::prepare(&config)?;
    let limits = Limits { reserve: 0, own: 0, foreign: 0, ..Limits::default() };
    let store = Store::open(home.path(), &Rest::new(&keys.at_rest), limits).map_err(|error| super::words::data(DataError::Store(error)))?;
    Ok(Source::stopped(home, keys, Arc::clone(&documents), store))
}

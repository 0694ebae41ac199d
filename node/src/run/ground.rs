//! What a node stands on before anything of it runs: its keys, its district, its directory on the disk.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use okrug_protocol::ids::OfficeId;
use okrug_protocol::sign::SecretKey;
use okrug_protocol::trust::TrustError;

use super::{StartError, begin};
use crate::config::Config;
use crate::documents::{Documents, DocumentsError};
use crate::home::{Home, Locked, Owner};
use crate::keyring::Renewal;
use crate::keys::{KeyFolder, NodeKeys, Unlock};
use crate::rest::Rest;
use crate::{clock, disk};

/// The ground of a node; the data directory is ours as long as this lives.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) office: OfficeId,
    pub(super) keys: NodeKeys,
    pub(super) documents: Arc<Documents>,
    pub(super) home: Home,
}

impl Ground {
    /// Unlocks the keys, locks the data directory, takes the documents, finds the office among them, claims the directory for it.
    pub(super) fn prepare(config: &Config) -> Result<Self, StartError> {
        let now = clock::now();
        if !clock::is_plausible(now) {
            tracing::warn!(
                event = "clock_unset",
                now_ms = now.0,
                "the machine's clock was never set; messages keep their order, their times are wrong"
            );
        }
        let (folder, unlock) = (KeyFolder::of(&config.data), Unlock::of_process(config.keys.passphrase_file.clone()));
        let mut keys = folder.open(&unlock)?;
        // From here on the directory is written to: nobody else may be at it, and no newer version have been.
        let locked = Locked::take(&config.data)?;
        end_renewal(config, &folder, &unlock, &mut keys)?;
        let documents = documents(config, &keys.peer)?;
        let directory = documents.directory();
        let listed = directory.office_by_peer(&keys.peer.public()).and_then(|id| directory.office(id));
        let office = listed
            .filter(|office| office.sign == keys.sign.public())
            .ok_or_else(|| StartError::NotListed { district: directory.name().to_owned(), version: directory.version() })?;
        let owner = Owner { district: directory.district(), office: office.id };
        let home = locked.claim(owner, &keys.at_rest)?.witnessed(config.witness.clone());
        Ok(Self { office: office.id, keys, documents: Arc::new(documents), home })
    }
}

/// Puts a renewed sealing key where the one before it lay, once that one's term has passed.
fn end_renewal(config: &Config, folder: &KeyFolder, unlock: &Unlock, keys: &mut NodeKeys) -> Result<(), StartError> {
    let Some(renewal) = Renewal::open(&config.data.join("keys").join("sealing"), &Rest::new(&keys.at_rest))? else { return Ok(()) };
    if !renewal.is_over() {
        return Ok(());
    }
    // A start that was cut short has done the first half.
    if renewal.key().public() != keys.seal.public() {
        keys.seal = renewal.key().clone();
        folder.replace(keys, unlock, &mut clock::rng())?;
    }
    renewal.end()?;
    tracing::info!(event = "chart_key_destroyed", "the sealing key that the chart listed before is destroyed");
    Ok(())
}

/// What was kept, with what the named file has beyond it.
fn documents(config: &Config, peer: &SecretKey) -> Result<Documents, StartError> {
    let folder = config.data.join("documents");
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| StartError::Io { path, source }
    };
    disk::private_dir(&folder).map_err(at(&folder))?;
    let kept = Documents::open(&folder)?;
    let file = match &config.district {
        None => None,
        Some(path) => match fs::read(path) {
            Ok(bytes) => Some((path, bytes)),
            // It may be for the first start only, or lie on a stick that is not in.
            Err(error) if error.kind() == ErrorKind::NotFound && kept.is_some() => None,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(StartError::NoDistrict { waits_for: Some(path.clone()) }),
            Err(error) => return Err(at(path)(error)),
        },
    };
    match (kept, file) {
        (None, None) => Err(StartError::NoDistrict { waits_for: None }),
        (Some(kept), None) => Ok(kept),
        // An answer on paper tells where to begin; who has begun needs it no more.
        (Some(kept), Some((_, bytes))) if begin::is_answer(&bytes) => Ok(kept),
        (None, Some((path, bytes))) if begin::is_answer(&bytes) => begin::enter(&folder, path, &bytes, peer),
        (None, Some((path, bytes))) => {
            Documents::enter(&folder, &bytes, None).map_err(|error| StartError::DistrictFile { path: path.clone(), error })
        }
        (Some(kept), Some((path, bytes))) => match kept.accept_file(&bytes) {
            Ok(_) => Ok(kept),
            Err(DocumentsError::Trust(error @ (TrustError::Older { .. } | TrustError::Conflict { .. }))) => {
                tracing::warn!(event = "district_file_refused", file = %path.display(), %error, "the node goes on with what it holds");
                Ok(kept)
            }
            Err(error) => Err(StartError::DistrictFile { path: path.clone(), error }),
        },
    }
}

//! A node's beginning from paper: it knows the district's identity and some addresses, and fetches the documents.

use std::path::Path;
use std::time::{Duration, Instant};

use okrug_protocol::answer::Answer;
use okrug_protocol::paper;
use okrug_protocol::sign::SecretKey;

use super::StartError;
use crate::documents::Documents;
use crate::mesh::{self, Multiaddr};

/// For how long the offices of the answer are asked, one after the other.
const PATIENCE: Duration = Duration::from_secs(30);
/// A door hears nobody more often than once a second.
const BETWEEN: Duration = Duration::from_secs(2);

/// Whether a district file is none, but the lines of an answer.
pub(super) fn is_answer(bytes: &[u8]) -> bool {
    bytes.len() <= paper::MAX_TEXT && std::str::from_utf8(bytes).is_ok_and(paper::is_paper)
}

/// Fetches the documents of the district that the answer names, and enters it.
///
/// What comes is checked against the identity on the paper, so it does not matter who gives it.
pub(super) fn enter(folder: &Path, path: &Path, bytes: &[u8], peer: &SecretKey) -> Result<Documents, StartError> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let answer = Answer::read(text).map_err(|error| StartError::Answer { path: path.to_owned(), error })?;
    let (began, runtime) = (Instant::now(), tokio::runtime::Handle::current());
    let addresses: Vec<Multiaddr> = answer.addresses.iter().filter_map(|address| address.parse().ok()).collect();
    let mut reason = String::from("-");
    loop {
        for address in &addresses {
            match runtime.block_on(mesh::fetch(address, &peer.seed(), answer.district)) {
                Ok(file) => match Documents::enter(folder, &file, Some(answer.district)) {
                    Ok(documents) => return Ok(documents),
                    Err(error) => reason = format!("{address}: {error}"),
                },
                Err(error) => reason = format!("{address}: {error}"),
            }
            tracing::info!(event = "documents_not_fetched", %reason);
        }
        if began.elapsed() >= PATIENCE {
            return Err(StartError::NotFetched { reason });
        }
        runtime.block_on(tokio::time::sleep(BETWEEN));
    }
}

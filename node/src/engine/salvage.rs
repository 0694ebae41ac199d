//! Takes over what is whole in a store that was set aside, through the gate that everybody's entries pass.

use std::path::PathBuf;

use okrug_protocol::ids::OfficeId;

use crate::ledger::{self, Verdict, Way};
use crate::rest::Rest;
use crate::store::{Salvage, Store, Whole};

/// Entries that are taken over at once.
const ROWS: usize = 256;

/// Offers all whole entries of a store to the ledger; what neighbours have brought meanwhile is known already.
pub(super) async fn run(me: OfficeId, path: PathBuf, rest: Rest, ledger: ledger::Handle) {
    let opened = tokio::task::spawn_blocking(move || Store::open_aside(&path, &rest)).await;
    let aside = match opened {
        Ok(Ok(aside)) => aside,
        Ok(Err(error)) => return tracing::warn!(event = "nothing_salvaged", %error, "all must come from the journal and the neighbours"),
        // The runtime ends.
        Err(_) => return,
    };
    let (mut at, mut taken) = (Salvage::default(), 0);
    loop {
        let (store, mut next) = (aside.clone(), at);
        let read = tokio::task::spawn_blocking(move || {
            let whole = store.whole_entries(&mut next, ROWS);
            (next, whole)
        });
        let Whole { entries, last } = match read.await {
            Ok((next, Ok(whole))) => {
                at = next;
                whole
            }
            Ok((_, Err(error))) => {
                tracing::warn!(event = "salvage_ended", %error, taken, "the rest must come from the neighbours");
                break;
            }
            // The runtime ends.
            Err(_) => return,
        };
        let verdicts = ledger.accept_by(Way::Exchange, me, entries).await;
        taken += verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Appended(_))).count();
        if last {
            let unreadable = at.unreadable;
            tracing::info!(event = "salvaged", store = %aside.path().display(), taken, unreadable, "entries were taken from the store that was set aside");
            break;
        }
    }
    let _ = tokio::task::spawn_blocking(move || aside.close()).await;
}

//! Asking for the keys of epochs that cannot be opened: their writers, and the readers of what this office wrote itself.

use std::collections::{BTreeMap, BTreeSet};

use okrug_protocol::chart::ResealRule;
use okrug_protocol::directory::Directory;
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{Epoch, LogId, OfficeId, Precedence, Topic};
use okrug_protocol::reseal::{MAX_EPOCHS, ResealRequest};

use super::unopened::Why;
use super::worker::{Fatal, Worker};

/// So many readers are asked at once for the key of an own epoch: one of them is there, and one is honest.
const READERS: usize = 3;

/// Who is asked, and whose logs it is asked about.
type Asked = (OfficeId, OfficeId);

impl Worker {
    /// Asks who can seal the key of what cannot be opened again, where the policy lets them; where it does not, the writer is
    /// asked all the same, once: it does not answer, and tells its people that this office cannot open what they wrote.
    ///
    /// An office that has lost its own keys with its machine is the writer of some of it: its readers give those back. Each new
    /// sealing key is a new try, with other readers.
    pub(super) fn ask(&mut self) -> Result<(), Fatal> {
        let directory = self.shared.directory();
        let Some(own) = self.announced.of(self.me, &directory).map(|announced| announced.key) else { return Ok(()) };
        if self.keys.sealing.secret(own.number).is_none() {
            return Ok(());
        }
        let seals = directory.policy().reseal == ResealRule::Members;
        let (mut wanted, mut asked) = (BTreeMap::<Asked, Vec<(LogId, Epoch)>>::new(), BTreeSet::new());
        for ((log, epoch), row) in self.unopened.felt() {
            if row.why == Why::Commitment || row.answer.is_some() || row.asked >= own.number {
                continue;
            }
            if !seals && (row.asked != 0 || log.office == self.me) {
                continue;
            }
            for who in self.who_has(log, *epoch, own.number, &directory) {
                wanted.entry((who, log.office)).or_default().push((*log, *epoch));
            }
        }
        for ((who, _), epochs) in wanted {
            for epochs in epochs.chunks(MAX_EPOCHS) {
                let request = ResealRequest { to: own, epochs: epochs.to_vec() };
                match self.write_own(Topic::Inbox(who), Precedence::Routine, Kind::RESEAL_REQUEST, request.encode())? {
                    // Of several readers one is enough for now; each new sealing key is another try.
                    Ok(_) => asked.extend(epochs.iter().copied()),
                    Err(error) => tracing::warn!(event = "reseal_not_asked", %who, %error, "it is tried again"),
                }
            }
        }
        if asked.is_empty() {
            return Ok(());
        }
        self.note(|worker, batch| asked.iter().for_each(|(log, epoch)| worker.unopened.asked(*log, *epoch, own.number, batch)))
    }

    /// Who is asked for the key of an epoch: its writer, or some of the readers where that is this office.
    fn who_has(&self, log: &LogId, epoch: Epoch, turn: u32, directory: &Directory) -> Vec<OfficeId> {
        let is_there = |office: &OfficeId| *office != self.me && directory.office(*office).is_some();
        if log.office != self.me {
            return Some(log.office).filter(is_there).into_iter().collect();
        }
        let Ok(Some((rekey, ..))) = self.began(log, epoch) else { return Vec::new() };
        let readers: Vec<OfficeId> = rekey.members().filter(is_there).collect();
        let first = usize::try_from(turn).unwrap_or(0) % readers.len().max(1);
        readers.iter().cycle().skip(first).take(READERS.min(readers.len())).copied().collect()
    }
}

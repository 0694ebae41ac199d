//! What is to be done from time to time: a new sealing key announced, old ones destroyed, answers given and taken.

use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{Precedence, Topic};
use tokio::sync::oneshot;

use super::worker::{Fatal, Worker};
use super::{Alarm, Draft, WriteError, Written};
use crate::store::StoreError;

impl Worker {
    /// Does what is due; what cannot be done now is due again the next time.
    pub(super) fn tend(&mut self) -> Result<(), Fatal> {
        self.tell_witness();
        self.store.keep_reserve();
        self.begin_anew()?;
        self.show_unopened();
        if self.past.incarnation().is_none() {
            return Ok(());
        }
        self.renew_sealing_key()?;
        self.destroy_sealing_keys();
        self.remember_keyring()?;
        self.take_answers()?;
        self.answer()?;
        self.ask()?;
        self.tell_forks()?;
        self.retain()?;
        self.show_unopened();
        Ok(())
    }

    /// Announces a new sealing key when the one in use is old, is not here, or was announced in another incarnation.
    ///
    /// The private half is durable before the entry is written: whatever is sealed to an announced key can be opened.
    fn renew_sealing_key(&mut self) -> Result<(), Fatal> {
        let directory = self.shared.directory();
        let Some(office) = directory.office(self.me) else { return Ok(()) };
        if !self.keys.has_chart_key(office.seal) && self.missed.insert(0) {
            self.shared.raise(Alarm::ChartKeyMissing);
        }
        let now = self.keys.sealing.moment(&self.time, directory.issued());
        let announced = self.announced.of(self.me, &directory);
        let current = announced.map_or(0, |announced| announced.key.number);
        let missing = current != 0 && self.keys.sealing.secret(current).is_none();
        if missing && self.missed.insert(current) {
            self.shared.raise(Alarm::SealingKeyMissing { number: current });
        }
        let elsewhere = announced.is_some_and(|announced| Some(announced.incarnation) != self.past.incarnation());
        // Others seal to the chart's key until they know of another, and what they are asked is sealed to that.
        let wanted = current == 0 && self.unopened.felt().next().is_some();
        let days = directory.policy().sealing_key_days.max(1);
        if !(missing || elsewhere || wanted || self.keys.sealing.is_old(current, days, now)) {
            self.keys.sealing.in_use(current, now);
            return Ok(());
        }
        let next = match self.keys.sealing.next(current, now) {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(event = "sealing_key_not_made", %error, "it is tried again");
                return Ok(());
            }
        };
        match self.write_own(Topic::District, Precedence::Routine, Kind::SEALING_KEY, next.encode())? {
            Ok(_) => {
                tracing::info!(event = "sealing_key_announced", number = next.number);
                self.keys.sealing.in_use(next.number, now);
            }
            Err(error) => tracing::warn!(event = "sealing_key_not_announced", %error, "it is tried again"),
        }
        Ok(())
    }

    fn destroy_sealing_keys(&mut self) {
        let directory = self.shared.directory();
        let now = self.keys.sealing.moment(&self.time, directory.issued());
        let grace = directory.policy().sealing_key_grace_days;
        for number in self.keys.sealing.sweep(grace, now) {
            tracing::info!(event = "sealing_key_destroyed", number);
        }
        let Some((renewal, office)) = self.keys.renewal.as_mut().zip(directory.office(self.me)) else { return };
        let was_over = renewal.is_over();
        match renewal.look(office.seal, grace, now) {
            Ok(over) if over && !was_over => {
                tracing::info!(event = "chart_key_over", "the old key of the chart is destroyed at the next start")
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(event = "chart_key_kept", %error, "the old key of the chart is kept longer"),
        }
    }

    /// What cannot be remembered now is remembered the next time.
    fn remember_keyring(&self) -> Result<(), Fatal> {
        match self.keys.remember() {
            Err(StoreError::Full) | Ok(()) => Ok(()),
            Err(error) => Err(Fatal::Store(error)),
        }
    }

    /// Writes down elsewhere how far the journal has come, once nothing of it is in doubt.
    fn tell_witness(&mut self) {
        let settled = self.past.incarnation().is_some();
        if let Some(witness) = self.witness.as_mut().filter(|_| settled)
            && let Err(error) = witness.tell(self.journal.last().0)
        {
            tracing::warn!(event = "witness_not_told", %error, "data that are set back may go unnoticed");
        }
    }

    /// Writes down how long the node has run, and how far it has come.
    pub(super) fn remember_running(&mut self) {
        self.tell_witness();
        let now = self.keys.sealing.moment(&self.time, self.shared.directory().issued());
        if let Err(error) = self.keys.sealing.save(now) {
            tracing::warn!(event = "sealing_terms_not_kept", %error, "keys are kept longer");
        }
    }

    /// Writes an entry that nobody waits for.
    pub(super) fn write_own(
        &mut self,
        topic: Topic,
        precedence: Precedence,
        kind: Kind,
        plain: Vec<u8>,
    ) -> Result<Result<Written, WriteError>, Fatal> {
        let (reply, mut answer) = oneshot::channel();
        self.write(vec![(Draft { topic, precedence, kind, plain, tag: None }, reply)])?;
        Ok(answer.try_recv().unwrap_or(Err(WriteError::Unavailable)))
    }
}

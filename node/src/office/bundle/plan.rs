//! What goes into a bundle: what its offices lack, as far as is known here, in sending order, cut to size.

use std::collections::BTreeSet;

use okrug_protocol::bounds::{MAX_BUNDLE_BOXES, MAX_BUNDLE_RUNS, MAX_HEADS, MAX_RANGE_BYTES, MAX_RANGE_ENTRIES};
use okrug_protocol::bundle::{Claims, Footer, Head, Header, Holds, Measure, Purpose, Record, Run, SealedKey};
use okrug_protocol::clock::Millis;
use okrug_protocol::directory::Directory;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::entry::Entry;
use okrug_protocol::exchange::keeps;
use okrug_protocol::frontier::HeadOf;
use okrug_protocol::ids::{LogId, OfficeId, Seq, Version};
use okrug_protocol::log::LogState;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::sealing::SealingKey;
use rand_core::RngCore;

use super::{BundleRefused, documents};
use crate::clock;
use crate::ledger::Recipient;
use crate::office::Refused;
use crate::office::handle::Handle;
use crate::office::view::{BundlePurpose, NewBundle};

/// A row of contents, at most.
const ROW: usize = 40;
/// A day.
const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// A bundle that can be written, once or again.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(super) head: Head,
    pub(super) key: SharedKey,
    pub(super) to: Vec<OfficeId>,
    pub(super) made: Millis,
    pub(super) claims: Claims,
    /// Until when its offices keep what opens it, at least, as far as is known.
    pub(super) valid_until: Option<Millis>,
    /// What stands before the entries.
    pub(super) before: Vec<Record>,
    pub(super) runs: Vec<Run>,
    /// What stands behind them.
    pub(super) behind: [Record; 2],
}

/// Collects what goes in.
struct Gathering {
    measure: Measure,
    boxes: usize,
    max: u64,
    claims: Claims,
    runs: Vec<Run>,
    is_full: bool,
}

impl Gathering {
    /// Takes an entry of a log, if there is room; nothing behind one that found none is taken.
    fn take(&mut self, log: LogId, seq: Seq, len: usize) {
        let begins = self.runs.last().is_none_or(|run| run.log != log);
        let mut measure = self.measure;
        if begins {
            measure.add(ROW);
        }
        measure.add(len);
        self.is_full |= measure.file_len(self.boxes) > self.max;
        if self.is_full {
            self.claims.left_out += 1;
            return;
        }
        self.measure = measure;
        self.claims.count(log.precedence, len);
        match self.runs.last_mut().filter(|_| !begins) {
            Some(run) => run.to = seq,
            None => self.runs.push(Run { log, from: seq, to: seq }),
        }
    }
}

impl Handle {
    /// Works out a bundle.
    ///
    /// # Errors
    /// See [`BundleRefused`], or the store does not answer.
    pub(super) async fn plan(&self, wish: &NewBundle) -> Result<Plan, Refused> {
        let desk = self.desk();
        let directory = desk.directory();
        let to = self.named(&directory, &wish.to)?;
        let everybody: Vec<OfficeId> = to.iter().copied().chain([desk.me]).collect();
        let recipients = self.ledger().sealing_keys(everybody).await.ok_or(Refused::Stopping)?;
        let (mut salt, mut rng) = ([0; 32], clock::rng());
        rng.fill_bytes(&mut salt);
        let key = SharedKey::generate(&mut rng);
        let seal = |recipient: &Recipient| SealedKey::seal(&key, &salt, &recipient.key, &mut clock::rng());
        let boxes: Vec<SealedKey> = recipients.iter().map(seal).collect::<Result<_, _>>().map_err(|_| Refused::BadKey)?;

        let messages = wish.purpose == BundlePurpose::Messages;
        let logs = if messages { desk.store.logs()? } else { Vec::new() };
        let heads = self.heads_for(&directory, &to);
        let documents = if messages { self.documents_for(&to, &logs, wish.all) } else { Vec::new() };
        let header = |claims| Header {
            district: directory.district(),
            from: desk.me,
            to: to.clone(),
            made: clock::now(),
            purpose: if messages { Purpose::Messages } else { Purpose::Receipts },
            versions: (directory.version(), directory.revocations_version()),
            claims,
        };
        let widest = Claims { documents: u32::MAX, entries: [u64::MAX; 3], bytes: u64::MAX, left_out: u64::MAX };
        let (widest_header, holds) = self.ledger().sign_bundle(salt, header(widest), heads).await.ok_or(Refused::Stopping)?;
        let mut before: Vec<Record> = holds.into_iter().map(Record::Holds).collect();
        let mut measure = Measure::default();
        before.iter().for_each(|record| measure.add_record(record));
        let ends = [Record::Header(widest_header.clone()), Record::Header(widest_header), Record::Footer(Footer { claims: widest })];
        ends.iter().for_each(|record| measure.add_record(record));
        let claims = Claims { documents: u32::try_from(documents.len()).unwrap_or(u32::MAX), ..Claims::default() };
        let documents: Vec<Record> = documents.into_iter().map(|(kind, bytes)| Record::Document(kind, bytes)).collect();
        documents.iter().for_each(|record| measure.add_record(record));
        let max = wish.max_bytes.unwrap_or(u64::MAX);
        if measure.file_len(boxes.len()) > max {
            return Err(BundleRefused::TooSmall(measure.file_len(boxes.len())).into());
        }
        let mut gathering = Gathering { measure, boxes: boxes.len(), max, claims, runs: Vec::new(), is_full: false };
        self.gather(&directory, &to, logs, wish, &mut gathering).await?;
        let Gathering { mut measure, claims, runs, .. } = gathering;
        // Rows of contents were counted at their widest; a record of them needs a head and a number.
        runs.chunks(MAX_BUNDLE_RUNS).for_each(|_| measure.add(8));

        let signed = self.ledger().sign_bundle(salt, header(claims), Vec::new()).await;
        let (header, _) = signed.ok_or(Refused::Stopping)?;
        let made = header.unchecked().made;
        before.insert(0, Record::Header(header.clone()));
        before.extend(runs.chunks(MAX_BUNDLE_RUNS).map(|rows| Record::Contents(rows.to_vec())));
        before.extend(documents);
        let policy = directory.policy();
        let kept_ms = (u64::from(policy.sealing_key_days) + u64::from(policy.sealing_key_grace_days)) * DAY_MS;
        let valid_until = recipients
            .iter()
            .filter(|one| one.office != desk.me)
            .filter_map(|one| SealingKey::numbered_at(one.number))
            .min()
            .map(|at| at.plus(kept_ms));
        let head = Head::new(measure.shape(), salt, boxes);
        Ok(Plan {
            head,
            key,
            to,
            made,
            claims,
            valid_until,
            before,
            runs,
            behind: [Record::Header(header), Record::Footer(Footer { claims })],
        })
    }

    /// The offices that are meant: numbers or short names.
    fn named(&self, directory: &Directory, words: &[String]) -> Result<Vec<OfficeId>, Refused> {
        let mut to = BTreeSet::new();
        for word in words {
            let numbered = word.parse::<OfficeId>().ok().and_then(|office| directory.office(office));
            let office = numbered.or_else(|| directory.office_by_slug(word)).ok_or(Refused::NoSuchOffice)?.id;
            if directory.is_revoked(office) {
                return Err(BundleRefused::Revoked(office).into());
            }
            to.insert(office);
        }
        let fits = (1..MAX_BUNDLE_BOXES).contains(&to.len()) && !to.contains(&self.desk().me);
        if fits { Ok(to.into_iter().collect()) } else { Err(BundleRefused::ForWhom.into()) }
    }

    /// What this office durably holds of the logs that any of them keeps.
    fn heads_for(&self, directory: &Directory, to: &[OfficeId]) -> Vec<Holds> {
        let kept = |head: &HeadOf| to.iter().any(|office| keeps(directory, *office, &head.log));
        let heads: Vec<HeadOf> = self.ledger().heads().into_iter().filter(kept).collect();
        let holds = |heads: &[HeadOf]| Holds { district: directory.district(), office: self.desk().me, heads: heads.to_vec() };
        heads.chunks(MAX_HEADS).map(holds).collect()
    }

    /// The documents that some of them lack: an office knows what the newest of its entries names.
    fn documents_for(&self, to: &[OfficeId], logs: &[(LogId, LogState)], all: bool) -> Vec<(DocumentKind, Vec<u8>)> {
        let known = |office: &OfficeId| {
            let own = logs.iter().filter(|(log, _)| log.office == *office && !all);
            own.fold((Version(0), Version(0)), |(chart, list), (_, state)| (chart.max(state.directory), list.max(state.revocations)))
        };
        let (chart, list) = to.iter().map(known).reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).unwrap_or((Version(0), Version(0)));
        self.desk().documents.read(|trust| documents::newer(trust, chart, list))
    }

    async fn gather(
        &self,
        directory: &Directory,
        to: &[OfficeId],
        mut logs: Vec<(LogId, LogState)>,
        wish: &NewBundle,
        into: &mut Gathering,
    ) -> Result<(), Refused> {
        logs.sort_by_key(|(log, _)| *log);
        logs.retain(|(log, _)| wish.only.is_none_or(|only| log.precedence <= only));
        for (log, state) in logs {
            let Some(mut from) = self.lacked_from(directory, to, &log, wish.all) else { continue };
            let mut skipping = wish.since;
            while from <= state.seq {
                if into.is_full && skipping.is_none() {
                    into.claims.left_out += state.seq.0 - from.0 + 1;
                    break;
                }
                let entries = self.ledger().range(log, from, MAX_RANGE_ENTRIES, MAX_RANGE_BYTES).await?;
                if entries.is_empty() {
                    break;
                }
                for bytes in entries {
                    let seq = from;
                    from = from.next();
                    if seq > state.seq {
                        break;
                    }
                    if let Some(since) = skipping {
                        let time = Entry::decode(&bytes).map_or(Millis(0), |entry| entry.header.time.millis());
                        if time < since {
                            continue;
                        }
                        skipping = None;
                    }
                    into.take(log, seq, bytes.len());
                }
            }
        }
        Ok(())
    }

    /// From where on some of the offices lack a log; `None` when none of them keeps it, or all have it.
    fn lacked_from(&self, directory: &Directory, to: &[OfficeId], log: &LogId, all: bool) -> Option<Seq> {
        let from = |office: &OfficeId| if all { Seq(1) } else { self.desk().holdings.read(|holdings| holdings.held(*office, log)).next() };
        // What an office wrote itself it has, unless somebody says that it has lost all.
        let lacks = |office: &&OfficeId| (all || log.office != **office) && keeps(directory, **office, log);
        to.iter().filter(lacks).map(from).min()
    }
}

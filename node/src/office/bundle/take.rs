//! Taking a bundle: every part of it through the gate that it passes when a neighbour brings it.

use std::sync::Arc;

use okrug_protocol::bounds::{MAX_RANGE_BYTES, MAX_RANGE_ENTRIES};
use okrug_protocol::bundle::{Claims, Header, Holds, Part, Purpose, Reader, Record, Signed, Splitter, Spoiled, Tally};
use okrug_protocol::entry::Entry;
use okrug_protocol::ids::{LogId, Precedence, Seq};

use super::BundleRefused;
use super::documents::Intake;
use crate::ledger::{Verdict, Way};
use crate::office::Refused;
use crate::office::handle::Handle;
use crate::office::steps::Heard;
use crate::office::view::{BundleCounts, BundleGap, BundlePurpose, BundleReport, MessageId};

/// Records of heads that wait for the end; a bundle of the largest district has fewer.
const MAX_HOLDS: usize = 16;
/// Gaps that a report names.
const MAX_NAMED: usize = 100;

/// Takes a bundle as its bytes come; memory is bounded by a few MiB, however long it is.
#[derive(Debug)]
pub struct Taker {
    office: Handle,
    /// Look only: nothing is taken.
    looks: bool,
    splitter: Splitter,
    reader: Option<Reader>,
    salt: [u8; 32],
    header: Option<Signed<Header>>,
    holds: Vec<Signed<Holds>>,
    documents: Intake,
    entries: Vec<Vec<u8>>,
    bytes: usize,
    tally: Tally,
    ended: Option<Claims>,
    report: BundleReport,
}

impl Handle {
    /// Begins to take a bundle, or only to look at it.
    #[must_use]
    pub fn take_bundle(&self, looks: bool) -> Taker {
        Taker {
            office: self.clone(),
            looks,
            splitter: Splitter::default(),
            reader: None,
            salt: [0; 32],
            header: None,
            holds: Vec::new(),
            documents: Intake::default(),
            entries: Vec::new(),
            bytes: 0,
            tally: Tally::default(),
            ended: None,
            report: BundleReport::default(),
        }
    }
}

impl Taker {
    /// Takes the next bytes of the file. Whatever of it is appended is on the disk when the next are asked for.
    ///
    /// # Errors
    /// See [`BundleRefused`]; what was taken before stays.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        self.splitter.push(bytes);
        let mut records = Vec::new();
        while let Some(part) = self.splitter.next_part().map_err(BundleRefused::from)? {
            match part {
                Part::Head(head) => {
                    self.salt = head.salt;
                    let opened = self.office.ledger().open_bundle(head.clone()).await.ok_or(Refused::Stopping)?;
                    self.reader = Some(Reader::new(opened.map_err(BundleRefused::from)?, &head));
                }
                Part::Frame(index, bytes) => {
                    if let Some(reader) = &mut self.reader {
                        reader.frame(index, &bytes, &mut records);
                    }
                    for record in records.drain(..) {
                        self.record(record).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the disk has no room for more: the rest need not come.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.report.full
    }

    /// The file is over; says what came of it.
    ///
    /// # Errors
    /// As [`Taker::push`].
    pub async fn finish(mut self) -> Result<BundleReport, Refused> {
        let Some(reader) = self.reader.take() else {
            return Err(BundleRefused::Unreadable(okrug_protocol::bundle::HeadError::Damaged).into());
        };
        self.documents.end();
        self.flush().await?;
        let Spoiled { frames, records } = reader.finish();
        let outcome = self.documents.outcome;
        self.maker()?;
        let (gaps, missing) = std::mem::take(&mut self.tally).finish();
        let claims = self.ended.or_else(|| self.header.as_ref().map(|header| header.unchecked().claims)).unwrap_or_default();
        // Without its contents only the number is known.
        let missing = missing.max(claims.all_entries().saturating_sub(self.report.entries.all()));
        let gap = |gap: &okrug_protocol::bundle::Run| BundleGap { from: MessageId { log: gap.log, seq: gap.from }, to: gap.to.0 };
        let report = &mut self.report;
        report.damaged_frames = frames;
        report.damaged_records = records;
        report.missing = missing;
        report.gaps = gaps.iter().take(MAX_NAMED).map(gap).collect();
        report.left_out = claims.left_out;
        report.newer_documents = outcome.newer;
        report.refused_documents = outcome.refused;
        report.whole = frames == 0 && records == 0 && missing == 0 && self.ended.is_some();
        if !self.looks {
            tracing::info!(event = "bundle_taken", from = ?report.from, new = report.new, known = report.known, whole = report.whole);
        }
        Ok(self.report)
    }

    async fn record(&mut self, record: Record) -> Result<(), Refused> {
        match record {
            Record::Header(header) if self.header.is_none() => {
                self.header = Some(header);
                self.maker()
            }
            Record::Holds(holds) if self.holds.len() < MAX_HOLDS => {
                self.holds.push(holds);
                Ok(())
            }
            Record::Contents(runs) => {
                self.tally.expect(&runs);
                Ok(())
            }
            Record::Document(kind, bytes) => {
                self.report.documents += 1;
                if self.looks {
                    return Ok(());
                }
                let (documents, mut intake) = (Arc::clone(&self.office.desk().documents), std::mem::take(&mut self.documents));
                let offering = tokio::task::spawn_blocking(move || {
                    intake.offer(&documents, kind, bytes);
                    intake
                });
                self.documents = offering.await.map_err(|_| Refused::Stopping)?;
                self.report.full |= self.documents.outcome.full;
                // What comes next is judged by it, though the rest of the node has not come to it yet.
                self.office.ledger().set_directory(self.office.desk().directory());
                Ok(())
            }
            Record::Entry(bytes) => self.entry(bytes).await,
            Record::Footer(footer) => {
                self.ended = Some(footer.claims);
                Ok(())
            }
            Record::Header(_) | Record::Holds(_) => Ok(()),
        }
    }

    async fn entry(&mut self, bytes: Vec<u8>) -> Result<(), Refused> {
        let Some((log, seq)) = place(&bytes) else {
            self.report.refused += 1;
            return Ok(());
        };
        self.tally.came(&log, seq);
        let BundleCounts { flash, urgent, routine } = &mut self.report.entries;
        *match log.precedence {
            Precedence::Flash => flash,
            Precedence::Urgent => urgent,
            Precedence::Routine => routine,
        } += 1;
        if self.looks || self.report.full {
            return Ok(());
        }
        self.bytes += bytes.len();
        self.entries.push(bytes);
        if self.entries.len() >= MAX_RANGE_ENTRIES || self.bytes >= MAX_RANGE_BYTES { self.flush().await } else { Ok(()) }
    }

    /// Gives the ledger what waits.
    async fn flush(&mut self) -> Result<(), Refused> {
        self.bytes = 0;
        let entries = std::mem::take(&mut self.entries);
        if entries.is_empty() {
            return Ok(());
        }
        let from = self.header.as_ref().map_or(self.office.desk().me, |header| header.unchecked().from);
        for verdict in self.office.ledger().accept_by(Way::Bundle, from, entries).await {
            let report = &mut self.report;
            match verdict {
                Verdict::Appended(_) => report.new += 1,
                Verdict::Known => report.known += 1,
                Verdict::Unwanted | Verdict::OverQuota => report.for_others += 1,
                Verdict::Gap { .. } | Verdict::Pending(_) | Verdict::Slowed(_) => report.waiting += 1,
                Verdict::Full => report.full = true,
                Verdict::Unavailable => return Err(Refused::Stopping),
                Verdict::Refused(_) | Verdict::Forked(_) | Verdict::Frozen => report.refused += 1,
            }
        }
        Ok(())
    }

    /// Looks who made it, as soon as that can be known; at the end also what the maker holds.
    fn maker(&mut self) -> Result<(), Refused> {
        let Some(signed) = &self.header else { return Ok(()) };
        let said = signed.unchecked();
        let directory = self.office.desk().directory();
        if said.district != directory.district() {
            return Err(BundleRefused::Foreign.into());
        }
        let from = said.from;
        let report = &mut self.report;
        report.from = Some(from);
        report.to.clone_from(&said.to);
        report.made = Some(said.made);
        report.purpose = Some(if said.purpose == Purpose::Receipts { BundlePurpose::Receipts } else { BundlePurpose::Messages });
        report.claimed = said.claims.all_entries();
        if said.versions.0 > directory.version() {
            return Ok(());
        }
        let Some(key) = directory.verifier_at(from, said.versions.0).or_else(|| directory.verifier(from).cloned()) else { return Ok(()) };
        if signed.verify(&self.salt, &key).is_err() {
            return Err(BundleRefused::Forged(from).into());
        }
        report.verified = true;
        if self.reader.is_some() || directory.is_revoked(from) || from == self.office.desk().me {
            return Ok(());
        }
        for holds in std::mem::take(&mut self.holds) {
            let Ok(Holds { district, office, heads }) = holds.verify(&self.salt, &key) else { continue };
            if (*district, *office) != (directory.district(), from) {
                continue;
            }
            // What is not here cannot be compared, and is of no use.
            let compared = heads.iter().filter_map(|head| {
                let mine = self.office.ledger().head(&head.log)?;
                let same = head.seq != mine.seq || head.id == mine.id;
                (same && mine.log.office != from).then_some((head.log, head.seq.min(mine.seq)))
            });
            let compared: Vec<(LogId, Seq)> = compared.collect();
            report.receipts += u64::try_from(compared.len()).unwrap_or(u64::MAX);
            if !self.looks {
                self.office.desk().neighbour_holds(from, &compared, Heard::Bundle);
            }
        }
        Ok(())
    }
}

/// The place of an entry.
fn place(bytes: &[u8]) -> Option<(LogId, Seq)> {
    let header = Entry::decode(bytes).ok()?.header;
    Some((header.log, header.seq))
}

//! How entries and frames cross links, and what comes of them.

use super::checks::Broken;
use super::ledger::Said;
use super::world::{Event, LEDGER_MS, World};
use crate::clock::Millis;
use crate::document::DocumentKind;
use crate::entry::Entry;
use crate::exchange::{Frame, In, Out, Settled, Ticket, answers, keeps};
use crate::ids::{LogId, OfficeId, Version};

impl World {
    pub(super) fn input(&mut self, at: usize, input: In) {
        let now = Millis(self.now_ms);
        let member = &mut self.members[at];
        let Some(exchange) = &mut member.exchange else { return };
        let mut out = Vec::new();
        exchange.handle(input, now, &mut out);
        member.footprint = member.footprint.max(exchange.footprint());
        out.into_iter().for_each(|out| self.output(at, out));
    }

    fn later(&mut self, at: usize, delay_ms: u64, input: In) {
        let life = self.members[at].life;
        self.at(delay_ms, Event::Input { at, life, input });
    }

    fn output(&mut self, at: usize, out: Out) {
        let life = self.members[at].life;
        match out {
            Out::Send { peer, frame, .. } => {
                let to = self.index(peer);
                if self.is_honest(at) {
                    self.siege.frames += 1;
                    self.watch_readers(at, to, &frame);
                    self.transmit(at, to, frame);
                } else {
                    self.bend(at, to, frame);
                }
            }
            Out::Append { ticket, log, entries, .. } => self.at(LEDGER_MS, Event::Settle { at, life, ticket, log, entries }),
            Out::Load { peer, log, from, max_entries, max_bytes } => {
                let entries = self.members[at].ledger.range(&log, from, max_entries, max_bytes);
                self.later(at, 1, In::Loaded { peer, log, from, entries });
            }
            Out::LoadDocument { peer, kind, version, offset, max_bytes } => {
                let held = self.document(at, kind, version);
                let from = usize::try_from(offset).unwrap_or(usize::MAX).min(held.len());
                let bytes = held[from..from.saturating_add(max_bytes).min(held.len())].to_vec();
                let total = u32::try_from(held.len()).unwrap_or(0);
                self.later(at, 1, In::DocumentLoaded { peer, kind, version, offset, total, bytes });
            }
            Out::Document { peer, kind, version, bytes } => {
                let before = self.members[at].trust.versions();
                let taken = self.learn(at, kind, &bytes);
                let news = self.members[at].trust.versions() != before;
                self.at(LEDGER_MS, Event::Learnt { at, life, peer, kind, version, taken, news });
            }
            Out::WakeAt(wake) => self.later(at, wake.0.saturating_sub(self.now_ms), In::Tick),
            Out::Misbehaved { peer, why, .. } => {
                if self.is_honest(at) && self.is_honest(self.index(peer)) {
                    self.siege.accused += 1;
                    self.siege.accusation.get_or_insert_with(|| format!("{} accuses {peer}: {why}", self.members[at].id));
                } else {
                    self.siege.strikes += 1;
                }
            }
            Out::Holds { .. } | Out::Keeps { .. } | Out::Slows { .. } => {}
        }
    }

    pub(super) fn document(&self, at: usize, kind: DocumentKind, version: Version) -> Vec<u8> {
        let trust = &self.members[at].trust;
        let Some(before) = version.0.checked_sub(1).map(Version) else { return Vec::new() };
        match kind {
            DocumentKind::Charter => trust.charters_from(version),
            _ if trust.versions().of(kind).0 == version => trust.envelopes(kind, before).pop().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Takes a document by the real rules; false when it is refused.
    pub(super) fn learn(&mut self, at: usize, kind: DocumentKind, bytes: &[u8]) -> bool {
        let member = &mut self.members[at];
        let before = member.trust.versions();
        let taken = match kind {
            DocumentKind::Charter => member.trust.accept_charters(bytes),
            _ => member.trust.accept(kind, bytes),
        };
        let after = member.trust.versions();
        let (id, fell) = (member.id, DocumentKind::ALL.into_iter().find(|kind| after.of(*kind).0 < before.of(*kind).0));
        if let Some(kind) = fell {
            self.fault(Broken::new(8, format!("{id} went back to an older {kind:?}")));
        }
        taken.is_ok()
    }

    /// The exchange hears of a document that is durable now, and of whatever else was learnt meanwhile.
    pub(super) fn learnt(&mut self, at: usize, peer: OfficeId, (kind, version): (DocumentKind, Version), taken: bool, news: bool) {
        let (holdings, directory) = (self.members[at].holdings(), self.members[at].directory());
        answers(peer, kind, version, taken, holdings).into_iter().for_each(|input| self.input(at, input));
        if news {
            self.input(at, In::Interest(directory));
        }
    }

    pub(super) fn transmit(&mut self, from: usize, to: usize, bytes: Vec<u8>) {
        if let Some(connection) = self.up.get(&(from, to)).copied() {
            self.at(self.latency_ms, Event::Frame { from, to, connection, bytes });
        }
    }

    pub(super) fn frame_arrives(&mut self, from: usize, to: usize, bytes: Vec<u8>) {
        let Some(bytes) = self.overhear(to, from, bytes) else { return };
        let peer = self.members[from].id;
        self.input(to, In::Frame { peer, bytes });
    }

    pub(super) fn settle(&mut self, at: usize, life: u64, ticket: Ticket, log: LogId, entries: &[Vec<u8>]) {
        if self.members[at].life != life {
            return;
        }
        let mut worst = Settled::Taken;
        for entry in entries {
            let said = self.offer(at, entry);
            worst = match said {
                Said::Appended(_) | Said::Known => continue,
                Said::Gap => Settled::Gap,
                Said::Pending => Settled::Pending,
                Said::Later => Settled::Later,
                Said::Refused => Settled::Refused,
                Said::Frozen => Settled::Frozen,
            };
            break;
        }
        // Power goes between what became durable and who is told of it.
        if self.is_rough && self.draw(200) == 0 {
            self.siege.crashes += 1;
            self.switch_off(at);
            return self.switch_on(at);
        }
        let head = self.members[at].ledger.head(&log);
        self.input(at, In::Settled { ticket, head, verdict: worst });
    }

    /// Offers an entry to an office's gate.
    pub(super) fn offer(&mut self, at: usize, bytes: &[u8]) -> Said {
        let now_ms = self.now_ms;
        let member = &mut self.members[at];
        let now = member.now(now_ms);
        let directory = member.directory();
        let said = member.ledger.offer(member.id, bytes, &directory, &mut self.signatures);
        if let Said::Appended(head) = said {
            let time = member.ledger.state(&head.log).time;
            member.clock.observe(time, now);
            self.siege.delivered += 1;
        }
        if said == Said::Frozen && member.ledger.untold().is_some() {
            let life = member.life;
            self.at(LEDGER_MS, Event::TellForks { at, life });
        }
        said
    }

    /// Sends an entry to all neighbours that want it and are linked, `except` one.
    pub(super) fn spread(&mut self, at: usize, except: Option<usize>, log: &LogId, bytes: &[u8]) {
        let directory = self.members[at].directory();
        for to in self.linked(at) {
            let wanted = keeps(directory.as_ref(), self.members[to].id, log);
            if wanted && Some(to) != except && self.draw(100) >= usize::try_from(self.loss_percent).expect("small") {
                let delay = self.latency_ms + u64::try_from(self.draw(400)).expect("small");
                self.at(delay, Event::Gossip { from: at, to, bytes: bytes.to_vec() });
            }
        }
    }

    pub(super) fn gossip_arrives(&mut self, from: usize, to: usize, bytes: &[u8]) {
        if !self.members[to].is_on() {
            return;
        }
        let Ok(entry) = Entry::decode(bytes) else { return };
        let (log, seq) = (entry.header.log, entry.header.seq);
        let peer = self.members[from].id;
        match self.offer(to, bytes) {
            Said::Appended(head) => {
                self.spread(to, Some(from), &log, bytes);
                self.input(to, In::Appended { head, from: Some(peer), gossiped: true });
            }
            said @ (Said::Gap | Said::Pending) => self.input(to, In::Seen { peer, log, seq, pending: said == Said::Pending }),
            Said::Known | Said::Later | Said::Refused | Said::Frozen => {}
        }
    }

    /// An honest office gives nobody what is not for them.
    fn watch_readers(&mut self, at: usize, to: usize, frame: &[u8]) {
        let Ok(Frame::Range { log, entries, .. }) = Frame::decode(frame) else { return };
        let member = &self.members[at];
        let peer = self.members[to].id;
        if !entries.is_empty() && !keeps(member.directory().as_ref(), peer, &log) {
            self.fault(Broken::new(3, format!("{} gave {peer} entries of {log}", self.members[at].id)));
        }
    }
}

//! What members say that lie: what they send is bent, and they say more than they are asked.

use std::collections::{BTreeMap, VecDeque};

use rand_chacha::ChaCha8Rng;

use super::world::{World, draw};
use crate::clock::{Millis, Timestamp};
use crate::document::DocumentKind;
use crate::exchange::{Ask, Edition, Editions, Frame, Item};
use crate::frontier::{Digest, HeadOf, Short};
use crate::ids::{LogId, Seq, Topic, UnitId, Version};
use crate::log::LogState;

/// A way to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lie {
    /// Two entries for one place: one to some, the other to others.
    Equivocate,
    /// It has, says so, and gives nothing, or only every other time.
    Withhold,
    /// Heads of places that there are not.
    GiantHeads,
    /// Entries from 1970 and from before the one before them.
    BackDate,
    /// Entries of the year 8000.
    FutureClock,
    /// Entries cut, bent, in the wrong order, of another log.
    Poison,
    /// Digests, heads and topics that are not so.
    Frontier,
    /// Editions that there are not, old ones under new numbers, pieces without end.
    OldDocuments,
    /// What it heard once, again, to whoever listens; and a stick full of it.
    Replay,
    /// No frames at all.
    Junk,
    /// It asks for everything, for what is not for it, without end.
    Greedy,
    /// Entries that break a rule, its own or in others' names.
    Forge,
    /// Proofs of forks that there are not.
    Accuse,
}

impl Lie {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Equivocate,
        Self::Withhold,
        Self::GiantHeads,
        Self::BackDate,
        Self::FutureClock,
        Self::Poison,
        Self::Frontier,
        Self::OldDocuments,
        Self::Replay,
        Self::Junk,
        Self::Greedy,
        Self::Forge,
        Self::Accuse,
    ];
}

/// One of two stories in one log.
#[derive(Debug, Clone, Default)]
pub(super) struct Branch {
    pub(super) state: LogState,
    pub(super) entries: Vec<Vec<u8>>,
}

/// What a member does that lies.
#[derive(Debug)]
pub(super) struct Liar {
    pub(super) lies: Vec<Lie>,
    pub(super) branches: [Branch; 2],
    /// How far it served its two stories to whom.
    served: BTreeMap<usize, usize>,
    heard: VecDeque<Vec<u8>>,
}

impl Liar {
    /// Two to five ways to lie.
    pub(super) fn drawn(rng: &mut ChaCha8Rng) -> Self {
        let count = 2 + draw(rng, 4);
        let lies = (0..count).map(|_| Lie::ALL[draw(rng, Lie::ALL.len())]).collect();
        Self { lies, branches: Default::default(), served: BTreeMap::new(), heard: VecDeque::new() }
    }
}

impl World {
    fn lies(&self, at: usize, lie: Lie) -> bool {
        self.members[at].liar.as_ref().is_some_and(|liar| liar.lies.contains(&lie))
    }

    /// Sends what an honest office would send, bent.
    pub(super) fn bend(&mut self, at: usize, to: usize, bytes: Vec<u8>) {
        let Ok(frame) = Frame::decode(&bytes) else { return };
        let bent = match frame {
            Frame::Range { log, from, .. } if self.lies(at, Lie::Withhold) && self.draw(2) == 0 => match self.draw(3) {
                0 => Some(Frame::Range { log, from, entries: Vec::new(), end: true }),
                1 => Some(Frame::Range { log, from, entries: Vec::new(), end: false }),
                _ => None,
            },
            Frame::Range { log, from, entries, end } if self.lies(at, Lie::Poison) && !entries.is_empty() => {
                Some(self.poison(log, from, entries, end))
            }
            Frame::Heads { heads, done } if self.lies(at, Lie::Frontier) => Some(Frame::Heads { heads: self.bend_heads(heads), done }),
            Frame::Hello { session, editions, digest } => {
                let digest = if self.lies(at, Lie::Frontier) && self.draw(2) == 0 { Digest([7; 16]) } else { digest };
                let editions = if self.lies(at, Lie::OldDocuments) { self.bend_editions(editions) } else { editions };
                Some(Frame::Hello { session, editions, digest })
            }
            Frame::Editions(editions) if self.lies(at, Lie::OldDocuments) => Some(Frame::Editions(self.bend_editions(editions))),
            Frame::Piece { kind, version, offset, total, bytes } if self.lies(at, Lie::OldDocuments) => Some(match self.draw(4) {
                0 => Frame::Piece { kind, version, offset, total: total.saturating_mul(2), bytes },
                1 => Frame::Piece { kind, version: Version(version.0 + 1), offset, total, bytes },
                2 => Frame::Piece { kind, version, offset: offset.saturating_add(9), total, bytes },
                _ => Frame::Piece { kind, version, offset, total, bytes },
            }),
            // What it does not have it makes up, where it lies about documents.
            other => Some(other),
        };
        if let Some(frame) = bent {
            self.transmit(at, to, frame.encode());
        }
    }

    fn poison(&mut self, log: LogId, from: Seq, mut entries: Vec<Vec<u8>>, end: bool) -> Frame {
        let at = self.draw(entries.len());
        let len = entries[at].len();
        match self.draw(7) {
            0 => {
                let byte = self.draw(len);
                entries[at][byte] ^= 1 << self.draw(8);
            }
            1 => entries[at].truncate(len / 2 + 1),
            2 => entries.reverse(),
            3 => entries[at] = vec![0xff; 1 + self.draw(300)],
            4 => return Frame::Range { log, from: Seq(from.0 + 1), entries, end },
            5 => entries.insert(at, entries[at].clone()),
            _ => {}
        }
        Frame::Range { log, from, entries, end }
    }

    fn bend_heads(&mut self, mut heads: Vec<HeadOf>) -> Vec<HeadOf> {
        for head in &mut heads {
            match self.draw(5) {
                0 => head.id = Short([5; 8]),
                1 => head.seq = Seq(head.seq.0 + 7),
                2 => head.seq = Seq(head.seq.0 / 2),
                _ => {}
            }
        }
        heads
    }

    fn bend_editions(&mut self, mut editions: Editions) -> Editions {
        let made_up = Edition { version: Version(1 + u32::try_from(self.draw(9)).expect("small")), hash: Short([6; 8]) };
        match self.draw(6) {
            0 => editions.chart = made_up,
            1 => editions.revocations = made_up,
            2 => editions.charter = made_up,
            3 => editions.bootstrap = made_up,
            4 => editions.delegated = Some(Short([6; 8])),
            _ => {}
        }
        editions
    }

    /// What somebody hears. Who lies remembers it, and answers itself where its two stories are asked for.
    pub(super) fn overhear(&mut self, at: usize, from: usize, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let log = self.forked_log(at);
        let old_documents = self.lies(at, Lie::OldDocuments);
        let versions = self.members[at].trust.versions();
        let Some(liar) = &mut self.members[at].liar else { return Some(bytes) };
        liar.heard.push_back(bytes.clone());
        if liar.heard.len() > 24 {
            liar.heard.pop_front();
        }
        let Ok(Frame::Asks(asks)) = Frame::decode(&bytes) else { return Some(bytes) };
        let mut rest = Vec::new();
        let (mut answers, mut renamed) = (Vec::new(), Vec::new());
        for ask in asks {
            let (item, begin) = match ask {
                Ask::Open { item, from, .. } => (item, Some(from)),
                Ask::More { item, .. } => (item, None),
                Ask::Stop { .. } => {
                    rest.push(ask);
                    continue;
                }
            };
            match (item, begin) {
                (Item::Log(asked), _) if asked == log => {}
                // An edition that there is not: it gives the one that it has under that number.
                (Item::Document(kind, version), Some(0)) if old_documents && version > versions.of(kind).0 => {
                    renamed.push((kind, versions.of(kind).0, version));
                    continue;
                }
                _ => {
                    rest.push(ask);
                    continue;
                }
            }
            let story = &liar.branches[from % 2].entries;
            let next = liar.served.entry(from).or_insert(0);
            *next = begin.map_or(*next, |from| usize::try_from(from.saturating_sub(1)).unwrap_or(usize::MAX)).min(story.len());
            let to = (*next + 4).min(story.len());
            let first = Seq(u64::try_from(*next + 1).expect("small"));
            answers.push(Frame::Range { log, from: first, entries: story[*next..to].to_vec(), end: to == story.len() });
            *next = to;
        }
        for (kind, held, version) in renamed {
            let bytes = self.document(at, kind, held);
            let total = u32::try_from(bytes.len()).expect("short");
            answers.push(Frame::Piece { kind, version, offset: 0, total, bytes });
        }
        answers.into_iter().for_each(|frame| self.transmit(at, from, frame.encode()));
        (!rest.is_empty()).then(|| Frame::Asks(rest).encode())
    }

    /// Tells one more lie.
    pub(super) fn lie(&mut self, at: usize) {
        let Some(liar) = &self.members[at].liar else { return };
        let lies = liar.lies.clone();
        let lie = lies[self.draw(lies.len())];
        *self.siege.lies.entry(lie).or_insert(0) += 1;
        match lie {
            Lie::Equivocate => self.equivocate(at),
            Lie::BackDate => self.dated(at, Timestamp(1)),
            Lie::FutureClock => self.dated(at, Timestamp::at(Millis(190_000_000_000_000))),
            Lie::GiantHeads => {
                let heads = (0..20).map(|_| self.giant()).collect();
                self.say_to_all(at, &Frame::Heads { heads, done: true });
            }
            Lie::Frontier => {
                let topics = (0..9).map(|unit| (Topic::Unit(UnitId(unit)), Digest([8; 16]))).collect();
                self.say_to_all(at, &Frame::Topics { topics, last: false });
            }
            Lie::OldDocuments => {
                let kind = DocumentKind::ALL[self.draw(4)];
                let version = Version(u32::try_from(self.draw(6)).expect("small"));
                self.say_to_all(at, &Frame::Piece { kind, version, offset: 0, total: 40_000, bytes: vec![1; 2_000] });
                let editions = self.bend_editions(Editions::NONE);
                self.say_to_all(at, &Frame::Editions(editions));
            }
            Lie::Replay => self.replay(at),
            Lie::Junk => {
                let junk: Vec<u8> = (0..self.draw(600)).map(|_| u8::try_from(self.draw(256)).expect("a byte")).collect();
                self.linked(at).into_iter().for_each(|to| self.transmit(at, to, [&[1], &junk[..]].concat()));
            }
            Lie::Greedy => {
                let logs: Vec<LogId> = self.truth.keys().copied().collect();
                let ask = |log| Ask::Open { item: Item::Log(log), from: 1, credit: u32::MAX };
                self.say_to_all(at, &Frame::Asks(logs.into_iter().map(ask).collect()));
            }
            Lie::Forge | Lie::Poison => {
                let entry = self.flawed(at);
                self.spread(at, None, &entry.header.log, &entry.encode());
                let range = Frame::Range { log: entry.header.log, from: entry.header.seq, entries: vec![entry.encode()], end: true };
                self.say_to_all(at, &range);
            }
            Lie::Accuse => {
                let entry = self.accusation(at);
                self.spread(at, None, &entry.header.log, &entry.encode());
            }
            Lie::Withhold => {}
        }
    }

    fn say_to_all(&mut self, at: usize, frame: &Frame) {
        let bytes = frame.encode();
        self.linked(at).into_iter().for_each(|to| self.transmit(at, to, bytes.clone()));
    }

    /// Another entry for one story, for the other, or a different one for each.
    fn equivocate(&mut self, at: usize) {
        let Some(liar) = &mut self.members[at].liar else { return };
        let mut branches = std::mem::take(&mut liar.branches);
        let newest = branches.iter().map(|branch| branch.state.time).max().unwrap_or(Timestamp::ZERO);
        let time = Timestamp::at(Millis(self.now_ms)).max(Timestamp(newest.0 + 1));
        // Both begin alike; and one of them often runs ahead.
        let alike = branches[0].state == branches[1].state && self.draw(2) == 0;
        let choice = self.draw(3);
        for (side, branch) in branches.iter_mut().enumerate() {
            if alike || choice == 2 || choice == side {
                let body = vec![if alike { 9 } else { u8::try_from(side).expect("small") }; 40];
                let entry = self.tell(at, branch, body, time);
                let head = HeadOf { log: entry.header.log, seq: branch.state.seq, id: branch.state.id.into() };
                self.tell_side(at, side, &entry.encode(), head);
            }
        }
        if let Some(liar) = &mut self.members[at].liar {
            liar.branches = branches;
        }
    }

    fn tell_side(&mut self, at: usize, side: usize, entry: &[u8], head: HeadOf) {
        for to in self.linked(at).into_iter().filter(|to| to % 2 == side) {
            if self.draw(2) == 0 {
                self.at(self.latency_ms, super::world::Event::Gossip { from: at, to, bytes: entry.to_vec() });
            }
            self.transmit(at, to, Frame::Heads { heads: vec![head], done: true }.encode());
        }
    }

    /// An entry with another date, the same for everybody.
    fn dated(&mut self, at: usize, time: Timestamp) {
        let Some(liar) = &mut self.members[at].liar else { return };
        let mut branches = std::mem::take(&mut liar.branches);
        for (side, branch) in branches.iter_mut().enumerate() {
            let entry = self.tell(at, branch, vec![4; 30], time);
            let head = HeadOf { log: entry.header.log, seq: branch.state.seq, id: branch.state.id.into() };
            self.tell_side(at, side, &entry.encode(), head);
        }
        if let Some(liar) = &mut self.members[at].liar {
            liar.branches = branches;
        }
    }

    /// What was heard once, again: as frames, as gossip, and as a stick that is put in twice.
    fn replay(&mut self, at: usize) {
        let heard: Vec<Vec<u8>> = self.members[at].liar.iter().flat_map(|liar| liar.heard.iter().cloned()).collect();
        for frame in heard {
            self.linked(at).into_iter().for_each(|to| self.transmit(at, to, frame.clone()));
        }
        let mut stick: Vec<Vec<u8>> = self.truth.values().flat_map(|log| log.iter().cloned()).collect();
        if let Some(entry) = stick.last_mut() {
            let byte = entry.len() / 2;
            entry[byte] ^= 1;
        }
        let everybody = self.honest();
        let to = everybody[self.draw(everybody.len())];
        for _ in 0..2 {
            for entry in &stick {
                if let super::ledger::Said::Appended(head) = self.offer(to, entry) {
                    self.input(to, crate::exchange::In::Appended { head, from: None, gossiped: false });
                }
            }
        }
        self.siege.sticks += 1;
    }
}

//! Fetching newer documents, piece by piece, from one neighbour at a time.
//!
//! What arrived of an edition is kept when the link breaks, and any neighbour with the same edition
//! goes on with it.

use super::Exchange;
use super::frames::Frame;
use super::input::{In, Misbehaviour, Out};
use super::item::{Delegated, Edition, Editions, Holdings, Item};
use crate::clock::Millis;
use crate::document::DocumentKind;
use crate::frontier::Short;
use crate::ids::{OfficeId, UnitId, Version};

/// A document of which pieces have arrived.
#[derive(Debug)]
pub(super) struct Assembly {
    version: Version,
    /// The hash that its source told; unknown for a charter between two others.
    hash: Option<Short>,
    total: u32,
    bytes: Vec<u8>,
    source: OfficeId,
    /// Whether all of it came from its latest source.
    whole: bool,
    /// It is with the node, whose answer is awaited.
    pub(super) handed: bool,
}

impl Assembly {
    /// Bytes that have arrived.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it is of this edition; two versions without a known hash are never taken for the same.
    fn is(&self, version: Version, hash: Option<Short>) -> bool {
        self.version == version && self.hash == hash && hash.is_some()
    }

    /// Whether a neighbour had no part in some of the bytes.
    fn is_shared(&self) -> bool {
        !self.whole && !self.bytes.is_empty()
    }
}

/// A piece of a document.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) kind: DocumentKind,
    pub(super) version: Version,
    pub(super) offset: u32,
    pub(super) total: u32,
    pub(super) bytes: Vec<u8>,
}

impl Exchange {
    /// A neighbour told which documents it holds.
    pub(super) fn on_editions(&mut self, id: OfficeId, editions: Editions, out: &mut Vec<Out>) {
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.editions.told = editions;
            if editions.delegated.is_none() {
                peer.editions.delegated.clear();
            } else if editions.delegated == self.editions.told.delegated {
                peer.editions.delegated.clone_from(&self.editions.delegated);
            }
        }
        self.refresh_documents(id);
        self.stop_documents(id, out);
    }

    /// A neighbour told which delegated directories it holds, because its digest differs from ours.
    pub(super) fn on_delegated(&mut self, id: OfficeId, rows: Delegated, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        peer.editions.delegated = rows;
        let mine = &self.editions.delegated;
        let lacks = |(unit, held): (&UnitId, &Edition)| peer.editions.delegated.get(unit).is_none_or(|theirs| differs(*theirs, *held));
        if mine.iter().any(lacks) {
            self.tell_delegated(id, out);
        }
        self.refresh_documents(id);
        self.stop_documents(id, out);
    }

    /// Tells a neighbour whose digest differs which delegated directories are held, once for each change.
    pub(super) fn tell_delegated(&mut self, id: OfficeId, out: &mut Vec<Out>) {
        let mine = self.editions.told.delegated;
        let Some(peer) = self.peers.get_mut(&id).filter(|peer| peer.theirs.is_some()) else { return };
        if mine.is_none() || peer.editions.told.delegated == mine || peer.delegated_told == mine {
            return;
        }
        peer.delegated_told = mine;
        let rows = self.editions.delegated.iter().map(|(unit, edition)| (*unit, *edition)).collect();
        let frame = Frame::Delegated(rows).encode();
        out.push(Out::Send { peer: id, precedence: crate::ids::Precedence::Flash, frame });
    }

    /// Sees anew which documents a neighbour can be asked for.
    pub(super) fn refresh_documents(&mut self, id: OfficeId) {
        let mine = &self.editions;
        let Some(peer) = self.peers.get_mut(&id) else { return };
        peer.offers.retain(|item| matches!(item, Item::Log(_)));
        for kind in peer.editions.kinds() {
            let item = Item::Document(kind, next_version(kind, mine.of(kind), peer.editions.of(kind)));
            if differs(mine.of(kind), peer.editions.of(kind)) && !peer.barred.contains(&item) {
                peer.offers.insert(item);
            }
        }
    }

    /// Other documents are held from now on.
    pub(super) fn on_documents(&mut self, editions: Holdings, out: &mut Vec<Out>) {
        let told = editions.told;
        let news = told != self.editions.told;
        self.editions = editions;
        self.pulls.alone.clear();
        self.pulls.assemblies.retain(|kind, assembly| {
            let held = self.editions.of(*kind).version;
            assembly.version > held || (assembly.version == held && !assembly.handed)
        });
        let ids: Vec<OfficeId> = self.peers.keys().copied().collect();
        for id in &ids {
            if let Some(peer) = self.peers.get_mut(id).filter(|_| news) {
                // What was refused may stand now: a chart under keys that the charter has just named.
                peer.barred.retain(|item| matches!(item, Item::Log(_)));
            }
        }
        self.refresh_all_offers();
        for id in ids {
            self.stop_documents(id, out);
            if news {
                let frame = Frame::Editions(told).encode();
                out.push(Out::Send { peer: id, precedence: crate::ids::Precedence::Flash, frame });
                self.tell_delegated(id, out);
            }
        }
    }

    /// Stops fetching documents that are no longer wanted.
    fn stop_documents(&mut self, id: OfficeId, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get(&id) else { return };
        let unwanted = |item: &&Item| matches!(item, Item::Document(..)) && !peer.offers.contains(item);
        let items: Vec<Item> = peer.streams.keys().filter(unwanted).copied().collect();
        for item in items {
            self.stop(id, &item, out);
        }
    }

    /// The node refused a document.
    pub(super) fn on_refused(&mut self, id: OfficeId, kind: DocumentKind, version: Version, out: &mut Vec<Out>) {
        let whole = self.pulls.assemblies.remove(&kind).is_none_or(|assembly| assembly.whole);
        if !whole {
            // Whoever began it may have lied: whoever ended it is asked again, for all of it.
            self.pulls.alone.insert(kind);
            return self.refresh_documents(id);
        }
        self.bar(id, Item::Document(kind, version));
        let newer = self.peers.get(&id).is_some_and(|peer| peer.editions.of(kind).version > self.editions.of(kind).version);
        // What one chart delegates another has withdrawn: who holds an older one is not wrong.
        if newer && !matches!(kind, DocumentKind::Subchart(_)) {
            self.strike(id, Misbehaviour::BadDocument, out);
        }
    }

    /// Makes ready for the pieces of a document, keeping those of the same edition.
    pub(super) fn assemble(&mut self, id: OfficeId, item: Item) {
        let Item::Document(kind, version) = item else { return };
        let hash = self.told_hash(id, kind, version);
        let alone = self.pulls.alone.contains(&kind);
        match self.pulls.assemblies.get_mut(&kind) {
            Some(assembly) if assembly.is(version, hash) && (!alone || assembly.source == id) => {
                assembly.whole = assembly.bytes.is_empty() || (assembly.whole && assembly.source == id);
                assembly.source = id;
            }
            _ => {
                let fresh = Assembly { version, hash, total: 0, bytes: Vec::new(), source: id, whole: true, handed: false };
                self.pulls.assemblies.insert(kind, fresh);
            }
        }
    }

    /// How much has arrived of the document that a neighbour would go on with.
    pub(super) fn assembled(&self, id: OfficeId, kind: DocumentKind, version: Version) -> u64 {
        let hash = self.told_hash(id, kind, version);
        let alone = self.pulls.alone.contains(&kind);
        let goes_on = |assembly: &&Assembly| assembly.is(version, hash) && (!alone || assembly.source == id);
        let assembly = self.pulls.assemblies.get(&kind).filter(goes_on);
        assembly.map_or(0, |assembly| u64::try_from(assembly.bytes.len()).unwrap_or(u64::MAX))
    }

    /// Forgets what several neighbours gave of a document when it does not fit together, and lets each be asked for
    /// all of it: who began it may have lied, and who goes on with it is not to answer for that.
    fn begin_alone(&mut self, kind: DocumentKind) -> bool {
        let shared = self.pulls.assemblies.get(&kind).is_some_and(Assembly::is_shared);
        if shared {
            self.pulls.assemblies.remove(&kind);
            self.pulls.alone.insert(kind);
        }
        shared
    }

    fn told_hash(&self, id: OfficeId, kind: DocumentKind, version: Version) -> Option<Short> {
        let told = self.peers.get(&id)?.editions.of(kind);
        (told.version == version).then_some(told.hash)
    }

    pub(super) fn on_piece(&mut self, id: OfficeId, piece: Piece, now: Millis, out: &mut Vec<Out>) {
        let Piece { kind, version, offset, total, bytes } = piece;
        let item = Item::Document(kind, version);
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let stream = self.peers.get_mut(&id).and_then(|peer| peer.streams.get_mut(&item));
        let Some(stream) = stream.filter(|stream| total == 0 || u64::from(offset) == stream.next) else {
            return self.unasked(id, size, out);
        };
        stream.credit = stream.credit.saturating_sub(size);
        stream.next += size;
        stream.moved = now;
        self.heard(id, size, now);
        if total == 0 {
            self.close(id, &item);
            // It may have learnt a newer one since it told of this one: no offence. And behind what another made
            // longer than it is there is nothing.
            return if self.begin_alone(kind) { self.refresh_documents(id) } else { self.bar(id, item) };
        }
        let Some(assembly) = self.pulls.assemblies.get_mut(&kind).filter(|assembly| assembly.version == version) else {
            return self.stop(id, &item, out);
        };
        let place = usize::try_from(offset).ok() == Some(assembly.bytes.len());
        let length = usize::try_from(total).unwrap_or(0);
        // A run of charters grows while its source learns newer ones.
        let grows = kind == DocumentKind::Charter && assembly.total < total;
        let same = assembly.total == 0 || assembly.total == total || grows;
        let fits = !bytes.is_empty() && assembly.bytes.len() + bytes.len() <= length && same;
        if !place || !fits {
            self.stop(id, &item, out);
            if self.begin_alone(kind) {
                return self.refresh_documents(id);
            }
            self.pulls.assemblies.remove(&kind);
            self.bar(id, item);
            return self.strike(id, Misbehaviour::Disorder, out);
        }
        assembly.total = total;
        assembly.bytes.extend(bytes);
        if assembly.bytes.len() == length {
            assembly.handed = true;
            let bytes = std::mem::take(&mut assembly.bytes);
            self.close(id, &item);
            out.push(Out::Document { peer: id, kind, version, bytes });
        }
    }
}

/// What the exchange is to hear of a document that [`Out::Document`] handed over: `taken` says whether it was believed, `held`
/// what is held now.
///
/// Whoever gives a valid document under the number of a newer one has not given that one: else it would be awaited for ever.
#[must_use]
pub fn answers(peer: OfficeId, kind: DocumentKind, version: Version, taken: bool, held: Holdings) -> Vec<In> {
    let reached = held.of(kind).version >= version;
    let given = taken && reached;
    // What is refused because a newer one came another way meanwhile is no offence: the exchange hears of that one first.
    let documents = (taken || reached).then_some(In::Documents(held));
    documents.into_iter().chain((!given).then_some(In::DocumentRefused { peer, kind, version })).collect()
}

/// Whether a neighbour's edition is worth fetching: a newer one, or another of the same version,
/// which is the proof of a conflict.
fn differs(mine: Edition, theirs: Edition) -> bool {
    let conflict = theirs.version == mine.version && theirs.hash != mine.hash;
    theirs.version > mine.version || (conflict && theirs.version > Version(0))
}

/// Charters are fetched from the next one on, since each is vouched for by the one before: a run of them at once.
fn next_version(kind: DocumentKind, mine: Edition, theirs: Edition) -> Version {
    match kind {
        DocumentKind::Charter if theirs.version > mine.version => Version(mine.version.0.saturating_add(1)),
        _ => theirs.version,
    }
}

//! How far each log is known, and the digests by which two offices compare that.
//!
//! A frontier holds durable heads only, so a head that is told is a receipt.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;

use crate::codec::{Decode, Encode};
use crate::digest::hash;
use crate::ids::{EntryId, Hash32, LogId, OfficeId, Seq, Topic, hex};
use crate::labels;

/// The first eight bytes of a hash: enough to notice a difference, never a proof of anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
pub struct Short(pub [u8; 8]);

impl From<Hash32> for Short {
    fn from(hash: Hash32) -> Self {
        let mut short = [0; 8];
        short.copy_from_slice(&hash.0[..8]);
        Self(short)
    }
}

impl From<EntryId> for Short {
    fn from(id: EntryId) -> Self {
        id.0.into()
    }
}

impl std::fmt::Debug for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// The last entry of a log that an office holds durably.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct HeadOf {
    /// Which log.
    pub log: LogId,
    /// Its last entry's place; never 0.
    pub seq: Seq,
    /// That entry's id, shortened: two heads of one place with different ids are a fork.
    pub id: Short,
}

/// What an office holds of a log whose beginning it has given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Kept {
    /// Which log.
    pub log: LogId,
    /// It holds nothing up to here.
    pub after: Seq,
    /// And all from there up to here.
    pub to: Seq,
}

/// Sixteen bytes that stand for a set of heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Digest(pub [u8; 16]);

impl From<Hash32> for Digest {
    fn from(hash: Hash32) -> Self {
        let mut digest = [0; 16];
        digest.copy_from_slice(&hash.0[..16]);
        Self(digest)
    }
}

/// Which logs of a topic two offices have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// None: it is no business of one of them.
    Nothing,
    /// Those that this office wrote: it keeps its own logs, whoever reads the topic.
    WrittenBy(OfficeId),
    /// All.
    All,
}

impl Share {
    /// Whether a log of the topic is among them.
    #[must_use]
    pub fn has(self, log: &LogId) -> bool {
        match self {
            Self::Nothing => false,
            Self::WrittenBy(office) => log.office == office,
            Self::All => true,
        }
    }
}

#[derive(Debug, Clone, Default)]
struct TopicHeads {
    heads: BTreeMap<LogId, (Seq, Short)>,
    /// The digest over all of them, until one changes.
    digest: Option<Digest>,
}

/// The heads that an office holds durably, by topic.
#[derive(Debug, Clone, Default)]
pub struct Frontier {
    topics: BTreeMap<Topic, TopicHeads>,
    len: usize,
}

impl Frontier {
    /// How many logs it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it knows no log.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The head of a log, `None` when nothing of it is held.
    #[must_use]
    pub fn head(&self, log: &LogId) -> Option<HeadOf> {
        let (seq, id) = *self.topics.get(&log.topic)?.heads.get(log)?;
        Some(HeadOf { log: *log, seq, id })
    }

    /// The place of a log's head; 0 when nothing of it is held.
    #[must_use]
    pub fn seq(&self, log: &LogId) -> Seq {
        self.head(log).map_or(Seq::ZERO, |head| head.seq)
    }

    /// Takes note of a head; `false` when one at the same place or further on was known.
    pub fn advance(&mut self, head: HeadOf) -> bool {
        if head.seq == Seq::ZERO {
            return false;
        }
        let topic = self.topics.entry(head.log.topic).or_default();
        match topic.heads.entry(head.log) {
            Place::Occupied(known) if known.get().0 >= head.seq => return false,
            Place::Occupied(mut known) => {
                known.insert((head.seq, head.id));
            }
            Place::Vacant(place) => {
                place.insert((head.seq, head.id));
                self.len += 1;
            }
        }
        topic.digest = None;
        true
    }

    /// Takes back what is held of a log: this head is the last from now on, or nothing is held of it.
    pub fn retreat(&mut self, log: &LogId, head: Option<HeadOf>) {
        let Some(topic) = self.topics.get_mut(&log.topic) else { return };
        if topic.heads.remove(log).is_some() {
            self.len -= 1;
        }
        topic.digest = None;
        if topic.heads.is_empty() {
            self.topics.remove(&log.topic);
        }
        head.map(|head| self.advance(head));
    }

    /// The topics of which something is held, in order.
    pub fn topics(&self) -> impl Iterator<Item = Topic> + '_ {
        self.topics.keys().copied()
    }

    /// The heads of a topic that two offices have in common, in sending order.
    pub fn heads(&self, topic: Topic, share: Share) -> impl Iterator<Item = HeadOf> + '_ {
        let heads = self.topics.get(&topic).into_iter().flat_map(|topic| topic.heads.iter());
        heads.filter(move |(log, _)| share.has(log)).map(|(log, &(seq, id))| HeadOf { log: *log, seq, id })
    }

    /// The digest of the heads of a topic that two offices have in common; `None` when there are none.
    ///
    /// Source:  FORMAT.md, section 6.
    pub fn topic_digest(&mut self, topic: Topic, share: Share) -> Option<Digest> {
        if share == Share::All {
            let known = self.topics.get_mut(&topic)?;
            if known.digest.is_none() && !known.heads.is_empty() {
                known.digest = Some(digest_of(known.heads.iter()));
            }
            return known.digest;
        }
        let known = self.topics.get(&topic)?;
        let mut common = known.heads.iter().filter(|(log, _)| share.has(log)).peekable();
        common.peek()?;
        Some(digest_of(common))
    }

    /// The digests of all topics of which two offices have something in common, in order.
    pub fn digests(&mut self, share: impl Fn(Topic) -> Share) -> Vec<(Topic, Digest)> {
        let topics: Vec<Topic> = self.topics().collect();
        topics.into_iter().filter_map(|topic| Some((topic, self.topic_digest(topic, share(topic))?))).collect()
    }
}

/// The digest of a whole frontier, from those of its topics.
///
/// Shapes:  `topics` is sorted by topic and names each once.
/// Source:  FORMAT.md, section 6.
#[must_use]
pub fn whole_digest(topics: &[(Topic, Digest)]) -> Digest {
    let mut bytes = vec![WHOLE];
    for (topic, digest) in topics {
        bytes.extend(topic_bytes(*topic));
        bytes.extend(digest.0);
    }
    hash(labels::FRONTIER, &[&bytes]).into()
}

const HEADS: u8 = 0;
const WHOLE: u8 = 1;

fn digest_of<'a>(heads: impl Iterator<Item = (&'a LogId, &'a (Seq, Short))>) -> Digest {
    let mut bytes = vec![HEADS];
    for (log, (seq, id)) in heads {
        bytes.extend(log.office.0.to_be_bytes());
        bytes.extend(log.incarnation.0.to_be_bytes());
        bytes.extend(topic_bytes(log.topic));
        bytes.push(match log.precedence {
            crate::ids::Precedence::Flash => 0,
            crate::ids::Precedence::Urgent => 1,
            crate::ids::Precedence::Routine => 2,
        });
        bytes.extend(seq.0.to_be_bytes());
        bytes.extend(id.0);
    }
    hash(labels::FRONTIER, &[&bytes]).into()
}

/// A topic in five bytes, so that what is hashed cannot be read in two ways.
fn topic_bytes(topic: Topic) -> [u8; 5] {
    let (kind, number) = match topic {
        Topic::District => (0, 0),
        Topic::Unit(unit) => (1, unit.0),
        Topic::Group(group) => (2, group.0),
        Topic::Inbox(office) => (3, office.0),
    };
    let [a, b, c, d] = number.to_be_bytes();
    [kind, a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Incarnation, Precedence, UnitId};

    fn head(office: u32, topic: Topic, seq: u64) -> HeadOf {
        let log = LogId { office: OfficeId(office), incarnation: Incarnation(7), topic, precedence: Precedence::Routine };
        HeadOf { log, seq: Seq(seq), id: Short([seq.to_be_bytes()[7]; 8]) }
    }

    fn frontier(heads: &[HeadOf]) -> Frontier {
        let mut frontier = Frontier::default();
        for head in heads {
            frontier.advance(*head);
        }
        frontier
    }

    #[test]
    fn a_head_never_goes_back() {
        let mut known = frontier(&[head(1, Topic::District, 5)]);
        assert!(!known.advance(head(1, Topic::District, 5)));
        assert!(!known.advance(head(1, Topic::District, 4)));
        assert!(known.advance(head(1, Topic::District, 6)));
        assert_eq!((known.len(), known.seq(&head(1, Topic::District, 0).log)), (1, Seq(6)));
    }

    #[test]
    fn the_order_of_arrival_does_not_show_in_a_digest() {
        let unit = Topic::Unit(UnitId(3));
        let heads = [head(1, Topic::District, 5), head(2, unit, 1), head(3, Topic::District, 9)];
        let mut backwards = heads;
        backwards.reverse();
        let (mut a, mut b) = (frontier(&heads), frontier(&backwards));
        assert_eq!(a.digests(|_| Share::All), b.digests(|_| Share::All));
        assert_eq!(whole_digest(&a.digests(|_| Share::All)), whole_digest(&b.digests(|_| Share::All)));
    }

    #[test]
    fn every_change_shows_in_the_digest_of_its_topic_alone() {
        let unit = Topic::Unit(UnitId(3));
        let mut known = frontier(&[head(1, Topic::District, 5), head(2, unit, 1)]);
        let before = known.digests(|_| Share::All);
        known.advance(head(2, unit, 2));
        let after = known.digests(|_| Share::All);
        assert_eq!(before[0], after[0]);
        assert_ne!(before[1], after[1]);
        assert_ne!(whole_digest(&before), whole_digest(&after));
    }

    #[test]
    fn only_what_two_offices_share_is_compared() {
        let inbox = Topic::Inbox(OfficeId(5));
        let mut reader = frontier(&[head(1, inbox, 5), head(2, inbox, 1)]);
        let mut writer = frontier(&[head(1, inbox, 5)]);
        let share = Share::WrittenBy(OfficeId(1));
        assert_eq!(reader.topic_digest(inbox, share), writer.topic_digest(inbox, share));
        assert_ne!(reader.topic_digest(inbox, Share::All), writer.topic_digest(inbox, Share::All));
        assert_eq!(reader.topic_digest(inbox, Share::WrittenBy(OfficeId(9))), None);
    }
}

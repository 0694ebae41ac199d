//! Keys whose bytes have the order of what they stand for.

use okrug_protocol::clock::Timestamp;
use okrug_protocol::ids::{Epoch, GroupId, Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId};
use okrug_protocol::timeline::Position;

/// Bytes of a log in a key.
pub const LOG_KEY: usize = 14;
/// Bytes of a position in a key.
pub const POSITION_KEY: usize = 8 + LOG_KEY + 8;

/// A log: precedence, topic, office, incarnation.
#[must_use]
pub fn log_key(log: &LogId) -> [u8; LOG_KEY] {
    let precedence = match log.precedence {
        Precedence::Flash => 0,
        Precedence::Urgent => 1,
        Precedence::Routine => 2,
    };
    let (topic, number) = match log.topic {
        Topic::District => (0, 0),
        Topic::Unit(unit) => (1, unit.0),
        Topic::Group(group) => (2, group.0),
        Topic::Inbox(office) => (3, office.0),
    };
    let mut key = [0; LOG_KEY];
    key[0] = precedence;
    key[1] = topic;
    key[2..6].copy_from_slice(&number.to_be_bytes());
    key[6..10].copy_from_slice(&log.office.0.to_be_bytes());
    key[10..].copy_from_slice(&log.incarnation.0.to_be_bytes());
    key
}

/// The log that stands at the beginning of a key, and what follows it.
#[must_use]
pub fn split_log(key: &[u8]) -> Option<(LogId, &[u8])> {
    let ([precedence, topic], rest) = key.split_first_chunk()?;
    let (number, rest) = split_u32(rest)?;
    let (office, rest) = split_u32(rest)?;
    let (incarnation, rest) = split_u32(rest)?;
    let precedence = match precedence {
        0 => Precedence::Flash,
        1 => Precedence::Urgent,
        2 => Precedence::Routine,
        _ => return None,
    };
    let topic = match topic {
        0 => Topic::District,
        1 => Topic::Unit(UnitId(number)),
        2 => Topic::Group(GroupId(number)),
        3 => Topic::Inbox(OfficeId(number)),
        _ => return None,
    };
    Some((LogId { office: OfficeId(office), incarnation: Incarnation(incarnation), topic, precedence }, rest))
}

/// An entry: its log, then its sequence.
#[must_use]
pub fn entry_key(log: &LogId, seq: Seq) -> Vec<u8> {
    [log_key(log).as_slice(), &seq.0.to_be_bytes()].concat()
}

/// The log and the sequence of an entry's key.
#[must_use]
pub fn split_entry(key: &[u8]) -> Option<(LogId, Seq)> {
    let (log, rest) = split_log(key)?;
    Some((log, Seq(u64::from_be_bytes(rest.try_into().ok()?))))
}

/// An epoch: its log, then its number.
#[must_use]
pub fn epoch_key(log: &LogId, epoch: Epoch) -> Vec<u8> {
    [log_key(log).as_slice(), &epoch.0.to_be_bytes()].concat()
}

/// A position on the screen: time, then log, then sequence.
#[must_use]
pub fn position_key(position: &Position) -> [u8; POSITION_KEY] {
    let mut key = [0; POSITION_KEY];
    key[..8].copy_from_slice(&position.time.0.to_be_bytes());
    key[8..8 + LOG_KEY].copy_from_slice(&log_key(&position.log));
    key[8 + LOG_KEY..].copy_from_slice(&position.seq.0.to_be_bytes());
    key
}

/// The position of a key that is nothing else.
#[must_use]
pub fn split_position(key: &[u8]) -> Option<Position> {
    let (time, rest) = key.split_first_chunk()?;
    let (log, seq) = split_entry(rest)?;
    Some(Position { time: Timestamp(u64::from_be_bytes(*time)), log, seq })
}

fn split_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    bytes.split_first_chunk().map(|(number, rest)| (u32::from_be_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn topic() -> impl Strategy<Value = Topic> {
        prop_oneof![
            Just(Topic::District),
            any::<u32>().prop_map(|n| Topic::Unit(UnitId(n))),
            any::<u32>().prop_map(|n| Topic::Group(GroupId(n))),
            any::<u32>().prop_map(|n| Topic::Inbox(OfficeId(n))),
        ]
    }

    fn position() -> impl Strategy<Value = Position> {
        let log = (0..3u32, 0..3u32, topic(), proptest::sample::select(Precedence::ALL.to_vec()))
            .prop_map(|(o, i, topic, precedence)| LogId { office: OfficeId(o), incarnation: Incarnation(i), topic, precedence });
        (0..3u64, log, any::<u64>()).prop_map(|(time, log, seq)| Position { time: Timestamp(time), log, seq: Seq(seq) })
    }

    proptest! {
        #[test]
        fn keys_read_back_and_sort_as_what_they_stand_for(a in position(), b in position()) {
            prop_assert_eq!(split_position(&position_key(&a)), Some(a));
            prop_assert_eq!(split_entry(&entry_key(&a.log, a.seq)), Some((a.log, a.seq)));
            prop_assert_eq!(position_key(&a).cmp(&position_key(&b)), a.cmp(&b));
            prop_assert_eq!(log_key(&a.log).cmp(&log_key(&b.log)), a.log.cmp(&b.log));
        }

        #[test]
        fn bytes_that_are_no_key_are_none(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Some(position) = split_position(&bytes) {
                prop_assert!(position_key(&position).as_slice() == bytes || bytes[9] == 0);
            }
        }
    }
}

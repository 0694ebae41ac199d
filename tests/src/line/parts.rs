//! What the packets that a line has carried were for, as far as a line can tell: what TCP carries is sealed.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// Bytes of a frame that are no part of the packet in it.
pub(super) const ETHERNET: usize = 14;
const TCP: u8 = 6;
const UDP: u8 = 17;
const SYN_FIN_RST: u8 = 0b111;

/// Packets, and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub packets: u64,
    /// IP bytes of them.
    pub bytes: u64,
}

/// The packets of one direction, by what they were for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Something of TCP's payload that had not crossed before.
    pub words: Sum,
    /// What TCP carried in them.
    pub payload: u64,
    /// Payload that had crossed before.
    pub again: Sum,
    /// Acknowledgements alone.
    pub acks: Sum,
    /// Beginnings and ends of connections.
    pub ends: Sum,
    /// UDP over IPv4.
    pub datagrams: Sum,
    /// What is neither.
    pub other: Sum,
    /// How many packets of words carried so many bytes.
    pub sizes: BTreeMap<usize, u64>,
    /// Up to where each connection's bytes have crossed.
    crossed: HashMap<[u8; 4], u32>,
}

/// What of TCP matters here.
struct Segment {
    ports: [u8; 4],
    seq: u32,
    flags: u8,
    payload: usize,
}

impl Parts {
    /// Takes note of an Ethernet frame that has arrived.
    pub(super) fn carried(&mut self, frame: &[u8]) {
        let length = frame.len().saturating_sub(ETHERNET);
        let kind = match segment(frame) {
            None if protocol(frame) == Some(UDP) => &mut self.datagrams,
            None => &mut self.other,
            Some(segment) if segment.flags & SYN_FIN_RST != 0 => &mut self.ends,
            Some(Segment { payload: 0, .. }) => &mut self.acks,
            Some(Segment { ports, seq, payload, .. }) => {
                let end = seq.wrapping_add(u32::try_from(payload).unwrap_or(0));
                let crossed = self.crossed.entry(ports).or_insert(seq);
                // Numbers of TCP go round: what is ahead by less than half of them is new.
                if end != *crossed && end.wrapping_sub(*crossed) < 1 << 31 {
                    *crossed = end;
                    self.payload += u64::try_from(payload).unwrap_or(0);
                    *self.sizes.entry(payload).or_default() += 1;
                    &mut self.words
                } else {
                    &mut self.again
                }
            }
        };
        kind.packets += 1;
        kind.bytes += u64::try_from(length).unwrap_or(0);
    }

    /// What has come to it since it was so.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let less = |now: Sum, then: Sum| Sum { packets: now.packets - then.packets, bytes: now.bytes - then.bytes };
        let sizes = self.sizes.iter().map(|(size, count)| (*size, count - before.sizes.get(size).unwrap_or(&0)));
        Self {
            words: less(self.words, before.words),
            payload: self.payload - before.payload,
            again: less(self.again, before.again),
            acks: less(self.acks, before.acks),
            ends: less(self.ends, before.ends),
            datagrams: less(self.datagrams, before.datagrams),
            other: less(self.other, before.other),
            sizes: sizes.filter(|(_, count)| *count > 0).collect(),
            crossed: HashMap::new(),
        }
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { words, payload, again, acks, ends, datagrams, other, sizes, .. } = self;
        write!(f, "{payload} bytes in {} packets of {} bytes", words.packets, words.bytes)?;
        for (what, sum) in [
            ("again", again),
            ("acknowledgements alone", acks),
            ("beginnings and ends", ends),
            ("datagrams", datagrams),
            ("neither", other),
        ] {
            write!(f, ", {} {what} of {}", sum.packets, sum.bytes)?;
        }
        let sizes: Vec<String> = sizes.iter().map(|(size, count)| format!("{count}x{size}")).collect();
        write!(f, "; {}", sizes.join(" "))
    }
}

/// What an IPv4 packet carries.
fn protocol(frame: &[u8]) -> Option<u8> {
    let packet = frame.get(ETHERNET..).filter(|_| frame[ETHERNET - 2..ETHERNET] == [8, 0])?;
    packet.get(9).copied()
}

/// Whether it is TCP over IPv4.
pub(super) fn is_tcp(frame: &[u8]) -> bool {
    protocol(frame) == Some(TCP)
}

fn segment(frame: &[u8]) -> Option<Segment> {
    let packet = frame.get(ETHERNET..).filter(|_| frame[ETHERNET - 2..ETHERNET] == [8, 0])?;
    let header = usize::from(packet.first()? & 15) * 4;
    let total = usize::from(u16::from_be_bytes([*packet.get(2)?, *packet.get(3)?]));
    let tcp = packet.get(header..total).filter(|_| packet.get(9) == Some(&TCP))?;
    let payload = tcp.len().checked_sub(usize::from(tcp.get(12)? >> 4) * 4)?;
    let [ports, seq] = [tcp.get(..4)?, tcp.get(4..8)?].map(<[u8; 4]>::try_from);
    Some(Segment { ports: ports.ok()?, seq: u32::from_be_bytes(seq.ok()?), flags: *tcp.get(13)?, payload })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame with a TCP segment in it.
    fn frame(seq: u32, flags: u8, payload: usize) -> Vec<u8> {
        let mut frame = vec![0; ETHERNET + 20 + 32 + payload];
        frame[12..14].copy_from_slice(&[8, 0]);
        frame[ETHERNET] = 0x45;
        let total = u16::try_from(52 + payload).unwrap();
        frame[ETHERNET + 2..ETHERNET + 4].copy_from_slice(&total.to_be_bytes());
        frame[ETHERNET + 9] = TCP;
        frame[ETHERNET + 24..ETHERNET + 28].copy_from_slice(&seq.to_be_bytes());
        frame[ETHERNET + 32] = 8 << 4;
        frame[ETHERNET + 33] = flags;
        frame
    }

    #[test]
    fn packets_are_told_apart_by_what_they_are_for() {
        let mut parts = Parts::default();
        let near_the_end = u32::MAX - 99;
        parts.carried(&frame(near_the_end - 1, 2, 0));
        for seq in [near_the_end, near_the_end.wrapping_add(100), near_the_end] {
            parts.carried(&frame(seq, 16, 100));
        }
        parts.carried(&frame(100, 16, 0));
        let before = parts.clone();
        parts.carried(&frame(100, 24, 48));
        parts.carried(&[1; 60]);
        let mut datagram = frame(100, 24, 48);
        datagram[ETHERNET + 9] = UDP;
        parts.carried(&datagram);
        parts.carried(&[8, 0]);
        assert_eq!(before.words, Sum { packets: 2, bytes: 304 });
        assert_eq!((before.payload, before.again), (200, Sum { packets: 1, bytes: 152 }));
        assert_eq!((before.acks, before.ends), (Sum { packets: 1, bytes: 52 }, Sum { packets: 1, bytes: 52 }));
        let since = parts.since(&before);
        assert_eq!((since.words, since.payload), (Sum { packets: 1, bytes: 100 }, 48));
        assert_eq!((since.datagrams.packets, since.other.packets, since.acks.packets), (1, 2, 0));
        assert_eq!(since.sizes, BTreeMap::from([(48, 1)]));
    }
}

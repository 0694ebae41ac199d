//! Changes of an input, of the kinds to which formats are sensitive.

use rand_chacha::ChaCha8Rng;
use rand_core::RngCore;

/// Numbers as the encoding writes them: the largest of each width, and those at the edges of the widths.
const NUMBERS: [&[u8]; 9] = [
    &[0],
    &[250],
    &[251, 251, 0],
    &[251, 0xff, 0xff],
    &[252, 0xff, 0xff, 0xff, 0x7f],
    &[252, 0xff, 0xff, 0xff, 0xff],
    &[253, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    &[253, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[254],
];
/// Words on which texts turn.
const WORDS: [&[u8]; 10] = [b"\"", b"\\u", b"{", b"[", b"null", b"-1", b"1e99", "\u{202e}".as_bytes(), b"\xff", b"\n"];

/// A number below a bound, 0 where the bound is 0.
pub(crate) fn below(rng: &mut ChaCha8Rng, bound: usize) -> usize {
    let drawn = usize::try_from(rng.next_u32()).unwrap_or(0);
    drawn % bound.max(1)
}

fn byte(rng: &mut ChaCha8Rng) -> u8 {
    let [first, ..] = rng.next_u32().to_le_bytes();
    first
}

/// Changes `input` at one to six places, with pieces of its own and of `other`, up to `longest` bytes.
pub(crate) fn mutate(rng: &mut ChaCha8Rng, input: &mut Vec<u8>, other: &[u8], longest: usize) {
    for _ in 0..1 + below(rng, 6) {
        let at = below(rng, input.len() + 1);
        let to = (at + 1 + below(rng, 16)).min(input.len());
        match below(rng, 16) {
            0 if at < input.len() => input[at] ^= 1 << below(rng, 8),
            1 if at < input.len() => input[at] = byte(rng),
            2 if at < input.len() => input[at] = input[at].wrapping_add(1),
            3 if at < input.len() => input[at] = input[at].wrapping_sub(1),
            4 if at < to => drop(input.drain(at..to)),
            5 => drop(input.splice(at..at, (0..1 + below(rng, 16)).map(|_| byte(rng)).collect::<Vec<_>>())),
            6 if at < to => {
                let piece = input[at..to].to_vec();
                let times = 1 + below(rng, 3).pow(4);
                drop(input.splice(at..at, piece.repeat(times)));
            }
            7 | 8 if !other.is_empty() => {
                let from = below(rng, other.len());
                let end = (from + 1 + below(rng, 200)).min(other.len());
                let instead = if rng.next_u32().is_multiple_of(2) { at } else { to.max(at) };
                drop(input.splice(at..instead, other[from..end].iter().copied()));
            }
            9 => drop(input.splice(at..to.max(at), NUMBERS[below(rng, NUMBERS.len())].iter().copied())),
            10 => drop(input.splice(at..at, WORDS[below(rng, WORDS.len())].iter().copied())),
            11 => input.truncate(at),
            // The rest of another input instead of its own.
            12 if !other.is_empty() => {
                input.truncate(at);
                input.extend_from_slice(&other[below(rng, other.len())..]);
            }
            13 => grown(rng, input, other),
            14 => claimed(rng, input),
            15 if at < to => {
                let piece: Vec<u8> = input.drain(at..to).collect();
                let there = below(rng, input.len() + 1);
                drop(input.splice(there..there, piece));
            }
            _ => {}
        }
    }
    input.truncate(longest);
}

/// Lengthens or shortens what stands behind a length, and with it the lengths of all that it stands in, as far as they look like
/// lengths: so the change gets past the frame and to what is in it.
fn grown(rng: &mut ChaCha8Rng, input: &mut Vec<u8>, other: &[u8]) {
    let from = below(rng, input.len());
    let Some(at) = (from..input.len().min(from + 64)).find(|at| fits(input, *at)) else { return };
    let body = at + 1..at + 1 + usize::from(input[at]);
    let added: Vec<u8> = match below(rng, 3) {
        0 => Vec::new(),
        1 => (0..1 + below(rng, 8)).map(|_| byte(rng)).collect(),
        _ => other.iter().skip(below(rng, other.len())).take(1 + below(rng, 32)).copied().collect(),
    };
    let gone = if added.is_empty() { below(rng, body.len() + 1) } else { 0 };
    let around: Vec<usize> = (0..at).filter(|place| fits(input, *place) && place + 1 + usize::from(input[*place]) >= body.end).collect();
    let place = body.start + below(rng, body.len() + 1 - gone);
    let resized = |length: u8| u8::try_from(usize::from(length) + added.len() - gone.min(usize::from(length))).unwrap_or(250);
    input[at] = resized(input[at]);
    for place in around.into_iter().rev().take(6) {
        if rng.next_u32().is_multiple_of(2) {
            input[place] = resized(input[place]);
        }
    }
    drop(input.splice(place..place + gone, added));
}

/// Whether a byte may be the length of what follows it.
fn fits(input: &[u8], at: usize) -> bool {
    (1..=250).contains(&input[at]) && at + 1 + usize::from(input[at]) <= input.len()
}

/// Writes a number of two or four bytes, of either order: how much follows, one more or less, or the largest.
fn claimed(rng: &mut ChaCha8Rng, input: &mut [u8]) {
    let width = 2 << below(rng, 2);
    let Some(last) = input.len().checked_sub(width) else { return };
    let at = below(rng, last + 1);
    let follows = u32::try_from(input.len() - at - width).unwrap_or(u32::MAX);
    let number = [follows, follows.wrapping_add(1), follows.wrapping_sub(1), u32::MAX, 0, 1 << 31][below(rng, 6)];
    let mut bytes = number.to_be_bytes()[4 - width..].to_vec();
    if rng.next_u32().is_multiple_of(2) {
        bytes.reverse();
    }
    input[at..at + width].copy_from_slice(&bytes);
}

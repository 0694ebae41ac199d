//! The code of an invitation: short enough to be typed from a slip, too long to be guessed.
//!
//! Eleven signs of chance, 54 bits, and one that checks them: one wrong sign and two swapped neighbours are always
//! noticed. None of the signs looks like another, and Russian letters that look like them are taken for them.

use okrug_protocol::digest;
use okrug_protocol::labels;
use okrug_protocol::seal::SharedKey;
use rand_core::CryptoRngCore;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The signs: a prime number of them, which the check needs.
const SIGNS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Signs of a code, the check included.
const LENGTH: usize = 12;
/// Signs between two hyphens.
const GROUP: usize = 4;
/// The longest text that is looked at.
const MAX_TEXT: usize = 64;
/// Russian letters and the signs that they look like.
const ALIKE: [(char, char); 12] = [
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('З', '3'),
];

/// A code; wiped when dropped, never logged.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Slip([u8; LENGTH]);

/// What is kept of a code.
pub(crate) type SlipHash = [u8; 16];

impl std::fmt::Debug for Slip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("slip")
    }
}

impl Slip {
    /// A new code.
    pub(crate) fn draw(rng: &mut impl CryptoRngCore) -> Self {
        let mut places = [0; LENGTH];
        for place in &mut places[..LENGTH - 1] {
            // What would make some signs likelier than others is drawn again.
            let drawn = loop {
                let mut byte = [0];
                rng.fill_bytes(&mut byte);
                if byte[0] < 248 {
                    break byte[0] % 31;
                }
            };
            *place = drawn;
        }
        places[LENGTH - 1] = check(&places[..LENGTH - 1]);
        Self(places)
    }

    /// Reads what somebody typed; `None` when it is no code.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let mut places = [0; LENGTH];
        let mut signs = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—'));
        for place in &mut places {
            let sign = signs.next()?.to_uppercase().next()?;
            let sign = ALIKE.iter().find(|(russian, _)| *russian == sign).map_or(sign, |(_, latin)| *latin);
            let at = SIGNS.iter().position(|known| char::from(*known) == sign)?;
            *place = u8::try_from(at).ok()?;
        }
        let whole = signs.next().is_none() && places[LENGTH - 1] == check(&places[..LENGTH - 1]);
        whole.then_some(Self(places))
    }

    /// As it stands on the slip.
    pub(crate) fn text(&self) -> String {
        let signs: Vec<char> = self.0.iter().map(|place| char::from(SIGNS[usize::from(*place)])).collect();
        signs.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    /// What is kept of it: without the node's key nobody can even try codes against it.
    pub(crate) fn hash(&self, node_key: &SharedKey) -> SlipHash {
        let whole = digest::derive(labels::INVITATION, node_key.bytes(), &self.0);
        *whole.first_chunk().expect("a hash is longer")
    }
}

/// The sum of all signs, each times its place: 31 is prime, so no one change and no swap of neighbours keeps it.
fn check(places: &[u8]) -> u8 {
    let sum: u32 = (1..).zip(places).map(|(weight, place)| weight * u32::from(*place)).sum();
    u8::try_from(sum % 31).expect("less than 31")
}

#[cfg(test)]
mod tests {
    use okrug_protocol::seal::SharedKey;

    use super::*;

    fn slips() -> impl Iterator<Item = Slip> {
        (0..20).map(|_| Slip::draw(&mut crate::clock::rng()))
    }

    #[test]
    fn a_code_reads_back_however_it_is_typed() {
        for slip in slips() {
            let text = slip.text();
            assert_eq!((text.len(), text.matches('-').count()), (14, 2), "{text}");
            let russian: String =
                text.chars().map(|c| ALIKE.iter().find(|(_, latin)| *latin == c).map_or(c, |(russian, _)| *russian)).collect();
            for typed in [
                text.clone(),
                text.to_lowercase(),
                text.replace('-', ""),
                format!(" {} ", text.replace('-', " - ")),
                russian.to_lowercase(),
            ] {
                assert_eq!(Slip::read(&typed), Some(slip.clone()), "{typed}");
            }
        }
    }

    #[test]
    fn one_wrong_sign_or_two_swapped_neighbours_are_noticed() {
        for slip in slips() {
            let text: Vec<char> = slip.text().replace('-', "").chars().collect();
            let read = |signs: &[char]| Slip::read(&signs.iter().collect::<String>());
            for at in 0..LENGTH {
                for sign in SIGNS.iter().map(|sign| char::from(*sign)).filter(|sign| *sign != text[at]) {
                    let mut wrong = text.clone();
                    wrong[at] = sign;
                    assert_eq!(read(&wrong), None, "{wrong:?}");
                }
                let mut swapped = text.clone();
                if at + 1 < LENGTH && text[at] != text[at + 1] {
                    swapped.swap(at, at + 1);
                    assert_eq!(read(&swapped), None, "{swapped:?}");
                }
            }
            assert_eq!(read(&text[1..]), None);
            assert_eq!(read(&[&text[..], &['2']].concat()), None);
        }
        for nothing in ["", "0", "7KQM-2XVD-9RT0", &"2".repeat(65)] {
            assert_eq!(Slip::read(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn without_the_nodes_key_the_hash_says_nothing() {
        let slip = slips().next().unwrap();
        let [a, b] = [1, 2].map(|n| slip.hash(&SharedKey::from_bytes([n; 32])));
        assert_ne!(a, b);
        assert_eq!(format!("{slip:?}"), "slip");
    }
}

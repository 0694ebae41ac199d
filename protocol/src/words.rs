//! Fingerprints as words, which two people can read to each other: twelve of 1,024, in Russian or in English.
//!
//! Ten bits a word, 120 bits in all: nobody finds a second charter, request or key with the same words. Both
//! languages say the same value, a word standing for its place in its list. The lists are such that a word is known by its
//! first four letters, that one wrong letter makes no other word of the list, and that no two sound alike.
//!
//! Source:  FORMAT.md, section 3.

use crate::ids::{Hash32, hex, unhex};

/// Words in a fingerprint.
pub const COUNT: usize = 12;
/// Bits that a word stands for.
const BITS: usize = 10;
/// Bytes that the words say.
const BYTES: usize = COUNT * BITS / 8;
/// By so many letters every word is known.
const PREFIX: usize = 4;
/// The longest text that is looked at.
const MAX_TEXT: usize = 1_024;

const RUSSIAN: &str = include_str!("words/russian.txt");
const ENGLISH: &str = include_str!("words/english.txt");

/// The language of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Russian, without ё.
    Russian,
    /// English.
    English,
}

/// A fingerprint as it was read out or typed: the first 120 bits of the hash that it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken([u8; BYTES]);

/// A text is no fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// A word of neither list, or too little of one.
    #[error("word {place}, \"{word}\", is in neither list")]
    Unknown {
        /// Which one, from 1.
        place: usize,
        /// As it was typed.
        word: String,
    },
    /// Too few words, or too many.
    #[error("{0} words, where a fingerprint has {COUNT}")]
    Count(usize),
}

/// The words that say a hash.
///
/// Shapes:  twelve words joined by hyphens.
#[must_use]
pub fn say(hash: &Hash32, list: List) -> String {
    Spoken::of(hash).say(list)
}

impl Spoken {
    /// What is said of a hash.
    #[must_use]
    pub fn of(hash: &Hash32) -> Self {
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(&hash.0[..BYTES]);
        Self(bytes)
    }

    /// Understands words of either language, whole or from their first four letters, or at least 30 hexadecimal digits.
    ///
    /// # Errors
    /// [`WordsError`], with the place of the word that was not understood.
    pub fn read(text: &str) -> Result<Self, WordsError> {
        let text: String = text.chars().take(MAX_TEXT).flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }).collect();
        if let Some(spoken) = Self::from_hex(&text) {
            return Ok(spoken);
        }
        let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        let mut bits = Vec::with_capacity(COUNT * BITS);
        for (place, word) in (1..).zip(&words) {
            let place_in_list = find(word).ok_or_else(|| WordsError::Unknown { place, word: (*word).to_owned() })?;
            bits.extend((0..BITS).rev().map(|bit| place_in_list >> bit & 1 == 1));
        }
        if words.len() != COUNT {
            return Err(WordsError::Count(words.len()));
        }
        let mut bytes = [0; BYTES];
        for (at, _) in bits.iter().enumerate().filter(|(_, bit)| **bit) {
            bytes[at / 8] |= 0x80 >> (at % 8);
        }
        Ok(Self(bytes))
    }

    /// The words.
    #[must_use]
    pub fn say(&self, list: List) -> String {
        let bit = |at: usize| usize::from(self.0[at / 8] >> (7 - at % 8) & 1);
        let place = |word: usize| (0..BITS).fold(0, |place, at| place << 1 | bit(word * BITS + at));
        let words: Vec<&str> = list.words().collect();
        let said: Vec<&str> = (0..COUNT).map(|word| words[place(word)]).collect();
        said.join("-")
    }

    /// Whether it is said of this hash.
    #[must_use]
    pub fn fits(&self, hash: &Hash32) -> bool {
        *self == Self::of(hash)
    }

    /// The digits that the words say; the first thirty of the hash's sixty-four.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    fn from_hex(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let bytes = unhex(digits.get(..2 * BYTES)?)?;
        let rest = digits.get(2 * BYTES..)?;
        rest.bytes().all(|b| b.is_ascii_hexdigit()).then_some(Self(bytes.try_into().ok()?))
    }
}

impl List {
    fn words(self) -> impl Iterator<Item = &'static str> {
        match self {
            Self::Russian => RUSSIAN,
            Self::English => ENGLISH,
        }
        .split_whitespace()
    }
}

/// The place of a word in its list: the word itself, or the only one that begins so.
fn find(typed: &str) -> Option<usize> {
    let exact = |list: List| list.words().position(|word| word == typed);
    let begun = |list: List| list.words().position(|word| word.starts_with(typed));
    let enough = typed.chars().count() >= PREFIX;
    let both = [List::Russian, List::English];
    both.into_iter().find_map(exact).or_else(|| both.into_iter().filter(|_| enough).find_map(begun))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::digest;

    fn hashes() -> impl Iterator<Item = Hash32> {
        (0..200_u32).map(|n| digest::hash(b"words", &[&n.to_be_bytes()]))
    }

    #[test]
    fn both_lists_have_1024_short_words_known_by_four_letters() {
        for list in [List::Russian, List::English] {
            let words: Vec<&str> = list.words().collect();
            assert_eq!(words.len(), 1 << BITS);
            assert!(words.is_sorted());
            let letters =
                |word: &&&str| word.chars().all(|c| matches!(c, 'a'..='z' | 'а'..='я')) && (3..=8).contains(&word.chars().count());
            assert_eq!(words.iter().find(|word| !letters(word)), None);
            let mut begun = HashMap::new();
            for word in &words {
                let beginning: String = word.chars().take(PREFIX).collect();
                assert_eq!(begun.insert(beginning, *word), None, "{word}");
            }
        }
    }

    /// Whether one letter put in, left out or changed makes one word of the other.
    fn near(a: &str, b: &str) -> bool {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let same = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
        match long.len() - short.len() {
            0 => short[(same + 1).min(short.len())..] == long[(same + 1).min(long.len())..],
            1 => short[same..] == long[same + 1..],
            _ => false,
        }
    }

    #[test]
    fn one_wrong_letter_makes_no_other_word() {
        assert!(near("кот", "кит") && near("кот", "крот") && !near("кот", "кора"), "the test itself");
        for list in [List::Russian, List::English] {
            let words: Vec<&str> = list.words().collect();
            for (at, word) in words.iter().enumerate() {
                assert_eq!(words[at + 1..].iter().find(|other| near(word, other)), None, "{word}");
            }
        }
    }

    /// What is left of a word on a bad line: vowels alike, voiced and voiceless alike, letters said twice once.
    fn sound(word: &str) -> String {
        let mut word = word.to_owned();
        for (letters, sound) in
            [("ph", "f"), ("gh", ""), ("kn", "n"), ("wr", "r"), ("ck", "k"), ("qu", "kw"), ("ce", "se"), ("ci", "si"), ("cy", "sy")]
        {
            word = word.replace(letters, sound);
        }
        let letter = |c: char| match c {
            'б' => 'п',
            'д' => 'т',
            'г' => 'к',
            'з' => 'с',
            'в' => 'ф',
            'ж' | 'щ' => 'ш',
            'о' | 'я' => 'а',
            'е' | 'э' | 'ы' | 'й' => 'и',
            'ю' => 'у',
            'c' => 'k',
            'z' => 's',
            'j' => 'g',
            'e' | 'i' | 'o' | 'u' | 'y' => 'a',
            other => other,
        };
        let mut sound: Vec<char> = word.chars().filter(|c| !matches!(c, 'ъ' | 'ь')).map(letter).collect();
        sound.dedup();
        sound.into_iter().collect()
    }

    #[test]
    fn no_two_words_sound_alike() {
        assert_eq!((sound("flour"), sound("прут")), (sound("flower").replace("wa", ""), sound("пруд")), "the test itself");
        for list in [List::Russian, List::English] {
            let mut heard = HashMap::new();
            for word in list.words() {
                assert_eq!(heard.insert(sound(word), word), None, "{word}");
            }
        }
    }

    #[test]
    fn what_is_said_in_either_language_is_understood_as_the_same_hash() {
        for hash in hashes() {
            let [russian, english] = [List::Russian, List::English].map(|list| say(&hash, list));
            assert_ne!(russian, english);
            for text in [&russian, &english, &hash.to_hex(), &hash.to_hex()[..2 * BYTES].to_owned()] {
                let spoken = Spoken::read(text).unwrap();
                assert!(spoken.fits(&hash), "{text}");
            }
            assert!(Spoken::read(&russian).unwrap().to_hex() == hash.to_hex()[..30]);
        }
    }

    #[test]
    fn words_are_understood_as_people_type_them() {
        let hash = hashes().next().unwrap();
        let russian = say(&hash, List::Russian);
        let begun: Vec<String> = russian.split('-').map(|word| word.chars().take(PREFIX).collect()).collect();
        assert!(Spoken::read(&begun.join(" ")).unwrap().fits(&hash), "four letters");
        let loud = format!("  {} \n", russian.to_uppercase().replace('-', ", ").replace('Е', "Ё"));
        assert!(Spoken::read(&loud).unwrap().fits(&hash), "{loud}");
    }

    #[test]
    fn a_wrong_word_is_named_by_its_place_and_a_changed_one_fits_no_more() {
        let hash = hashes().next().unwrap();
        let words = say(&hash, List::English);
        let words: Vec<&str> = words.split('-').collect();
        for at in 0..COUNT {
            let mut changed = words.clone();
            changed[at] = "qwerty";
            let unknown = WordsError::Unknown { place: at + 1, word: "qwerty".to_owned() };
            assert_eq!(Spoken::read(&changed.join("-")), Err(unknown));
            changed[at] = if words[at] == "abbey" { "acorn" } else { "abbey" };
            assert!(!Spoken::read(&changed.join("-")).unwrap().fits(&hash));
        }
        assert_eq!(Spoken::read(&words[1..].join("-")), Err(WordsError::Count(COUNT - 1)));
        assert_eq!(Spoken::read(""), Err(WordsError::Count(0)));
        assert_eq!(Spoken::read("zin"), Err(WordsError::Unknown { place: 1, word: "zin".to_owned() }), "three letters of four");
    }
}

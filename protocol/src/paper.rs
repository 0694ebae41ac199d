//! Bytes on paper: lines that a person can type and a camera can read, each with a check of its own.
//!
//! A line is a number, twenty bytes in base 32 and two letters of check: whoever mistypes one is told which. Letters that look
//! alike are taken for each other; spaces, hyphens and the case do not matter. A code holds several lines, with `/` between.
//!
//! Source:  FORMAT.md, section 3.

use std::collections::BTreeMap;

use crate::digest;
use crate::labels;

/// Bytes in a line.
const CHUNK: usize = 20;
/// Lines in one text at most: their numbers have two digits.
const MAX_LINES: usize = 99;
/// Letters of check at the end of a line.
const CHECK: usize = 2;
/// Kind, length, and the beginning of a hash over kind and bytes.
const HEAD: usize = 1 + 2 + 4;
/// The most bytes that go on paper.
pub const MAX_BYTES: usize = MAX_LINES * CHUNK - HEAD;
/// The longest text that is looked at.
pub const MAX_TEXT: usize = 64 << 10;
/// No I, L, O and U: what is read for them is 1, 1 and 0.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What a paper is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request of an office.
    Request,
    /// The authority's answer to it.
    Answer,
}

/// What was typed or read is not the whole paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// Nothing of the kind.
    #[error("there are no lines of a paper in this")]
    NotAPaper,
    /// A line that is mistyped.
    #[error("line {0} is mistyped")]
    Line(usize),
    /// A line that is missing.
    #[error("line {0} is missing")]
    Missing(usize),
    /// Lines of two papers, or a forged one.
    #[error("these lines do not belong together")]
    Mixed,
    /// A paper about something else.
    #[error("this paper is about something else")]
    Other,
}

impl Kind {
    fn byte(self) -> u8 {
        match self {
            Self::Request => 1,
            Self::Answer => 2,
        }
    }
}

/// The lines of a paper, as they are printed; `None` for more than [`MAX_BYTES`].
#[must_use]
pub fn write(kind: Kind, bytes: &[u8]) -> Option<Vec<String>> {
    let length = u16::try_from(bytes.len()).ok().filter(|_| bytes.len() <= MAX_BYTES)?;
    let sum = sum(kind.byte(), bytes);
    let whole = [&[kind.byte()], &length.to_be_bytes()[..], &sum, bytes].concat();
    let line = |(number, chunk): (usize, &[u8])| {
        let letters = to_letters(chunk);
        let groups: Vec<&str> = (0..letters.len()).step_by(4).map(|at| &letters[at..letters.len().min(at + 4)]).collect();
        format!("{number:02} {} {}", groups.join(" "), check(number, &letters))
    };
    Some((1..).zip(whole.chunks(CHUNK)).map(line).collect())
}

/// Lines as a code says them.
#[must_use]
pub fn for_code(lines: &[String]) -> String {
    let bare: Vec<String> = lines.iter().map(|line| line.replace(' ', "")).collect();
    bare.join("/")
}

/// Whether a text has lines of a paper in it.
#[must_use]
pub fn is_paper(text: &str) -> bool {
    lines(text).next().is_some()
}

/// Reads a paper of a kind, its lines in any order and as often as they come.
///
/// # Errors
/// [`PaperError`], with the line that it is about.
pub fn read(kind: Kind, text: &str) -> Result<Vec<u8>, PaperError> {
    let mut chunks: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for (number, letters) in lines(text) {
        let (letters, typed) = letters.split_at_checked(letters.len().saturating_sub(CHECK)).ok_or(PaperError::Line(number))?;
        if letters.is_empty() || check(number, letters) != typed {
            return Err(PaperError::Line(number));
        }
        let chunk = from_letters(letters).ok_or(PaperError::Line(number))?;
        if chunks.insert(number, chunk.clone()).is_some_and(|before| before != chunk) {
            return Err(PaperError::Mixed);
        }
    }
    let first = chunks.get(&1).ok_or(if chunks.is_empty() { PaperError::NotAPaper } else { PaperError::Missing(1) })?;
    let Some((head, _)) = first.split_first_chunk::<HEAD>() else { return Err(PaperError::Mixed) };
    let length = HEAD + usize::from(u16::from_be_bytes([head[1], head[2]]));
    let (number, sum_of) = (head[0], [head[3], head[4], head[5], head[6]]);
    if let Some(missing) = (1..=length.div_ceil(CHUNK)).find(|number| !chunks.contains_key(number)) {
        return Err(PaperError::Missing(missing));
    }
    let whole: Vec<u8> = chunks.into_values().flatten().collect();
    if whole.len() != length || sum(number, &whole[HEAD..]) != sum_of {
        return Err(PaperError::Mixed);
    }
    if number == kind.byte() { Ok(whole[HEAD..].to_vec()) } else { Err(PaperError::Other) }
}

/// The lines in a text: number, letters with their check; what does not begin with two digits is none.
fn lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    text.split(['\n', '/']).filter_map(|line| {
        let letters: String = line.chars().filter(|c| !c.is_whitespace() && *c != '-').map(alike).collect();
        let (number, rest) = letters.split_at_checked(2)?;
        let good = number.bytes().all(|b| b.is_ascii_digit()) && rest.len() > CHECK && rest.bytes().all(|b| ALPHABET.contains(&b));
        good.then(|| Some((number.parse().ok()?, rest.to_owned())))?
    })
}

fn alike(c: char) -> char {
    match c.to_ascii_uppercase() {
        'O' | 'О' | 'о' => '0',
        'I' | 'L' => '1',
        c => c,
    }
}

fn sum(kind: u8, bytes: &[u8]) -> [u8; 4] {
    let hash = digest::hash(labels::PAPER, &[&[kind], bytes]);
    [hash.0[0], hash.0[1], hash.0[2], hash.0[3]]
}

fn check(number: usize, letters: &str) -> String {
    let hash = digest::hash(labels::PAPER_LINE, &[&[u8::try_from(number).unwrap_or(u8::MAX)], letters.as_bytes()]);
    hash.0[..CHECK].iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
}

fn to_letters(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
    let letter = |from: usize| (from..from + 5).fold(0, |n, at| n << 1 | usize::from(bit(at)));
    (0..bytes.len() * 8).step_by(5).map(|from| char::from(ALPHABET[letter(from)])).collect()
}

fn from_letters(letters: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![0_u8; letters.len() * 5 / 8];
    for (place, letter) in letters.bytes().enumerate() {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        for at in (0..5).filter(|at| value >> (4 - at) & 1 == 1) {
            // Bits behind the last byte are nothing.
            *bytes.get_mut((place * 5 + at) / 8)? |= 0x80 >> ((place * 5 + at) % 8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(length: usize) -> Vec<u8> {
        (0..length).map(|n| digest::hash(b"paper", &[&n.to_be_bytes()]).0[0]).collect()
    }

    #[test]
    fn a_paper_reads_back_typed_scanned_and_in_any_order() {
        for length in [0, 1, 12, 13, 14, 33, 300, MAX_BYTES] {
            let bytes = sample(length);
            let mut lines = write(Kind::Request, &bytes).unwrap();
            assert_eq!(read(Kind::Request, &lines.join("\n")), Ok(bytes.clone()), "{length}");
            assert_eq!(read(Kind::Request, &for_code(&lines)), Ok(bytes.clone()), "{length}");
            lines.reverse();
            let typed = format!("Заявка\n{}\n{}\n", lines.join("\r\n").to_lowercase().replace('0', "O").replace('1', "l"), lines[0]);
            assert_eq!(read(Kind::Request, &typed.replace(' ', "-")), Ok(bytes), "{length}");
        }
        assert_eq!(write(Kind::Answer, &sample(MAX_BYTES + 1)), None);
    }

    #[test]
    fn a_mistyped_line_is_named_and_so_is_a_missing_one() {
        let lines = write(Kind::Answer, &sample(100)).unwrap();
        for at in 0..lines.len() {
            let mut wrong = lines.clone();
            let last = wrong[at].pop().unwrap();
            wrong[at].push(if last == 'Z' { 'Y' } else { 'Z' });
            assert_eq!(read(Kind::Answer, &wrong.join("\n")), Err(PaperError::Line(at + 1)));
            let mut missing = lines.clone();
            missing.remove(at);
            assert_eq!(read(Kind::Answer, &missing.join("\n")), Err(PaperError::Missing(at + 1)));
        }
        assert_eq!(read(Kind::Answer, "hello\nthere"), Err(PaperError::NotAPaper));
        assert_eq!(read(Kind::Request, &lines.join("\n")), Err(PaperError::Other));
    }

    #[test]
    fn nothing_behind_the_longest_text_is_looked_at_whatever_letter_stands_there() {
        let lines = write(Kind::Request, &sample(30)).unwrap().join("\n");
        for before in ["", "\n"] {
            // Letters of two bytes, once at an even place and once at an odd one: then the bound is within a letter.
            let text = format!("{before}{}\n{lines}", "ы".repeat(MAX_TEXT / 2));
            assert_eq!(read(Kind::Request, &text), Err(PaperError::NotAPaper), "{before:?}");
        }
    }

    #[test]
    fn lines_of_two_papers_are_told_apart() {
        let (ours, mut theirs) = (write(Kind::Answer, &sample(100)).unwrap(), sample(100));
        theirs[90] ^= 1;
        let theirs = write(Kind::Answer, &theirs).unwrap();
        let mixed = [&ours[..2], &theirs[2..]].concat();
        assert_eq!(read(Kind::Answer, &mixed.join("\n")), Err(PaperError::Mixed));
        assert_eq!(read(Kind::Answer, &[ours, theirs].concat().join("\n")), Err(PaperError::Mixed));
    }
}

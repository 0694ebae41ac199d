//! Texts in fewer bytes: two or three times fewer where each letter costs on a thin line.
//!
//! UTF-8 spends two bytes on a Cyrillic letter. A short text is written instead as the letters of Windows-1251 in a fixed prefix code, one
//! for Cyrillic and one for Latin letters; a text with any other sign stays as it is. The tables are fixed, so no text depends on another,
//! nothing is unpacked to more than a text may be, and each text has one form: the shortest, and of two as short the first.
//!
//! Not a general compressor: those need hundreds of bytes before they win anything, take memory as the sender wishes, and tell by a
//! message's length how much it repeats itself. This one tells how common its letters are, within what padding leaves of it.
//!
//! Source:  FORMAT.md, section 5.5.

mod code;
mod tables;

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::WINDOWS_1251;

use crate::bounds::MAX_TEXT;
use code::Code;

/// As it is, in UTF-8.
const PLAIN: u8 = 0;
/// The forms that are codes.
static CODES: LazyLock<[(u8, Code); 2]> = LazyLock::new(|| [(1, Code::of(&tables::CYRILLIC)), (2, Code::of(&tables::LATIN))]);

/// A text in its shortest form: one byte that names the form, and the text.
#[must_use]
pub fn pack(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(letters) = letters(text) {
        let sized = CODES.iter().map(|(form, code)| (code.bits(&letters).div_ceil(8), form, code));
        if let Some((_, form, code)) = sized.min_by_key(|(size, form, _)| (*size, **form)).filter(|(size, ..)| *size < text.len()) {
            out.push(*form);
            code.write(&letters, &mut out);
            return out;
        }
    }
    out.push(PLAIN);
    out.extend_from_slice(text.as_bytes());
    out
}

/// The text of such a form; `None` for what is none, or not the form that [`pack`] gives.
#[must_use]
pub fn unpack(bytes: &[u8]) -> Option<String> {
    let (form, packed) = bytes.split_first()?;
    let text = match CODES.iter().find(|(known, _)| known == form) {
        Some((_, code)) => {
            let letters = code.read(packed, MAX_TEXT)?;
            WINDOWS_1251.decode_without_bom_handling(&letters).0.into_owned()
        }
        None => std::str::from_utf8(packed).ok().filter(|_| *form == PLAIN)?.to_owned(),
    };
    (text.len() <= MAX_TEXT && pack(&text) == bytes).then_some(text)
}

/// A text in Windows-1251, where that has all its signs.
fn letters(text: &str) -> Option<Cow<'_, [u8]>> {
    let (letters, _, replaced) = WINDOWS_1251.encode(text);
    (!replaced).then_some(letters)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_take_fewer_bytes() {
        for (text, bytes) in [
            ("", 1),
            ("Принято.", 7),
            ("Ветер до 25 м/с с 18:00. Проверьте генераторы и доложите.", 38),
            ("Вода поднимается до 612 см к вечеру, усильте пост у моста.", 36),
            ("The water rises to 612 cm by the evening, reinforce the post at the bridge.", 44),
            ("Қазақстан: жағдай тұрақты", 48),
            ("水位上升", 13),
        ] {
            let packed = pack(text);
            assert_eq!((packed.len(), unpack(&packed).as_deref()), (bytes, Some(text)), "{text}");
            assert!(packed.len() <= text.len() + 1);
        }
    }

    #[test]
    fn a_text_has_one_form_and_another_is_none() {
        let text = "Принято.";
        let plain = [&[PLAIN], text.as_bytes()].concat();
        let mut cyrillic = vec![1];
        CODES[0].1.write(b"Received.", &mut cyrillic);
        for other in [&plain[..], &cyrillic, &[3, 1, 2], &[1], &[], &[PLAIN, 0xff], &[1, 0xff, 0xff]] {
            assert_eq!(unpack(other), None, "{other:02x?}");
        }
        // A text that would unfold to more than a text may be.
        let zeros = [&[1][..], &[0; MAX_TEXT]].concat();
        assert_eq!(unpack(&zeros), None);
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in ".{0,300}|[А-яЁё ,.0-9«»—№\n]{0,300}|[ -~]{0,300}") {
            let packed = pack(&text);
            prop_assert!(packed.len() <= text.len() + 1);
            prop_assert_eq!(unpack(&packed), Some(text));
        }

        #[test]
        fn what_is_read_is_written_the_same(bytes in prop::collection::vec(any::<u8>(), 0..60), form in 0_u8..4) {
            let bytes = [&[form][..], &bytes].concat();
            if let Some(text) = unpack(&bytes) {
                prop_assert_eq!(pack(&text), bytes);
            }
        }
    }
}

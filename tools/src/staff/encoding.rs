//! In which encoding a list was saved.

use super::StaffError;

/// The longest list: a hundred times that of a district with 23 offices.
const MAX_BYTES: usize = 4 << 20;

/// Decodes UTF-8 with or without a byte order mark, else Windows-1251.
///
/// Windows-1251 gives some text for any bytes; that it is the right text is shown by the headings,
/// which are looked for next.
///
/// # Errors
/// [`StaffError::TooLong`], and [`StaffError::Encoding`] for what is UTF-16 or no text.
pub fn decode(bytes: &[u8]) -> Result<String, StaffError> {
    if bytes.len() > MAX_BYTES {
        return Err(StaffError::TooLong(bytes.len()));
    }
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if body.contains(&0) || body.starts_with(b"\xFF\xFE") || body.starts_with(b"\xFE\xFF") {
        return Err(StaffError::Encoding);
    }
    match std::str::from_utf8(body) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => encoding_rs::WINDOWS_1251
            .decode_without_bom_handling_and_without_replacement(body)
            .map(std::borrow::Cow::into_owned)
            .ok_or(StaffError::Encoding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ways_of_saving_give_one_text() {
        let text = "Код;Отдел\r\nuray;Канцелярия";
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let (windows, _, _) = encoding_rs::WINDOWS_1251.encode(text);
        assert_eq!(decode(text.as_bytes()).unwrap(), text);
        assert_eq!(decode(&marked).unwrap(), text);
        assert_eq!(decode(&windows).unwrap(), text);
    }

    #[test]
    fn sixteen_bit_text_and_archives_are_refused() {
        assert_eq!(decode(b"\xFF\xFE\x1a\x04"), Err(StaffError::Encoding));
        assert_eq!(decode(b"PK\x03\x04\x00\x00"), Err(StaffError::Encoding));
    }
}

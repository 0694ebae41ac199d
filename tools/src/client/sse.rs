//! Server-sent events, line by line: what is longer than any of ours ends the stream instead of filling memory.
//!
//! Source:  HTML, section 9.2 (server-sent events).

use std::io::{self, BufRead, ErrorKind, Read};

/// The longest line; an event with the longest text, every letter of it escaped, is below.
const MAX_LINE: u64 = 1 << 20;

/// One event; without data it only says where to resume.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Frame {
    /// The number to resume after.
    pub(super) id: Option<u64>,
    /// What it is.
    pub(super) name: String,
    /// Its data; none for a frame with an id alone.
    pub(super) data: Option<String>,
}

/// The events of a stream.
#[derive(Debug)]
pub(super) struct Frames<R> {
    input: R,
    line: Vec<u8>,
}

impl<R: BufRead> Frames<R> {
    pub(super) fn of(input: R) -> Self {
        Self { input, line: Vec::new() }
    }

    /// The next event; `None` at the end of the stream, where one that was begun counts for nothing.
    ///
    /// # Errors
    /// `InvalidData` for a line or an event that is too long or no UTF-8; otherwise the stream's.
    pub(super) fn next(&mut self) -> io::Result<Option<Frame>> {
        let mut frame = Frame::default();
        while self.read_line()? {
            let line = std::str::from_utf8(&self.line).map_err(|_| ErrorKind::InvalidData)?;
            let (field, value) =
                line.split_once(':').map_or((line, ""), |(field, value)| (field, value.strip_prefix(' ').unwrap_or(value)));
            match field {
                "" if line.is_empty() && (frame.id.is_some() || frame.data.is_some()) => return Ok(Some(frame)),
                "" if line.is_empty() => frame = Frame::default(),
                "id" => frame.id = value.parse().ok(),
                "event" => value.clone_into(&mut frame.name),
                "data" => add(&mut frame.data, value)?,
                // A comment, how soon to come back, or a field of the future.
                _ => {}
            }
        }
        Ok(None)
    }

    /// Reads a line without its end; false at the end of the stream.
    fn read_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        (&mut self.input).take(MAX_LINE).read_until(b'\n', &mut self.line)?;
        if self.line.pop_if(|last| *last == b'\n').is_none() {
            let is_cut = u64::try_from(self.line.len()).unwrap_or(u64::MAX) == MAX_LINE;
            return if is_cut { Err(ErrorKind::InvalidData.into()) } else { Ok(false) };
        }
        self.line.pop_if(|last| *last == b'\r');
        Ok(true)
    }
}

fn add(data: &mut Option<String>, value: &str) -> io::Result<()> {
    match data {
        None => *data = Some(value.to_owned()),
        Some(data) if u64::try_from(data.len() + value.len()).unwrap_or(u64::MAX) >= MAX_LINE => return Err(ErrorKind::InvalidData.into()),
        Some(data) => {
            data.push('\n');
            data.push_str(value);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> io::Result<Vec<Frame>> {
        let mut frames = Frames::of(text);
        let mut all = Vec::new();
        while let Some(frame) = frames.next()? {
            all.push(frame);
        }
        Ok(all)
    }

    fn frame(id: Option<u64>, name: &str, data: Option<&str>) -> Frame {
        Frame { id, name: name.to_owned(), data: data.map(str::to_owned) }
    }

    #[test]
    fn events_comments_and_bare_ids_are_told_apart() {
        let text = b": okrug\nretry: 2000\nid: 7\n\n: ping\n\nid:8\r\nevent: peer\r\ndata: {\"a\":\r\ndata:1}\r\n\r\nevent: reset\ndata: null\n\ndata: begun";
        let want = [frame(Some(7), "", None), frame(Some(8), "peer", Some("{\"a\":\n1}")), frame(None, "reset", Some("null"))];
        assert_eq!(all(text).unwrap(), want);
        assert_eq!(all(b"event: x\n\ndata: y\n\n").unwrap(), [frame(None, "", Some("y"))], "an event without data is none");
    }

    #[test]
    fn a_line_without_end_and_data_without_end_are_refused() {
        let long = usize::try_from(MAX_LINE).unwrap();
        assert_eq!(all(&vec![b'x'; long]).unwrap_err().kind(), ErrorKind::InvalidData);
        let line = [b"data: ".as_slice(), &vec![b'x'; long / 2], b"\n"].concat();
        assert_eq!(all(&line.repeat(3)).unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(all(b"data: \xff\n\n").unwrap_err().kind(), ErrorKind::InvalidData);
    }
}

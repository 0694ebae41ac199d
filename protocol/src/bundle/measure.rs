//! How long a bundle will be, before it is written.

use super::head::{Shape, file_len};
use super::record::{RECORD_HEAD, Record};
use crate::epoch::padded_len;

/// Adds up what goes into a bundle.
#[derive(Debug, Clone, Copy, Default)]
pub struct Measure {
    content: u64,
}

impl Measure {
    /// Counts a record whose payload has so many bytes.
    pub fn add(&mut self, payload: usize) {
        self.content = self.content.saturating_add(u64::try_from(payload + RECORD_HEAD).unwrap_or(u64::MAX));
    }

    /// Counts a record that is encoded.
    pub fn add_record(&mut self, record: &Record) {
        self.content = self.content.saturating_add(u64::try_from(record.encode().len()).unwrap_or(u64::MAX));
    }

    /// The frames that hold it: small ones for little, and so many that only the top bits of their number show how much it is.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let exponent = match self.content {
            0..=0x3fff => 10,
            0x4000..=0xf_ffff => 12,
            _ => 15,
        };
        let each = u64::try_from(Shape::content(exponent)).unwrap_or(u64::MAX);
        let frames = usize::try_from(self.content.div_ceil(each).max(1)).unwrap_or(usize::MAX >> 1);
        Shape { exponent, frames: u32::try_from(padded_len(frames)).unwrap_or(u32::MAX) }
    }

    /// Bytes of the file, sealed to so many offices.
    #[must_use]
    pub fn file_len(&self, boxes: usize) -> u64 {
        let shape = self.shape();
        file_len(boxes, shape.exponent, shape.frames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_never_shorter_than_what_is_in_it_and_padding_stays_moderate() {
        for payload in [0, 1, 900, 5_000, 16_000, 200_000, 1 << 20, 100 << 20] {
            let mut measure = Measure::default();
            measure.add(payload);
            let (len, content) = (measure.file_len(2), u64::try_from(payload).unwrap());
            assert!(len > content, "{payload}");
            assert!(len < content + content / 6 + 5_000, "{payload} gives {len}");
        }
    }
}

//! QR codes: what is on paper or on a screen is read by a camera instead of being typed.
//!
//! One code as lines of blocks for a terminal or as SVG for a page. What a code says is for its user to choose:
//! capital letters, digits and `$%*+-./:` and the space take the least room.

use std::fmt::{self, Write};

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around a code, without which readers do not find it.
const QUIET: usize = 4;

/// The longest text of capital letters and digits in one code that a cheap camera still reads from paper.
pub const MAX_CHARS: usize = 480;

/// The text is too long for one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} bytes are too many for one code")]
pub struct TooLong(usize);

/// A code, as modules: dark or light, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct Qr {
    side: usize,
    dark: Vec<bool>,
}

impl fmt::Debug for Qr {
    /// Not what it says: that may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Qr").field("side", &self.side).finish_non_exhaustive()
    }
}

impl Qr {
    /// The code that says a text; it reads back with about 15 % of it damaged.
    ///
    /// # Errors
    /// [`TooLong`] for more than a code can hold.
    pub fn of(text: &str) -> Result<Self, TooLong> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| TooLong(text.len()))?;
        let side = code.width();
        Ok(Self { side, dark: code.into_colors().into_iter().map(|color| color == Color::Dark).collect() })
    }

    /// Modules in a row, without the quiet ones around.
    #[must_use]
    pub fn side(&self) -> usize {
        self.side
    }

    /// Two rows of modules in each line of text: light on a dark terminal, as most are.
    #[must_use]
    pub fn terminal(&self) -> String {
        let mut out = String::new();
        let all = self.side + 2 * QUIET;
        for top in (0..all).step_by(2) {
            for x in 0..all {
                out.push(match (self.is_light(x, top), top + 1 < all && self.is_light(x, top + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            out.push('\n');
        }
        out
    }

    /// An SVG image of one path, black on white, as large as its place.
    #[must_use]
    pub fn svg(&self) -> String {
        let all = self.side + 2 * QUIET;
        let mut path = String::new();
        for y in 0..self.side {
            let row = &self.dark[y * self.side..(y + 1) * self.side];
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] {
                    let (left, top, length) = (x + QUIET, y + QUIET, run.len());
                    write!(path, "M{left} {top}h{length}v1h-{length}z").expect("a string takes all");
                }
                x += run.len();
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {all} {all}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{all}v{all}h-{all}z\"/><path d=\"{path}\"/></svg>"
        )
    }

    fn is_light(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.side);
        match (inside(x), inside(y)) {
            (Some(x), Some(y)) => !self.dark[y * self.side + x],
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The corner by which a reader finds a code: seven modules square, a ring and a core.
    const FINDER: [&str; 7] = ["#######", "#     #", "# ### #", "# ### #", "# ### #", "#     #", "#######"];

    #[test]
    fn a_code_has_its_three_corners_on_a_screen_and_on_paper() {
        let qr = Qr::of("OKRUG 1").unwrap();
        let lines: Vec<Vec<char>> = qr.terminal().lines().map(|line| line.chars().collect()).collect();
        let light = |x: usize, y: usize| match (lines[y / 2][x], y % 2) {
            ('█', _) | ('▀', 0) | ('▄', 1) => true,
            ('▀' | '▄' | ' ', _) => false,
            (other, _) => panic!("{other:?} is no module"),
        };
        let far = qr.side() - 7;
        for (left, top) in [(0, 0), (far, 0), (0, far)] {
            for (y, row) in FINDER.iter().enumerate() {
                for (x, dark) in row.chars().map(|c| c == '#').enumerate() {
                    assert_eq!(light(QUIET + left + x, QUIET + top + y), !dark, "{x} {y} of the corner at {left} {top}");
                }
            }
        }
        assert!((0..qr.side() + 2 * QUIET).all(|x| light(x, 0)), "nothing is light around it");
        assert!(qr.svg().contains("M4 4h7v1h-7z"), "{}", qr.svg());
    }

    #[test]
    fn what_is_too_long_for_one_code_is_said() {
        assert!(Qr::of(&"A".repeat(MAX_CHARS)).unwrap().side() <= 73, "too fine for a cheap camera");
        assert_eq!(Qr::of(&"a".repeat(3_000)), Err(TooLong(3_000)));
    }
}

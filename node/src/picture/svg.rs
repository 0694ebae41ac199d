//! Shapes and texts of a picture. Every text passes [`escaped`]; there is no other way in.

use std::fmt::Write;

/// The page's letters, as far as a picture can ask for them.
const FONT: &str = "Segoe UI, Roboto, Noto Sans, PT Sans, Liberation Sans, sans-serif";

/// Where a text stands in relation to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text: its place, size and colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink<'a> {
    pub(super) at: (f64, f64),
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) colour: &'a str,
    pub(super) anchor: Anchor,
}

/// A picture that is being drawn.
#[derive(Debug, Default)]
pub(super) struct Svg {
    body: String,
}

impl Svg {
    pub(super) fn text(&mut self, ink: Ink<'_>, text: &str) {
        let (x, y) = ink.at;
        let anchor = match ink.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (weight, size, colour) = (if ink.bold { 600 } else { 400 }, ink.size, ink.colour);
        self.put(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size:.1}" font-weight="{weight}" fill="{colour}" text-anchor="{anchor}">{}</text>"#,
            escaped(text)
        ));
    }

    pub(super) fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), radius: f64, paint: &str) {
        self.put(format_args!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{:.1}" height="{:.1}" rx="{radius:.1}" {paint}/>"#,
            width.max(0.0),
            height.max(0.0)
        ));
    }

    pub(super) fn circle(&mut self, (x, y): (f64, f64), radius: f64, paint: &str) {
        self.put(format_args!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="{radius:.1}" {paint}/>"#));
    }

    pub(super) fn line(&mut self, (x, y): (f64, f64), (to_x, to_y): (f64, f64), paint: &str) {
        self.put(format_args!(r#"<path d="M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}" fill="none" {paint}/>"#));
    }

    /// A line that leaves the first place and reaches the second one level.
    pub(super) fn curve(&mut self, (x, y): (f64, f64), (to_x, to_y): (f64, f64), paint: &str) {
        let middle = f64::midpoint(x, to_x);
        self.put(format_args!(
            r#"<path d="M{x:.1} {y:.1}C{middle:.1} {y:.1} {middle:.1} {to_y:.1} {to_x:.1} {to_y:.1}" fill="none" {paint}/>"#
        ));
    }

    fn put(&mut self, shape: std::fmt::Arguments<'_>) {
        self.body.write_fmt(shape).expect("writing to a string does not fail");
        self.body.push('\n');
    }

    /// The whole picture, with what it is called and what it shows in words.
    pub(super) fn finish(self, (width, height): (f64, f64), paper: &str, title: &str, about: &str) -> String {
        let (title, about) = (escaped(title), escaped(about));
        let body = self.body;
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}" role="img" aria-labelledby="title about" font-family="{FONT}">
<title id="title">{title}</title>
<desc id="about">{about}</desc>
<rect width="{width:.0}" height="{height:.0}" fill="{paper}"/>
{body}</svg>
"#
        )
    }
}

/// A text that is nothing but a text: no markup, no characters that XML forbids, none that turn the writing round.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() || is_hidden(c) => {
                let _ = write!(safe, "U+{:04X}", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    safe
}

/// What is not seen, or moves what is: marks of direction, joiners, and what is no character.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// A number of things as a length.
pub(super) fn length(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}

/// As much of a text as fits into a width, by what letters take on the average.
pub(super) fn fitted(text: &str, size: f64, width: f64) -> String {
    let letter = size * 0.56;
    if length(text.chars().count()) * letter <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if (length(cut.chars().count()) + 2.0) * letter > width {
            break;
        }
        cut.push(c);
    }
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_nothing_but_a_text() {
        assert_eq!(escaped("<b a='1'>\"&\u{202e}\u{0}\u{ffff}"), "&lt;b a=&#39;1&#39;&gt;&quot;&amp;U+202EU+0000U+FFFF");
        assert_eq!(escaped("Отделение № 5 — Ёлки"), "Отделение № 5 — Ёлки");
    }

    #[test]
    fn a_long_name_is_cut_and_a_short_one_is_not() {
        assert_eq!(fitted("Урай", 13.0, 200.0), "Урай");
        let cut = fitted("Отделение по Берёзовскому району", 13.0, 100.0);
        assert!(cut.ends_with('…') && cut.chars().count() <= 14, "{cut}");
        assert_eq!(fitted("Урай", 13.0, 0.0), "…");
    }
}

//! A page for the printer: codes for a camera, and beneath them the same as lines that can be typed.

use std::fmt::Write;

use okrug_protocol::paper;

use crate::qr::Qr;
use crate::words::{Lang, Said};

/// Lines in one code: as many as a cheap camera still reads from paper.
const LINES_IN_CODE: usize = 12;

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}\
    figure{display:inline-block;margin:0 1rem 1rem 0;text-align:center}svg{width:18rem;height:18rem}\
    pre{font:15px/1.7 monospace;white-space:pre-wrap}.words{font-weight:bold}@media print{figure,pre{break-inside:avoid}}";

/// What a page says.
#[derive(Debug)]
pub struct Page<'a> {
    /// The heading.
    pub title: Said,
    /// What is to be done with it.
    pub what: Said,
    /// The fingerprint in words and digits.
    pub fingerprint: Option<(Said, String)>,
    /// Lines of a paper.
    pub lines: &'a [String],
}

impl Page<'_> {
    /// The page as one file of HTML without anything from elsewhere.
    #[must_use]
    pub fn html(&self, lang: Lang) -> String {
        let title = escape(self.title.text(lang));
        let mut out = format!(
            "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style><h1>{title}</h1>",
            lang.word()
        );
        let mut add = |text: std::fmt::Arguments<'_>| out.write_fmt(text).expect("a string takes all");
        add(format_args!("<p>{}</p>", escape(self.what.text(lang))));
        if let Some((words, digits)) = &self.fingerprint {
            add(format_args!("<p class=\"words\">{}</p><p>{}</p>", escape(words.text(lang)), escape(digits)));
        }
        let codes: Vec<&[String]> = self.lines.chunks(LINES_IN_CODE).collect();
        for (number, lines) in (1..).zip(&codes) {
            let code = Qr::of(&paper::for_code(lines)).expect("a code takes a dozen lines");
            add(format_args!("<figure>{}<figcaption>{number} / {}</figcaption></figure>", code.svg(), codes.len()));
        }
        add(format_args!("<pre>{}</pre></html>\n", self.lines.join("\n")));
        out
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use okrug_protocol::paper::Kind;

    use super::*;
    use crate::qr::MAX_CHARS;
    use crate::said;

    #[test]
    fn a_long_paper_takes_several_numbered_codes_with_the_lines_beneath() {
        let lines = paper::write(Kind::Request, &[7; 400]).unwrap();
        assert!(lines.chunks(LINES_IN_CODE).all(|lines| paper::for_code(lines).len() <= MAX_CHARS));
        let page = Page { title: said!("<Котлас>", "<Kotlas>"), what: said!("да", "do"), fingerprint: None, lines: &lines };
        let html = page.html(Lang::Ru);
        assert!(html.contains("&lt;Котлас&gt;") && html.contains("<figcaption>2 / 2</figcaption>"), "{html}");
        let typed = html.split_once("<pre>").unwrap().1.split_once("</pre>").unwrap().0;
        assert_eq!(paper::read(Kind::Request, typed), Ok(vec![7; 400]));
        assert!(
            !html.contains("http://") || html.matches("http://").count() == html.matches("xmlns=\"http://").count(),
            "nothing is fetched"
        );
    }
}

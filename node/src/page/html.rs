//! What the plain pages have in common: they work without scripts, in both languages, and have one look.
//!
//! What comes from a person stands between tags as escaped text or in a quoted attribute, and nowhere else.

use std::fmt::Write;

use super::assets::{asset, build};
use crate::said;
use crate::words::{Lang, Said};

/// What a plain page is made of.
pub(super) struct Card<'a> {
    pub(super) lang: Lang,
    pub(super) title: &'a Said,
    pub(super) office: &'a str,
    /// What stands in the upper corner.
    pub(super) top: &'a str,
    pub(super) body: &'a str,
}

impl Card<'_> {
    /// The page, with style sheets of this node.
    pub(super) fn linked(&self) -> String {
        let build = build();
        let mut head = format!("<link rel=\"icon\" href=\"/page/{build}/icon.svg\" type=\"image/svg+xml\">\n");
        for sheet in ["base", "login", "plain"] {
            let _ = writeln!(head, "<link rel=\"stylesheet\" href=\"/page/{build}/css/{sheet}.css\">");
        }
        self.page(head.trim_end())
    }

    /// The page in one piece: it fetches nothing to be read.
    pub(super) fn whole(&self) -> String {
        self.page(&format!("<style>{}</style>", styles()))
    }

    fn page(&self, head: &str) -> String {
        let (lang, title) = (self.lang, self.title.text(self.lang));
        format!(
            r#"<!doctype html>
<html lang="{word}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · {product}</title>
{head}
</head>
<body>
<div class="door">
<header class="door-top">{top}</header>
<main class="card">
<div class="sign" aria-hidden="true">{sign}</div>
<h1>{title}</h1>
<p class="card-office">{office}</p>
{body}
</main>
</div>
</body>
</html>
"#,
            word = lang.word(),
            product = said!("Округ", "Okrug").text(lang),
            top = self.top,
            sign = text("icon.svg"),
            office = escape(self.office),
            body = self.body,
        )
    }
}

/// A sheet of paper in the look of the plain pages: it fetches nothing, and has no way to another page.
#[must_use]
pub fn sheet(lang: Lang, title: &Said, office: &str, body: &str) -> String {
    Card { lang, title, office, top: "", body }.whole()
}

/// All rules of the plain pages, for those that fetch nothing.
pub(super) fn styles() -> String {
    ["css/base.css", "css/login.css", "css/plain.css"].map(text).concat()
}

/// A file of the page as text.
fn text(path: &str) -> String {
    let asset = asset(&format!("/page/{}/{path}", build())).expect("the page has its own files");
    String::from_utf8_lossy(&asset.bytes).into_owned()
}

/// The way to the same page in the other language.
pub(super) fn languages(now: Lang, path: &str) -> String {
    let (other, word) = match now {
        Lang::Ru => (Lang::En, "English"),
        Lang::En => (Lang::Ru, "Русский"),
    };
    format!(r#"<a href="{path}?lang={code}" lang="{code}" hreflang="{code}">{word}</a>"#, code = other.word())
}

/// What went wrong, read aloud by screen readers.
pub(super) fn alert(fault: Option<&str>) -> String {
    fault.map_or_else(String::new, |fault| format!("<p class=\"fault\" role=\"alert\">{}</p>\n", escape(fault)))
}

/// Where one begins to type.
pub(super) fn focus(here: bool) -> &'static str {
    if here { " autofocus" } else { "" }
}

/// Text of a person's as text.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What turns the text round, or cannot be seen, is shown as one sign.
            c if c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                out.push('\u{fffd}')
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether a page would run something.
#[cfg(test)]
pub(super) fn runs(page: &str) -> bool {
    let handler = |word: &str| word.starts_with("on") && word.contains('=');
    page.contains("<script") || page.contains(" style=") || page.split_whitespace().any(handler)
}

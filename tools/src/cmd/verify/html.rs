//! What is proven, as a page to read and to print. It proves nothing itself: the file beside it does.

use okrug_protocol::evidence::Report;

use super::words;
use crate::time;
use crate::words::Lang;

/// The page.
pub(in crate::cmd) fn page(report: &Report, lang: Lang) -> String {
    let rows: String = report
        .messages
        .iter()
        .map(|message| {
            let record = &message.speaker.record;
            let (to, text) = words::said(&message.said, lang);
            let to = to.map_or_else(String::new, |to| format!(" → {}", escaped(&to)));
            let of = message.on_behalf.as_ref().map_or_else(String::new, |shown| {
                format!("<p class=\"place\">{}: {}</p>", lang.pick("За", "For"), escaped(&words::behalf(shown, lang)))
            });
            let notes: String = words::notes(message, lang).iter().map(|note| format!("<p class=\"note\">{}</p>", escaped(note))).collect();
            format!(
                "<article><h2>{} · {}{to}</h2><p class=\"place\">{} · {} · {}</p>{of}<p>{}</p>{notes}</article>\n",
                escaped(&record.name),
                escaped(&record.position),
                time::text(message.time),
                escaped(&message.office_name),
                escaped(&format!("{}/{}", message.place.log, message.place.seq)),
                escaped(&text),
            )
        })
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <style>body{{font:16px/1.5 sans-serif;max-width:48em;margin:2em auto}}article{{border-top:1px solid #999}}h2{{font-size:1em}}\
         .place{{color:#555;font-size:.85em}}.note{{font-weight:bold}}p{{white-space:pre-wrap}}</style></head>\n\
         <body><h1>{}</h1>\n{rows}<p class=\"place\">{}</p></body></html>\n",
        lang.word(),
        escaped(&report.name),
        escaped(&report.name),
        escaped(&words::unproven(report, lang)),
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_text_and_nothing_else() {
        assert_eq!(escaped("<script>\"a\"&\u{202e}b"), "&lt;script&gt;&quot;a&quot;&amp;\u{fffd}b");
    }
}

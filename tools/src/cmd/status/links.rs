//! What a link is like, what waits for another time, and what is still to come, in words.

use okrug_node::office::view::{LinkClass, Peer, WaitsFor};
use okrug_protocol::clock::Millis;

use crate::time;
use crate::words::{Lang, bytes, counted};

/// The hour and minute of a time, in Universal Time.
fn clock(time: Millis) -> String {
    let minutes = time.0 / 60_000 % (24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What is said behind the way to an office: only what is out of the ordinary.
pub(super) fn after_way(peer: &Peer, lang: Lang) -> String {
    let mut words = String::new();
    if peer.class == Some(LinkClass::Thin) {
        words += lang.pick("; тонкая", "; thin");
    }
    if let Some(waits) = peer.waits {
        let until = clock(waits.until);
        words += &match waits.why {
            WaitsFor::Hours => lang.pick(format!("; ждёт {until} UTC"), format!("; waits for {until} UTC")),
            WaitsFor::Budget => lang.pick(format!("; лимит исчерпан до {until} UTC"), format!("; budget spent until {until} UTC")),
        };
    }
    words
}

/// The kind of link and its rate, where it was measured.
pub(super) fn line(peer: &Peer, lang: Lang) -> Option<String> {
    let class = match peer.class? {
        LinkClass::Lan => lang.pick("местная", "local"),
        LinkClass::Wan => lang.pick("дальняя", "wide"),
        LinkClass::Thin => lang.pick("тонкая", "thin"),
    };
    let Some(rate) = peer.rate else { return Some(class.to_owned()) };
    let rate = bytes(rate, lang);
    Some(lang.pick(format!("{class}, {rate}/с"), format!("{class}, {rate}/s")))
}

/// What the office still has to bring.
pub(super) fn coming(peer: &Peer, lang: Lang) -> Option<String> {
    let coming = peer.coming?;
    let (size, span) = (bytes(coming.bytes, lang), time::span(coming.seconds.saturating_mul(1_000), lang));
    let n = usize::try_from(coming.entries).unwrap_or(usize::MAX);
    Some(match lang {
        Lang::Ru => format!("{}, около {size}, около {span}", counted(n, "запись", "записи", "записей")),
        Lang::En => format!("{n} {}, about {size}, about {span}", if n == 1 { "entry" } else { "entries" }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(more: &str) -> Peer {
        let queue = r#"{"messages":0,"urgent":0,"oldest_s":null}"#;
        let text = format!(
            r#"{{"office":"o3","name":"Яренск","slug":"yarensk","link":"up","rtt_ms":600,"address":null,"carrier":false,"queue":{queue}{more}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn what_waits_says_until_when_and_what_comes_says_how_long() {
        let plain = peer("");
        assert_eq!((after_way(&plain, Lang::En), line(&plain, Lang::En), coming(&plain, Lang::En)), (String::new(), None, None));
        let waits = peer(r#","class":"thin","rate":8000,"waits":{"why":"hours","until":"2026-11-27T20:00:00.000Z"}"#);
        assert_eq!(after_way(&waits, Lang::En), "; thin; waits for 20:00 UTC");
        assert_eq!(after_way(&waits, Lang::Ru), "; тонкая; ждёт 20:00 UTC");
        let spent =
            peer(r#","waits":{"why":"budget","until":"2026-11-27T15:00:00.000Z"},"coming":{"entries":1240,"bytes":600000,"seconds":90}"#);
        assert_eq!(after_way(&spent, Lang::En), "; budget spent until 15:00 UTC");
        assert!(coming(&spent, Lang::Ru).unwrap().contains("запис"));
    }
}

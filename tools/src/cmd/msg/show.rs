//! Messages in words.

use okrug_node::office::view::{Delivery, DeliveryCode, For, Message, MessageKind, RightCode};
use okrug_protocol::ids::Precedence;

use crate::words::Lang;

/// How far a message has come.
pub(super) fn delivery(delivery: &Delivery, lang: Lang) -> String {
    let Delivery { code, delivered, of, .. } = delivery;
    let word = match code {
        DeliveryCode::Queued => lang.pick("Ждёт связи", "Waiting for a link"),
        DeliveryCode::Relayed => lang.pick("Передано соседям", "Handed on"),
        // Whoever reads it is at this office.
        DeliveryCode::Delivered if *of == 0 => lang.pick("Доставлено", "Delivered"),
        DeliveryCode::Delivered => lang.pick("Доставлено в отделение", "Delivered to the office"),
    };
    if *of > 1 { format!("{word} ({delivered} {} {of})", lang.pick("из", "of")) } else { word.to_owned() }
}

/// The word in front of what is not routine.
pub(super) fn precedence(precedence: Precedence, lang: Lang) -> Option<&'static str> {
    match precedence {
        Precedence::Routine => None,
        Precedence::Urgent => Some(lang.pick("СРОЧНОЕ", "URGENT")),
        Precedence::Flash => Some(lang.pick("ЭКСТРЕННОЕ", "FLASH")),
    }
}

/// The text, or why there is none.
pub(super) fn text(message: &Message, lang: Lang) -> &str {
    match message.kind {
        MessageKind::Text => &message.text,
        MessageKind::Unreadable => lang.pick("[зашифровано не для этого отделения]", "[sealed to somebody else]"),
        MessageKind::Newer => lang.pick("[нужна новая версия узла]", "[needs a newer version of the node]"),
        MessageKind::Revoked => lang.pick("[не принято: доступ автора отозван]", "[not accepted: its author has been revoked]"),
        MessageKind::Invalid => {
            lang.pick("[подпись неверна: неизвестно, кто это написал]", "[invalid signature: nobody knows who said it]")
        }
    }
}

/// Why it is not to be acted on before somebody has checked it.
pub(super) fn doubt(message: &Message, lang: Lang) -> Option<&'static str> {
    message.unwitnessed.then(|| {
        lang.pick(
            "[ОТДЕЛЕНИЕ ОТОЗВАНО; никто не подтвердил, что это написано раньше: сначала проверьте]",
            "[THIS OFFICE IS REVOKED; nobody confirms that this was written before: check first]",
        )
    })
}

/// Who said it, for whom, and where they sit.
pub(super) fn author(message: &Message, lang: Lang) -> String {
    let of = message.behalf.as_ref().map_or_else(String::new, |of| format!(" {}", behalf(of, lang)));
    format!("{}{of} ({})", message.author.name, message.author.office_name)
}

fn behalf(of: &For, lang: Lang) -> String {
    let word = format!("{} {}", lang.pick("за", "for"), of.name);
    match of.right {
        RightCode::Holds => word,
        RightCode::Unknown => format!("{word} {}", lang.pick("[полномочие ещё не известно]", "[right not known yet]")),
        RightCode::Lacks => format!("{word} {}", lang.pick("[БЕЗ ПОЛНОМОЧИЯ]", "[WITHOUT THE RIGHT]")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delivery_words_are_those_of_the_interface() {
        let say = |code, held_by, delivered, of, lang| delivery(&Delivery { code, held_by, delivered, of }, lang);
        assert_eq!(say(DeliveryCode::Queued, 0, 0, 1, Lang::Ru), "Ждёт связи");
        assert_eq!(say(DeliveryCode::Relayed, 1, 0, 1, Lang::Ru), "Передано соседям");
        assert_eq!(say(DeliveryCode::Delivered, 1, 1, 1, Lang::Ru), "Доставлено в отделение");
        assert_eq!(say(DeliveryCode::Relayed, 12, 12, 14, Lang::Ru), "Передано соседям (12 из 14)");
        assert_eq!(say(DeliveryCode::Delivered, 2, 2, 2, Lang::En), "Delivered to the office (2 of 2)");
        assert_eq!(say(DeliveryCode::Delivered, 0, 0, 0, Lang::En), "Delivered");
    }
}

//! Messages in words.

use std::borrow::Cow;

use okrug_node::office::view::{Delivery, DeliveryCode, For, Message, MessageKind, Notice, RightCode, WaitCode};
use okrug_protocol::ids::Precedence;

use crate::print;
use crate::time;
use crate::words::{Lang, said};

/// How far a message has come.
pub(super) fn delivery(delivery: &Delivery, lang: Lang) -> String {
    let Delivery { code, delivered, of, unopened, .. } = delivery;
    let word = match code {
        DeliveryCode::Queued => lang.pick("Ждёт связи", "Waiting for a link"),
        DeliveryCode::Relayed => lang.pick("Передано соседям", "Handed on"),
        // Whoever reads it is at this office.
        DeliveryCode::Delivered if *of == 0 => lang.pick("Доставлено", "Delivered"),
        DeliveryCode::Delivered => lang.pick("Доставлено в отделение", "Delivered to the office"),
    };
    let count = (*of > 1).then(|| format!("{delivered} {} {of}", lang.pick("из", "of")));
    let shut = (*unopened > 0).then(|| cannot_open(*unopened, lang));
    let parts: Vec<String> = count.into_iter().chain(shut).collect();
    if parts.is_empty() { word.to_owned() } else { format!("{word} ({})", parts.join("; ")) }
}

/// How many offices have it and cannot open it.
fn cannot_open(offices: usize, lang: Lang) -> String {
    let ru = match (offices % 10, offices % 100) {
        (1, rest) if rest != 11 => "отделение не может открыть",
        (2..=4, rest) if !(12..=14).contains(&rest) => "отделения не могут открыть",
        _ => "отделений не могут открыть",
    };
    let en = if offices == 1 { "office cannot open it" } else { "offices cannot open it" };
    format!("{offices} {}", lang.pick(ru, en))
}

/// What stops it, in a line.
pub(super) fn notice(notice: &Notice, lang: Lang) -> String {
    let mut names = notice.offices.iter().map(|name| print::one_line(name)).collect::<Vec<_>>().join(", ");
    if notice.more > 0 {
        names += &lang.pick(format!(" и ещё {}", notice.more), format!(" and {} more", notice.more));
    }
    match notice.code {
        WaitCode::Removed => {
            lang.pick(format!("исключено: {names}; туда не придёт"), format!("removed: {names}; it does not arrive there"))
        }
        WaitCode::NoKey => lang.pick(
            format!("там не открыть: {names}; ключ утрачен или уничтожен, отправьте ещё раз"),
            format!("cannot be opened there: {names}; the key is lost or destroyed, send it again"),
        ),
        WaitCode::Full => {
            lang.pick(format!("нет места у переносчика: {names}; ждёт здесь"), format!("no room at the carrier: {names}; it waits here"))
        }
        WaitCode::GaveUp => lang.pick(
            format!("переносчику не хватило места: {names}; ждёт другого пути"),
            format!("the carrier gave it up for want of room: {names}; it waits for another way"),
        ),
        WaitCode::Quota => {
            let until = notice.until.map_or_else(|| "-".to_owned(), |at| time::shown(at, lang));
            lang.pick(
                format!("отложено там: {names}; как сообщают оттуда, это отделение написало больше квоты округа, остальное примут после {until}"),
                format!("put off there: {names}; by their word this office has written more than the district's quota, the rest is taken after {until}"),
            )
        }
        WaitCode::Left => lang
            .pick(
                "адресат больше не работает: что оно пришло раньше, не подтверждено",
                "the addressee has left; nothing confirms that it came before",
            )
            .to_owned(),
        _ => {
            lang.pick(format!("там ещё нет нужного справочника: {names}"), format!("the directory that it names is missing there: {names}"))
        }
    }
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
pub(super) fn text(message: &Message, lang: Lang) -> Cow<'_, str> {
    let why = match message.kind {
        MessageKind::Text => return Cow::Borrowed(&message.text),
        MessageKind::Unreadable => lang.pick("[зашифровано не для этого отделения]", "[sealed to somebody else]"),
        MessageKind::Erased => match message.kept_days {
            Some(days @ 1..) => {
                return said!("[стёрто по правилу: хранится {days} дн.]", "[erased by the rule of {days} days]")
                    .text(lang)
                    .to_owned()
                    .into();
            }
            _ => lang.pick("[стёрто по прежнему правилу]", "[erased by an earlier rule]"),
        },
        MessageKind::Newer => lang.pick("[нужна новая версия узла]", "[needs a newer version of the node]"),
        MessageKind::Revoked => lang.pick("[не принято: доступ автора отозван]", "[not accepted: its author has been revoked]"),
        MessageKind::Invalid => {
            lang.pick("[подпись неверна: неизвестно, кто это написал]", "[invalid signature: nobody knows who said it]")
        }
    };
    why.into()
}

/// Why it is not to be acted on before somebody has checked it.
pub(super) fn doubts(message: &Message, lang: Lang) -> Vec<&'static str> {
    let unwitnessed = message.unwitnessed.then(|| {
        lang.pick(
            "[ОТДЕЛЕНИЕ ОТОЗВАНО; никто не подтвердил, что это написано раньше: сначала проверьте]",
            "[THIS OFFICE IS REVOKED; nobody confirms that this was written before: check first]",
        )
    });
    let disputed = message.disputed.then(|| {
        lang.pick(
            "[ОТДЕЛЕНИЕ ПОДПИСАЛО ЗДЕСЬ ИЛИ РАНЬШЕ ДВА РАЗНЫХ ТЕКСТА; у других может стоять иное: сначала проверьте]",
            "[THIS OFFICE SIGNED TWO DIFFERENT TEXTS HERE OR BEFORE; others may read something else: check first]",
        )
    });
    unwitnessed.into_iter().chain(disputed).collect()
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
        let say = |code, held_by, delivered, of, lang| delivery(&Delivery { code, held_by, delivered, of, unopened: 0 }, lang);
        assert_eq!(say(DeliveryCode::Queued, 0, 0, 1, Lang::Ru), "Ждёт связи");
        assert_eq!(say(DeliveryCode::Relayed, 1, 0, 1, Lang::Ru), "Передано соседям");
        assert_eq!(say(DeliveryCode::Delivered, 1, 1, 1, Lang::Ru), "Доставлено в отделение");
        assert_eq!(say(DeliveryCode::Relayed, 12, 12, 14, Lang::Ru), "Передано соседям (12 из 14)");
        assert_eq!(say(DeliveryCode::Delivered, 2, 2, 2, Lang::En), "Delivered to the office (2 of 2)");
        assert_eq!(say(DeliveryCode::Delivered, 0, 0, 0, Lang::En), "Delivered");
    }

    #[test]
    fn offices_that_cannot_open_it_are_counted_apart() {
        let say =
            |delivered, of, unopened, lang| delivery(&Delivery { code: DeliveryCode::Relayed, held_by: of, delivered, of, unopened }, lang);
        assert_eq!(say(3, 4, 1, Lang::Ru), "Передано соседям (3 из 4; 1 отделение не может открыть)");
        assert_eq!(say(3, 4, 1, Lang::En), "Handed on (3 of 4; 1 office cannot open it)");
        assert_eq!(say(0, 1, 1, Lang::En), "Handed on (1 office cannot open it)");
        assert_eq!(say(0, 30, 22, Lang::Ru), "Передано соседям (0 из 30; 22 отделения не могут открыть)");
        assert_eq!(say(0, 30, 12, Lang::Ru), "Передано соседям (0 из 30; 12 отделений не могут открыть)");
        assert_eq!(say(0, 30, 2, Lang::En), "Handed on (0 of 30; 2 offices cannot open it)");
    }

    #[test]
    fn that_offices_take_the_rest_later_is_said_with_their_names_and_the_time() {
        let until = Some(okrug_protocol::clock::Millis(1_764_000_000_000));
        let told = Notice { code: WaitCode::Quota, offices: vec!["Урай".to_owned(), "Нягань".to_owned()], more: 2, until };
        let (ru, en) = (notice(&told, Lang::Ru), notice(&told, Lang::En));
        assert!(
            ru.starts_with("отложено там: Урай, Нягань и ещё 2; как сообщают оттуда") && ru.contains("остальное примут после 24.11.2025"),
            "{ru}"
        );
        assert!(
            en.starts_with("put off there: Урай, Нягань and 2 more; by their word") && en.contains("is taken after 2025-11-24"),
            "{en}"
        );
    }

    #[test]
    fn a_message_that_is_not_to_be_acted_on_unchecked_says_every_reason() {
        let author = serde_json::json!({ "id": "p1", "name": "", "position": "", "office": "o2", "office_name": "" });
        let delivery = serde_json::json!({ "code": "delivered", "held_by": 0, "delivered": 0, "of": 0 });
        let id = "o2.9.u2.routine.1";
        let time = "2026-11-27T12:00:00Z";
        let mut message = serde_json::json!({
            "id": id, "cursor": format!("1.{id}"), "chat": "u2", "author": author, "for": null, "mine": false, "kind": "text", "text": "",
            "precedence": "routine", "sent": time, "received": time, "late": false, "delivery": delivery, "unwitnessed": false,
        });
        let said = |message: &serde_json::Value| doubts(&serde_json::from_value(message.clone()).unwrap(), Lang::En).join("; ");
        assert_eq!(said(&message), "");
        message["disputed"] = true.into();
        assert!(said(&message).contains("TWO DIFFERENT TEXTS"));
        message["unwitnessed"] = true.into();
        assert!(said(&message).contains("REVOKED") && said(&message).contains("TWO DIFFERENT TEXTS"));
    }
}

//! What cannot be opened, in words.

use okrug_node::office::view::UnopenedStatus;

use crate::print;
use crate::time;
use crate::words::{Lang, Said, counted, said};

/// How much of what cannot be read, from when, and what becomes of it.
pub(super) fn said(row: &UnopenedStatus) -> Said {
    let n = usize::try_from(row.what.messages).unwrap_or(usize::MAX);
    let others = usize::try_from(row.what.others).unwrap_or(usize::MAX);
    let mut ru = counted(n, "сообщение", "сообщения", "сообщений");
    let mut en = if n == 1 { "1 message".to_owned() } else { format!("{n} messages") };
    if others > 0 {
        ru += &format!(" и {}", counted(others, "служебная запись", "служебные записи", "служебных записей"));
        en += &format!(" and {others} other {}", if others == 1 { "entry" } else { "entries" });
    }
    let (title, office) = (print::one_line(&row.title), print::one_line(&row.office_name));
    let day = |at, lang| time::shown_date(at, lang);
    let (ru_first, ru_last) = (day(row.what.first, Lang::Ru), day(row.what.last, Lang::Ru));
    let (en_first, en_last) = (day(row.what.first, Lang::En), day(row.what.last, Lang::En));
    let next = if row.what.asked {
        said!("отправителя попросили запечатать их заново", "the writer was asked to seal them again")
    } else {
        said!("попросите отправителя повторить важное", "ask the writer to repeat what matters")
    };
    let (ru_next, en_next) = (next.text(Lang::Ru), next.text(Lang::En));
    said!(
        "«{title}», от «{office}»: не открыть {ru} ({ru_first} – {ru_last}): ключ, под который их запечатали, уже уничтожен или утрачен; {ru_next}",
        "\"{title}\", from \"{office}\": {en} cannot be opened ({en_first} to {en_last}): the key that they were sealed to is destroyed or lost; {en_next}"
    )
}

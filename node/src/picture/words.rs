//! Times and counts of a picture in words.

use okrug_protocol::clock::Millis;

use super::Look;
use crate::words::Lang;

/// How long something took, as short as it can be said.
pub(super) fn span(seconds: u64, lang: Lang) -> String {
    let (count, ru, en) = match seconds {
        0..=89 => (seconds, "с", "s"),
        90..=5_399 => ((seconds + 30) / 60, "мин", "min"),
        5_400..=129_599 => ((seconds + 1_800) / 3_600, "ч", "h"),
        _ => ((seconds + 43_200) / 86_400, "дн.", "d"),
    };
    format!("{count} {}", lang.pick(ru, en))
}

/// How long ago something was: what is younger than a minute is a minute old.
pub(super) fn age(seconds: u64, lang: Lang) -> String {
    if seconds < 90 { lang.pick("1 мин", "1 min").to_owned() } else { span(seconds, lang) }
}

/// The hour of the day at the reader's.
pub(super) fn hour(start: Millis, look: &Look) -> String {
    format!("{:02}", minutes(start, look) / 60)
}

/// The time of the day at the reader's.
pub(super) fn clock(at: Millis, look: &Look) -> String {
    let minutes = minutes(at, look);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn minutes(at: Millis, look: &Look) -> i64 {
    let minutes = i64::try_from(at.0 / 60_000 % 1_440).unwrap_or_default();
    (minutes + i64::from(look.offset_min)).rem_euclid(1_440)
}

/// A share of a hundred; 100 % is all and nothing less.
pub(super) fn share(part: u32, whole: u32) -> String {
    let percent = u64::from(part) * 100 / u64::from(whole.max(1));
    format!("{percent} %")
}

/// Names as short as they can be told apart: what most of them begin with is said by none.
pub(super) fn short_names<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut begun = 0;
    let first = names.first().copied().unwrap_or_default();
    for (end, _) in first.match_indices(' ') {
        let beginning = &first[..=end];
        if names.len() > 2 && names.iter().filter(|name| name.starts_with(beginning)).count() * 2 > names.len() {
            begun = end + 1;
        }
    }
    let beginning = &first[..begun];
    names.iter().map(|name| name.strip_prefix(beginning).filter(|rest| !rest.is_empty()).unwrap_or(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Scheme;

    #[test]
    fn times_are_said_shortly_and_in_the_reader_s_hour() {
        for (seconds, ru, en) in
            [(0, "0 с", "0 s"), (75, "75 с", "75 s"), (360, "6 мин", "6 min"), (11_000, "3 ч", "3 h"), (800_000, "9 дн.", "9 d")]
        {
            assert_eq!((span(seconds, Lang::Ru).as_str(), span(seconds, Lang::En).as_str()), (ru, en));
        }
        let look = |offset_min| Look { width: 400, scheme: Scheme::Light, lang: Lang::Ru, offset_min };
        assert_eq!(clock(Millis(22 * 3_600_000 + 300_000), &look(300)), "03:05");
        assert_eq!(hour(Millis(0), &look(-60)), "23");
        assert_eq!((share(199, 200), share(0, 0)), ("99 %".to_owned(), "0 %".to_owned()));
        assert_eq!((age(0, Lang::Ru).as_str(), age(11_000, Lang::En).as_str()), ("1 мин", "3 h"));
    }

    #[test]
    fn what_most_names_begin_with_is_said_by_none() {
        let names = ["Отделение по г. Сургут", "Отделение по г. Урай", "Отделение по Берёзовскому району", "Склад"];
        assert_eq!(short_names(&names), ["г. Сургут", "г. Урай", "Берёзовскому району", "Склад"]);
        assert_eq!(short_names(&["Отделение А", "Отделение Б"]), ["Отделение А", "Отделение Б"], "two say nothing of the others");
        assert_eq!(short_names(&["Север", "Юг", "Восток"]), ["Север", "Юг", "Восток"]);
        assert!(short_names(&[]).is_empty());
    }
}

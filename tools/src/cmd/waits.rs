//! Why something waits for an office, in the same words wherever it is said.

use okrug_node::office::view::{TraceWait, WaitCode};

use crate::print;
use crate::time;
use crate::words::Lang;

/// Why it waits.
pub(super) fn reason(wait: &TraceWait, lang: Lang) -> String {
    let via = print::one_line(&wait.via_name);
    let since = wait.since.map(|at| time::shown(at, lang));
    let down = |since: Option<String>| match since {
        Some(at) => lang.pick(format!("нет связи с {at}"), format!("no link since {at}")),
        None => lang.pick("связи ещё не было", "there has been no link yet").to_owned(),
    };
    match wait.code {
        WaitCode::UnderWay => lang.pick("связь есть, передаётся", "linked, on its way").to_owned(),
        WaitCode::Documents => lang.pick("там ещё нет нужного справочника", "it lacks the directory that the message names").to_owned(),
        WaitCode::Hours | WaitCode::Budget | WaitCode::Quota => pause(wait, lang),
        WaitCode::NoLink => down(since),
        WaitCode::Through => lang.pick(format!("прямой связи нет, идёт через {via}"), format!("no direct link, it goes through {via}")),
        WaitCode::ThroughNoLink => {
            let word = down(since);
            lang.pick(
                format!("путь известен только через {via}, а с ним {word}"),
                format!("known to be reached only through {via}: {word}"),
            )
        }
        WaitCode::GaveUp => lang.pick("переносчику не хватило места", "the carrier had no room for it").to_owned(),
        WaitCode::Full if via.is_empty() => lang.pick("у переносчика нет места", "the carrier has no room").to_owned(),
        WaitCode::Full => lang.pick(format!("идёт через {via}, а там нет места"), format!("it goes through {via}, which has no room")),
        WaitCode::Left => lang.pick("адресат там больше не работает", "the addressee has left").to_owned(),
        WaitCode::NoKey => lang.pick("ключ там утрачен или уничтожен", "the key is lost or destroyed there").to_owned(),
        WaitCode::Removed => lang.pick("исключено, больше не получает", "removed, gets nothing any more").to_owned(),
    }
}

/// Until when a thin link or a neighbour lets it wait, and why; the link of the neighbour between, where there is one.
fn pause(wait: &TraceWait, lang: Lang) -> String {
    let until = wait.until.map_or_else(|| "-".to_owned(), |at| time::shown(at, lang));
    let why = match wait.code {
        WaitCode::Hours => lang.pick("не час этой линии, ждёт до", "outside the hours of the link, it waits until"),
        WaitCode::Quota => lang.pick(
            "там сообщают, что квота округа исчерпана, и примут остальное после",
            "it says that the district's quota is used up, and takes the rest after",
        ),
        _ => lang.pick("байты линии на этот час исчерпаны, ждёт до", "the link's bytes of this hour are spent, it waits until"),
    };
    match print::one_line(&wait.via_name) {
        via if via.is_empty() => format!("{why} {until}"),
        via => lang.pick(format!("идёт через {via}: {why} {until}"), format!("it goes through {via}: {why} {until}")),
    }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::clock::Millis;
    use okrug_protocol::ids::OfficeId;

    use super::*;

    #[test]
    fn that_an_office_takes_the_rest_later_is_its_own_word_with_the_time() {
        let until = Millis(1_764_000_000_000);
        let mut wait = TraceWait { until: Some(until), ..TraceWait::of(WaitCode::Quota) };
        let (ru, en) = (time::shown(until, Lang::Ru), time::shown(until, Lang::En));
        assert_eq!(reason(&wait, Lang::Ru), format!("там сообщают, что квота округа исчерпана, и примут остальное после {ru}"));
        assert_eq!(reason(&wait, Lang::En), format!("it says that the district's quota is used up, and takes the rest after {en}"));
        (wait.via, wait.via_name) = (Some(OfficeId(2)), "Котлас".to_owned());
        assert!(reason(&wait, Lang::Ru).starts_with("идёт через Котлас: там сообщают"));
        assert!(reason(&wait, Lang::En).starts_with("it goes through Котлас: it says"));
    }
}

//! Acts in words.

use okrug_node::api::Code;
use okrug_node::office::view::{Act, ActAbout, ActBy, ActOutcome};

use crate::print;
use crate::words::Lang;

/// Deeds that have words; of any other the code stands for itself.
const DEEDS: &[(&str, &str, &str)] = &[
    ("person.add", "заведён человек", "a person was enrolled"),
    ("person.invite", "выдано приглашение", "an invitation was made"),
    ("person.reset", "сброшен пароль", "a password was reset"),
    ("person.set", "изменена запись о человеке", "a person's record was changed"),
    ("person.move", "человек отпущен в другое отделение", "a person was let go to another office"),
    ("person.transfer", "сделан файл перехода", "a file of a move was made"),
    ("person.arrive", "принят файл перехода", "a file of a move was taken"),
    ("person.receive", "человек принят из другого отделения", "a person was taken in from another office"),
    ("person.dismiss", "человек уволен", "a person was dismissed"),
    ("person.leave", "человек уволен в назначенный день", "a person was dismissed on the day that was set"),
    ("person.restore", "увольнение отменено", "a dismissal was taken back"),
    ("person.deputy", "назначен заместитель", "a deputy was named"),
    ("person.deputy.end", "замещение прекращено", "a deputy was ended"),
    ("role.add", "заведена роль", "a role was founded"),
    ("role.assign", "роль поручена человеку", "a role was given to a person"),
    ("role.dismiss", "роль освобождена", "a role was vacated"),
    ("role.remove", "роль упразднена", "a role was closed"),
    ("right.add", "дано право", "a right was given"),
    ("right.remove", "право снято", "a right was taken back"),
    ("tls.take", "принят сертификат страницы", "a certificate of the page was taken"),
    ("session.end", "завершён сеанс", "a session was ended"),
    ("district.take", "принят файл округа", "a district file was taken"),
    ("bundle.create", "подготовлен файл для флешки", "a bundle was prepared"),
    ("bundle.import", "принят файл с флешки", "a bundle was taken"),
    ("backup.create", "сделана резервная копия", "a backup was made"),
    ("backup.keys", "ключи отделения сохранены в файл", "the keys of the office were saved in a file"),
    ("audit.export", "журнал выгружен", "the journal was exported"),
];

/// What was done.
pub(super) fn deed(code: &str, lang: Lang) -> String {
    let known = DEEDS.iter().find(|(known, ..)| *known == code);
    known.map_or_else(|| print::one_line(code), |(_, ru, en)| lang.pick(*ru, *en).to_owned())
}

/// Who did it.
pub(super) fn by(by: &ActBy, lang: Lang) -> String {
    match by {
        ActBy::Node => lang.pick("узел", "the node").to_owned(),
        ActBy::Person { person } => person.to_string(),
        ActBy::Token { uid: None, .. } => lang.pick("администратор", "administrator").to_owned(),
        ActBy::Token { uid: Some(uid), name: None } => format!("uid {uid}"),
        ActBy::Token { uid: Some(uid), name: Some(name) } => format!("{} (uid {uid})", print::one_line(name)),
    }
}

/// About whom or what.
pub(super) fn about(about: &[ActAbout]) -> String {
    let one = |ActAbout { kind, id }: &ActAbout| match kind.as_str() {
        "login" | "person" | "office" | "unit" | "group" | "entry" => print::one_line(id),
        document => format!("{} {}", print::one_line(document), print::one_line(id)),
    };
    about.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What came of it.
pub(super) fn outcome(act: &Act, lang: Lang) -> String {
    match act.outcome {
        ActOutcome::Done => lang.pick("выполнено", "done").to_owned(),
        ActOutcome::Unknown => lang.pick("прервано: чем кончилось, неизвестно", "interrupted: nobody knows how it ended").to_owned(),
        ActOutcome::Refused => {
            let code = act.refused.as_deref().unwrap_or_default();
            let why = Code::of(code).map_or_else(|| print::one_line(code), |code| code.row().title.text(lang).to_owned());
            format!("{}: {why}", lang.pick("отказано", "refused"))
        }
    }
}

/// Who, what, about whom, and what came of it.
pub(in crate::cmd) fn row(act: &Act, lang: Lang) -> [String; 4] {
    [by(&act.by, lang), deed(&act.deed, lang), about(&act.about), outcome(act, lang)]
}

#[cfg(test)]
mod tests {
    use okrug_protocol::clock::Millis;

    use super::*;

    #[test]
    fn every_deed_that_the_node_writes_down_has_words() {
        let (api, office) =
            (concat!(env!("CARGO_MANIFEST_DIR"), "/../node/src/api"), concat!(env!("CARGO_MANIFEST_DIR"), "/../node/src/office"));
        let mut written = 0;
        for folder in [api, office] {
            for text in sources(std::path::Path::new(folder)) {
                // `Deed::new(by, "person.add")`, on one line or two.
                for call in text.split("Deed::new(").skip(1) {
                    let Some(code) = call.split(')').next().and_then(|inside| inside.split('"').nth(1)) else { continue };
                    assert!(DEEDS.iter().any(|(known, ..)| *known == code), "{code} has no words");
                    written += 1;
                }
            }
        }
        assert!(written >= 15, "only {written} deeds were found in the sources");
    }

    fn sources(folder: &std::path::Path) -> Vec<String> {
        let entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.iter().flat_map(|path| if path.is_dir() { sources(path) } else { vec![std::fs::read_to_string(path).unwrap()] }).collect()
    }

    #[test]
    fn acts_are_said_in_both_languages_and_unknown_ones_by_their_code() {
        assert_eq!(
            (deed("person.add", Lang::Ru), deed("from.the-future", Lang::En)),
            ("заведён человек".to_owned(), "from.the-future".to_owned())
        );
        let act = Act {
            time: Millis(0),
            by: ActBy::Token { uid: Some(0), name: Some("root".to_owned()) },
            deed: "person.add".to_owned(),
            about: vec![
                ActAbout { kind: "login".to_owned(), id: "duty".to_owned() },
                ActAbout { kind: "chart".to_owned(), id: "v3".to_owned() },
            ],
            note: String::new(),
            outcome: ActOutcome::Refused,
            refused: Some("login_taken".to_owned()),
        };
        assert_eq!(outcome(&act, Lang::Ru), "отказано: Логин занят");
        assert_eq!(outcome(&act, Lang::En), "refused: The login is taken");
        assert_eq!((by(&act.by, Lang::En), about(&act.about)), ("root (uid 0)".to_owned(), "duty, chart v3".to_owned()));
    }
}

//! Bad input in both languages: what is wrong, what was kept, what to do next, and the exit code.

use std::collections::BTreeMap;

use crate::desk::Desk;

/// A command that must be refused in both languages, with these words, and change no file beside it.
#[track_caller]
fn refuses(desk: &Desk, args: &[&str], code: i32, en: &[&str], ru: &[&str]) {
    let before = files(desk);
    for (lang, parts, begins, next) in [("en", en, "ERROR: ", "\nNext: "), ("ru", ru, "ОШИБКА: ", "\nДальше: ")] {
        let (ended, err) = desk.fails(&[args, &["--lang", lang]].concat());
        let missing: Vec<_> = parts.iter().filter(|part| !err.contains(**part)).collect();
        assert!(ended == code && missing.is_empty(), "exit {ended}, where {code} is due; missing {missing:?} in:\n{err}");
        assert!(err.starts_with(begins) && err.contains(next), "{err}");
    }
    assert_eq!(files(desk), before);
}

fn files(desk: &Desk) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(desk.path(".")).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file() && entry.file_name() != ".lock");
    files.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

const SIGN: &[&str] = &["authority", "sign", "--renew", "--passphrase-file", "pass"];

#[test]
fn a_truncated_district_file_and_one_of_another_kind() {
    let desk = Desk::founded();
    let whole = desk.read("district.okrug");
    desk.write("cut", &whole[..whole.len() - 1]);
    desk.write("other", "Подразделение;Код\n");
    let verify = |file: &'static str| ["authority", "verify", file];
    refuses(
        &desk,
        &verify("cut"),
        1,
        &["it was cut short", "nothing was changed", "copy the file again"],
        &["файл округа повреждён", "ничего не изменено", "скопируйте файл ещё раз"],
    );
    refuses(
        &desk,
        &verify("other"),
        1,
        &["this is no district file", "nothing was changed", "from the authority"],
        &["это не файл округа", "ничего не изменено", "у администратора округа"],
    );
}

#[test]
fn a_list_with_an_older_version_and_one_of_another_district() {
    let (desk, other) = (Desk::founded(), Desk::founded());
    desk.write("older", desk.read("district.okrug"));
    desk.write("foreign", other.read("district.okrug"));
    desk.ok(SIGN);
    refuses(
        &desk,
        &["authority", "verify", "older"],
        6,
        &["version v1, and version v2 is held", "nothing was changed", "take a fresh district file"],
        &["версия v1 старше имеющейся v2", "ничего не изменено", "возьмите свежий файл округа"],
    );
    refuses(
        &desk,
        &["authority", "verify", "foreign"],
        13,
        &["belongs to the district", "nothing was changed", "a file of the district"],
        &["другого округа", "ничего не изменено", "нужен файл округа"],
    );
}

#[test]
fn a_clock_in_1970_and_one_behind_the_last_signature() {
    let desk = Desk::founded();
    for time in ["1970-01-01T00:00:07Z", "2025-06-01T00:00:00Z"] {
        refuses(
            &desk,
            &[SIGN, &["--now", time]].concat(),
            14,
            &[&format!("the clock says {time}"), "nothing was signed", "set the clock"],
            &[&format!("часы показывают {time}"), "ничего не подписано", "поставьте часы"],
        );
    }
}

#[test]
fn a_list_with_a_circle_a_repeated_row_and_an_unknown_parent() {
    const HEAD: &str = "Подразделение (территориальное);Код;Отдел;Вышестоящий отдел;Должность;Штатных единиц";
    let desk = Desk::founded();
    let cases = [
        // A circle is named where it begins, and a longer one as a whole.
        (
            "У;u;Канцелярия;;x;1\nУ;u;А;Б;x;1\nУ;u;Б;В;x;1\nУ;u;В;А;x;1",
            "line 3: a circle of departments: ",
            "строка 3: отделы подчинены по кругу: ",
        ),
        ("У;u;А;А;x;1", "line 2: a circle of departments: А → А", "строка 2: отделы подчинены по кругу: А → А"),
        ("У;u;А;;x;1\nУ;u;Б;;x;1\nУ;u;А;;x;3", "line 4: repeats line 2", "строка 4: повторяет строку 2"),
        ("У;u;А;;x;1\n\nУ;u;Б;Нет;x;1", "\"Б\" stands under \"Нет\", which the list does not have", "«Б» подчинён «Нет», но такого отдела"),
    ];
    for (rows, en, ru) in cases {
        for end in ["\n", "\r\n"] {
            desk.write("list.csv", format!("{HEAD}\n{rows}\n").replace('\n', end));
            refuses(&desk, &["org", "import", "list.csv"], 1, &[en, "nothing was changed"], &[ru, "ничего не изменено"]);
        }
    }
    // A blank line counts as one: editors number them too.
    assert!(desk.fails(&["org", "import", "list.csv"]).1.contains("line 4: "));
}

#[test]
fn a_folder_that_another_command_works_in() {
    let desk = Desk::founded();
    let lock = std::fs::File::create(desk.path(".lock")).unwrap();
    lock.lock().unwrap();
    let (code, en) = desk.fails(SIGN);
    let (_, ru) = desk.fails(&[SIGN, &["--lang", "ru"]].concat());
    assert_eq!(code, 11);
    assert!(en.starts_with("ERROR: ") && en.contains("\nNext: "), "{en}");
    assert!(ru.starts_with("ОШИБКА: ") && ru.contains("\nДальше: "), "{ru}");
}

//! The staffing list: what is read, what is refused, and that numbers stay.

use crate::desk::Desk;

const LIST: &str = include_str!("../../data/district.csv");
const HEAD: &str = "Подразделение (территориальное);Код;Отдел;Вышестоящий отдел;Должность;Штатных единиц";

fn windows_1251(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1251.encode(text).0.into_owned()
}

#[test]
fn a_list_gives_the_same_tree_in_either_encoding() {
    let trees = [LIST.as_bytes().to_vec(), [b"\xEF\xBB\xBF", LIST.as_bytes()].concat(), windows_1251(LIST)].map(|bytes| {
        let desk = Desk::founded();
        desk.write("list.csv", bytes);
        desk.ok(&["org", "import", "list.csv"]);
        (desk.ok(&["org", "show", "--tree"]), desk.text("org.toml"), desk.text("staff.toml"))
    });
    assert_eq!(trees[0], trees[1]);
    assert_eq!(trees[0], trees[2]);
    assert!(trees[0].0.contains("├─ Организационный отдел (u3): 1 office\n│  └─ Канцелярия (u4): 23 offices"), "{}", trees[0].0);
}

#[test]
fn importing_again_keeps_every_number_whatever_was_added_or_left() {
    let desk = Desk::founded();
    desk.write("list.csv", LIST);
    let first = desk.json(&["org", "import", "list.csv"]);
    assert_eq!((&first["offices"], &first["units"], &first["posts"]), (&23.into(), &11.into(), &565.into()));
    let before = desk.text("org.toml");
    desk.ok(&["org", "import", "list.csv"]);
    assert_eq!(desk.text("org.toml"), before);
    // The other way round, without one office and with a new one.
    let mut rows: Vec<&str> = LIST.lines().skip(1).filter(|row| !row.contains(";uray;")).collect();
    rows.reverse();
    rows.push("Отделение в Тобольске;tobolsk;Отдел связи;;Начальник отдела;1");
    desk.write("other.csv", format!("{HEAD}\r\n{}\r\n", rows.join("\r\n")));
    let second = desk.json(&["org", "import", "other.csv"]);
    assert_eq!(second["changes"]["offices_new"], serde_json::json!(["tobolsk"]));
    assert_eq!(second["changes"]["offices_retired"], serde_json::json!(["uray"]));
    let numbers = |desk: &Desk| -> Vec<(String, String)> {
        let listed = desk.json(&["office", "list"]);
        let word = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
        listed["offices"].as_array().unwrap().iter().map(|row| (word(row, "slug"), word(row, "id"))).collect()
    };
    assert!(numbers(&desk).contains(&("tobolsk".into(), "o24".into())));
    desk.ok(&["org", "import", "list.csv"]);
    assert_eq!(desk.text("org.toml").lines().filter(|line| line.contains("slug = \"uray\"")).count(), 1, "the old number came back");
    assert!(!numbers(&desk).iter().any(|(slug, _)| slug == "tobolsk"));
}

#[test]
fn a_list_that_contradicts_itself_is_refused_with_its_line_and_changes_nothing() {
    let cases = [
        ("У;u;А;Б;x;1\nУ;u;Б;А;x;1", "line 2: a circle of departments: А → Б → А", "строка 2: отделы подчинены по кругу: А → Б → А"),
        ("У;u;А;;x;1\nУ;u;А;;x;2", "line 3: repeats line 2", "строка 3: повторяет строку 2"),
        (
            "У;u;А;;x;1\nУ;u;Б;В;x;1",
            "line 3: \"Б\" stands under \"В\", which the list does not have",
            "строка 3: «Б» подчинён «В», но такого отдела",
        ),
        ("У;u;А;;x;1\nУ;u;Б;;x;0,5", "line 3: \"0,5\" is not a whole number", "строка 3: «0,5» — не целое число"),
        ("У;u;А;;x;1\nВ;u;А;;x;1", "line 3: \"В\" has the code \"u\", but line 2", "строка 3: у «В» код «u», а в строке 2"),
        ("У;u;А", "line 2: the row cannot be read", "строка 2: не читается"),
        ("У;У;А;;x;1", "line 2: \"У\" is not a code", "строка 2: «У» — не код"),
    ];
    let desk = Desk::founded();
    let before = desk.text("org.toml");
    for (rows, en, ru) in cases {
        desk.write("list.csv", format!("{HEAD}\n{rows}\n"));
        let (code, err) = desk.fails(&["org", "import", "list.csv"]);
        assert_eq!(code, 1);
        assert!(err.starts_with(&format!("ERROR: {en}")) && err.contains("nothing was changed"), "{err}");
        let (code, err) = desk.fails(&["org", "import", "list.csv", "--lang", "ru"]);
        assert_eq!(code, 1);
        assert!(err.starts_with(&format!("ОШИБКА: {ru}")) && err.contains("ничего не изменено"), "{err}");
        assert_eq!(desk.text("org.toml"), before);
    }
}

#[test]
fn a_file_that_is_no_list_is_refused() {
    let desk = Desk::founded();
    let import = |bytes: &[u8]| {
        desk.write("list.csv", bytes);
        desk.fails(&["org", "import", "list.csv"])
    };
    assert!(import(b"PK\x03\x04\x00\x00").1.contains("the encoding is not known"));
    assert!(import(b"\xFF\xFEK\x04").1.contains("the encoding is not known"));
    assert!(import("Код,Отдел\nu,А\n".as_bytes()).1.contains("the heading \"Подразделение (территориальное)\" is missing"));
    assert!(import(b"").1.contains("is missing"));
    let (code, err) = desk.fails(&["org", "import", "nowhere.csv"]);
    assert_eq!((code, err.contains("no such file")), (4, true), "{err}");
}

#[test]
fn a_dry_run_writes_nothing() {
    let desk = Desk::founded();
    desk.write("list.csv", LIST);
    let before = desk.text("org.toml");
    assert!(desk.ok(&["org", "import", "list.csv", "--dry-run"]).contains("nothing was written"));
    assert_eq!(desk.text("org.toml"), before);
}

#[test]
fn a_folder_of_no_authority_and_a_busy_one_are_told_apart() {
    let desk = Desk::new();
    desk.write("list.csv", LIST);
    let (code, err) = desk.fails(&["org", "import", "list.csv"]);
    assert_eq!(code, 4);
    assert!(err.contains("okrug authority init"), "{err}");
    let desk = Desk::founded();
    desk.write("list.csv", LIST);
    let lock = std::fs::File::create(desk.path(".lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(desk.fails(&["org", "import", "list.csv"]).0, 11);
}

#[test]
fn a_working_file_that_an_editor_broke_is_named_with_its_line() {
    let desk = Desk::founded();
    desk.write("org.toml", desk.text("org.toml").replace("number = 1", "number = \"one\""));
    let (code, err) = desk.fails(&["org", "show"]);
    assert_eq!(code, 1);
    assert!(err.starts_with("ERROR: org.toml, line 9: "), "{err}");
}

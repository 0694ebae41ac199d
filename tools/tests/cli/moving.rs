//! What the README tells of an office's people, typed; and a person's move as a file.

use std::path::Path;

use serde_json::json;

use crate::district::District;

/// The commands of a section of the README, in its blocks.
fn blocks(section: &str) -> Vec<Vec<String>> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let text = readme.split(section).nth(1).unwrap().split("\n#").next().unwrap().to_owned();
    let inside = text.split("\n```").enumerate().filter(|(at, _)| at % 2 == 1);
    inside.map(|(_, block)| block.lines().skip(1).map(str::to_owned).collect()).collect()
}

/// The words of a command, as a shell parts them, without the name of the program.
fn words(command: &str, unit: &str, office: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    let words: Vec<String> = parts
        .flat_map(|(at, part)| if at % 2 == 1 { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() })
        .map(|word| if word == "Дежурная служба" { unit.to_owned() } else { word })
        .map(|word| if word == "surgut" { office.to_owned() } else { word })
        .collect();
    assert_eq!(words[0], "okrug");
    words[1..].to_vec()
}

#[test]
fn whoever_types_the_readme_invites_resets_and_moves_people_and_the_file_serves_once() {
    let district = District::start(2, 1);
    let unit = |office: usize| district.office(office)["logins"][0]["unit"].as_str().unwrap().to_owned();
    let [id, _] = ["dezhurny", "radist"].map(|login| {
        let add = ["person", "add", "--name", "Дежурный", "--position", "Дежурный", "--login", login, "--unit", &unit(0)];
        let added = district.json(0, &[&add[..], &["--password-file", "password"]].concat());
        added["person"]["id"].as_str().unwrap().to_owned()
    });
    let to = district.word(1, "slug").to_owned();
    let typed = |office: usize, command: &str| {
        let words = words(command, &unit(office), &to);
        district.ok(office, &words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let [old, new] = blocks("### Its people\n").try_into().unwrap();
    let said: Vec<String> = old.iter().map(|command| typed(0, command)).collect();
    assert!(said[2].contains("the account stays locked"), "{}", said[2]);
    let people = district.json(0, &["person", "list"])["people"].clone();
    let radist = people.as_array().unwrap().iter().find(|person| person["login"] == "radist").unwrap();
    assert_eq!(radist["locked"], json!(true));
    assert!(district.ok(0, &["person", "list", "--lang", "ru"]).contains("ждём по коду"));
    let last = said.last().unwrap();
    assert!(last.ends_with("Next: at the new office: okrug person receive dezhurny.move --unit UNIT\n"), "{last}");
    // Once more, by the number: the login is gone.
    let again = district.json(0, &["person", "move", &id, "--to", &to, "--out", "again.move"]);
    assert_eq!((&again["person"], &again["file"]), (&json!(id), &json!("again.move")));

    assert_eq!(district.fails(0, &["person", "receive", "dezhurny.move", "--unit", &unit(0)]), (5, "transfer_elsewhere".to_owned()));
    assert_eq!(district.fails(1, &["person", "receive", "password", "--unit", &unit(1)]), (13, "transfer_refused".to_owned()));
    for command in &new {
        let said = typed(1, command);
        assert!(said.starts_with(&format!("OK  {id} Дежурный: taken in")), "{said}");
    }
    for file in ["dezhurny.move", "again.move"] {
        assert_eq!(district.fails(1, &["person", "receive", file, "--unit", &unit(1)]), (5, "transfer_used".to_owned()), "{file}");
    }
    district.json(1, &["msg", "list", "--login", "dezhurny", "--password-file", "password"]);
}

//! Bad input to the real program, in both languages: each refusal says what is wrong, why, what was kept and what to do next, ends
//! with its own exit code, and leaves the data directory as it was.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::support::{Place, enrolled, newer_mark, scribble};
use okrug_protocol::document::Signed;
use okrug_protocol::sample::{self, SampleDistrict};

/// What a refusal has to say in one language.
type Parts<'a> = &'a [&'a str];

/// Every file below a folder with its content, but for the lock.
fn content(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            all.extend(content(&entry));
        } else if entry.file_name().unwrap() != "lock" {
            all.insert(entry.clone(), fs::read(&entry).unwrap());
        }
    }
    all
}

/// Runs the node in both languages; both times it must refuse, and touch nothing.
#[track_caller]
fn refuses(place: &Place, args: &[&str], code: i32, en: Parts<'_>, ru: Parts<'_>) {
    let before = content(&place.path("data"));
    for (lang, parts, next) in [("en", en, "\nNext: "), ("ru", ru, "\nДальше: ")] {
        let ended = place.run(&[args, &["--lang", lang]].concat());
        ended.expect(code, parts);
        assert!(ended.err.contains(next), "{}", ended.err);
    }
    assert!(content(&place.path("data")) == before, "something was changed in the data directory");
}

/// A place that has run with its district.
fn settled() -> (Place, SampleDistrict, String) {
    let (place, district, file) = enrolled();
    let node = place.start(&["--district", &file]);
    node.signal("TERM");
    assert_eq!(node.ended().0, Some(0));
    (place, district, file)
}

/// A district file that any office of the district would take.
fn newer_edition(place: &Place, mut district: SampleDistrict) -> String {
    district.amend(|chart| chart.units[0].name = "Новое имя".to_owned());
    place.district_file(&district)
}

#[test]
fn a_truncated_district_file() {
    let (place, _, file) = settled();
    let whole = fs::read(&file).unwrap();
    for length in [whole.len() - 1, whole.len() / 2, 20, 9] {
        fs::write(&file, &whole[..length]).unwrap();
        refuses(
            &place,
            &["--district", &file],
            1,
            &[&file, "it was cut short", "nothing was changed", "copy the file again"],
            &[&file, "файл округа повреждён", "ничего не изменено", "скопируйте файл ещё раз"],
        );
    }
}

#[test]
fn a_file_that_is_no_district_file() {
    let (place, _, file) = settled();
    for other in [&b""[..], b"PK\x03\x04 something else", "Подразделение;Код\n".as_bytes(), &[0; 4_096]] {
        fs::write(&file, other).unwrap();
        refuses(
            &place,
            &["--district", &file],
            1,
            &[&file, "this is no district file", "nothing was changed", "from the authority"],
            &[&file, "это не файл округа", "ничего не изменено", "у администратора округа"],
        );
    }
}

#[test]
fn a_district_file_of_a_newer_program() {
    let (place, _, file) = settled();
    scribble(file.as_ref(), 8, &[9]);
    refuses(
        &place,
        &["--district", &file],
        1,
        &["has format 9", "nothing was changed", "update okrug-node"],
        &["в формате 9", "более новой программой", "ничего не изменено", "обновите okrug-node"],
    );
}

#[test]
fn a_district_file_that_was_changed_after_it_was_signed() {
    let (place, _, file) = settled();
    let whole = fs::read(&file).unwrap();
    let name = "Отделение № 2".as_bytes();
    let at = whole.windows(name.len()).position(|window| window == name).unwrap();
    scribble(file.as_ref(), at + name.len() - 1, b"3");
    refuses(
        &place,
        &["--district", &file],
        13,
        &[&file, "signature", "nothing was changed", "from the authority again"],
        &[&file, "документ изменили после подписания", "ничего не изменено", "ещё раз у администратора"],
    );
}

#[test]
fn a_district_file_of_another_district() {
    let (place, _, file) = settled();
    let mut other = sample::district(2);
    let mut charter = other.trust.charter().doc().clone();
    charter.name = "Чужой округ".to_owned();
    let charter = sample::signed(charter, &[&other.charter_keys[0], &other.charter_keys[1]]);
    other.file.charters = vec![charter.encode()];
    fs::write(&file, other.file.encode()).unwrap();
    refuses(
        &place,
        &["--district", &file],
        13,
        &[&file, "belongs to the district", "nothing was changed", "a file of the district"],
        &[&file, "другого округа", "ничего не изменено", "нужен файл округа"],
    );
}

#[test]
fn a_district_file_with_too_few_signatures() {
    let (place, mut district, file) = settled();
    district.amend(|chart| chart.units[0].name = "Новое имя".to_owned());
    let by_a_stranger = district.trust.chart().doc().clone();
    district.file.chart = Signed::draft(by_a_stranger).unwrap().encode();
    fs::write(&file, district.file.encode()).unwrap();
    refuses(
        &place,
        &["--district", &file],
        17,
        &[&file, "where 1 are needed", "nothing was changed", "okrug authority sign"],
        &[&file, "верных подписей 0, нужно 1", "ничего не изменено", "okrug authority sign"],
    );
}

#[test]
fn kept_documents_that_are_damaged() {
    let (place, _, _) = settled();
    let kept = place.path("data/documents/district.okd");
    fs::remove_file(place.path("data/documents/district.okd.copy")).unwrap();
    let whole = fs::read(&kept).unwrap();
    fs::write(&kept, &whole[..whole.len() / 2]).unwrap();
    refuses(
        &place,
        &[],
        1,
        &["documents/district.okd", "it was cut short", "nothing was changed", "--district FILE"],
        &["documents/district.okd", "файл округа повреждён", "ничего не изменено", "--district ФАЙЛ"],
    );
}

#[test]
fn a_setting_of_a_wrong_type_in_a_file() {
    let (place, _, _) = settled();
    let config = place.file("node.toml");
    fs::write(&config, "[link]\nping_s = \"often\"\n[discovery]\nmdns = \"yes\"\n").unwrap();
    refuses(
        &place,
        &["--config", &config],
        2,
        &[
            "the configuration is wrong, the node changed nothing",
            &format!("{config}:2: link.ping_s takes a whole number from 1 to 3600, not \"often\""),
            &format!("{config}:4: discovery.mdns takes true or false"),
            "okrug-node config check",
        ],
        &[
            "в настройках ошибка, узел ничего не изменил",
            &format!("{config}:2: для link.ping_s нужно: "),
            &format!("{config}:4: для discovery.mdns нужно: "),
            "okrug-node config check",
        ],
    );
}

#[test]
fn a_port_in_use() {
    let (place, _, _) = settled();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let multiaddr = format!("/ip4/127.0.0.1/tcp/{}", taken.local_addr().unwrap().port());
    for (flag, value, setting) in
        [("--api", &address, "api.listen"), ("--listen", &multiaddr, "mesh.listen"), ("--metrics", &address, "metrics.listen")]
    {
        refuses(
            &place,
            &[flag, value],
            11,
            &[&format!("the address {address} is in use by another program"), "the node did not start", "data are untouched", setting],
            &[&format!("адрес {address} занят другой программой"), "узел не запущен", "данные не тронуты", setting],
        );
    }
}

#[test]
fn a_data_directory_of_another_office() {
    let (place, mut district, _) = settled();
    let other = Place::new();
    other.enrol(&mut district, 2);
    let file = other.district_file(&district);
    fs::remove_dir_all(place.path("data/keys")).unwrap();
    fs::rename(other.path("data/keys"), place.path("data/keys")).unwrap();
    // The edition that lists the other office is of the same district, and newer: that much is taken.
    place.run(&["--district", &file]).expect(5, &[]);
    refuses(
        &place,
        &[],
        5,
        &[
            &place.data(),
            "holds the data of another office (o1 ",
            "this node is o2 ",
            "nothing was changed but the district's documents",
            "--data",
        ],
        &[&place.data(), "данные другого отделения (o1 ", "узел — o2 ", "ничего не изменено, кроме документов округа", "--data"],
    );
}

#[test]
fn a_data_directory_of_a_newer_version() {
    let (place, district, _) = settled();
    let marker = place.path("data/owner");
    fs::write(&marker, newer_mark(&marker)).unwrap();
    let file = newer_edition(&place, district);
    refuses(
        &place,
        &["--district", &file],
        6,
        &[&place.data(), "written by a newer program (format 9, this one knows 1)", "nothing was changed", "update okrug-node"],
        &[&place.data(), "более новой программой (формат 9, эта знает 1)", "ничего не изменено", "обновите okrug-node"],
    );
}

#[test]
fn a_data_directory_that_a_running_node_has_locked() {
    let (place, district, _) = settled();
    let node = place.start(&[]);
    let id = node.child.id().to_string();
    let file = newer_edition(&place, district);
    let before = content(&place.path("data/documents"));
    for (lang, parts) in [
        ("en", ["a node runs on", &place.data(), &format!("process {id}"), "nothing was changed", "Next: stop it"]),
        ("ru", ["уже работает узел", &place.data(), &format!("процесс {id}"), "ничего не изменено", "Дальше: остановите его"]),
    ] {
        place.run(&["--lang", lang, "--district", &file]).expect(11, &parts);
    }
    assert!(content(&place.path("data/documents")) == before, "the documents of the running node were changed");
    // The one that ran has not noticed.
    node.signal("TERM");
    assert_eq!(node.ended().0, Some(0));
}

#[test]
fn a_script_gets_each_refusal_as_one_object_with_the_same_code() {
    let (place, _, file) = settled();
    let text = |name: &str, bytes: &[u8]| {
        fs::write(place.path(name), bytes).unwrap();
        place.file(name)
    };
    let whole = fs::read(&file).unwrap();
    let (cut, other, wrong) = (text("cut", &whole[..40]), text("other", b"PK"), text("wrong.toml", b"api = 1\n"));
    for (args, code, exit) in [
        (["--district", &cut], "district_file", 1),
        (["--district", &other], "district_file", 1),
        (["--config", &wrong], "config_wrong", 2),
    ] {
        let ended = place.run(&[&args[..], &["--json"]].concat());
        let object: serde_json::Value = serde_json::from_str(ended.err.trim()).unwrap();
        assert_eq!((ended.code, &object["code"], &object["exit"]), (exit, &code.into(), &exit.into()), "{object}");
        assert!(object["message"].is_string() && object["hint"].is_string(), "{object}");
    }
}

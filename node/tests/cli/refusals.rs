//! What the node refuses to run on: each refusal says what, why, and what was kept, with its own exit code.

use std::fs;
use std::net::TcpListener;

use crate::support::{Place, enrolled, newer_mark, okrug_node, scribble};
use okrug_protocol::sample;

#[test]
fn a_node_without_keys_says_how_to_make_them() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data").display().to_string();
    okrug_node(&["run", "--data", &data]).expect(22, &["there are no keys", "okrug-node init"]);
    assert!(!dir.path().join("data").exists());
}

#[test]
fn a_node_without_a_district_says_that_it_is_not_enrolled() {
    let place = Place::new();
    place.run(&[]).expect(22, &["not enrolled", "has not seen a district file", "--district FILE"]);
    place.run(&["--district", "/nowhere/d.okd"]).expect(22, &["not enrolled", "/nowhere/d.okd is not there yet"]);
    place.run(&["--lang", "ru"]).expect(22, &["ОШИБКА: узел не зачислен", "Дальше: возьмите файл округа"]);
}

#[test]
fn a_district_that_does_not_list_the_office_is_named() {
    let place = Place::new();
    let file = place.district_file(&sample::district(2));
    place.run(&["--district", &file]).expect(22, &["not enrolled", "Опытный округ", "has no office with these keys", "key show --request"]);
}

#[test]
fn a_cut_or_foreign_district_file_changes_nothing() {
    let (place, _, file) = enrolled();
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 7]).unwrap();
    place.run(&["--district", &file]).expect(1, &[&file, "it was cut short", "nothing was changed"]);
    fs::write(&file, b"PK\x03\x04 something else").unwrap();
    place.run(&["--district", &file]).expect(1, &["this is no district file"]);
    scribble_district(&file, &whole);
    place.run(&["--district", &file]).expect(13, &["nothing was changed"]);
    assert_eq!(fs::read_dir(place.path("data/documents")).unwrap().count(), 0);
}

/// Changes one byte of the chart's name of an office, so that only a signature can notice.
fn scribble_district(file: &str, whole: &[u8]) {
    fs::write(file, whole).unwrap();
    let name = "Отделение № 2".as_bytes();
    let at = whole.windows(name.len()).position(|window| window == name).unwrap();
    scribble(file.as_ref(), at + name.len() - 1, b"3");
}

#[test]
fn another_districts_file_is_refused_and_an_older_one_passed_over() {
    let (place, mut district, file) = enrolled();
    drop(place.start(&["--district", &file]));
    let other = sample::hosting(2, |_| vec![okrug_protocol::ids::UnitId(1)]);
    let mut foreign = other.file.clone();
    foreign.charters = vec![foreign_charter()];
    fs::write(place.path("foreign.okd"), foreign.encode()).unwrap();
    place.run(&["--district", &place.file("foreign.okd")]).expect(13, &["belongs to the district", "nothing was changed"]);
    let older = fs::read(&file).unwrap();
    district.amend(|chart| chart.offices[1].name = "Новое имя".to_owned());
    place.district_file(&district);
    drop(place.start(&["--district", &file]));
    fs::write(&file, older).unwrap();
    let node = place.start(&["--district", &file]);
    node.signal("TERM");
    let (code, log) = node.ended();
    assert_eq!(code, Some(0));
    assert!(log.contains("district_file_refused") && log.contains("version v3 is held"), "{log}");
}

fn foreign_charter() -> Vec<u8> {
    let sample = sample::district(1);
    let mut charter = sample.trust.charter().doc().clone();
    charter.name = "Чужой округ".to_owned();
    let keys: Vec<_> = sample.charter_keys.iter().collect();
    sample::signed(charter, &keys).encode()
}

#[test]
fn a_second_node_on_the_same_directory_is_refused() {
    let (place, _, file) = enrolled();
    let first = place.start(&["--district", &file]);
    let id = first.child.id().to_string();
    place.run(&[]).expect(11, &["a node runs on", &place.data(), &format!("process {id}")]);
    first.signal("TERM");
    assert_eq!(first.ended().0, Some(0));
    drop(place.start(&[]));
}

#[test]
fn the_directory_of_another_office_is_refused() {
    let (place, mut district, file) = enrolled();
    drop(place.start(&["--district", &file]));
    let other = Place::new();
    other.enrol(&mut district, 2);
    let file = other.district_file(&district);
    fs::remove_dir_all(place.path("data/keys")).unwrap();
    fs::rename(other.path("data/keys"), place.path("data/keys")).unwrap();
    place.run(&["--district", &file]).expect(5, &["holds the data of another office", "o1", "o2", "nothing was changed"]);
}

#[test]
fn a_directory_of_a_newer_version_is_refused() {
    let (place, _, file) = enrolled();
    drop(place.start(&["--district", &file]));
    let marker = place.path("data/owner");
    let text = newer_mark(&marker);
    fs::write(&marker, &text).unwrap();
    place.run(&[]).expect(6, &["written by a newer program", "format 9", "nothing was changed", "update okrug-node"]);
    assert_eq!(fs::read_to_string(&marker).unwrap(), text);
}

#[test]
fn a_port_in_use_is_named_with_its_setting() {
    let (place, _, file) = enrolled();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let multiaddr = format!("/ip4/127.0.0.1/tcp/{}", taken.local_addr().unwrap().port());
    place.run(&["--district", &file, "--api", &address]).expect(11, &["in use by another program", &address, "api.listen"]);
    place.run(&["--listen", &multiaddr]).expect(11, &["in use by another program", &address, "mesh.listen"]);
    place.run(&["--metrics", &address]).expect(11, &["in use by another program", &address, "metrics.listen"]);
    place.run(&["--listen", "/ip4/192.0.2.1/tcp/0"]).expect(2, &["this machine has no address 192.0.2.1"]);
}

#[test]
fn a_wrong_setting_is_refused_before_anything_is_touched() {
    let place = Place::new();
    place.run(&["--set", "api.lisen=1"]).expect(2, &["--set: there is no setting api.lisen; did you mean api.listen?"]);
    place.run(&["--set", "link.ping_s=often"]).expect(2, &["link.ping_s takes a whole number from 1 to 3600, not \"often\""]);
    place.run(&["--api", "0.0.0.0:80", "--set", "api.tls=off"]).expect(2, &["without TLS"]);
    place.run(&["--api"]).expect(2, &["--api"]);
    place.run(&["--lisen", "x"]).expect(2, &["there is no argument --lisen", "did you mean --listen?"]);
    assert!(!place.path("data/documents").exists());
}

#[test]
fn keys_that_others_may_read_stop_the_node() {
    let (place, _, file) = enrolled();
    let keys = place.path("data/keys/node.keys");
    fs::set_permissions(&keys, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    place.run(&["--district", &file]).expect(12, &["has mode 640", "chmod 600"]);
}

#[test]
fn for_scripts_a_refusal_is_one_object() {
    let place = Place::new();
    let ended = place.run(&["--json"]);
    let object: serde_json::Value = serde_json::from_str(ended.err.trim()).unwrap();
    assert_eq!((ended.code, &object["code"], &object["exit"], &object["type"]), (22, &"not_enrolled".into(), &22.into(), &"error".into()));
}

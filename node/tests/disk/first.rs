//! A disk that is full before a node was ever there: nothing half made is left, and with room it goes on.

use std::fs;
use std::path::Path;

use okrug_protocol::sample;

use crate::faulty::Disk;
use crate::support::{Place, okrug_node};

const BLOCK: u64 = 4_096;
const NO_SPACE: i32 = 16;

fn files(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).map(|entries| entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>());
    let below = |path: std::path::PathBuf| if path.is_dir() { files(&path) } else { vec![path.display().to_string()] };
    entries.unwrap_or_default().into_iter().flat_map(below).collect()
}

#[test]
fn an_office_is_begun_on_a_full_disk_wholly_or_not_at_all() {
    let Some(disk) = Disk::new() else { return };
    let (data, request) = (disk.join("data").display().to_string(), disk.join("request").display().to_string());
    let init = || okrug_node(&["init", "--data", &data, "--request", &request, "--slug", "uray"]);
    let (mut refused, mut halves) = (0, 0);
    for blocks in 0..12 {
        disk.fill(blocks * BLOCK, blocks % 2 == 1);
        let began = init();
        disk.make_room();
        match began.code {
            0 => {}
            _ if disk.join("data/keys").exists() => {
                // The keys are there, and the request is not.
                began.expect(NO_SPACE, &["key show --request"]);
                assert!(!disk.join("request").exists());
                okrug_node(&["key", "show", "--data", &data, "--request", &request]).expect(0, &[]);
                halves += 1;
            }
            _ => {
                began.expect(NO_SPACE, &["no space left", "make room"]);
                assert_eq!(files(disk.path()), Vec::<String>::new(), "nothing half made is left");
                init().expect(0, &[]);
                refused += 1;
            }
        }
        fs::remove_dir_all(disk.join("data")).unwrap();
        fs::remove_file(disk.join("request")).unwrap();
    }
    assert!(refused > 1 && halves > 0 && refused + halves < 12, "{refused}, {halves}");
}

#[test]
fn the_first_start_on_a_full_disk_is_refused_in_words_and_the_next_one_goes_on() {
    let Some(disk) = Disk::new() else { return };
    let (place, mut district) = (Place::new(), sample::district(2));
    place.enrol(&mut district, 1);
    let file = place.district_file(&district);
    let data = disk.join("data").display().to_string();
    let run = ["run", "--data", &data, "--district", &file, "--set", "discovery.mdns=false", "--metrics", "off"];
    let run = [&run[..], &["--listen", "/ip4/127.0.0.1/tcp/0", "--api", "127.0.0.1:0"]].concat();
    for (blocks, hides) in [(0, false), (1, true), (4, false), (16, true), (40, false)] {
        let _ = fs::remove_dir_all(&data);
        copy(Path::new(&place.data()), Path::new(&data));
        disk.fill(blocks * BLOCK, hides);
        okrug_node(&run).expect(NO_SPACE, &["make room"]);
        disk.make_room();
    }
    let args = run.iter().map(|arg| (*arg).to_owned());
    let node = place.started(crate::support::program().args(args));
    assert!(node.line.starts_with("OK"), "{}", node.line);
    node.signal("TERM");
    assert_eq!(node.ended().0, Some(0));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(path, to).unwrap();
        }
    }
}

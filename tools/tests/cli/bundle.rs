//! Memory sticks from the command line, between offices whose lines are cut.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::desk::{Left, program};
use crate::district::District;

const ME: &[&str] = &["--login", "login-1", "--password-file", "password"];

/// Two offices that hear nothing of each other, and what the first one's official said.
fn apart(texts: &[String]) -> (District, [String; 2]) {
    let mut district = District::start(2, 1);
    let slugs = [0, 1].map(|office| district.word(office, "slug").to_owned());
    for slug in &slugs {
        district.demo.tell(&format!("cut {slug}"));
        district.demo.event("cut");
    }
    for text in texts {
        district.ok(0, &[&["msg", "send", "--to", "u1", text], ME].concat());
    }
    (district, slugs)
}

/// What a command left, whatever came of it.
fn run(district: &District, office: usize, args: &[&str]) -> Left {
    district.desk.run(&district.at(office, args))
}

/// The last object on stdout.
fn last(left: &Left) -> Value {
    serde_json::from_str(left.out.lines().last().unwrap_or_default()).unwrap_or_else(|_| panic!("no object: {left:?}"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|found| found == ending));
    found.sort();
    found
}

#[test]
fn a_stick_goes_there_and_its_receipts_come_back() {
    let (district, slugs) = apart(&["По флешке".to_owned()]);
    let stick = district.desk.path("usb");
    fs::create_dir(&stick).unwrap();
    let usb = stick.display().to_string();
    let create = ["bundle", "create", "--for", &slugs[1], "--out", &usb];

    let said = district.ok(0, &[&create[..], &["--lang", "ru", "--dry-run"]].concat());
    assert!(said.starts_with("Готовлю: ") && said.contains(&format!("Зашифровано для: {}.", slugs[1])), "{said}");
    assert!(files(&stick, "okb").is_empty());
    let made = run(&district, 0, &[&create[..], &["--json"]].concat());
    let lines: Vec<Value> = made.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (progress, summary) = (&lines[lines.len() - 2], &lines[lines.len() - 1]);
    assert_eq!((made.code, &progress["type"], &summary["type"]), (0, &"progress".into(), &"summary".into()), "{made:?}");
    assert_eq!((&progress["done_bytes"], &progress["messages"]), (&summary["bytes"], &summary["messages"]));
    let file = summary["file"].as_str().unwrap().to_owned();
    assert_eq!(files(&stick, "okb"), [PathBuf::from(&file)]);
    assert_eq!(fs::metadata(&file).unwrap().len(), summary["bytes"].as_u64().unwrap());
    assert!(file.contains(&format!("okrug-{}-", slugs[1])), "{file}");
    assert_eq!(fs::read_dir(&stick).unwrap().count(), 1, "nothing but the file stays on the stick");

    let looked = run(&district, 1, &["bundle", "inspect", &file, "--json"]);
    assert_eq!((looked.code, &last(&looked)["whole"], &last(&looked)["verified"]), (0, &true.into(), &true.into()), "{looked:?}");
    assert!(
        run(&district, 1, &["msg", "list", "--in", "u1"].iter().chain(ME).copied().collect::<Vec<_>>())
            .out
            .lines()
            .all(|l| !l.contains("По флешке"))
    );
    // Whom it is not for is told so, and nothing else.
    let other =
        run(&district, 1, &["bundle", "create", "--for", &slugs[0], "--out", &district.desk.path("other.okb").display().to_string()]);
    assert_eq!(other.code, 0, "{other:?}");

    let taken = run(&district, 1, &["bundle", "import", &file, "--json"]);
    let report = last(&taken);
    assert_eq!((taken.code, &report["refused"], &report["waiting"]), (0, &0.into(), &0.into()), "{taken:?}");
    assert!(report["new"].as_u64().unwrap() > 0);
    let list = [&["msg", "list", "--in", "u1"], ME].concat();
    assert!(district.ok(1, &list).contains("По флешке"));
    let again = last(&run(&district, 1, &["bundle", "import", &file, "--json"]));
    assert_eq!((&again["new"], &again["known"]), (&0.into(), &report["entries"]["routine"]), "{again}");

    let delivery = |district: &District| {
        let list = district.json(0, &list);
        let messages = list["messages"].as_array().unwrap();
        messages.iter().find(|message| message["text"] == "По флешке").unwrap()["delivery"]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(delivery(&district), "queued");
    let said = district.ok(1, &["bundle", "receipts", &file]);
    assert!(said.contains("receipts for o") && said.contains("Next: take the stick back"), "{said}");
    let receipts = files(&stick, "okr");
    assert_eq!(receipts.len(), 1);
    let receipt = receipts[0].display().to_string();
    let said = district.ok(0, &["bundle", "import", &receipt]);
    assert!(said.contains("receipts taken"), "{said}");
    assert_eq!(delivery(&district), "delivered");
    let acts = district.ok(0, &["audit", "list"]);
    assert!(acts.contains("a bundle was prepared") && acts.contains("a bundle was taken"), "{acts}");
}

#[test]
fn what_is_wrong_with_a_stick_is_said_with_an_exit_code_of_its_own() {
    let texts: Vec<String> = (0..6).map(|n| format!("Сообщение {n}")).collect();
    let (district, slugs) = apart(&texts);
    let path = |name: &str| district.desk.path(name).display().to_string();
    let create = |to: &str, out: &str| run(&district, 0, &["bundle", "create", "--for", to, "--out", out, "--json"]);
    assert_eq!(create("nobody", &path("a.okb")).code, 4);
    assert_eq!(create(&slugs[0], &path("a.okb")).code, 2);
    assert_eq!(run(&district, 0, &["bundle", "create", "--for", &slugs[1], "--out", &path("a.okb"), "--max", "300"]).code, 16);
    assert!(!district.desk.path("a.okb").exists());
    assert_eq!(create(&slugs[1], &path("whole.okb")).code, 0);
    let whole = district.desk.read("whole.okb");

    // Damaged in the middle: what is whole is taken, what is not is named.
    let mut damaged = whole.clone();
    let at = damaged.len() / 2;
    damaged[at..at + 8].fill(0);
    district.desk.write("damaged.okb", &damaged);
    let left = run(&district, 1, &["bundle", "import", &path("damaged.okb")]);
    assert_eq!((left.code, left.err.contains("not all was taken: 1 damaged frames")), (3, true), "{left:?}");
    // Damaged at its beginning: the copy at the end serves.
    let mut damaged = whole.clone();
    damaged[..40].fill(0);
    district.desk.write("beginning.okb", &damaged);
    assert_eq!(run(&district, 1, &["bundle", "import", &path("beginning.okb")]).code, 0);
    for text in &texts {
        assert!(district.ok(1, &[&["msg", "list", "--in", "u1"], ME].concat()).contains(text));
    }
    district.desk.write("letter.okb", "no bundle at all");
    let left = run(&district, 1, &["bundle", "import", &path("letter.okb"), "--json"]);
    assert_eq!((left.code, left.err.contains("bundle_unreadable")), (1, true), "{left:?}");
    assert_eq!(run(&district, 1, &["bundle", "import", &path("nothing.okb")]).code, 4);
    // Several at once: each is taken, and the worst is told.
    let left = run(&district, 1, &["bundle", "import", &path("letter.okb"), &path("whole.okb"), "--json"]);
    assert_eq!((left.code, &last(&left)["whole"]), (1, &true.into()), "{left:?}");
    // A folder that is watched: what is there is taken and answered once.
    fs::create_dir(district.desk.path("watched")).unwrap();
    district.desk.write("watched/whole.okb", &whole);
    let left = run(&district, 1, &["bundle", "watch", &path("watched"), "--once"]);
    assert_eq!((left.code, left.out.contains("receipts: ")), (0, true), "{left:?}");
    assert_eq!(files(&district.desk.path("watched"), "okr").len(), 1);
}

#[test]
fn killed_at_any_moment_neither_writing_nor_taking_leaves_a_half_thing() {
    let texts: Vec<String> = (0..4).map(|n| format!("{n} {}", "т".repeat(8_000))).collect();
    let (district, slugs) = apart(&texts);
    let stick = district.desk.path("usb");
    fs::create_dir(&stick).unwrap();
    let usb = stick.display().to_string();
    let create = district.at(0, &["bundle", "create", "--for", &slugs[1], "--out", &usb]);
    for n in 0..12 {
        killed(&district, &create, n * 15);
        // Whatever shows on the stick is whole.
        for file in files(&stick, "okb") {
            let left = run(&district, 1, &["bundle", "inspect", &file.display().to_string()]);
            assert_eq!(left.code, 0, "{n}: {left:?}");
        }
    }
    let left = district.desk.run(&create);
    assert_eq!(left.code, 0, "{left:?}");
    let file = files(&stick, "okb").pop().unwrap().display().to_string();
    let import = district.at(1, &["bundle", "import", &file]);
    for n in 0..8 {
        killed(&district, &import, n * 15);
    }
    let left = district.desk.run(&import);
    assert_eq!(left.code, 0, "{left:?}");
    let list = district.ok(1, &[&["msg", "list", "--in", "u1"], ME].concat());
    assert_eq!(list.lines().filter(|line| line.contains("тттт")).count(), texts.len(), "{list}");
}

/// Runs a command and kills it after so many milliseconds.
fn killed(district: &District, args: &[&str], after_ms: u64) {
    let mut command: Command = program(&district.desk.path("."));
    let mut child = command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(after_ms));
    // It may have ended by itself.
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn a_stick_without_room_is_left_as_it_was() {
    // Signs that take no fewer bytes when they are packed.
    let texts: Vec<String> = (0..6).map(|n| format!("{n} {}", "水".repeat(8_000))).collect();
    let (district, slugs) = apart(&texts);
    let stick = district.desk.path("usb");
    fs::create_dir(&stick).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=160k", "tmpfs"]).arg(&stick).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        return;
    }
    let usb = stick.display().to_string();
    // It is filled while it is written to: what was free when it was looked at is not there any more.
    let check = || {
        let left = run(&district, 0, &["bundle", "create", "--for", &slugs[1], "--out", &usb, "--max", "1M"]);
        assert_eq!(left.code, 16, "{left:?}");
        assert_eq!(fs::read_dir(&stick).unwrap().count(), 0, "a part was left");
        // Cut to what is free, it fits, and says what does not.
        let left = run(&district, 0, &["bundle", "create", "--for", &slugs[1], "--out", &usb]);
        assert_eq!(left.code, 3, "{left:?}");
        assert_eq!(files(&stick, "okb").len(), 1);
        let file = files(&stick, "okb")[0].display().to_string();
        assert_eq!(run(&district, 1, &["bundle", "import", &file]).code, 0);
    };
    let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(check));
    assert!(Command::new("umount").arg(&stick).status().unwrap().success());
    if let Err(panic) = checked {
        std::panic::resume_unwind(panic);
    }
}

//! Sticks and disks that are full: said in words, nothing half made is left, and with room it goes on.

use std::fs;

use crate::desk::Left;
use crate::district::District;
use crate::faulty::Disk;

/// One block, of which the disk says that it is many.
const LITTLE: u64 = 4_096;
const NO_SPACE: i32 = 16;

#[test]
fn a_full_stick_takes_no_bundle_and_no_backup_and_a_full_disk_no_restored_office() {
    let Some(disk) = Disk::new() else { return };
    disk.state().unrecorded = true;
    let district = District::start(2, 1);
    let (desk, other) = (&district.desk, district.word(1, "slug").to_owned());
    fs::write(desk.path("phrase"), "a phrase for backups\n").unwrap();
    for n in 0..8 {
        let text = format!("{n} {}", "слово".repeat(300));
        district.ok(0, &["msg", "send", "--to", "u1", &text, "--login", "login-1", "--password-file", "password"]);
    }
    let (repo, usb) = (disk.path().display().to_string(), disk.path().display().to_string());
    let run = |args: &[&str]| desk.run(&[args, &["-n", district.word(0, "data")]].concat());
    let refused = |left: &Left| {
        assert_eq!(left.code, NO_SPACE, "{left:?}");
        assert!(left.err.contains("make room"), "{left:?}");
        assert_eq!(fs::read_dir(disk.path()).unwrap().count(), 0, "nothing half made is left");
    };
    let bundle = ["bundle", "create", "--for", &other, "--out", &usb];
    let backup = ["backup", "create", "--repo", &repo, "--passphrase-file", "phrase"];
    for (left, hides) in [(0, false), (0, true), (LITTLE, true)] {
        for args in [&bundle[..], &backup[..]] {
            disk.fill(left, hides);
            let left = run(args);
            disk.make_room();
            refused(&left);
        }
    }
    assert_eq!(run(&bundle).code, 0);
    let made = run(&[&backup[..], &["--json"]].concat());
    assert_eq!(made.code, 0, "{made:?}");
    let kept = desk.path("kept.okbak").display().to_string();
    for entry in fs::read_dir(disk.path()).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|ending| ending == "okbak") {
            fs::copy(&entry, &kept).unwrap();
        }
        fs::remove_file(entry).unwrap();
    }
    let data = disk.join("data").display().to_string();
    let restore = ["backup", "restore", &kept, "--data", &data, "--passphrase-file", "phrase"];
    for left in [0, LITTLE, 80 * LITTLE] {
        disk.fill(left, true);
        let left = run(&restore);
        disk.make_room();
        assert_eq!(left.code, NO_SPACE, "{left:?}");
        assert_eq!(fs::read_dir(&data).map_or(0, Iterator::count), 0, "nothing half made is left");
    }
    assert_eq!(run(&restore).code, 0);
    // Of a node that does not run, by the program itself.
    let stopped = ["backup", "create", "--repo", &repo, "--data", &data, "--passphrase-file", "phrase"];
    for left in [0, LITTLE] {
        disk.fill(left, true);
        let left = run(&stopped);
        disk.make_room();
        assert_eq!(left.code, NO_SPACE, "{left:?}");
        assert_eq!(fs::read_dir(disk.path()).unwrap().count(), 1, "nothing but the data is there");
    }
    assert_eq!(run(&stopped).code, 0);
}

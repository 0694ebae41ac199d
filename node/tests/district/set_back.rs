//! An office whose data are an older backup goes on speaking before it has met anybody: nothing of what its people said is lost.

use std::fs;
use std::path::Path;

use okrug_node::office::view::ChatId;
use okrug_protocol::ids::UnitId;

use crate::offices::District;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_says_after_a_backup_was_put_back_does_not_hide_what_they_said_before() {
    let chat = ChatId::Unit(UnitId(2));
    let mut district = District::start(2).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await);
    ann.say(chat, "one").await;
    bob.reads(chat, &["one"]).await;
    district.switch_off(1).await;
    let backup = tempfile::tempdir().unwrap();
    copy(district.folder(1), backup.path());

    district.switch_on(1).await;
    district.log_in(1, "ann").await.say(chat, "two").await;
    bob.reads(chat, &["one", "two"]).await;
    for office in [1, 2] {
        district.switch_off(office).await;
    }
    for entry in fs::read_dir(district.folder(1)).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { fs::remove_dir_all(entry).unwrap() } else { fs::remove_file(entry).unwrap() }
    }
    copy(backup.path(), district.folder(1));

    // Alone, it does not know that "two" was ever said.
    district.switch_on(1).await;
    district.log_in(1, "ann").await.say(chat, "three").await;
    district.switch_on(2).await;
    for (office, login) in [(1, "ann"), (2, "bob")] {
        district.log_in(office, login).await.reads(chat, &["one", "two", "three"]).await;
    }
    district.stop().await;
}

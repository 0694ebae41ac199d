//! Keys, terms and stores that are gone from an office's disk: what is told, and what takes their place.

use std::fs;

use okrug_node::clock::Clock;
use okrug_node::ledger::Alarm;
use okrug_protocol::sample;

use crate::sealing::{announced, bring, issue, key_files, live};
use crate::site::{Site, texts};

#[tokio::test]
async fn a_lost_store_is_opened_by_what_the_keyring_kept_when_the_sealing_keys_are_gone() {
    let (mut district, clock) = (sample::district(2), Clock::default());
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let reader = Site::open_at(dirs[0].path(), &district, 1, &clock);
    let writer = Site::open_at(dirs[1].path(), &district, 2, &clock);
    live(7, &clock, &[&reader]).await;
    bring(&reader, 1, &writer).await;
    writer.say("1").await;
    reader.say("2").await;
    bring(&writer, 2, &reader).await;
    live(7, &clock, &[&reader]).await;
    live(35, &clock, &[&reader]).await;
    issue(&mut district, 60, &[&reader, &writer]);
    live(2, &clock, &[&reader]).await;
    assert!(key_files(dirs[0].path()) < announced(&reader, 1).await.len(), "the key of both epochs is destroyed");
    reader.stop().await.unwrap();
    fs::remove_dir_all(dirs[0].path().join("store")).unwrap();
    let reader = Site::open_at(dirs[0].path(), &district, 1, &clock);
    bring(&writer, 2, &reader).await;
    assert_eq!((reader.texts(), reader.handle.unopened()), (vec!["text 2".to_owned(), "text 1".to_owned()], vec![]));
}

#[tokio::test]
async fn a_sealing_key_that_is_missing_is_told_and_another_takes_its_place() {
    let (district, clock) = (sample::district(2), Clock::default());
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let reader = Site::open_at(dirs[0].path(), &district, 1, &clock);
    let writer = Site::open_at(dirs[1].path(), &district, 2, &clock);
    live(7, &clock, &[&reader]).await;
    bring(&reader, 1, &writer).await;
    let first = announced(&reader, 1).await[0];
    writer.say("1").await;
    reader.stop().await.unwrap();
    fs::remove_dir_all(dirs[0].path().join("keys")).unwrap();
    let reader = Site::open_at(dirs[0].path(), &district, 1, &clock);
    let terms = Alarm::KeyringDamaged { path: dirs[0].path().join("keys/sealing/terms"), mended: 0, lost: 0 };
    assert_eq!(reader.handle.alarms(), [terms, Alarm::SealingKeyMissing { number: first.number }], "the terms went with the keys");
    assert_eq!(announced(&reader, 1).await.len(), 2);
    bring(&writer, 2, &reader).await;
    assert_eq!(reader.handle.unopened()[0].2.messages, 1, "what was sealed to it is not lost in silence");
    bring(&reader, 1, &writer).await;
    live(8, &clock, &[&writer]).await;
    writer.say("2").await;
    bring(&writer, 2, &reader).await;
    assert_eq!(reader.texts(), texts(2..=2));
}

#[tokio::test]
async fn terms_that_are_gone_are_told_of_once_where_no_key_is_that_would_miss_them() {
    let (dir, district) = (tempfile::tempdir().unwrap(), sample::district(2));
    let sealing = dir.path().join("keys/sealing");
    for gone in [sealing.join("terms"), sealing.clone()] {
        let site = Site::open(dir.path(), &district, 1);
        assert_eq!((site.handle.alarms(), key_files(dir.path())), (vec![], 0), "an office that has announced no key yet");
        site.stop().await.unwrap();
        if gone.is_dir() {
            fs::remove_dir_all(&gone).unwrap()
        } else {
            fs::remove_file(&gone).unwrap()
        }
        let site = Site::open(dir.path(), &district, 1);
        assert_eq!(site.handle.alarms(), [Alarm::KeyringDamaged { path: sealing.join("terms"), mended: 0, lost: 0 }]);
        site.stop().await.unwrap();
    }
    let site = Site::open(dir.path(), &district, 1);
    assert_eq!(site.handle.alarms(), [], "it was told, and the terms were begun anew");
    site.stop().await.unwrap();
}

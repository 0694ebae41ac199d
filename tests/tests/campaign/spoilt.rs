//! One value in the store of a node is spoilt on its disk while the node runs: the reading of all that is stored finds it, and the
//! same process goes on with another store that is filled again.

use std::collections::HashMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use okrug::cluster::{Answer, Blueprint, Pages, Site};
use okrug::staff;
use okrug_node::keys::{KeyFolder, Unlock};
use okrug_node::rest::Rest;
use okrug_node::store::{Limits, Store, Tree};
use okrug_tests::daemon::{Daemon, log};
use okrug_tests::official::fresh;
use okrug_tests::programs::folder;
use okrug_tests::{Official, until};

const ALL: &str = "Руководство";
/// So many, and so long, that sled does not read the first of them when it opens: it reads the end of its file then.
const MESSAGES: usize = 240;
const LENGTH: usize = 2_500;
/// The node may have read the value before it was spoilt, and holds it in memory; then its next process meets it.
const LIVES: usize = 3;

/// Where the newest writes of one value lie in sled's file. Each is tried: only the value's own seal opens there.
fn find(site: &Site) -> Vec<u64> {
    let keys = KeyFolder::of(&site.data).open(&Unlock::of_process(None)).unwrap();
    let rest = Rest::new(&keys.at_rest);
    let store = Store::open(&site.data, &rest, Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 }).unwrap();
    let mut rows = store.scan(Tree::Timeline, &[]).rows(10_000).unwrap();
    store.close();
    assert!(rows.len() >= MESSAGES, "{}", rows.len());
    let (key, value) = rows.swap_remove(rows.len() / 4);
    let empty = rest.seal(Tree::Timeline.name(), &key, &[]).len();
    let bytes = fs::read(site.data.join("store/db")).unwrap();
    let opens = |sealed: &[u8]| rest.open(Tree::Timeline.name(), &key, sealed).is_ok();
    let windows = (0u64..).zip(bytes.windows(value.len() + empty));
    windows.filter(|(_, sealed)| sealed.iter().any(|byte| *byte != 0) && opens(sealed)).map(|(at, _)| at + 30).collect()
}

/// Overwrites a few bytes at each of these places.
fn spoil(site: &Site, places: &[u64]) {
    let db = File::options().write(true).open(site.data.join("store/db")).unwrap();
    assert!(!places.is_empty());
    places.iter().for_each(|at| db.write_all_at(&[0xa5; 8], *at).unwrap());
}

/// What the node of a site has logged behind a place.
fn logged(site: &Site, from: usize) -> String {
    String::from_utf8_lossy(&fs::read(log(site)).unwrap()[from..]).into_owned()
}

/// Lets the node live on until it has read all that it stores, or has found that something is spoilt.
async fn has_found(site: &Site, from: usize) -> bool {
    until("all that is stored is read", async || {
        let lines = logged(site, from);
        // The first line of a process that has set a store aside when it opened it.
        assert!(lines.contains("store_damaged") || !lines.contains("store_set_aside"), "it was found when the store was opened");
        if lines.contains("store_damaged") { Some(true) } else { lines.contains("store_read").then_some(false) }
    })
    .await
}

fn asides(data: &Path) -> usize {
    let names = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("store.damaged-")).count()
}

/// What somebody says while the node is as it is: the texts by their names, and what was answered; none where nobody answered.
async fn talk(official: &Official, chat: &str, over: &AtomicBool) -> Vec<(String, String, Option<Answer>)> {
    let mut all = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let (text, name) = (format!("тем временем {}", all.len()), fresh());
        let answer = official.try_post(chat, &text, &name).await;
        all.push((text, name, answer));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts real nodes"]
async fn a_value_that_is_spoilt_under_a_running_node_is_found_and_all_is_back_in_the_same_process() {
    let root = tempfile::tempdir().unwrap();
    let blueprint = Blueprint::lay_out(root.path(), "Округ", &staff::sample(), 2, Pages::Anywhere).unwrap();
    blueprint.found().unwrap();
    let chat = format!("u{}", blueprint.plan.unit(ALL).unwrap().number);
    let sites = &blueprint.sites;
    let mut daemons = [Daemon::start(&sites[0], &[]), Daemon::start(&sites[1], &[])];
    let mut people = Vec::new();
    for (daemon, site) in daemons.iter_mut().zip(sites) {
        daemon.ready().await;
        people.push(Official::enrol(site, &chat).await);
    }
    until("the offices are linked", async || (people[0].linked().await.len() == 1).then_some(())).await;
    let mut said: Vec<String> = (0..MESSAGES).map(|n| format!("прежде {n} {}", "я".repeat(LENGTH))).collect();
    for texts in said.chunks(8) {
        let (one, other) = texts.split_at(texts.len() / 2);
        let say = |who: usize, texts: Vec<String>| {
            let (official, chat) = (people[who].clone(), chat.clone());
            async move { futures::future::join_all(texts.iter().map(|text| official.say(&chat, text))).await }
        };
        tokio::join!(say(0, one.to_vec()), say(1, other.to_vec()));
    }
    for official in &people {
        official.reads(&chat, MESSAGES).await;
    }
    let [mut here, there] = daemons;
    let mut places = Vec::new();
    for life in 1.. {
        assert!(life <= LIVES, "what is spoilt on the disk is not found");
        here.stop().await;
        if life == 1 {
            places = find(&sites[0]);
        }
        let from = usize::try_from(fs::metadata(log(&sites[0])).unwrap().len()).unwrap();
        here = Daemon::start(&sites[0], &[]);
        until("the node runs", async || logged(&sites[0], from).contains("node_started").then_some(())).await;
        if life == 1 {
            spoil(&sites[0], &places);
        }
        here.ready().await;
        people[0].log_in().await;
        let over = AtomicBool::new(false);
        let (answers, found) = tokio::join!(talk(&people[0], &chat, &over), async {
            let found = has_found(&sites[0], from).await;
            if found {
                until("another store is whole", async || {
                    let lines = logged(&sites[0], from);
                    let behind = lines.split_once("store_set_aside")?.1;
                    (behind.contains("salvaged") && behind.contains("store_read")).then_some(())
                })
                .await;
            }
            over.store(true, Ordering::Relaxed);
            found
        });
        // The same process: nobody has started another.
        here.ready().await;
        people[0].log_in().await;
        let mut statuses = HashMap::<_, u32>::new();
        for (text, name, answer) in answers {
            let status = answer.as_ref().map(|answer| answer.status);
            *statuses.entry(status).or_default() += 1;
            match answer {
                Some(answer) if answer.status == 201 => {}
                Some(answer) => {
                    let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
                    assert!(problem["title"].as_str().is_some_and(|words| !words.is_empty()), "{problem}");
                    assert_eq!(people[0].post(&chat, &text, &name).await.status, 201, "it is said again, under its name");
                }
                None => assert_eq!(people[0].post(&chat, &text, &name).await.status, 201, "it is said again, under its name"),
            }
            said.push(text);
        }
        eprintln!("life {life}: found {found}, answers meanwhile {statuses:?}");
        if found {
            break;
        }
    }
    said.sort();
    for official in &people {
        let mut texts = official.reads(&chat, said.len()).await;
        texts.sort();
        assert_eq!(texts, said, "all is there, and nothing twice");
    }
    assert_eq!(asides(&sites[0].data), 1, "it is kept");
    for (lang, words) in [("en", "the store was damaged: it was set aside"), ("ru", "хранилище было повреждено: оно отложено")]
    {
        let status = Command::new(folder().join("okrug")).args(["--lang", lang, "status", "-n"]).arg(&sites[0].data).output().unwrap();
        let shown = String::from_utf8_lossy(&status.stderr);
        assert!(shown.contains(words), "{shown}");
    }
    here.stop().await;
    there.stop().await;
}

//! An office whose machine burnt with all its keys: enrolled anew on its number, given back by its neighbours what it had.

use std::process::{Command, Output};

use okrug_node::keys::{KeyFolder, Unlock};
use okrug_protocol::chart::ResealRule;

use super::*;

fn program(data: &Path, args: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_okrug-node"));
    tokio::task::block_in_place(|| program.args(args).arg("--data").arg(data).env_remove("OKRUG_LANG").output().unwrap())
}

impl World {
    /// Gives a life that does not run the newest documents.
    fn inform(&self, folder: &Path) {
        fs::create_dir_all(folder.join("documents")).unwrap();
        Documents::enter(&folder.join("documents"), &self.sample.file.encode(), None).unwrap();
    }
}

/// The program makes new keys, the authority lists them in place of the old ones, and the program fetches the past.
pub(crate) async fn by_new_keys() {
    let mut world = World::new();
    let (one, two, three) = (0, 1, 2);
    world.sample.amend(|chart| chart.policy.reseal = ResealRule::Members);
    for life in [one, two, three] {
        world.inform(&world.lives[life].folder.clone());
        world.start(life).await;
    }
    world.link(one, two).await;
    world.link(two, three).await;
    for life in [one, three] {
        world.say_some(life, 10).await;
    }
    world.heard(three, one).await;
    world.heard(one, three).await;
    for life in [one, two, three] {
        world.stop(life).await;
    }
    fs::remove_dir_all(&world.lives[one].folder).unwrap();

    let (data, request) = (world.root.path().join("new machine"), world.root.path().join("office-1.req"));
    let made = program(&data, &["init", "--slug", "office-1", "--request", request.to_str().unwrap()]);
    assert!(made.status.success(), "{made:?}");
    let keys = KeyFolder::of(&data).open(&Unlock::default()).unwrap();
    world.sample.amend(|chart| {
        let row = &mut chart.offices[0];
        (row.sign, row.peer, row.seal, row.since) = (keys.sign.public(), keys.peer.public(), keys.seal.public(), chart.head.version);
    });
    world.inform(&data);
    for life in [two, three] {
        world.inform(&world.lives[life].folder.clone());
        world.start(life).await;
    }
    world.link(two, three).await;
    let mut known = Vec::new();
    for life in [two, three] {
        known.push(format!("discovery.bootstrap=office-{}={}", world.lives[life].office, world.address(life).await));
    }
    let known = known.join(",").replace(",discovery.bootstrap=", ",");
    let (listen, quiet) = (["--listen", "/ip4/127.0.0.1/tcp/0", "--api", "127.0.0.1:0"], ["--log-filter", "warn", "--metrics", "off"]);
    let how = ["rebuild", "--from-mesh", "--json", "--wait", "60", "--neighbours", "2", "--set", "discovery.mdns=false", "--set", &known];
    let rebuilt = program(&data, &[&how[..], &listen, &quiet].concat());
    let out = String::from_utf8(rebuilt.stdout.clone()).unwrap();
    assert_eq!(rebuilt.status.code(), Some(0), "{rebuilt:?}");
    let summary: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert!(summary["own"].as_u64().unwrap() > 10 && summary["entries"].as_u64().unwrap() > 20, "{out}");

    // As a node among its neighbours it is given the keys of all of that, of its own words as well.
    (world.sample.sign_keys[0], world.sample.peer_keys[0], world.sample.open_keys[0]) = (keys.sign, keys.peer, keys.seal);
    world.lives.push(Life { office: 1, folder: data, engine: None });
    let back = world.lives.len() - 1;
    world.start_with(back, keys.vault, keys.at_rest).await;
    world.link(back, two).await;
    let engine = world.engine(back);
    let read = |(text, log, seq): &(String, LogId, Seq)| matches!(engine.store.opened(world.sample.id(), log, *seq), Ok(Some((_, plain))) if plain == text.as_bytes());
    until("something is not read", || world.acked.iter().all(read)).await;
    until("something is told as lost", || engine.ledger.unopened().is_empty()).await;
    for life in [back, two, three] {
        world.stop(life).await;
    }
}

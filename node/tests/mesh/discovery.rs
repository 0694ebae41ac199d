//! Offices that nobody introduced find each other.

use std::sync::Arc;

use okrug_node::discovery::{self, Setup};
use okrug_protocol::ids::OfficeId;
use okrug_protocol::sign::SecretKey;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::district::{Book, Node, seed, within};

const TAG: &str = "01010101";

/// What one office's discovery is told, without any address.
fn setup(node: &Node, book: &Arc<Book>, folder: &std::path::Path) -> Setup {
    Setup {
        tag: TAG.to_owned(),
        peer: SecretKey::from_seed(&seed(node.office.0)).public().0,
        admission: Arc::<Book>::clone(book),
        mesh: node.handle.clone(),
        mdns: true,
        interfaces: vec!["lo".to_owned()],
        last_good: folder.join(format!("last-good-{}", node.office)),
        bootstrap: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_offices_on_one_machine_find_each_other_without_any_list() {
    let (book, folder) = (Book::of(&[1, 2]), tempfile::tempdir().unwrap());
    let (mut a, mut b) = (Node::start(1, &book).await, Node::start(2, &book).await);
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    for node in [&a, &b] {
        discovery::start(setup(node, &book, folder.path()), &tasks, &stop);
    }
    a.up(2).await;
    b.up(1).await;
    stop.cancel();
    tasks.close();
    within(tasks.wait()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_good_address_leads_back_after_a_restart_without_any_list() {
    let (book, folder) = (Book::of(&[1, 2]), tempfile::tempdir().unwrap());
    let (a, mut b) = (Node::start(1, &book).await, Node::start(2, &book).await);
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let quiet = |node: &Node| Setup { mdns: false, ..setup(node, &book, folder.path()) };
    let file = quiet(&b).last_good;
    let bootstrap = vec![(OfficeId(1), vec![a.address.to_string()])];
    discovery::start(Setup { bootstrap, ..quiet(&b) }, &tasks, &stop);
    b.up(1).await;
    // Written by another task: looked for until it is there.
    within(async {
        while !std::fs::read_to_string(&file).unwrap_or_default().contains(&a.address.to_string()) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    b.stop().await;
    let mut b = Node::start(2, &book).await;
    discovery::start(quiet(&b), &tasks, &stop);
    b.up(1).await;
    stop.cancel();
    tasks.close();
    within(tasks.wait()).await;
}

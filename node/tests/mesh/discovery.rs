//! Offices that nobody introduced find each other.

use std::sync::Arc;

use bytes::Bytes;
use okrug_node::discovery::{self, Setup};
use okrug_protocol::ids::{OfficeId, Precedence};
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

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_only_the_hub_meets_the_others_by_its_telling_and_keeps_them_without_it() {
    let book = Book::of(&[1, 2, 3]);
    let (hub, mut a, mut b) = (Node::start(1, &book).await, Node::start(2, &book).await, Node::start(3, &book).await);
    a.hear_of(&hub).await;
    b.hear_of(&hub).await;
    a.up(3).await;
    b.up(2).await;
    hub.stop().await;
    a.handle.send(b.office, Precedence::Routine, Bytes::from_static(b"without the hub")).await.unwrap();
    assert_eq!(b.frame().await, b"without the hub");
}

#[tokio::test(flavor = "multi_thread")]
async fn hearsay_of_strangers_and_of_ourselves_leads_nowhere() {
    let (ours, theirs) = (Book::of(&[1, 2]), Book::of(&[1, 2, 3]));
    let (mut a, mut b, stranger) = (Node::start(1, &ours).await, Node::start(2, &theirs).await, Node::start(3, &theirs).await);
    stranger.hear_of(&b).await;
    b.up(3).await;
    a.hear_of(&b).await;
    a.up(2).await;
    // B has passed on where the third is; told after that, an office that A knows is called.
    ours.list(4);
    theirs.list(4);
    let later = Node::start(4, &theirs).await;
    later.hear_of(&b).await;
    a.up(4).await;
    assert!(a.handle.links().iter().all(|link| link.office != OfficeId(3) && link.office != OfficeId(1)), "{:?}", a.handle.links());
}

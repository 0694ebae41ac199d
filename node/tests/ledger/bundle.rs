//! A stick travels for weeks: the key to which its file is sealed is replaced meanwhile, and destroyed in the end.

use okrug_node::clock::Clock;
use okrug_node::ledger::Closed;
use okrug_protocol::bundle::{Head, Measure, SealedKey};
use okrug_protocol::ids::OfficeId;
use okrug_protocol::sample;
use okrug_protocol::seal::{SealKey, SharedKey};

use crate::sealing::{bring, issue, live};
use crate::site::Site;

const SALT: [u8; 32] = [7; 32];

/// The head of a bundle that is sealed to one key.
fn head(key: &SharedKey, to: &SealKey) -> Head {
    let sealed = SealedKey::seal(key, &SALT, to, &mut okrug_node::clock::rng()).unwrap();
    Head::new(Measure::default().shape(), SALT, vec![sealed])
}

#[tokio::test]
async fn a_bundle_opens_while_its_key_is_kept_and_the_key_is_named_when_it_is_gone() {
    let (mut district, clock) = (sample::district(2), Clock::default());
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let reader = Site::open_at(dirs[0].path(), &district, 1, &clock);
    let maker = Site::open_at(dirs[1].path(), &district, 2, &clock);
    let key = SharedKey::from_bytes([5; 32]);
    let known = async || maker.handle.sealing_keys(vec![OfficeId(1)]).await.unwrap()[0];
    let listed = known().await;
    assert_eq!(listed.number, 0, "who knows of no newer one takes the chart's");
    live(7, &clock, &[&reader]).await;
    bring(&reader, 1, &maker).await;
    let announced = known().await;
    assert!(announced.number > 0 && announced.key != listed.key);
    let (old, new) = (head(&key, &listed.key), head(&key, &announced.key));
    let opened = async |head: &Head| reader.handle.open_bundle(head.clone()).await.unwrap();
    assert_eq!((opened(&old).await, opened(&new).await), (Ok(key.clone()), Ok(key.clone())));
    assert_eq!(maker.handle.open_bundle(new.clone()).await.unwrap(), Err(Closed::NotForUs));

    // Replaced, and kept for those that are on their way.
    live(7, &clock, &[&reader]).await;
    assert_eq!(opened(&new).await, Ok(key.clone()));
    // Destroyed.
    live(35, &clock, &[&reader]).await;
    issue(&mut district, 60, &[&reader]);
    live(2, &clock, &[&reader]).await;
    assert_eq!(opened(&new).await, Err(Closed::Gone { number: announced.number }));
    assert_eq!(opened(&old).await, Ok(key.clone()), "the directory's key is kept as long as it is listed");

    // Damaged where it is sealed.
    let mut damaged = old;
    damaged.boxes[0].sealed[20] ^= 1;
    assert_eq!(opened(&damaged).await, Err(Closed::Damaged));
    reader.stop().await.unwrap();
    maker.stop().await.unwrap();
}

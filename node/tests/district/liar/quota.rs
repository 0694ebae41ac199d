//! A script about the district's quota, which its own program does not heed.

use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{Precedence, Topic, UnitId};
use okrug_protocol::quota::DAY_MS;
use okrug_protocol::sample;

use super::stories::plain;
use super::{LIAR, Scene, Story, own};
use crate::offices::{District, until};

/// Milliseconds of quota that an office has which was never heard of: since the founding, and nine tenths of a day.
fn granted_ms() -> u64 {
    super::now().since(sample::ISSUED) + DAY_MS * 9 / 10
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_more_than_the_quota_waits_everywhere_and_nobody_else_does() {
    // Somewhat above a thousand entries since the district was founded.
    let per_day = (1_300 * DAY_MS / granted_ms()).max(2);
    let mut sample = sample::district(3);
    sample.amend(|chart| chart.policy.entries_per_day = u32::try_from(per_day).unwrap());
    let before = granted_ms() * per_day / DAY_MS;
    let scene = Scene::of(District::start_with(sample, 2, |_, _| ()).await).await;
    let mut story = Story::new(own(Topic::Unit(UnitId(2)), Precedence::Routine));
    (0..before + 300).for_each(|_| drop(story.add(&scene.district, Kind::CHECKPOINT, plain())));
    scene.spread(&story).await;
    until(|| [1, 2].iter().all(|at| scene.held(*at, &story.log).0 + 1 >= before && scene.alarms(*at) == ["quota_reached"])).await;
    for at in [1, 2] {
        let (held, after) = (scene.held(at, &story.log).0, granted_ms() * per_day / DAY_MS);
        assert!(held <= after, "{held} of {after}");
        let about = scene.district.status(at).alarms.pop().unwrap().about;
        assert!(about.starts_with(&LIAR.to_string()), "{about}");
    }
    // Whoever asks for what waits accuses nobody of keeping it back.
    let accused = |at: u32| scene.district.mesh_links(at).iter().map(|link| link.offences).sum::<u64>();
    assert_eq!((accused(1), accused(2)), (0, 0));
    // And people write on, each by the quota of their own office.
    scene.end(&["quota_reached"]).await;
}

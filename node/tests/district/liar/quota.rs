//! A script about the district's quota, which its own program does not heed.

use okrug_node::office::view::{MessageId, Notice, WaitCode};
use okrug_protocol::entry::Kind;
use okrug_protocol::exchange::{Frame, Slow};
use okrug_protocol::ids::{Precedence, Topic, UnitId};
use okrug_protocol::quota::DAY_MS;
use okrug_protocol::sample;

use super::stories::plain;
use super::{LIAR, Scene, Story, UNIT, own};
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
    // Each of them has told it, for how long its routine logs wait.
    let told = |scene: &Scene| {
        let heard = scene.liar.heard.lock().unwrap();
        let words = heard.iter().filter_map(|frame| if let Frame::Slowed(word) = frame { Some(*word) } else { None });
        words.collect::<Vec<_>>()
    };
    until(|| told(&scene).len() >= 2).await;
    assert!(told(&scene).iter().all(|word| matches!(word, Some((Slow::Common, 1..)))), "{:?}", told(&scene));
    // Whoever asks for what waits accuses nobody of keeping it back.
    let accused = |at: u32| scene.district.mesh_links(at).iter().map(|link| link.offences).sum::<u64>();
    assert_eq!((accused(1), accused(2)), (0, 0));
    // And people write on, each by the quota of their own office.
    scene.end(&["quota_reached"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_neighbour_says_of_our_quota_is_shown_as_its_word_ends_with_it_and_changes_nothing() {
    let scene = Scene::begin().await;
    let name = scene.district.sample().directory().office(LIAR).unwrap().name.clone();
    let routine = scene.ann.say(UNIT, "опись").await.id;
    let flash = scene.ann.post_as(UNIT, "тревога", "00000000000000aa", Precedence::Flash).await.message.id;
    let notice = |id: MessageId| -> Option<Notice> { scene.ann.messages(UNIT).into_iter().find(|message| message.id == id)?.notice };
    let is_told = |id| notice(id).is_some_and(|notice| notice.code == WaitCode::Quota && notice.offices == [name.clone()]);
    scene.liar.say(1, &Frame::Slowed(Some((Slow::Common, 3_600)))).await;
    until(|| is_told(routine)).await;
    assert!(!is_told(flash), "it said so of routine logs alone");
    scene.liar.say(1, &Frame::Slowed(Some((Slow::All, 172_800)))).await;
    until(|| is_told(routine) && is_told(flash)).await;
    scene.liar.say(1, &Frame::Slowed(None)).await;
    until(|| notice(routine).is_none() && notice(flash).is_none()).await;
    // An end that it named itself is the end, whether it takes its word back or not.
    scene.liar.say(1, &Frame::Slowed(Some((Slow::All, 1)))).await;
    scene.liar.say(1, &Frame::Slowed(Some((Slow::Common, 2)))).await;
    until(|| notice(routine).is_none() && notice(flash).is_none()).await;
    for n in 0..2_000 {
        let slow = if n % 2 == 0 { Slow::Common } else { Slow::All };
        scene.liar.say_to_both(&Frame::Slowed(Some((slow, 3_600 + n)))).await;
    }
    scene.liar.say_to_both(&Frame::Slowed(None)).await;
    until(|| notice(routine).is_none() && notice(flash).is_none()).await;
    scene.bob.reads(UNIT, &["до", "опись", "тревога"]).await;
    let after = scene.ann.say(UNIT, "дальше").await.text;
    scene.bob.reads(UNIT, &["до", "опись", "тревога", &after]).await;
    assert_eq!((scene.offences(1), scene.offences(2)), (0, 0));
    scene.district.stop().await;
}

//! Two sides of a line that is cut without a word: each goes on and notices it, calls again, and all is everywhere soon after it
//! has come back.

use std::time::{Duration, Instant};

use okrug_tests::line::{End, Way};
use okrug_tests::{District, Layout};

use super::ends::{ALL, say_many};

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn what_was_said_on_both_sides_of_a_cut_is_everywhere_soon_after_it() {
    let layout = Layout { lans: vec![vec![0], vec![0], vec![1], vec![1]], ..Layout::one_lan(4) };
    let mut district = District::found(&layout);
    let (line, [_, address]) = district.lay(1, 2, Way::THIN);
    let way = format!("discovery.bootstrap={}=/ip4/{address}/tcp/7600", district.site(2).slug);
    for office in [0, 2, 3] {
        district.switch_on(office).await;
    }
    district.switch_on_with(1, &[way]).await;
    let unit = district.unit(ALL);
    let mut people = Vec::new();
    for office in 0..4 {
        people.push(district.enrol(office, ALL).await);
    }
    for (one, other) in [(0, 3), (3, 0), (1, 2), (2, 1)] {
        people[one].knows(&people[other]).await;
    }
    people[0].say(&unit, "связь есть").await;
    for official in &people {
        official.reads(&unit, 1).await;
    }
    line.change_both(|way| way.cut = true);
    // A cut is a cut, however long: the nodes find out by themselves, or not before it is over.
    let cut = Instant::now();
    let noticed = async |office: usize, other| {
        district.apart(&people[office], other).await;
        cut.elapsed().as_millis()
    };
    // Both have something to say to each other, and it is not answered.
    let ((), (), here, there) = tokio::join!(
        say_many(&people[0], &unit, 200, |n| format!("здесь {n}")),
        say_many(&people[3], &unit, 50, |n| format!("там {n}")),
        noticed(1, 2),
        noticed(2, 1),
    );
    // Of LAN links, so three round trips are nothing.
    eprintln!("a silent cut was noticed {here} ms and {there} ms after it and the first words into it; 30,000 are promised");
    assert_eq!(people[1].reads(&unit, 201).await.len(), 201, "this side goes on");
    assert_eq!(people[2].reads(&unit, 51).await.len(), 51, "that side goes on");
    let before = line.bytes();
    line.change_both(|way| way.cut = false);
    let back = Instant::now();
    let (mut first, mut called) = (None, None);
    while people[2].texts(&unit).await.len() < 251 || people[1].texts(&unit).await.len() < 251 {
        if first.is_none() && line.count(End::There).bytes + line.count(End::Here).bytes > before {
            first = Some(back.elapsed());
        }
        if called.is_none() && people[1].linked().await.contains(&district.site(2).slug) {
            called = Some(back.elapsed());
        }
        assert!(back.elapsed() < Duration::from_secs(180), "not everywhere");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for official in &people {
        official.reads(&unit, 251).await;
    }
    let took = back.elapsed();
    eprintln!(
        "after a cut, 200 and 50 messages at 64 kbit/s, 300 ms: everywhere {} ms after the line came back; first bytes after {} ms, a new link after {} ms; {} bytes crossed",
        took.as_millis(),
        first.unwrap_or_default().as_millis(),
        called.unwrap_or(took).as_millis(),
        line.bytes() - before,
    );
    // One is gone without a word, and nobody else stops.
    district.kill_unheard(3).await;
    people[0].say(&unit, "без одного").await;
    for official in &people[..3] {
        official.reads(&unit, 252).await;
    }
}

//! Copies by datagram beside a link: they bring what TCP has lost, and where nothing is lost there are none.

use okrug_tests::line::{End, Way};
use okrug_tests::until;

use super::ends::{Ends, reads};

fn datagrams(ends: &Ends, from: End) -> u64 {
    ends.line.parts(from).datagrams.packets
}

/// Nothing of TCP gets from here to there, or it does again.
fn no_tcp(ends: &Ends, no_tcp: bool) {
    ends.line.change(End::Here, |way| way.no_tcp = no_tcp);
}

/// Lets messages be lost, which shows that the line loses packets, until the first copy has gone.
async fn copies_begin(ends: &Ends) {
    let mut said = 0;
    until("a copy goes beside the link", async || {
        said += 1;
        let (text, before) = (format!("потеряно {said}"), ends.line.count(End::Here).down);
        no_tcp(ends, true);
        ends.here.say(&ends.unit, &text).await;
        until("TCP has lost something", async || (ends.line.count(End::Here).down > before).then_some(())).await;
        no_tcp(ends, false);
        reads(&ends.there, &ends.unit, &text).await;
        (datagrams(ends, End::Here) > 0).then_some(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn what_tcp_cannot_bring_comes_as_a_copy_once_the_line_has_lost_something() {
    let ends = Ends::meet(Way::THIN).await;
    copies_begin(&ends).await;
    no_tcp(&ends, true);
    let say = async |text: &str| {
        ends.here.say(&ends.unit, text).await;
        reads(&ends.there, &ends.unit, text).await;
    };
    say("мост снесло").await;
    // A line keeps the order: what TCP had under way has come too.
    let before = ends.line.parts(End::Here);
    say("брод цел").await;
    let since = ends.line.parts(End::Here).since(&before);
    eprintln!("from Here while nothing of TCP crossed: {since}");
    assert!(since.datagrams.packets >= 1 && since.payload == 0, "{since}");
    assert_eq!(datagrams(&ends, End::There), 0, "from there nothing was lost");

    // What TCP then brings again is known, and no offence.
    no_tcp(&ends, false);
    until("the writer knows", async || {
        let last = ends.here.messages(&ends.unit).await.pop()?;
        (last["delivery"]["code"] == "delivered").then_some(())
    })
    .await;
    let texts = ends.there.texts(&ends.unit).await;
    assert_eq!(texts.iter().filter(|text| *text == "мост снесло" || *text == "брод цел").count(), 2, "{texts:?}");
    let slug = &ends.district.site(0).slug;
    assert!(ends.district.metric(1, &format!("okrug_peer_offences_total{{office=\"{slug}\"}}")).await < 1.0);
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn over_a_line_that_loses_nothing_no_datagram_goes() {
    let ends = Ends::meet(Way::THIN).await;
    for n in 0..6 {
        for (official, other) in [(&ends.here, &ends.there), (&ends.there, &ends.here)] {
            let text = format!("{n}");
            official.say(&ends.unit, &text).await;
            reads(other, &ends.unit, &text).await;
        }
    }
    for end in [End::Here, End::There] {
        assert_eq!((datagrams(&ends, end), ends.line.count(end).noise), (0, 0), "{}", ends.line.parts(end));
    }
}

//! A listed peer that sends what no honest one sends.

use okrug_tests::until;

use crate::district::District;
use crate::peer::Peer;

const COUNT: &str = "okrug_peer_offences_total";

#[tokio::test]
#[ignore = "needs npm packages"]
async fn gossip_that_is_none_is_counted_and_not_passed_on() {
    let district = District::of(3);
    let ((_node, address), (_next, _)) = (district.start(0).await, district.start(1).await);
    let (writer, reader, chat) = (district.official(0).await, district.official(1).await, district.unit().to_string());
    let mut guest = Peer::start(&district.seed(2)).await;
    assert_eq!(guest.dial(&address).await, "connected");
    let topic = district.topic();
    guest.join(&topic).await;
    for (count, bytes) in (1..).zip([&[][..], &[1], &[1, 1, 200], b"\x02nonsense", &[0xff; 20_000]]) {
        assert_eq!(guest.publish(&topic, bytes).await, 1);
        district.counts(0, COUNT, count).await;
    }
    writer.say(&chat, "дальше").await;
    assert_eq!(reader.reads(&chat, 1).await, ["дальше"]);
    // What was passed on before it came there before it.
    district.counts(1, COUNT, 0).await;
}

#[tokio::test]
#[ignore = "needs npm packages"]
async fn frames_that_are_none_are_counted_and_end_the_link_where_they_cannot_be_read() {
    let district = District::of(2);
    let (_node, address) = district.start(0).await;
    let official = district.official(0).await;
    let mut guest = Peer::start(&district.seed(1)).await;
    assert_eq!(guest.dial(&address).await, "connected");
    guest.open(&district.exchange()).await;
    guest.write(&[7; 16]).await;
    let slug = &district.site(1).slug;
    until("a link to the guest", async || official.linked().await.contains(slug).then_some(())).await;
    // No frame at all; a frame of no known version; one that is cut short.
    for (count, bytes) in (1..).zip([&[0, 0, 0, 0][..], &[0, 0, 0, 3, 9, 9, 9], &[0, 0, 0, 2, 1, 0]]) {
        guest.write(bytes).await;
        district.counts(0, COUNT, count).await;
    }
    // A length that no frame has: nothing behind it could be understood.
    guest.write(&[0x7f, 0, 0, 0]).await;
    guest.hear("closed").await;
    district.counts(0, COUNT, 4).await;
    official.say(&district.unit().to_string(), "дальше").await;
    assert_eq!(guest.dial(&address).await, "connected");
}

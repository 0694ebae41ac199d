//! The word beside a message says what is known to be so, at every stage, and takes itself back when it is not so any more.

use crate::offices::{District, until};
use okrug_node::office::view::{ChatId, DeliveryCode, MessageId};
use okrug_protocol::ids::{OfficeId, UnitId};

const UNIT: ChatId = ChatId::Unit(UnitId(2));

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_only_holder_was_removed_waits_again_and_for_one_office_less() {
    let mut district = District::start(3).await;
    let ann = district.person(1, "ann", 2).await;
    let word = |id: MessageId| {
        let found = ann.messages(UNIT).into_iter().find(|message| message.id == id);
        found.map(|message| (message.delivery.code, message.delivery.delivered, message.delivery.of))
    };
    district.cut(2, true).await;
    let said = ann.say(UNIT, "вода у моста").await.id;
    until(|| word(said) == Some((DeliveryCode::Relayed, 1, 2))).await;
    district.publish(1, |sample| drop(sample.revoke(&[OfficeId(3)], &[], &[]))).await;
    until(|| word(said) == Some((DeliveryCode::Queued, 0, 1))).await;
    district.cut(2, false).await;
    until(|| word(said) == Some((DeliveryCode::Delivered, 1, 1))).await;
    district.stop().await;
}

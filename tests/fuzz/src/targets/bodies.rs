//! What stands in entries: messages, checkpoints, keys, acts, what is handed over.

use okrug_protocol::act::{Desk, SealedAct};
use okrug_protocol::bounds::{MAX_HEADS, MAX_KEPT, MAX_TEXT};
use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::handover::Handover;
use okrug_protocol::ids::{OfficeId, PersonId, Topic, UnitId};
use okrug_protocol::message::{Between, Content, End, Message, Setting, Side};
use okrug_protocol::reseal::{Reseal, ResealRequest};
use okrug_protocol::seal::{OpenKey, SharedKey};
use okrug_protocol::sealing::SealingKey;
use okrug_protocol::shorthand;
use okrug_protocol::vault::Vault;

use super::{Target, canonical};
use crate::corpus::golden;
use crate::fixture::district;

pub(super) const TARGETS: &[Target] = &[
    Target::new(
        "message",
        || golden("message"),
        |bytes| {
            canonical(bytes, Message::decode(bytes), Message::encode).is_some_and(|message| {
                opened(&message);
                true
            })
        },
    )
    .costs(2),
    Target::new("shorthand", texts, |bytes| {
        let read = canonical(bytes, shorthand::unpack(bytes).ok_or(()), |text| shorthand::pack(text));
        read.is_some_and(|text| {
            assert!(text.len() <= MAX_TEXT);
            true
        })
    })
    .costs(4),
    Target::new(
        "checkpoint",
        || golden("checkpoint"),
        |bytes| {
            canonical(bytes, Checkpoint::decode(bytes), Checkpoint::encode).is_some_and(|read| {
                assert!(read.heads.len() <= MAX_HEADS && read.kept.len() <= MAX_KEPT);
                true
            })
        },
    ),
    Target::new(
        "act",
        || golden("act"),
        |bytes| {
            canonical(bytes, SealedAct::decode(bytes), SealedAct::encode).is_some_and(|act| {
                let desk = Desk { district: district().id(), office: OfficeId(1) };
                let _ = act.open(&desk, &act.key(&desk, &SharedKey::from_bytes([1; 32])));
                true
            })
        },
    ),
    Target::new("sealing_key", || golden("sealing_key"), |bytes| canonical(bytes, SealingKey::decode(bytes), SealingKey::encode).is_some()),
    Target::new("reseal", || golden("reseal.hex"), |bytes| canonical(bytes, Reseal::decode(bytes), Reseal::encode).is_some()),
    Target::new(
        "reseal_request",
        || golden("reseal_request"),
        |bytes| canonical(bytes, ResealRequest::decode(bytes), ResealRequest::encode).is_some(),
    ),
    Target::new(
        "handover",
        || golden("handover"),
        |bytes| {
            canonical(bytes, Handover::decode(bytes), Handover::encode).is_some_and(|read| match read {
                Handover::Letter(letter) => letter.read().is_ok(),
                Handover::Account(account) => Vault::decode(&account.vault).is_ok(),
            })
        },
    ),
    Target::new("vault", || golden("vault"), |bytes| canonical(bytes, Vault::decode(bytes), Vault::encode).is_some()),
];

fn texts() -> Vec<Vec<u8>> {
    ["Принято.", "Received, thank you.", "Прошу прибыть 12.03 в 9:00 — кабинет № 7", "№ ☎ 漢字", ""].map(shorthand::pack).into()
}

/// Does with a message what an office does that has it and the key of one of the two.
fn opened(message: &Message) {
    let setting = Setting { district: district().id(), office: OfficeId(3), topic: Topic::Unit(UnitId(2)) };
    let secret = OpenKey::from_seed(&[5; 32]);
    match &message.content {
        Content::Direct(direct) => {
            let between = Between { setting, from: message.person, to: direct.to };
            for side in [Side::Addressee, Side::Writer] {
                let _ = direct.open(&between, side, &secret);
            }
            let _ = direct.read(&between, &SharedKey::from_bytes([5; 32]));
        }
        Content::Letter(letter) => {
            for end in [End::Role, End::Person] {
                let _ = letter.open(&setting, PersonId(1), end, &secret);
            }
        }
        _ => {}
    }
}

//! The bytes of entries, rekey bodies, messages and checkpoints, held by files: see FORMAT.md, section 5.
//!
//! A change here is a change of the format. `OKRUG_GOLDEN=write` writes the files anew.

use okrug_protocol::act::{About, Act, By, Desk, Outcome, SealedAct};
use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::clock::{Millis, Timestamp};
use okrug_protocol::codec;
use okrug_protocol::directory::Known;
use okrug_protocol::entry::Witness;
use okrug_protocol::entry::{Entry, Header, Kind, SUITE};
use okrug_protocol::epoch::{self, Place, Rekey};
use okrug_protocol::handover::{Handover, Letter};
use okrug_protocol::ids::{
    DistrictId, EntryId, Epoch, Hash32, Incarnation, LogId, OfficeId, PersonId, Precedence, Seq, Topic, UnitId, Version, hex,
};
use okrug_protocol::log::{ForkProof, LogState};
use okrug_protocol::message::{Between, Content, Direct, Message, Reference, Setting, Unsigned};
use okrug_protocol::reseal::{AgainBox, Reseal, ResealRequest};
use okrug_protocol::seal::{OpenKey, SharedKey};
use okrug_protocol::sealing::SealingKey;
use okrug_protocol::sign::{SecretKey, Signature};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([42; 32])
}

fn log() -> LogId {
    LogId { office: OfficeId(3), incarnation: Incarnation(0x1234_5678), topic: Topic::Unit(UnitId(12)), precedence: Precedence::Urgent }
}

fn setting() -> Setting {
    Setting { district: DistrictId(Hash32([1; 32])), office: OfficeId(3), topic: log().topic }
}

fn entry() -> Entry {
    let body = b"body".to_vec();
    let header = Header {
        suite: SUITE,
        kind: Kind::MESSAGE,
        log: log(),
        seq: Seq(300),
        epoch: Epoch(2),
        time: Timestamp::at(Millis(1_767_225_600_000)),
        directory: Version(5),
        revocations: Version(0),
        body_len: 4,
        delegated: Version(0),
    };
    let mut entry = Entry { header, signature: Signature([0; 64]), body, erased: None };
    entry.signature = entry.signed_part(EntryId(Hash32([7; 32]))).sign(&SecretKey::from_seed(&[3; 32]));
    entry
}

fn message(content: Content) -> Message {
    let reply_to = Some(Reference { log: log(), seq: Seq(299) });
    let time = Millis(1_767_225_600_000);
    let said = Unsigned { person: PersonId(30_001), key_version: 1, counter: 7, time, reply_to, content, on_behalf: None };
    said.sign(&setting(), &SecretKey::from_seed(&[4; 32])).expect("a short text")
}

fn place() -> Place {
    Place { district: setting().district, log: log(), epoch: Epoch(2) }
}

fn golden(name: &str, bytes: &[u8]) {
    let path = format!("{}/tests/golden/{name}.hex", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("OKRUG_GOLDEN").is_some_and(|v| v == "write") {
        std::fs::write(&path, hex(bytes) + "\n").expect("the folder of golden files can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept.trim(), hex(bytes), "{name} has other bytes than version 1 of the format gave it");
}

#[test]
fn entries_keep_their_bytes_and_their_ids() {
    golden("entry", &entry().encode());
    let mut delegated = entry();
    delegated.header.delegated = Version(3);
    golden("entry_delegated", &delegated.encode());
    golden("entry_erased", &entry().without_body().encode());
    golden("entry_id", &entry().id(EntryId(Hash32([7; 32]))).0.0);
    golden("signed_part", &codec::encode(&entry().signed_part(EntryId(Hash32([7; 32])))));
}

#[test]
fn sealing_keys_and_what_is_sealed_again_keep_their_bytes() {
    let to = SealingKey { number: 70_000, key: OpenKey::from_seed(&[6; 32]).public() };
    golden("sealing_key", &to.encode());
    golden("reseal_request", &ResealRequest { to, epochs: vec![(log(), Epoch(2)), (log(), Epoch(300))] }.encode());
    let key = SharedKey::from_bytes([9; 32]);
    let again = AgainBox::seal(&place(), &key, OfficeId(5), &to, Version(5), &mut rng()).expect("a usable key");
    golden("reseal", &Reseal { boxes: vec![again] }.encode());
}

#[test]
fn rekey_bodies_and_sealed_bodies_keep_their_bytes() {
    let readers: Vec<_> = [3, 5].map(|n| (OfficeId(n), 0, OpenKey::from_seed(&[u8::try_from(n).expect("small"); 32]).public())).into();
    let key = SharedKey::from_bytes([9; 32]);
    let known = Known::from(Version(5)).with(UnitId(2), Version(3));
    let rekey = Rekey::seal(&place(), &key, &readers, known, &mut rng()).expect("good keys");
    golden("rekey", &rekey.encode().expect("two boxes fit"));
    golden("sealed_body", &epoch::seal_body(&key, &place(), Seq(300), b"plain", &mut rng()).expect("short"));
}

#[test]
fn messages_keep_their_bytes() {
    golden("message_text", &message(Content::Text("Проверка связи".to_owned())).encode());
    let between = Between { setting: setting(), from: PersonId(30_001), to: PersonId(50_001) };
    let [to, from] = [5, 6].map(|n| OpenKey::from_seed(&[n; 32]).public());
    let direct = Direct::seal(&between, "лично", &to, &from, &mut rng()).expect("good keys");
    golden("message_direct", &message(Content::Direct(direct)).encode());
    golden("message_unknown", &message(Content::Unknown { kind: 99, bytes: vec![1, 2, 3] }).encode());
}

#[test]
fn checkpoints_and_states_and_proofs_keep_their_bytes() {
    let inbox = LogId { topic: Topic::Inbox(OfficeId(5)), ..log() };
    golden(
        "checkpoint_kept",
        &Checkpoint { heads: vec![], kept: vec![okrug_protocol::frontier::Kept { log: inbox, after: Seq(300), to: Seq(301) }], full: true }
            .encode(),
    );
    golden("checkpoint", &Checkpoint { heads: vec![(log(), Seq(300)), (inbox, Seq(1))], kept: vec![], full: false }.encode());
    let state = LogState {
        seq: Seq(300),
        id: EntryId(Hash32([8; 32])),
        time: Timestamp(5),
        epoch: Epoch(2),
        directory: Version(5),
        revocations: Version(0),
        rekeyed: Known { chart: Version(4), revocations: Version(0), delegated: vec![(UnitId(2), Version(3))] },
        delegated: Version(3),
    };
    golden("log_state", &codec::encode(&state));
    let witness = Witness { part: entry().signed_part(EntryId::ZERO), signature: entry().signature };
    golden("fork_proof", &ForkProof { kept: witness.clone(), other: witness }.encode());
}

#[test]
fn handovers_keep_their_bytes() {
    let letter =
        Letter { log: log(), seq: Seq(300), time: Timestamp(5), message: message(Content::Text("текст".to_owned())).encode() };
    let handover = Handover::Letter(letter);
    golden("handover", &handover.encode());
    assert_eq!(Handover::decode(&handover.encode()), Ok(handover));
}

fn desk() -> Desk {
    Desk { district: setting().district, office: OfficeId(3) }
}

fn act() -> Act {
    Act {
        time: Millis(1_767_225_600_000),
        by: By::Token { uid: Some(998), name: Some("okrug".to_owned()) },
        deed: "person.add".to_owned(),
        about: vec![About::Login("duty".to_owned()), About::Unit(UnitId(12))],
        note: "Дежурный".to_owned(),
        outcome: Outcome::Refused("login_taken".to_owned()),
    }
}

#[test]
fn acts_keep_their_bytes() {
    let sealed = SealedAct::seal(&desk(), &SharedKey::from_bytes([9; 32]), &act(), &mut rng()).expect("a good act");
    golden("act", &sealed.encode());
}

#[test]
fn what_the_files_hold_is_read_back() {
    let read = |name: &str| {
        let path = format!("{}/tests/golden/{name}.hex", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a golden file");
        okrug_protocol::ids::unhex(text.trim()).expect("hexadecimal")
    };
    assert_eq!(Entry::decode(&read("entry")), Ok(entry()));
    assert_eq!(Message::decode(&read("message_text")), Ok(message(Content::Text("Проверка связи".to_owned()))));
    let key = SharedKey::from_bytes([9; 32]);
    assert_eq!(epoch::open_body(&key, &place(), Seq(300), &read("sealed_body")).as_deref(), Ok(&b"plain"[..]));
    let rekey = Rekey::decode(&read("rekey")).expect("a rekey body");
    assert_eq!(rekey.open(&place(), OfficeId(5), Version(5), &OpenKey::from_seed(&[5; 32])), Ok(Some(key)));
    assert_eq!(Checkpoint::decode(&read("checkpoint")).map(|c| c.heads.len()), Ok(2));
    let sealed = SealedAct::decode(&read("act")).expect("an act");
    assert_eq!(sealed.open(&desk(), &sealed.key(&desk(), &SharedKey::from_bytes([9; 32]))), Ok(act()));
}

//! Evidence convinces whoever knows the district's identity, and nothing in it can be changed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod behalf;
mod scene;

use okrug_protocol::act::{Act, By, Desk, Outcome, SealedAct};
use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::clock::Millis;
use okrug_protocol::digest;
use okrug_protocol::document::Signed;
use okrug_protocol::entry::Kind;
use okrug_protocol::evidence::{Counts, EntryFault, Evidence, EvidenceError, Exhibit, Said, Shown};
use okrug_protocol::ids::{EntryId, Hash32, OfficeId, Seq, Topic, UnitId, Version};
use okrug_protocol::labels;
use okrug_protocol::message::{Between, Content, Direct, Setting, Side};
use okrug_protocol::opening::Opening;
use okrug_protocol::person::PersonRecord;
use okrug_protocol::revocations::{CutOff, Revocations, RevokedOffice, RevokedPerson};
use okrug_protocol::sample::{self, SamplePerson};
use okrug_protocol::seal::SharedKey;

use scene::case;

#[test]
fn one_message_is_proven_with_person_office_place_and_directory() {
    let case = case();
    let report = case.judge(&case.one()).unwrap();
    assert_eq!((report.district, report.chart, report.messages.len()), (case.scene.district.id(), Version(1), 1));
    let message = &report.messages[0];
    assert_eq!(message.said, Said::Text("Принято".to_owned()));
    assert_eq!((message.place.log, message.place.seq, message.place.directory), (case.unit.id, Seq(2), Version(1)));
    assert_eq!(message.place.id, case.unit.before(3));
    assert_eq!(message.speaker.record, case.person.signed.record);
    assert_eq!((message.speaker.recorded.log, message.speaker.recorded.seq), (case.records.id, Seq(2)));
    assert_eq!((message.counts, message.office_name.as_str(), report.holds()), (Counts::Yes, "Отделение № 1", true));
    // Another district's identity makes it worth nothing.
    let other = okrug_protocol::ids::DistrictId(Hash32([9; 32]));
    assert!(matches!(case.one().verify(other), Err(EvidenceError::Documents(_))));
}

#[test]
fn a_stretch_of_a_log_shows_that_nothing_was_left_out_of_it() {
    let case = case();
    let whole = vec![case.unit.closed(1), case.unit.opened(2), case.unit.opened(3)];
    let report = case.judge(&case.evidence(vec![case.records.run(vec![case.records.opened(2)]), case.unit.run(whole)])).unwrap();
    let texts: Vec<_> = report.messages.iter().map(|message| message.said.clone()).collect();
    assert_eq!(texts, ["Принято", "Выезжаем"].map(|text| Said::Text(text.to_owned())));
    assert_eq!((report.runs[0].first, report.runs[0].last, report.runs[0].closed), (Seq(1), Seq(3), 1));
    // Without the entry in the middle the rest does not hang together.
    let holed = vec![case.unit.closed(1), case.unit.opened(3)];
    case.refused(&case.evidence(vec![case.records.run(vec![case.records.opened(2)]), case.unit.run(holed)]), EntryFault::OutOfOrder);
}

#[test]
fn a_direct_message_is_shown_by_one_of_its_sides_and_by_nobody_else() {
    let mut case = case();
    let to = case.scene.district.person(OfficeId(2), 1, UnitId(1));
    let mut inbox = case.scene.log(1, Topic::Inbox(OfficeId(2)));
    let setting = Setting { district: case.scene.district.id(), office: OfficeId(1), topic: inbox.id.topic };
    let (from, addressee) = (case.person.signed.record.person, to.signed.record.person);
    let between = Between { setting, from, to: addressee };
    let (sealed, own) = (to.signed.record.seal, case.person.signed.record.seal);
    let direct = Direct::seal(&between, "лично", &sealed, &own, &mut case.scene.rng).unwrap();
    let person = case.person.clone();
    case.scene.message(&mut inbox, &person, 3, Content::Direct(direct.clone()));
    let twice = |key: [u8; 32]| {
        let exhibit = Exhibit::of(&inbox.entries[1], |body| {
            let opening = Opening::of(&inbox.key, &body).unwrap();
            Shown::Twice(body, opening, key)
        });
        case.evidence(vec![case.records.run(vec![case.records.opened(2)]), inbox.run(vec![exhibit])])
    };
    for (side, secret) in [(Side::Addressee, &to.open_key), (Side::Writer, &case.person.open_key)] {
        let key = direct.key(&between, side, secret).unwrap();
        let report = case.judge(&twice(*key.bytes())).unwrap();
        assert_eq!(report.messages[0].said, Said::Direct { to: addressee, text: "лично".to_owned() });
    }
    // The office that carries it has the epoch's key, and shows nothing of the text with it.
    case.refused(&twice([0; 32]), EntryFault::Sealed);
    case.refused(
        &case.evidence(vec![case.records.run(vec![case.records.opened(2)]), inbox.run(vec![inbox.opened(2)])]),
        EntryFault::Content,
    );
}

#[test]
fn an_act_is_proven_and_the_other_acts_stay_closed() {
    let mut case = case();
    let desk = Desk { district: case.scene.district.id(), office: OfficeId(1) };
    let secret = SharedKey::from_bytes([1; 32]);
    for note in ["первое", "второе"] {
        let act = Act {
            time: Millis(5),
            by: By::Token { uid: None, name: None },
            deed: "person.reset".to_owned(),
            about: Vec::new(),
            note: note.to_owned(),
            outcome: Outcome::Done,
        };
        let sealed = SealedAct::seal(&desk, &secret, &act, &mut case.scene.rng).unwrap();
        case.scene.append(&mut case.records, Kind::ACT, 1, sealed.encode());
    }
    let key = |seq: usize| *SealedAct::decode(&case.records.entries[seq - 1].body).unwrap().key(&desk, &secret).bytes();
    let shown = |seq: usize, key: [u8; 32]| Exhibit::of(&case.records.entries[seq - 1], |body| Shown::Act(body, key));
    let report = case.judge(&case.evidence(vec![case.records.run(vec![shown(3, key(3)), case.records.closed(4)])])).unwrap();
    assert_eq!((report.acts.len(), report.acts[0].act.note.as_str(), report.runs[0].closed), (1, "первое", 1));
    case.refused(&case.evidence(vec![case.records.run(vec![shown(3, key(4))])]), EntryFault::Sealed);
}

#[test]
fn checkpoints_of_other_offices_say_who_held_it_when() {
    let mut case = case();
    let mut other = case.scene.log(2, Topic::District);
    case.scene.append(
        &mut other,
        Kind::CHECKPOINT,
        1,
        Checkpoint { heads: vec![(case.unit.id, Seq(1))], kept: vec![], full: false }.encode(),
    );
    case.scene.append(
        &mut other,
        Kind::CHECKPOINT,
        1,
        Checkpoint { heads: vec![(case.unit.id, Seq(3))], kept: vec![], full: false }.encode(),
    );
    let plain = |seq: usize| Exhibit::of(&other.entries[seq - 1], Shown::Plain);
    let with = |exhibits: Vec<Exhibit>| {
        let mut evidence = case.one();
        evidence.runs.push(other.run(exhibits));
        evidence.runs.sort_by_key(|run| (run.exhibits[0].header.log, run.exhibits[0].header.seq));
        evidence
    };
    let report = case.judge(&with(vec![plain(3)])).unwrap();
    let witnessed = &report.messages[0].witnessed;
    assert_eq!((witnessed.len(), witnessed[0].office, witnessed[0].held), (1, OfficeId(2), Seq(3)));
    // One that does not cover the message says nothing of it.
    case.refused(&with(vec![plain(2)]), EntryFault::Superfluous);
}

#[test]
fn it_is_said_who_left_since_and_what_counts_no_more() {
    let mut case = case();
    let record = PersonRecord { version: 2, active: false, ..case.person.signed.record.clone() };
    let left = case.person.signed.amend(record).unwrap().encode();
    case.scene.say(&mut case.records, Kind::PERSON, &left);
    let cut = |seq: u64, id| CutOff { log: case.unit.id, seq: Seq(seq), id };
    let revoked = |cut_offs: Vec<CutOff>| Revocations {
        head: sample::head(case.scene.district.id(), Version(1), Hash32::ZERO),
        offices: vec![RevokedOffice {
            office: OfficeId(1),
            reason: "Сервер похищен".to_owned(),
            cut: Version(u32::from(!cut_offs.is_empty())),
            cut_offs,
            since: Version(1),
        }],
        persons: vec![RevokedPerson { person: case.person.signed.record.person, reason: "Уволен".to_owned(), since: Version(1) }],
    };
    let judged = |cut_offs: Vec<CutOff>| {
        let records = case.records.run(vec![case.records.opened(2), case.records.opened(3)]);
        let mut evidence = case.evidence(vec![records, case.unit.run(vec![case.unit.opened(2)])]);
        let list: Signed<Revocations> = sample::signed(revoked(cut_offs), &[&case.scene.district.revocation_key]);
        evidence.district.revocations = Some(list.encode());
        case.judge(&evidence).unwrap()
    };
    let report = judged(Vec::new());
    let message = &report.messages[0];
    assert_eq!(
        (message.counts, message.speaker.newest.active, message.speaker.revoked.as_deref()),
        (Counts::Unwitnessed, false, Some("Уволен"))
    );
    assert_eq!(report.revocations, Version(1));
    assert_eq!(judged(vec![cut(2, case.unit.before(3))]).messages[0].counts, Counts::BeforeCutOff);
    let elsewhere = CutOff { log: case.records.id, seq: Seq(3), id: case.records.before(4) };
    assert_eq!(judged(vec![elsewhere]).messages[0].counts, Counts::AfterCutOff, "a log that is not named has nothing that counts");
    for after in [cut(1, case.unit.before(2)), cut(2, EntryId(Hash32([1; 32])))] {
        let report = judged(vec![after]);
        assert_eq!((report.messages[0].counts, report.holds()), (Counts::AfterCutOff, false));
    }
}

#[test]
fn what_is_said_under_a_record_that_says_that_the_person_has_left_proves_nothing() {
    let mut case = case();
    let record = PersonRecord { version: 2, active: false, ..case.person.signed.record.clone() };
    let gone = SamplePerson { signed: case.person.signed.amend(record).unwrap(), ..case.person.clone() };
    case.scene.say(&mut case.records, Kind::PERSON, &gone.signed.encode());
    case.scene.message(&mut case.unit, &gone, 3, Content::Text("Уже уволен".to_owned()));
    let records = || case.records.run(vec![case.records.opened(2), case.records.opened(3)]);
    assert!(case.judge(&case.evidence(vec![records(), case.unit.run(vec![case.unit.opened(3)])])).is_ok());
    case.refused(&case.evidence(vec![records(), case.unit.run(vec![case.unit.opened(4)])]), EntryFault::Stranger);
}

#[test]
fn a_text_put_into_another_s_mouth_or_another_place_is_refused() {
    let mut case = case();
    let other = case.scene.district.person(OfficeId(1), 2, UnitId(1));
    // Said by one, in the name of the other.
    let forger = SamplePerson { sign_key: other.sign_key.clone(), ..case.person.clone() };
    case.scene.message(&mut case.unit, &forger, 9, Content::Text("Подделка".to_owned()));
    let record = || case.records.run(vec![case.records.opened(2)]);
    case.refused(&case.evidence(vec![record(), case.unit.run(vec![case.unit.opened(4)])]), EntryFault::PersonSignature);
    case.refused(&case.evidence(vec![case.unit.run(vec![case.unit.opened(2)])]), EntryFault::Stranger);
    // Another entry's body, another entry's opening, another place.
    let mut swapped = case.one();
    let shown = case.unit.opened(3).shown;
    let at = swapped.runs.iter().position(|run| run.exhibits[0].header.log == case.unit.id).unwrap();
    swapped.runs[at].exhibits[0].shown = shown;
    case.refused(&swapped, EntryFault::Signature);
    let mut moved = case.one();
    moved.runs[at].exhibits[0].header.seq = Seq(3);
    case.refused(&moved, EntryFault::Signature);
    let mut behind = case.one();
    behind.runs[at].previous = EntryId(Hash32([1; 32]));
    case.refused(&behind, EntryFault::Signature);
    let mut closed = case.one();
    closed.runs[at].exhibits[0] = case.unit.closed(2);
    case.refused(&closed, EntryFault::Superfluous);
}

#[test]
fn every_flipped_bit_of_a_file_is_found_even_with_its_checksum_made_right() {
    let case = case();
    let (bytes, district) = (case.one().encode().unwrap(), case.scene.district.id());
    let holds = |bytes: &[u8]| Evidence::decode(bytes).and_then(|evidence| evidence.verify(district)).is_ok();
    assert!(holds(&bytes));
    let body = bytes.len() - 32;
    let repaired = |bit: usize| {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!holds(&flipped), "bit {bit}");
        let checksum = digest::hash(labels::EVIDENCE, &[&flipped[..body]]).0;
        flipped[body..].copy_from_slice(&checksum);
        flipped
    };
    let found = |bits: std::ops::Range<usize>| bits.filter(|bit| holds(&repaired(*bit))).collect::<Vec<_>>();
    let half = body * 4;
    let missed = std::thread::scope(|scope| {
        let first = scope.spawn(|| found(0..half));
        [found(half..body * 8), first.join().unwrap()].concat()
    });
    assert_eq!(missed, Vec::<usize>::new());
    assert!((body * 8..bytes.len() * 8).all(|bit| {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        !holds(&flipped)
    }));
}

#[test]
fn every_changed_byte_of_a_conversation_is_found() {
    let case = case();
    let whole = vec![case.unit.closed(1), case.unit.opened(2), case.unit.opened(3)];
    let evidence = case.evidence(vec![case.records.run(vec![case.records.closed(1), case.records.opened(2)]), case.unit.run(whole)]);
    let (bytes, district) = (evidence.encode().unwrap(), case.scene.district.id());
    let body = bytes.len() - 32;
    for at in 0..body {
        let mut changed = bytes.clone();
        changed[at] = changed[at].wrapping_add(1 + u8::try_from(at % 254).unwrap());
        let checksum = digest::hash(labels::EVIDENCE, &[&changed[..body]]).0;
        changed[body..].copy_from_slice(&checksum);
        assert!(Evidence::decode(&changed).and_then(|evidence| evidence.verify(district)).is_err(), "byte {at}");
    }
    for cut in [0, 8, 9, 12, body, bytes.len() - 1] {
        assert!(Evidence::decode(&bytes[..cut]).is_err(), "{cut} bytes");
    }
}

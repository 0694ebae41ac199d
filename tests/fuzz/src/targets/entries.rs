//! Entries: as they come, and signed by the office that they name.

use okrug_protocol::bounds::MAX_ENTRY;
use okrug_protocol::codec;
use okrug_protocol::entry::{Entry, Header, Kind};
use okrug_protocol::epoch::{self, Place, Rekey};
use okrug_protocol::ids::{EntryId, Epoch, Hash32, OfficeId, Seq, UnitId};
use okrug_protocol::log::{Candidate, ForkProof, LogState, VerifiedEntry};
use okrug_protocol::opening::Opening;
use okrug_protocol::sample::SamplePerson;
use okrug_protocol::seal::SharedKey;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::{Target, again, canonical};
use crate::corpus::golden;
use crate::fixture::{district, sign_key};

pub(super) const TARGETS: &[Target] = &[
    Target::new("header", headers, |bytes| canonical(bytes, codec::decode_canonical::<Header>(bytes, MAX_ENTRY), codec::encode).is_some()),
    Target::new("entry", entries, |bytes| canonical(bytes, Entry::decode(bytes), Entry::encode).map(judged).is_some()),
    Target::new("entry_signed", entries, signed).costs(4),
    Target::new(
        "log_state",
        || golden("log_state"),
        |bytes| canonical(bytes, codec::decode_canonical::<LogState>(bytes, bytes.len()), codec::encode).is_some(),
    ),
    Target::new(
        "fork_proof",
        || golden("fork_proof"),
        |bytes| {
            let read = canonical(bytes, codec::decode_canonical::<ForkProof>(bytes, bytes.len()), codec::encode);
            read.is_some_and(|proof| {
                let _ = proof.holds(&district().directory());
                true
            })
        },
    )
    .costs(2),
    Target::new("epoch_body", sealed, opened).costs(10),
    Target::new("rekey", rekeys, |bytes| {
        again(bytes, Rekey::decode, |rekey| rekey.encode().expect("it was read")).is_some_and(|rekey| rekeyed(&rekey))
    })
    .costs(2),
];

/// The key under which the golden body is sealed, and where it stands.
fn place() -> (SharedKey, Place, Seq) {
    let entry = Entry::decode(&golden("entry.hex")[0]).expect("the golden entry is one");
    let district = okrug_protocol::ids::DistrictId(Hash32([1; 32]));
    (SharedKey::from_bytes([9; 32]), Place { district, log: entry.header.log, epoch: Epoch(2) }, Seq(300))
}

fn headers() -> Vec<Vec<u8>> {
    entries().iter().filter_map(|bytes| Entry::decode(bytes).ok()).map(|entry| codec::encode(&entry.header)).collect()
}

/// Entries of every kind, each the first of a log of the sample's first office, and the golden ones.
fn entries() -> Vec<Vec<u8>> {
    let mut all = golden("entry.hex");
    all.extend(golden("entry_delegated"));
    let SamplePerson { signed, .. } = district().person(OfficeId(1), 1, UnitId(1));
    let bodies = [
        (Kind::REKEY, rekeys().pop()),
        (Kind::MESSAGE, golden("sealed_body").pop()),
        (Kind::PERSON, Some(signed.encode())),
        (Kind::SEALING_KEY, golden("sealing_key").pop()),
        (Kind::CHECKPOINT, golden("checkpoint").pop()),
        (Kind::ACT, golden("act").pop()),
        (Kind::RESEAL_REQUEST, golden("reseal_request").pop()),
        (Kind::RESEAL, golden("reseal.hex").pop()),
        (Kind::FORK, golden("fork_proof").pop()),
        (Kind(200), Some(vec![7; 50])),
    ];
    let template = Entry::decode(&all[0]).expect("the golden entry is one");
    for (kind, body) in bodies {
        let body = body.unwrap_or_default();
        let mut entry = template.clone();
        let header = &mut entry.header;
        (header.kind, header.seq, header.log.office) = (kind, Seq(1), OfficeId(1));
        header.log.topic = okrug_protocol::ids::Topic::District;
        header.epoch = Epoch(u32::from(kind == Kind::REKEY || kind.is_sealed()));
        header.directory = district().directory().version();
        header.body_len = u32::try_from(body.len()).unwrap_or(0);
        entry.body = body;
        all.push(entry.encode());
    }
    all
}

/// A body of rekeying for exactly those who read the district's topic.
fn rekeys() -> Vec<Vec<u8>> {
    let directory = district().directory();
    let log = Entry::decode(&golden("entry.hex")[0]).expect("the golden entry is one").header.log;
    let log = okrug_protocol::ids::LogId { office: OfficeId(1), topic: okrug_protocol::ids::Topic::District, ..log };
    let readers: Vec<_> = directory.readers(log.topic).into_iter().filter_map(|id| Some((id, 0, directory.office(id)?.seal))).collect();
    let place = Place { district: directory.district(), log, epoch: Epoch(1) };
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    let made = Rekey::seal(&place, &SharedKey::from_bytes([9; 32]), &readers, directory.version(), &mut rng);
    let mut all = golden("rekey");
    all.extend(made.ok().and_then(|rekey| rekey.encode().ok()));
    all
}

fn sealed() -> Vec<Vec<u8>> {
    let (key, place, seq) = place();
    let plain = golden("message_text").pop().unwrap_or_default();
    let own = epoch::seal_body(&key, &place, seq, &plain, &mut ChaCha20Rng::from_seed([4; 32]));
    golden("sealed_body").into_iter().chain(own.ok()).collect()
}

/// Judges an entry as the next of a log that stands where it says.
fn judged(entry: Entry) -> Option<VerifiedEntry> {
    let directory = district().directory();
    let header = &entry.header;
    let first = header.seq <= Seq(1);
    let before = LogState {
        seq: Seq(header.seq.0.saturating_sub(1)),
        id: if first { EntryId::ZERO } else { EntryId(Hash32([7; 32])) },
        epoch: if first || header.kind == Kind::REKEY { Epoch(header.epoch.0.saturating_sub(1)) } else { header.epoch },
        ..LogState::EMPTY
    };
    let (seq, time, chart) = (header.seq, header.time, header.directory);
    let candidate = Candidate::next(entry, &before, &directory).ok()?;
    let state = candidate.state();
    assert!(state.seq == seq && state.seq == before.seq.next() && state.time == time && state.directory == chart);
    assert!(chart <= directory.version(), "it names a chart that is not here");
    candidate.verify(&directory).ok()
}

/// Signs whatever an entry says as the office that it names.
fn signed(bytes: &[u8]) -> bool {
    let Ok(mut entry) = Entry::decode(bytes) else { return false };
    let Some(key) = sign_key(entry.header.log.office) else { return false };
    let previous = if entry.header.seq <= Seq(1) { EntryId::ZERO } else { EntryId(Hash32([7; 32])) };
    entry.signature = entry.signed_part(previous).sign(key);
    let (copy, office) = (entry.clone(), entry.header.log.office);
    let Some(verified) = judged(entry) else { return false };
    assert_eq!(Entry::decode(&verified.encode()).as_ref(), Ok(&copy), "what was verified is not what was signed");
    if copy.header.kind == Kind::REKEY {
        let rekey = Rekey::decode(verified.body()).expect("the log's rules read it");
        let place = Place { district: district().id(), log: copy.header.log, epoch: copy.header.epoch };
        for (n, secret) in (1..).zip(&district().open_keys) {
            let _ = rekey.open(&place, OfficeId(n), copy.header.directory, secret);
        }
        assert!(rekey.members().all(|member| district().directory().office(member).is_some()), "{office} gave a key to who is no office");
    }
    true
}

fn opened(bytes: &[u8]) -> bool {
    let (key, place, seq) = place();
    let Ok(plain) = epoch::open_body(&key, &place, seq, bytes) else {
        let _ = Opening::of(&key, bytes);
        return false;
    };
    assert!(plain.len() <= bytes.len());
    let opening = Opening::of(&key, bytes).expect("it opened");
    assert_eq!(epoch::open_body_by(&opening, &place, seq, bytes).ok(), Some(plain), "two ways to open give two texts");
    true
}

fn rekeyed(rekey: &Rekey) -> bool {
    let (_, place, _) = place();
    let members: Vec<OfficeId> = rekey.members().collect();
    assert!(members.is_sorted(), "members out of order were read");
    for reader in members.iter().take(4) {
        assert!(rekey.box_for(*reader).is_some());
        let secret = &district().open_keys[0];
        let _ = rekey.open(&place, *reader, district().directory().version(), secret);
    }
    true
}

//! What travels by hand or on paper: moves, bundles, evidence, requests; and the keys of the authority in their files.

use okrug_protocol::bundle::{Claims, Head, Header, Holds, Measure, Purpose, Reader, Record, SealedKey, Shape, Signed, Writer, hint};
use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::entry::Kind;
use okrug_protocol::evidence::Evidence;
use okrug_protocol::ids::{OfficeId, Topic, UnitId, Version};
use okrug_protocol::message::Content;
use okrug_protocol::pagekey::PageRequest;
use okrug_protocol::request::Request;
use okrug_protocol::sample;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::sign::SecretKey;
use okrug_protocol::transfer::Transfer;
use okrug_protocol::vault::{Cost, Vault};

use crate::moving::{self, Ledger};
use crate::scene::{At, Scene, home, rng};

pub(crate) const SALT: [u8; 32] = [0x5a; 32];

pub(crate) fn bundle_key() -> SharedKey {
    SharedKey::from_bytes([2; 32])
}

/// A key of the authority: its file has a vault that is bound to the public half.
fn authority_key() -> SecretKey {
    sample::signing("charter", 0)
}

impl Scene {
    pub(crate) fn transfer(&self) -> Vec<u8> {
        moving::file(&self.district, &moving::transfer(&self.district, 1, 20))
    }

    pub(crate) fn header(&self, salt: &[u8; 32]) -> Signed<Header> {
        let header = Header {
            district: self.district.id(),
            from: OfficeId(1),
            to: vec![OfficeId(1), OfficeId(2)],
            made: Millis(5),
            purpose: Purpose::Messages,
            versions: (Version(1), Version(0)),
            claims: Claims::default(),
        };
        Signed::sign(header, salt, &self.district.sign_keys[0])
    }

    pub(crate) fn holds(&self, salt: &[u8; 32]) -> Signed<Holds> {
        Signed::sign(Holds { district: self.district.id(), office: OfficeId(1), heads: Vec::new() }, salt, &self.district.sign_keys[0])
    }

    fn records(&self, salt: &[u8; 32]) -> [Record; 3] {
        [Record::Header(self.header(salt)), Record::Holds(self.holds(salt)), Record::Entry(vec![7; 3_000])]
    }

    fn shape(&self) -> Shape {
        let mut measure = Measure::default();
        self.records(&SALT).iter().for_each(|record| measure.add_record(record));
        measure.shape()
    }

    /// The head, for office 1 alone, and the frames.
    pub(crate) fn bundle(&self, salt: [u8; 32]) -> (Head, Vec<Vec<u8>>) {
        let (mut rng, key) = (rng(), bundle_key());
        let to = self.district.open_keys[0].public();
        let head = Head::new(self.shape(), salt, vec![SealedKey::seal(&key, &salt, &to, &mut rng).unwrap()]);
        let (mut writer, mut frames) = (Writer::new(key, &head, 0), Vec::new());
        self.records(&salt).iter().for_each(|record| writer.push(record, &mut rng, &mut frames).unwrap());
        let finished = writer.finish(&mut rng, |frame| {
            frames.push(frame);
            true
        });
        finished.unwrap();
        assert!(frames.len() > 2, "a frame has others beside it");
        (head, frames)
    }

    fn evidence(&self) -> Vec<u8> {
        let mut records = Ledger::begin(&self.district, 1, Topic::District);
        records.say(Kind::PERSON, &self.from.signed.encode());
        let mut unit = Ledger::begin(&self.district, 1, Topic::Unit(UnitId(1)));
        unit.say(Kind::MESSAGE, &self.message(Content::Text("Принято".to_owned())).encode());
        moving::evidence(&self.district, vec![records.shown(), unit.shown()]).encode().unwrap()
    }

    /// One of each: its name and its bytes.
    pub(crate) fn carried(&self) -> Vec<(&'static str, Vec<u8>)> {
        let point = [&[4][..], &[7; 64]].concat();
        let request = String::from_utf8(self.request()).unwrap();
        let (head, frames) = self.bundle(SALT);
        let key = authority_key();
        vec![
            ("transfer", self.transfer()),
            ("bundle head", head.encode()),
            ("bundle frame", frames[0].clone()),
            ("bundle header", Record::Header(self.header(&SALT)).encode()),
            ("bundle receipts", Record::Holds(self.holds(&SALT)).encode()),
            ("evidence", self.evidence()),
            ("request on paper", Request::to_paper(&request).unwrap().join("\n").into_bytes()),
            ("page request", PageRequest::write("office-1", &point, &self.district.sign_keys[0]).into_bytes()),
            ("authority key", Vault::seal_at(Cost::LEAST, "пароль", &key.public().0, &*key.seed(), &mut rng()).unwrap().encode()),
        ]
    }

    /// As [`Scene::takes`]; `None` for the gate of something else.
    pub(crate) fn takes_carried(&self, gate: &str, bytes: &[u8], at: &At) -> Option<bool> {
        let directory = self.district.directory();
        let opens = &self.district.open_keys[usize::try_from(at.reader.0).unwrap() - 1];
        let writer = directory.verifier(at.log.office).unwrap();
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        Some(match gate {
            "transfer" => Transfer::open(bytes, self.district.id(), at.reader, opens).is_ok(),
            "bundle head" => Head::decode(bytes).is_ok_and(|head| {
                let own = head.boxes.iter().find(|one| one.hint == hint(&head.salt, &opens.public()));
                head.is_sound && own.is_some_and(|own| own.open(&head.salt, opens).is_ok_and(|key| key == bundle_key()))
            }),
            "bundle frame" => {
                let (mut reader, mut out) = (Reader::new(bundle_key(), &Head::new(self.shape(), SALT, Vec::new())), Vec::new());
                reader.frame(u32::try_from(at.seq.0 - home().seq.0).unwrap(), bytes, &mut out);
                !out.is_empty()
            }
            "bundle header" => {
                let Ok(Record::Header(header)) = Record::decode(bytes) else { return Some(false) };
                header.verify(&SALT, writer).is_ok_and(|said| said.district == self.district.id())
            }
            "bundle receipts" => {
                let Ok(Record::Holds(holds)) = Record::decode(bytes) else { return Some(false) };
                holds.verify(&SALT, writer).is_ok_and(|said| said.district == self.district.id())
            }
            "evidence" => Evidence::decode(bytes).is_ok_and(|evidence| evidence.verify(self.district.id()).is_ok()),
            "request on paper" => Request::from_paper(text).is_ok_and(|text| Request::read(&text).is_ok()),
            "page request" => PageRequest::read(text).is_ok_and(|(_, by)| directory.office(at.log.office).unwrap().sign == by),
            "authority key" => {
                // As the authority's tool opens it: the seed must be that of the public half in the file.
                let public = authority_key().public();
                let vault = codec::decode::<Vault>(bytes, 8 << 10).ok();
                let seed = vault
                    .and_then(|vault| vault.open("пароль", &public.0).ok())
                    .and_then(|seed| <[u8; 32]>::try_from(seed.as_slice()).ok());
                seed.is_some_and(|seed| SecretKey::from_seed(&seed).public() == public)
            }
            _ => return None,
        })
    }
}

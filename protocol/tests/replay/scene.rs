//! One of each signed or sealed object, made by a district, and the gate at which each is taken.

use okrug_protocol::act::{Act, By, Desk, Outcome, SealedAct};
use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::charter::Charter;
use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::clock::{Millis, Timestamp};
use okrug_protocol::codec;
use okrug_protocol::document::{DocumentKind, Head};
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::epoch::{self, Place, Rekey};
use okrug_protocol::ids::{Epoch, Incarnation, LogId, OfficeId, PersonId, Precedence, RoleId, Seq, Topic, UnitId, Version};
use okrug_protocol::log::{self, Candidate, Draft, ForkProof, LogState};
use okrug_protocol::message::{Between, Content, Direct, End, Letter, Lines, Message, Setting, Side, Unsigned};
use okrug_protocol::person::SignedPerson;
use okrug_protocol::request::Request;
use okrug_protocol::sample::{self, SampleDistrict, SamplePerson};
use okrug_protocol::seal::SharedKey;
use okrug_protocol::trust::{Accepted, DistrictFile, Trust};
use okrug_protocol::vault::{Cost, Vault};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

pub(crate) const NODE: [u8; 32] = [4; 32];

pub(crate) fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([6; 32])
}

/// A district with a delegated subtree, two people, and a log of office 1.
pub(crate) struct Scene {
    pub(crate) district: SampleDistrict,
    pub(crate) from: SamplePerson,
    pub(crate) to: SamplePerson,
    pub(crate) epoch_key: SharedKey,
}

/// Where an object is offered: at home, or with one thing about the place changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) log: LogId,
    pub(crate) epoch: Epoch,
    pub(crate) seq: Seq,
    /// Whose keys read.
    pub(crate) reader: OfficeId,
}

pub(crate) fn home() -> At {
    let log = LogId { office: OfficeId(1), incarnation: Incarnation(7), topic: Topic::Unit(UnitId(1)), precedence: Precedence::Routine };
    At { log, epoch: Epoch(1), seq: Seq(2), reader: OfficeId(1) }
}

/// Every other place that differs in one thing.
pub(crate) fn elsewhere() -> Vec<(&'static str, At)> {
    let log = home().log;
    vec![
        ("another topic", At { log: LogId { topic: Topic::District, ..log }, ..home() }),
        ("another office", At { log: LogId { office: OfficeId(2), ..log }, ..home() }),
        ("another incarnation", At { log: LogId { incarnation: Incarnation(8), ..log }, ..home() }),
        ("another precedence", At { log: LogId { precedence: Precedence::Flash, ..log }, ..home() }),
        ("another epoch", At { epoch: Epoch(2), ..home() }),
        ("another place", At { seq: Seq(3), ..home() }),
        ("another reader", At { reader: OfficeId(2), ..home() }),
    ]
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::of(sample::hosting(2, |_| vec![UnitId(1)]))
    }

    /// The same in another district, whose first charter has another name; all other keys are the same.
    pub(crate) fn foreign() -> Self {
        let mut district = sample::hosting(2, |_| vec![UnitId(1)]);
        let mut charter: Charter = district.trust.charter().doc().clone();
        charter.name = "Другой округ".to_owned();
        let charter = sample::signed(charter, &[&district.charter_keys[0], &district.charter_keys[1]]);
        let id = charter.district();
        let mut chart = district.trust.chart().doc().clone();
        chart.head.district = id;
        district.file.charters = vec![charter.encode()];
        district.file.chart = sample::signed(chart, &[&district.directory_key]).encode();
        district.file.bootstrap = None;
        district.trust = Trust::from_file(Some(id), &district.file).unwrap();
        Self::of(district)
    }

    fn of(district: SampleDistrict) -> Self {
        let (from, to) = (district.person(OfficeId(1), 1, UnitId(1)), district.person(OfficeId(2), 1, UnitId(1)));
        Self { district, from, to, epoch_key: SharedKey::from_bytes([9; 32]) }
    }

    pub(crate) fn setting(&self, at: &At) -> Setting {
        Setting { district: self.district.id(), office: at.log.office, topic: at.log.topic }
    }

    pub(crate) fn place(&self, at: &At) -> Place {
        Place { district: self.district.id(), log: at.log, epoch: at.epoch }
    }

    fn desk(&self, at: &At) -> Desk {
        Desk { district: self.district.id(), office: at.log.office }
    }

    fn between(&self, at: &At) -> Between {
        Between { setting: self.setting(at), from: self.from.signed.record.person, to: self.to.signed.record.person }
    }

    fn lines(&self, at: &At) -> Lines {
        let Between { setting, from, .. } = self.between(at);
        Lines { setting, from, role: RoleId(20_001), edition: 1, with: from }
    }

    pub(crate) fn message(&self, content: Content) -> Message {
        let person = self.from.signed.record.person;
        let said = Unsigned { person, key_version: 1, counter: 7, time: Millis(5), reply_to: None, content, on_behalf: None };
        said.sign(&self.setting(&home()), &self.from.sign_key).unwrap()
    }

    fn direct(&self) -> Direct {
        let keys = (self.to.signed.record.seal, self.from.signed.record.seal);
        Direct::seal(&self.between(&home()), "лично", &keys.0, &keys.1, &mut rng()).unwrap()
    }

    /// The epoch's key, sealed to so many offices.
    pub(crate) fn rekey(&self, offices: u32) -> Rekey {
        let directory = self.district.directory();
        let readers: Vec<_> = (1..=offices).map(|n| (OfficeId(n), 0, directory.office(OfficeId(n)).unwrap().seal)).collect();
        Rekey::seal(&self.place(&home()), &self.epoch_key, &readers, Version(1), &mut rng()).unwrap()
    }

    /// The first entry of the log at home, and the state after it.
    pub(crate) fn begun(&self) -> (Entry, LogState) {
        let draft = Draft { kind: Kind::REKEY, epoch: Epoch(1), time: Timestamp(10), body: self.rekey(2).encode().unwrap() };
        let directory = self.district.directory();
        let entry = log::write(home().log, &LogState::EMPTY, draft, &directory, &self.district.sign_keys[0]).unwrap();
        let state = Candidate::next(entry.clone(), &LogState::EMPTY, &directory).unwrap().state().clone();
        (entry, state)
    }

    /// The second entry, with this body.
    pub(crate) fn entry(&self, body: Vec<u8>) -> Entry {
        let draft = Draft { kind: Kind::MESSAGE, epoch: Epoch(1), time: Timestamp(20), body };
        log::write(home().log, &self.begun().1, draft, &self.district.directory(), &self.district.sign_keys[0]).unwrap()
    }

    pub(crate) fn body(&self, plain: &[u8]) -> Vec<u8> {
        epoch::seal_body(&self.epoch_key, &self.place(&home()), Seq(2), plain, &mut rng()).unwrap()
    }

    fn next_head(&self, kind: DocumentKind) -> Head {
        let (version, hash) = self.district.trust.versions().of(kind);
        let held = self.district.trust.charter().doc().head;
        Head { district: self.district.id(), version: version.next().unwrap(), previous: hash, ..held }
    }

    fn amended(&self) -> Vec<u8> {
        self.district.clone().amend(|chart| chart.units[0].name = "Новое".to_owned())
    }

    /// The district with a delegation, of which nothing was signed yet.
    fn delegating(&self) -> SampleDistrict {
        let mut district = self.district.clone();
        district.amend(|chart| chart.delegations.push(sample::delegation(2)));
        district
    }

    fn subchart(&self) -> Vec<u8> {
        let (key, mut subchart) = sample::delegated(2);
        subchart.head.district = self.district.id();
        sample::signed(subchart, &[&key]).encode()
    }

    fn second_charter(&self) -> Vec<u8> {
        let charter = Charter { head: self.next_head(DocumentKind::Charter), ..self.district.trust.charter().doc().clone() };
        sample::signed(charter, &[&self.district.charter_keys[0], &self.district.charter_keys[1]]).encode()
    }

    fn second_list(&self) -> Vec<u8> {
        let head = Head { version: Version(2), previous: okrug_protocol::ids::Hash32([1; 32]), ..self.next_head(DocumentKind::Bootstrap) };
        sample::signed(Bootstrap { head, rows: Vec::new() }, &[&self.district.directory_key]).encode()
    }

    pub(crate) fn request(&self) -> Vec<u8> {
        let (sign, peer, seal) = (&self.district.sign_keys[0], &self.district.peer_keys[0], self.district.open_keys[0].public());
        Request::write("office-1", "Отделение", sign, peer, seal).unwrap().into_bytes()
    }

    fn fork(&self) -> Vec<u8> {
        let (one, other) = (self.entry(vec![1]), self.entry(vec![2]));
        codec::encode(&log::fork_proof(&one, &other, self.begun().1.id, &self.district.directory()).unwrap())
    }

    /// One of each: its name and its bytes.
    pub(crate) fn objects(&self) -> Vec<(&'static str, Vec<u8>)> {
        let secret = SharedKey::from_bytes([3; 32]);
        let act =
            Act { time: Millis(5), by: By::Node, deed: "a.b".to_owned(), about: Vec::new(), note: String::new(), outcome: Outcome::Done };
        let letter =
            Letter::seal(&self.lines(&home()), "письмо", &self.to.signed.record.seal, &self.from.signed.record.seal, &mut rng()).unwrap();
        let ours = vec![
            ("charter", self.second_charter()),
            ("chart", self.amended()),
            ("bootstrap list", self.second_list()),
            ("delegated directory", self.subchart()),
            ("revocations", self.district.clone().revoke(&[OfficeId(2)], &[PersonId(20_001)], &[])),
            ("district file", self.district.file.encode()),
            ("request", self.request()),
            ("person record", self.from.signed.encode()),
            ("entry", self.entry(self.body(b"plain")).encode()),
            ("epoch key box", self.rekey(1).encode().unwrap()),
            ("sealed body", self.body(b"plain")),
            ("message", self.message(Content::Text("текст".to_owned())).encode()),
            ("direct message", codec::encode(&self.direct())),
            ("letter", codec::encode(&letter)),
            ("checkpoint", Checkpoint { heads: vec![(home().log, Seq(2))], kept: vec![], full: false }.encode()),
            ("act", SealedAct::seal(&self.desk(&home()), &secret, &act, &mut rng()).unwrap().encode()),
            ("fork proof", self.fork()),
            ("vault", Vault::seal_at(Cost::LEAST, "пароль", &NODE, b"secret", &mut rng()).unwrap().encode()),
        ];
        [ours, self.carried(), self.announced()].concat()
    }

    /// Whether the gate of an object takes these bytes in a place.
    pub(crate) fn takes(&self, gate: &str, bytes: &[u8], at: &At) -> bool {
        let mut trust = self.district.trust.clone();
        let directory = self.district.directory();
        let reader = usize::try_from(at.reader.0).unwrap() - 1;
        let secret = SharedKey::from_bytes([3; 32]);
        let newer = |taken: Result<Accepted, _>| matches!(taken, Ok(Accepted::Newer));
        match gate {
            "charter" => newer(trust.accept_charter(bytes).map_err(drop)),
            "chart" => newer(trust.accept_chart(bytes).map_err(drop)),
            "bootstrap list" => newer(trust.accept_bootstrap(bytes).map_err(drop)),
            "delegated directory" => newer(self.delegating().trust.accept_subchart(bytes).map_err(drop)),
            "revocations" => newer(trust.accept_revocations(bytes).map_err(drop)),
            "district file" => DistrictFile::decode(bytes).is_ok_and(|file| Trust::from_file(Some(self.district.id()), &file).is_ok()),
            "request" => std::str::from_utf8(bytes).is_ok_and(|text| Request::read(text).is_ok()),
            "person record" => SignedPerson::read(bytes, self.district.id()).is_ok(),
            "entry" => {
                let (_, begun) = self.begun();
                // In another log or place the state is that log's, which begins like this one.
                let state = LogState { seq: Seq(at.seq.0 - 1), epoch: at.epoch, ..begun };
                Entry::decode(bytes).is_ok_and(|entry| {
                    let there = entry.header.log == at.log;
                    there && Candidate::next(entry, &state, &directory).is_ok_and(|next| next.verify(&directory).is_ok())
                })
            }
            "epoch key box" => Rekey::decode(bytes)
                .and_then(|rekey| rekey.open(&self.place(at), OfficeId(1), Version(1), &self.district.open_keys[reader]))
                .is_ok_and(|key| key.is_some()),
            "sealed body" => at.reader == OfficeId(1) && epoch::open_body(&self.epoch_key, &self.place(at), at.seq, bytes).is_ok(),
            "message" => {
                let who = if at.reader == OfficeId(1) { &self.from } else { &self.to };
                let key = who.sign_key.public().verifier().unwrap();
                Message::decode(bytes).is_ok_and(|message| message.verify(&self.setting(at), &key).is_ok())
            }
            "direct message" => {
                // Both sides open it, each by its own key.
                let (to, from) = if at.reader == OfficeId(1) { (&self.to, &self.from) } else { (&self.from, &self.to) };
                let direct = codec::decode_canonical::<Direct>(bytes, 1 << 16);
                direct.is_ok_and(|direct| {
                    let opens = |side, key: &SamplePerson| direct.open(&self.between(at), side, &key.open_key).is_ok();
                    direct.to == self.to.signed.record.person && opens(Side::Addressee, to) && opens(Side::Writer, from)
                })
            }
            "letter" => {
                let (role, person) = if at.reader == OfficeId(1) { (&self.to, &self.from) } else { (&self.from, &self.to) };
                let letter = codec::decode_canonical::<Letter>(bytes, 1 << 16);
                letter.is_ok_and(|letter| {
                    let from = self.from.signed.record.person;
                    let opens = |end, key: &SamplePerson| letter.open(&self.setting(at), from, end, &key.open_key).is_ok();
                    opens(End::Role, role) && opens(End::Person, person)
                })
            }
            "checkpoint" => Checkpoint::decode(bytes).is_ok_and(|checkpoint| !checkpoint.heads.is_empty()),
            "act" => SealedAct::decode(bytes).is_ok_and(|act| act.open(&self.desk(at), &act.key(&self.desk(at), &secret)).is_ok()),
            "fork proof" => codec::decode_canonical::<ForkProof>(bytes, 1 << 12)
                .is_ok_and(|proof| proof.kept.part.header.log == at.log && proof.holds(&directory)),
            "vault" => Vault::decode(bytes).is_ok_and(|vault| vault.open("пароль", &NODE).is_ok()),
            _ => self
                .takes_carried(gate, bytes, at)
                .or_else(|| self.takes_announced(gate, bytes, at))
                .unwrap_or_else(|| panic!("no gate {gate}")),
        }
    }
}

//! A small district whose logs grow, and a case that is to be proven.

use okrug_protocol::behalf::OnBehalf;
use okrug_protocol::clock::{Millis, Timestamp};
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::epoch::{self, Place, Rekey};
use okrug_protocol::evidence::{EntryFault, Evidence, EvidenceError, Exhibit, Report, Run, Shown};
use okrug_protocol::ids::{EntryId, Epoch, Incarnation, LogId, OfficeId, Precedence, Topic, UnitId};
use okrug_protocol::log::{self, Candidate, Draft, LogState};
use okrug_protocol::message::{Content, Setting, Unsigned};
use okrug_protocol::opening::Opening;
use okrug_protocol::sample::{self, SampleDistrict, SamplePerson};
use okrug_protocol::seal::SharedKey;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// One log of an office, as it grows.
pub(crate) struct Log {
    pub(crate) id: LogId,
    pub(crate) state: LogState,
    pub(crate) key: SharedKey,
    pub(crate) entries: Vec<Entry>,
}

pub(crate) struct Scene {
    pub(crate) district: SampleDistrict,
    pub(crate) rng: ChaCha20Rng,
    pub(crate) time: u64,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self { district: sample::hosting(2, |_| vec![UnitId(1)]), rng: ChaCha20Rng::from_seed([5; 32]), time: 1_000 }
    }

    /// Begins a log with a rekey entry.
    pub(crate) fn log(&mut self, office: u32, topic: Topic) -> Log {
        let id = LogId { office: OfficeId(office), incarnation: Incarnation(7), topic, precedence: Precedence::Routine };
        let key = SharedKey::generate(&mut self.rng);
        let mut log = Log { id, state: LogState::EMPTY, key, entries: Vec::new() };
        let directory = self.district.directory();
        let readers: Vec<_> = [1, 2].map(|n| (OfficeId(n), 0, directory.office(OfficeId(n)).unwrap().seal)).into();
        let rekey = Rekey::seal(&self.place(&log, 1), &log.key, &readers, directory.version(), &mut self.rng).unwrap();
        self.append(&mut log, Kind::REKEY, 1, rekey.encode().unwrap());
        log
    }

    pub(crate) fn place(&self, log: &Log, epoch: u32) -> Place {
        Place { district: self.district.id(), log: log.id, epoch: Epoch(epoch) }
    }

    pub(crate) fn append(&mut self, log: &mut Log, kind: Kind, epoch: u32, body: Vec<u8>) {
        self.time += 1;
        let draft = Draft { kind, epoch: Epoch(epoch), time: Timestamp::at(Millis(self.time)), body };
        let directory = self.district.directory();
        let key = &self.district.sign_keys[usize::try_from(log.id.office.0).unwrap() - 1];
        let entry = log::write(log.id, &log.state, draft, &directory, key).unwrap();
        log.state = Candidate::next(entry.clone(), &log.state, &directory).unwrap().verify(&directory).unwrap().state().clone();
        log.entries.push(entry);
    }

    /// Appends something sealed.
    pub(crate) fn say(&mut self, log: &mut Log, kind: Kind, plain: &[u8]) {
        let body = epoch::seal_body(&log.key, &self.place(log, 1), log.state.seq.next(), plain, &mut self.rng).unwrap();
        self.append(log, kind, 1, body);
    }

    pub(crate) fn message(&mut self, log: &mut Log, person: &SamplePerson, counter: u64, content: Content) {
        self.message_for(log, person, counter, content, None);
    }

    pub(crate) fn message_for(
        &mut self,
        log: &mut Log,
        person: &SamplePerson,
        counter: u64,
        content: Content,
        on_behalf: Option<OnBehalf>,
    ) {
        let setting = Setting { district: self.district.id(), office: log.id.office, topic: log.id.topic };
        let time = Millis(self.time);
        let record = &person.signed.record;
        let unsigned = Unsigned { person: record.person, key_version: record.version, counter, time, reply_to: None, content, on_behalf };
        let plain = unsigned.sign(&setting, &person.sign_key).unwrap().encode();
        self.say(log, Kind::MESSAGE, &plain);
    }
}

impl Log {
    pub(crate) fn opened(&self, seq: usize) -> Exhibit {
        let entry = &self.entries[seq - 1];
        Exhibit::of(entry, |body| {
            let opening = Opening::of(&self.key, &body).unwrap();
            Shown::Opened(body, opening)
        })
    }

    pub(crate) fn closed(&self, seq: usize) -> Exhibit {
        Exhibit::closed(&self.entries[seq - 1])
    }

    /// The id of the entry before a place.
    pub(crate) fn before(&self, seq: usize) -> EntryId {
        self.entries[..seq - 1].iter().fold(EntryId::ZERO, |id, entry| entry.id(id))
    }

    pub(crate) fn run(&self, exhibits: Vec<Exhibit>) -> Run {
        let first = usize::try_from(exhibits[0].header.seq.0).unwrap();
        Run { previous: self.before(first), exhibits }
    }
}

/// A district in which a person of office 1 said two things to unit 1.
pub(crate) struct Case {
    pub(crate) scene: Scene,
    pub(crate) person: SamplePerson,
    pub(crate) records: Log,
    pub(crate) unit: Log,
}

pub(crate) fn case() -> Case {
    let mut scene = Scene::new();
    let person = scene.district.person(OfficeId(1), 1, UnitId(1));
    let mut records = scene.log(1, Topic::District);
    scene.say(&mut records, Kind::PERSON, &person.signed.encode());
    let mut unit = scene.log(1, Topic::Unit(UnitId(1)));
    scene.message(&mut unit, &person, 1, Content::Text("Принято".to_owned()));
    scene.message(&mut unit, &person, 2, Content::Text("Выезжаем".to_owned()));
    Case { scene, person, records, unit }
}

impl Case {
    pub(crate) fn evidence(&self, runs: Vec<Run>) -> Evidence {
        let mut district = self.scene.district.file.clone();
        district.bootstrap = None;
        let mut evidence = Evidence { district, runs };
        evidence.runs.sort_by_key(|run| (run.exhibits[0].header.log, run.exhibits[0].header.seq));
        evidence
    }

    /// One message with the record of its person.
    pub(crate) fn one(&self) -> Evidence {
        self.evidence(vec![self.records.run(vec![self.records.opened(2)]), self.unit.run(vec![self.unit.opened(2)])])
    }

    pub(crate) fn judge(&self, evidence: &Evidence) -> Result<Report, EvidenceError> {
        // By way of the file, as whoever is to be convinced has it.
        Evidence::decode(&evidence.encode()?)?.verify(self.scene.district.id())
    }

    #[track_caller]
    pub(crate) fn refused(&self, evidence: &Evidence, fault: EntryFault) {
        match self.judge(evidence) {
            Err(EvidenceError::Entry { fault: found, .. }) => assert_eq!(found, fault),
            other => panic!("{other:?}"),
        }
    }
}

//! A person whom office 2 has let go to office 1, and the file with which they come.

use okrug_protocol::clock::{Millis, Timestamp};
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::epoch::{self, Place, Rekey};
use okrug_protocol::evidence::{Evidence, Exhibit, Run, Shown};
use okrug_protocol::handover::{Account, Letter};
use okrug_protocol::ids::{EntryId, Epoch, Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId};
use okrug_protocol::log::{self, Candidate, Draft, LogState};
use okrug_protocol::message::{Between, Content, Direct, Setting, Unsigned};
use okrug_protocol::opening::Opening;
use okrug_protocol::person::{PersonRecord, SignedPerson};
use okrug_protocol::sample::{SampleDistrict, SamplePerson};
use okrug_protocol::seal::SharedKey;
use okrug_protocol::transfer::{Head, Transfer};
use okrug_protocol::vault::{Cost, Vault};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// One log as its office writes it.
pub(crate) struct Ledger<'a> {
    district: &'a SampleDistrict,
    log: LogId,
    state: LogState,
    key: SharedKey,
    entries: Vec<Entry>,
    rng: ChaCha20Rng,
}

impl<'a> Ledger<'a> {
    pub(crate) fn begin(district: &'a SampleDistrict, office: u32, topic: Topic) -> Self {
        let log = LogId { office: OfficeId(office), incarnation: Incarnation(7), topic, precedence: Precedence::Routine };
        let (rng, key) = (ChaCha20Rng::from_seed([11; 32]), SharedKey::from_bytes([12; 32]));
        let mut ledger = Self { district, log, state: LogState::EMPTY, key, entries: Vec::new(), rng };
        let directory = district.directory();
        let readers: Vec<_> = [1, 2].map(|n| (OfficeId(n), 0, directory.office(OfficeId(n)).unwrap().seal)).into();
        let rekey = Rekey::seal(&ledger.place(), &ledger.key, &readers, directory.version(), &mut ledger.rng).unwrap();
        ledger.append(Kind::REKEY, rekey.encode().unwrap());
        ledger
    }

    fn place(&self) -> Place {
        Place { district: self.district.id(), log: self.log, epoch: Epoch(1) }
    }

    fn append(&mut self, kind: Kind, body: Vec<u8>) {
        let time = Timestamp::at(Millis(1_767_225_600_000 + self.state.seq.0));
        let directory = self.district.directory();
        let key = &self.district.sign_keys[usize::try_from(self.log.office.0).unwrap() - 1];
        let entry = log::write(self.log, &self.state, Draft { kind, epoch: Epoch(1), time, body }, &directory, key).unwrap();
        self.state = Candidate::next(entry.clone(), &self.state, &directory).unwrap().state().clone();
        self.entries.push(entry);
    }

    /// Appends something sealed.
    pub(crate) fn say(&mut self, kind: Kind, plain: &[u8]) {
        let body = epoch::seal_body(&self.key, &self.place(), self.state.seq.next(), plain, &mut self.rng).unwrap();
        self.append(kind, body);
    }

    /// All that was said, opened.
    pub(crate) fn shown(&self) -> Run {
        let open = |entry: &Entry| {
            Exhibit::of(entry, |body| {
                let opening = Opening::of(&self.key, &body).unwrap();
                Shown::Opened(body, opening)
            })
        };
        Run { previous: self.entries[0].id(EntryId::ZERO), exhibits: self.entries[1..].iter().map(open).collect() }
    }
}

/// Runs with the documents of the district.
pub(crate) fn evidence(district: &SampleDistrict, mut runs: Vec<Run>) -> Evidence {
    runs.sort_by_key(|run| run.exhibits[0].header.log);
    let mut file = district.file.clone();
    file.bootstrap = None;
    Evidence { district: file, runs }
}

/// What goes along with so many letters of so many bytes.
pub(crate) fn transfer(district: &SampleDistrict, letters: u64, bytes: usize) -> Transfer {
    let mut rng = ChaCha20Rng::from_seed([13; 32]);
    let mover = district.person(OfficeId(2), 1, UnitId(1));
    let let_go = PersonRecord { version: 2, active: false, next_home: Some(OfficeId(1)), ..mover.signed.record.clone() };
    let let_go = SignedPerson::write(let_go, district.id(), &mover.sign_key).unwrap();
    let mut records = Ledger::begin(district, 2, Topic::District);
    records.say(Kind::PERSON, &mover.signed.encode());
    records.say(Kind::PERSON, &let_go.encode());
    let share = [14; 32];
    let vault = Vault::seal_at(Cost::LEAST, "пароль", &share, b"keys", &mut rng).unwrap();
    let person = mover.signed.record.person;
    Transfer {
        head: Head { district: district.id(), from: OfficeId(2), to: OfficeId(1), person, version: 2 },
        records: evidence(district, vec![records.shown()]),
        account: Account { person, login: "duty".to_owned(), vault: vault.encode(), share },
        letters: (1..=letters).map(|n| letter(district, &mover, n, bytes, &mut rng)).collect(),
    }
}

fn letter(district: &SampleDistrict, mover: &SamplePerson, n: u64, bytes: usize, rng: &mut ChaCha20Rng) -> Letter {
    let other = district.person(OfficeId(1), 1, UnitId(1)).signed.record;
    let log = LogId { office: OfficeId(2), incarnation: Incarnation(7), topic: Topic::Inbox(OfficeId(1)), precedence: Precedence::Routine };
    let setting = Setting { district: district.id(), office: log.office, topic: log.topic };
    let own = &mover.signed.record;
    let between = Between { setting, from: own.person, to: other.person };
    let direct = Direct::seal(&between, &"т".repeat(bytes / 2), &other.seal, &own.seal, rng).unwrap();
    let said = Unsigned {
        person: own.person,
        key_version: 1,
        counter: n,
        time: Millis(5),
        reply_to: None,
        content: Content::Direct(direct),
        on_behalf: None,
    };
    Letter { log, seq: Seq(n), time: Timestamp(n), message: said.sign(&setting, &mover.sign_key).unwrap().encode() }
}

/// The file, sealed to office 1 and signed by office 2.
pub(crate) fn file(district: &SampleDistrict, transfer: &Transfer) -> Vec<u8> {
    transfer.seal(&district.open_keys[0].public(), &district.sign_keys[1], &mut ChaCha20Rng::from_seed([15; 32])).unwrap()
}

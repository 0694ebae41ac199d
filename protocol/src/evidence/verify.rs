//! Verifying a file of evidence, from the district's identity alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::duties::Duties;
use super::report::{Closed, Counts, Place, Report, Said, ShownAct, ShownMessage, Speaker, Witnessed};
use super::{EntryFault, Evidence, EvidenceError, Exhibit, Run, Shown};
use crate::act::{Desk, SealedAct};
use crate::behalf;
use crate::behalf::Behalf;
use crate::checkpoint::Checkpoint;
use crate::directory::Directory;
use crate::entry::{Kind, SUITE};
use crate::epoch::{self, Place as EpochPlace};
use crate::ids::{DistrictId, EntryId, PersonId, Seq, Topic};
use crate::message::{Between, Content, Message, Setting};
use crate::opening::Opening;
use crate::person::SignedPerson;
use crate::register::{Learned, Register};
use crate::revocations::Revocations;
use crate::seal::SharedKey;
use crate::timeline::Position;
use crate::trust::Trust;

/// An exhibit whose place and signature were verified.
struct Proven<'a> {
    place: Place,
    exhibit: &'a Exhibit,
    run: usize,
}

impl Proven<'_> {
    fn fault(&self, fault: EntryFault) -> EvidenceError {
        EvidenceError::Entry { log: self.place.log, seq: self.place.seq, fault }
    }

    fn position(&self) -> Position {
        Position { time: self.place.time, log: self.place.log, seq: self.place.seq }
    }
}

/// People whose records a file proves.
#[derive(Debug)]
pub struct People {
    /// The records, each as it was shown.
    pub records: Vec<SignedPerson>,
    /// The same, by the rules of their chains.
    pub register: Register,
    /// The directory of the file.
    pub directory: Arc<Directory>,
}

impl Evidence {
    /// Verifies everything in the file for the district that is known from elsewhere.
    ///
    /// # Errors
    /// The first thing that does not hold; then nothing of the file is to be believed.
    pub fn verify(&self, district: DistrictId) -> Result<Report, EvidenceError> {
        if self.district.bootstrap.is_some() {
            return Err(EvidenceError::Changed);
        }
        let trust = Trust::from_file(Some(district), &self.district)?;
        let directory = trust.directory();
        let all = self.prove_runs(&directory)?;
        let (records, mut duties) = (records(&all, &directory)?, duties(&all, &directory)?);
        let court = Court { revocations: trust.revocations().map(|list| list.doc()), records, directory };
        let checkpoints = all.iter().filter_map(|proven| court.checkpoint(proven).transpose()).collect::<Result<Vec<_>, _>>()?;
        let (mut messages, mut acts, mut said) = (Vec::new(), Vec::new(), BTreeSet::new());
        let mut uses = Uses::default();
        for proven in &all {
            match (&proven.exhibit.shown, proven.exhibit.header.kind) {
                (Shown::Closed(_) | Shown::Plain(_), _) | (Shown::Opened(..), Kind::PERSON | Kind::ROLE | Kind::DEPUTY) => {}
                (Shown::Act(body, key), Kind::ACT) => {
                    acts.push((proven.position(), court.act(proven, body, key)?));
                    uses.runs.insert(proven.run);
                }
                (Shown::Opened(body, opening), Kind::MESSAGE) => {
                    messages.push((proven, court.message(proven, body, opening, None, &mut duties)?));
                }
                (Shown::Twice(body, opening, text), Kind::MESSAGE) => {
                    messages.push((proven, court.message(proven, body, opening, Some(text), &mut duties)?));
                }
                _ => return Err(proven.fault(EntryFault::Superfluous)),
            }
        }
        for (proven, message) in &mut messages {
            uses.runs.insert(proven.run);
            uses.people.insert(message.speaker.record.person);
            if let Some(Behalf::Person(absent)) = message.on_behalf.as_ref().map(|shown| shown.on.of) {
                uses.people.insert(absent);
            }
            if !said.insert((message.speaker.record.person, message.counter)) {
                return Err(proven.fault(EntryFault::Repeats));
            }
            message.witnessed = witnesses(&message.place, &checkpoints, &mut uses.checkpoints);
        }
        uses.check(&all, &court.records, &checkpoints)?;
        if let Some(place) = duties.needless() {
            return Err(EvidenceError::Entry { log: place.log, seq: place.seq, fault: EntryFault::Superfluous });
        }
        if messages.is_empty() && acts.is_empty() {
            return Err(EvidenceError::Empty);
        }
        messages.sort_by_key(|(proven, _)| proven.position());
        acts.sort_by_key(|(position, _)| *position);
        Ok(Report {
            district,
            name: court.directory.name().to_owned(),
            charter: trust.charter().version(),
            chart: trust.chart().version(),
            revocations: court.directory.revocations_version(),
            messages: messages.into_iter().map(|(_, message)| message).collect(),
            acts: acts.into_iter().map(|(_, act)| act).collect(),
            runs: self.runs.iter().enumerate().filter(|(at, _)| uses.runs.contains(at)).filter_map(|(_, run)| closed(run)).collect(),
        })
    }

    /// Verifies a file that shows people's records and nothing else.
    ///
    /// # Errors
    /// The first thing that does not hold; then nothing of the file is to be believed.
    pub fn people(&self, district: DistrictId) -> Result<People, EvidenceError> {
        let trust = Trust::from_file(Some(district), &self.district)?;
        let directory = trust.directory();
        let all = self.prove_runs(&directory)?;
        let is_record = |proven: &&Proven<'_>| {
            matches!((&proven.exhibit.shown, proven.exhibit.header.kind), (Shown::Closed(_), _) | (Shown::Opened(..), Kind::PERSON))
        };
        if let Some(other) = all.iter().find(|proven| !is_record(proven)) {
            return Err(other.fault(EntryFault::Superfluous));
        }
        let Records { register, places } = records(&all, &directory)?;
        let read = |bytes: &Vec<u8>| SignedPerson::read(bytes, district).ok();
        Ok(People { records: places.keys().filter_map(read).collect(), register, directory })
    }

    fn prove_runs(&self, directory: &Directory) -> Result<Vec<Proven<'_>>, EvidenceError> {
        let (mut all, mut last) = (Vec::new(), None);
        for (at, run) in self.runs.iter().enumerate() {
            let first = run.exhibits.first().ok_or(EvidenceError::Changed)?;
            let start = (first.header.log, first.header.seq);
            // Sorted, and with at least one entry between two runs of a log: what stands together is one run.
            let apart = last.is_none_or(|(log, seq): (_, Seq)| (log, seq.next()) < start);
            if !apart || (first.header.seq == Seq(1)) != (run.previous == EntryId::ZERO) || first.header.seq == Seq::ZERO {
                return Err(fault(first, EntryFault::OutOfOrder));
            }
            let mut previous = run.previous;
            let mut before: Option<&Exhibit> = None;
            for exhibit in &run.exhibits {
                if before.is_some_and(|before| !follows(before, exhibit)) {
                    return Err(fault(exhibit, EntryFault::OutOfOrder));
                }
                let place = prove(exhibit, previous, directory)?;
                previous = place.id;
                before = Some(exhibit);
                last = Some((place.log, place.seq));
                all.push(Proven { place, exhibit, run: at });
            }
        }
        Ok(all)
    }
}

fn fault(exhibit: &Exhibit, fault: EntryFault) -> EvidenceError {
    EvidenceError::Entry { log: exhibit.header.log, seq: exhibit.header.seq, fault }
}

/// Whether one entry may stand behind the other.
fn follows(before: &Exhibit, next: &Exhibit) -> bool {
    let (before, next) = (&before.header, &next.header);
    let epoch = if next.kind == Kind::REKEY { before.epoch.0.saturating_add(1) } else { before.epoch.0 };
    next.log == before.log
        && next.seq == before.seq.next()
        && next.time > before.time
        && next.directory >= before.directory
        && next.revocations >= before.revocations
        && next.epoch.0 == epoch
}

/// Verifies an entry's signature in its place, by the directory that its writer knew.
fn prove(exhibit: &Exhibit, previous: EntryId, directory: &Directory) -> Result<Place, EvidenceError> {
    let header = &exhibit.header;
    let sealed = header.kind.is_sealed();
    let fits = match &exhibit.shown {
        Shown::Closed(_) => true,
        Shown::Plain(_) => !sealed && header.kind != Kind::ACT,
        Shown::Opened(..) | Shown::Twice(..) => sealed,
        Shown::Act(..) => header.kind == Kind::ACT,
    };
    let length = exhibit.body().is_none_or(|body| u32::try_from(body.len()) == Ok(header.body_len));
    if header.suite != SUITE || !fits || !length {
        return Err(fault(exhibit, EntryFault::Malformed));
    }
    let subtree = directory.subtree_of(header.log.office, header.directory);
    let awaited = subtree.is_some_and(|unit| directory.awaits(unit, header.delegated));
    if header.directory > directory.version() || header.revocations > directory.revocations_version() || awaited {
        return Err(fault(exhibit, EntryFault::Newer));
    }
    let key = directory.verifier_at(header.log.office, header.at()).ok_or_else(|| fault(exhibit, EntryFault::Writer))?;
    let silent = !header.kind.is_of_reading() && directory.is_suspended_at(header.log.office, header.directory);
    if silent || !directory.may_write_at(header.log.office, header.log.topic, header.at()) {
        return Err(fault(exhibit, EntryFault::Writer));
    }
    let part = exhibit.signed_part(previous);
    part.verify(&key, &exhibit.signature).map_err(|_| fault(exhibit, EntryFault::Signature))?;
    let (log, seq, time) = (header.log, header.seq, header.time);
    Ok(Place { log, seq, id: part.id(), time, directory: header.directory, revocations: header.revocations })
}

/// The people's records that hold, with their places.
struct Records {
    register: Register,
    places: BTreeMap<Vec<u8>, Place>,
}

fn records(all: &[Proven<'_>], directory: &Directory) -> Result<Records, EvidenceError> {
    let mut records = Records { register: Register::default(), places: BTreeMap::new() };
    for proven in all {
        let (Shown::Opened(body, opening), Kind::PERSON) = (&proven.exhibit.shown, proven.exhibit.header.kind) else { continue };
        let plain = open(proven, body, opening, directory)?;
        let signed = SignedPerson::read(&plain, directory.district()).map_err(|_| proven.fault(EntryFault::Content))?;
        let at_home = proven.place.log.topic == Topic::District;
        let may = directory.may_enrol_at(proven.place.log.office, &signed.record, proven.exhibit.header.at()).is_ok();
        if !at_home || !may || records.places.insert(signed.encode(), proven.place.clone()).is_some() {
            return Err(proven.fault(EntryFault::Record));
        }
        if records.register.learn(signed) == Learned::Refused {
            return Err(proven.fault(EntryFault::Record));
        }
    }
    // Whatever still waits follows from nothing that is here.
    for bytes in records.places.keys() {
        let known = SignedPerson::read(bytes, directory.district())
            .is_ok_and(|signed| records.register.of_version(signed.record.person, signed.record.version).contains(&signed));
        if !known {
            let place = &records.places[bytes];
            return Err(EvidenceError::Entry { log: place.log, seq: place.seq, fault: EntryFault::Record });
        }
    }
    Ok(records)
}

/// The editions of roles and deputies.
fn duties(all: &[Proven<'_>], directory: &Directory) -> Result<Duties, EvidenceError> {
    let mut duties = Duties::default();
    for proven in all {
        let (Shown::Opened(body, opening), Kind::ROLE | Kind::DEPUTY) = (&proven.exhibit.shown, proven.exhibit.header.kind) else {
            continue;
        };
        let plain = open(proven, body, opening, directory)?;
        duties.take(&proven.place, &proven.exhibit.header, &plain, directory).map_err(|fault| proven.fault(fault))?;
    }
    Ok(duties)
}

fn open(proven: &Proven<'_>, body: &[u8], opening: &Opening, directory: &Directory) -> Result<Vec<u8>, EvidenceError> {
    let header = &proven.exhibit.header;
    let place = EpochPlace { district: directory.district(), log: header.log, epoch: header.epoch };
    epoch::open_body_by(opening, &place, header.seq, body).map_err(|_| proven.fault(EntryFault::Sealed))
}

/// What messages and acts are judged by.
struct Court<'a> {
    directory: Arc<Directory>,
    revocations: Option<&'a Revocations>,
    records: Records,
}

type Held = (Place, Checkpoint);

impl Court<'_> {
    fn message(
        &self,
        proven: &Proven<'_>,
        body: &[u8],
        opening: &Opening,
        text: Option<&[u8; 32]>,
        duties: &mut Duties,
    ) -> Result<ShownMessage, EvidenceError> {
        let plain = open(proven, body, opening, &self.directory)?;
        let message = Message::decode(&plain).map_err(|_| proven.fault(EntryFault::Content))?;
        let log = proven.place.log;
        let setting = Setting { district: self.directory.district(), office: log.office, topic: log.topic };
        let named = self.records.register.of_version(message.person, message.key_version);
        let mut homes = named.iter().filter(|signed| signed.record.active && signed.record.office == log.office).peekable();
        if homes.peek().is_none() {
            return Err(proven.fault(EntryFault::Stranger));
        }
        let signs = |signed: &&SignedPerson| signed.record.sign.verifier().is_ok_and(|key| message.verify(&setting, &key).is_ok());
        let signed = homes.find(signs).ok_or_else(|| proven.fault(EntryFault::PersonSignature))?;
        let said = said(&message, &setting, text).map_err(|error| proven.fault(error))?;
        let when = behalf::Said { said: message.time, written: proven.place.time.millis() };
        Ok(ShownMessage {
            place: proven.place.clone(),
            office_name: self.office_name(&proven.place),
            speaker: self.speaker(signed, proven)?,
            on_behalf: message.on_behalf.map(|on| duties.judge(on, message.person, log.office, when, &self.records.register)),
            counter: message.counter,
            time: message.time,
            reply_to: message.reply_to,
            said,
            counts: self.counts(&proven.place),
            witnessed: Vec::new(),
        })
    }

    fn speaker(&self, signed: &SignedPerson, proven: &Proven<'_>) -> Result<Speaker, EvidenceError> {
        let person = signed.record.person;
        let recorded = self.records.places.get(&signed.encode()).cloned();
        let newest = self.records.register.record(person).cloned();
        let stranger = || proven.fault(EntryFault::Stranger);
        let revoked = self.revocations.and_then(|list| list.persons.iter().find(|row| row.person == person));
        Ok(Speaker {
            record: signed.record.clone(),
            recorded: recorded.ok_or_else(stranger)?,
            newest: newest.ok_or_else(stranger)?,
            revoked: revoked.map(|row| row.reason.clone()),
        })
    }

    fn act(&self, proven: &Proven<'_>, body: &[u8], key: &[u8; 32]) -> Result<ShownAct, EvidenceError> {
        if proven.place.log.topic != Topic::District {
            return Err(proven.fault(EntryFault::Superfluous));
        }
        let desk = Desk { district: self.directory.district(), office: proven.place.log.office };
        let sealed = SealedAct::decode(body).map_err(|_| proven.fault(EntryFault::Content))?;
        let act = sealed.open(&desk, &SharedKey::from_bytes(*key)).map_err(|_| proven.fault(EntryFault::Sealed))?;
        Ok(ShownAct { place: proven.place.clone(), office_name: self.office_name(&proven.place), act, counts: self.counts(&proven.place) })
    }

    fn checkpoint(&self, proven: &Proven<'_>) -> Result<Option<Held>, EvidenceError> {
        match (&proven.exhibit.shown, proven.exhibit.header.kind) {
            (Shown::Plain(body), Kind::CHECKPOINT) if proven.place.log.topic == Topic::District => {
                let checkpoint = Checkpoint::decode(body).map_err(|_| proven.fault(EntryFault::Content))?;
                Ok(Some((proven.place.clone(), checkpoint)))
            }
            (Shown::Plain(_), _) => Err(proven.fault(EntryFault::Superfluous)),
            _ => Ok(None),
        }
    }

    fn office_name(&self, place: &Place) -> String {
        let office = place.log.office;
        let then = self.directory.office_ever(office);
        then.map_or_else(|| office.to_string(), |office| office.name.clone())
    }

    fn counts(&self, place: &Place) -> Counts {
        let Some(row) = self.revocations.and_then(|list| list.offices.iter().find(|row| row.office == place.log.office)) else {
            return Counts::Yes;
        };
        let Some(end) = row.end_of(&place.log) else { return Counts::Unwitnessed };
        let before = place.seq < end.seq || (place.seq == end.seq && place.id == end.id);
        if before { Counts::BeforeCutOff } else { Counts::AfterCutOff }
    }
}

fn said(message: &Message, setting: &Setting, key: Option<&[u8; 32]>) -> Result<Said, EntryFault> {
    let key = key.map(|key| SharedKey::from_bytes(*key));
    match (&message.content, key) {
        (Content::Text(text), None) => Ok(Said::Text(text.clone())),
        (Content::Unknown { kind, .. }, None) => Ok(Said::Newer(*kind)),
        (Content::Direct(direct), Some(key)) => {
            let between = Between { setting: *setting, from: message.person, to: direct.to };
            let text = direct.read(&between, &key).map_err(|_| EntryFault::Sealed)?;
            Ok(Said::Direct { to: direct.to, text })
        }
        (Content::Letter(letter), Some(key)) => {
            let text = letter.read(setting, message.person, &key).map_err(|_| EntryFault::Sealed)?;
            Ok(Said::Letter { role: letter.role, with: letter.with, text })
        }
        (Content::Text(_) | Content::Unknown { .. }, Some(_)) | (Content::Direct(_) | Content::Letter(_), None) => Err(EntryFault::Content),
    }
}

/// Checkpoints of other offices that cover a place: of each office the first that the file has.
fn witnesses(place: &Place, checkpoints: &[Held], used: &mut BTreeSet<EntryId>) -> Vec<Witnessed> {
    let mut first: BTreeMap<_, Witnessed> = BTreeMap::new();
    for (at, checkpoint) in checkpoints.iter().filter(|(at, _)| at.log.office != place.log.office) {
        let Some((_, held)) = checkpoint.heads.iter().find(|(log, held)| *log == place.log && *held >= place.seq) else { continue };
        let witnessed = Witnessed { office: at.log.office, place: at.clone(), held: *held };
        let earlier = first.get(&at.log.office).is_none_or(|known| at.time < known.place.time);
        if earlier {
            first.insert(at.log.office, witnessed);
        }
    }
    let mut all: Vec<_> = first.into_values().collect();
    all.sort_by_key(|witnessed| witnessed.place.time);
    used.extend(all.iter().map(|witnessed| witnessed.place.id));
    all
}

/// What the messages and acts need of the file.
#[derive(Default)]
struct Uses {
    runs: BTreeSet<usize>,
    people: BTreeSet<PersonId>,
    checkpoints: BTreeSet<EntryId>,
}

impl Uses {
    /// Refuses a file with anything in it that nothing needs.
    fn check(&self, all: &[Proven<'_>], records: &Records, checkpoints: &[Held]) -> Result<(), EvidenceError> {
        let needless = |place: &Place| EvidenceError::Entry { log: place.log, seq: place.seq, fault: EntryFault::Superfluous };
        for (place, _) in checkpoints {
            if !self.checkpoints.contains(&place.id) {
                return Err(needless(place));
            }
        }
        for record in records.register.records() {
            if !self.people.contains(&record.person) {
                let mut own = records.register.newest(record.person).into_iter().filter_map(|signed| records.places.get(&signed.encode()));
                return Err(own.next().map_or(EvidenceError::Empty, needless));
            }
        }
        // A run in which nothing is shown is there for no reason.
        let open: BTreeSet<usize> =
            all.iter().filter(|proven| !matches!(proven.exhibit.shown, Shown::Closed(_))).map(|proven| proven.run).collect();
        match all.iter().find(|proven| !open.contains(&proven.run)) {
            Some(proven) => Err(proven.fault(EntryFault::Superfluous)),
            None => Ok(()),
        }
    }
}

fn closed(run: &Run) -> Option<Closed> {
    let (first, last) = (run.exhibits.first()?, run.exhibits.last()?);
    let closed = run.exhibits.iter().filter(|exhibit| matches!(exhibit.shown, Shown::Closed(_))).count();
    Some(Closed { log: first.header.log, first: first.header.seq, last: last.header.seq, closed })
}

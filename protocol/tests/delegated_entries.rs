//! Entries of a delegated subtree, and to it: whom a sub-authority removes is out for everybody alike, and whose keys it
//! replaced stays verifiable for whoever comes late.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use okrug_protocol::chart::{Chart, Office};
use okrug_protocol::clock::Timestamp;
use okrug_protocol::directory::{Directory, Known};
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::epoch::{self, KeyBox, Rekey};
use okrug_protocol::ids::{Epoch, Hash32, Incarnation, LogId, OfficeId, Precedence, Topic, UnitId, Version};
use okrug_protocol::log::{Candidate, Draft, LogState, Refusal, write};
use okrug_protocol::sample::{self, SampleDistrict, opening, signing};
use okrug_protocol::sign::SecretKey;
use okrug_protocol::subchart::Subchart;
use okrug_protocol::trust::{DistrictFile, Trust};

const REMOVED: OfficeId = OfficeId(201);
const STAYS: OfficeId = OfficeId(202);

fn log(office: OfficeId, topic: Topic) -> LogId {
    LogId { office, incarnation: Incarnation(7), topic, precedence: Precedence::Routine }
}

fn subtree() -> Topic {
    Topic::Unit(UnitId(201))
}

/// A district of three offices, and a subtree of two that share the unit 201.
fn district() -> SampleDistrict {
    let mut sample = sample::district(3);
    sample.delegate(2);
    sample.amend_delegated(2, |sub| {
        let row = sub.offices[0].clone();
        sub.offices.push(Office {
            id: STAYS,
            slug: "office-202".to_owned(),
            sign: signing("sign", 202).public(),
            peer: signing("peer", 202).public(),
            seal: opening("open", 202).public(),
            ..row
        });
    });
    sample
}

fn remove(sub: &mut Subchart) {
    sub.offices.remove(0);
    sub.addresses.clear();
}

/// A node that has nothing but the newest documents.
fn latecomer(sample: &SampleDistrict) -> std::sync::Arc<Directory> {
    Trust::from_file(Some(sample.id()), &sample.trust.to_file()).unwrap().directory()
}

fn rekey(members: &[OfficeId], known: &Known) -> Vec<u8> {
    let boxes = members.iter().map(|office| KeyBox { office: *office, key: 0, sealed: [7; 80] }).collect();
    Rekey { commitment: Hash32([7; 32]), boxes, delegated: known.delegated.clone() }.encode().unwrap()
}

/// A log as its writer has it.
struct Writer {
    log: LogId,
    key: SecretKey,
    state: LogState,
    entries: Vec<Entry>,
}

impl Writer {
    fn new(office: OfficeId, topic: Topic) -> Self {
        Self { log: log(office, topic), key: signing("sign", office.0), state: LogState::EMPTY, entries: Vec::new() }
    }

    /// The next entry as a writer with this directory makes it, whatever comes of it.
    fn draft(&self, kind: Kind, body: Vec<u8>, directory: &Directory) -> Entry {
        let epoch = Epoch(self.state.epoch.0 + u32::from(kind == Kind::REKEY));
        let draft = Draft { kind, epoch, time: Timestamp(self.state.time.0 + 1), body };
        write(self.log, &self.state, draft, directory, &self.key).unwrap()
    }

    fn append(&mut self, entry: Entry, directory: &Directory) -> Result<(), Refusal> {
        self.state = judge(&entry, &self.state, directory)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Begins an epoch by the rules and says something in it.
    fn say(&mut self, directory: &Directory) -> Result<(), Refusal> {
        let known = directory.known();
        let body = rekey(&epoch::members(directory, &self.log, &known), &known);
        self.append(self.draft(Kind::REKEY, body, directory), directory)?;
        self.append(self.draft(Kind::MESSAGE, vec![1, 2, 3], directory), directory)
    }

    /// Signed anew after a change.
    fn forged(&self, mut entry: Entry, change: impl FnOnce(&mut Entry)) -> Entry {
        change(&mut entry);
        entry.header.body_len = u32::try_from(entry.body.len()).unwrap();
        entry.signature = entry.signed_part(self.state.id).sign(&self.key);
        entry
    }
}

fn judge(entry: &Entry, state: &LogState, directory: &Directory) -> Result<LogState, Refusal> {
    Ok(Candidate::next(entry.clone(), state, directory)?.verify(directory)?.state().clone())
}

/// What a node makes of a whole log: its end, or the first refusal.
fn replay(entries: &[Entry], directory: &Directory) -> Result<LogState, Refusal> {
    entries.iter().try_fold(LogState::EMPTY, |state, entry| judge(entry, &state, directory))
}

#[test]
fn a_message_names_the_edition_in_one_byte_and_an_office_of_the_chart_pays_nothing() {
    let (plain, delegated) = (sample::district(3), district());
    let length = |office, sample: &SampleDistrict| {
        let mut writer = Writer::new(office, Topic::Inbox(OfficeId(2)));
        writer.say(&sample.directory()).unwrap();
        writer.entries[1].encode().len()
    };
    assert_eq!(length(OfficeId(1), &plain), length(OfficeId(1), &delegated));
    assert_eq!(length(REMOVED, &delegated), length(OfficeId(1), &plain) + 1);
}

#[test]
fn whom_a_sub_authority_removes_is_out_for_everybody_alike() {
    let mut sample = district();
    let before = sample.directory();
    let mut removed = Writer::new(REMOVED, subtree());
    removed.say(&before).unwrap();
    sample.amend_delegated(2, remove);
    let after = sample.directory();
    // It cannot say that it knew.
    let knows = removed.forged(removed.draft(Kind::MESSAGE, vec![4], &before), |entry| entry.header.delegated = Version(3));
    let feigns = removed.draft(Kind::MESSAGE, vec![4], &before);
    for directory in [&after, &latecomer(&sample)] {
        assert_eq!(replay(&removed.entries, directory).as_ref(), Ok(&removed.state), "what it wrote before counts");
        assert_eq!(judge(&knows, &removed.state, directory), Err(Refusal::UnknownOffice));
        assert!(judge(&feigns, &removed.state, directory).is_ok(), "who names the old edition for ever is ended by a revocation");
    }
    assert_eq!(judge(&knows, &removed.state, &before), Err(Refusal::Pending(before.version())), "and before the edition is here it waits");
}

#[test]
fn a_key_for_whom_a_sub_authority_removed_is_refused_by_everybody_alike() {
    for topic in [Topic::District, Topic::Unit(UnitId(2)), subtree()] {
        for office in [OfficeId(1), STAYS] {
            let mut sample = district();
            if topic == subtree() && office == OfficeId(1) {
                continue;
            }
            let before = sample.directory();
            let mut writer = Writer::new(office, topic);
            writer.say(&before).unwrap();
            sample.amend_delegated(2, remove);
            let (after, late) = (sample.directory(), latecomer(&sample));
            let all = epoch::members(&before, &writer.log, &before.known());
            assert!(all.contains(&REMOVED), "{topic}");
            let to_all = writer.draft(Kind::REKEY, rekey(&all, &after.known()), &after);
            let mut without = all.clone();
            without.retain(|office| *office != REMOVED);
            let too_few = writer.draft(Kind::REKEY, rekey(&without, &before.known()), &before);
            for directory in [&after, &late] {
                assert_eq!(judge(&to_all, &writer.state, directory), Err(Refusal::WrongReaders), "{office} {topic}");
                assert_eq!(judge(&too_few, &writer.state, directory), Err(Refusal::WrongReaders), "{office} {topic}");
            }
            writer.say(&after).unwrap();
            assert_eq!(replay(&writer.entries, &late).as_ref(), Ok(&writer.state), "{office} {topic}");
            // And nobody goes back to the edition that had it.
            let back = writer.draft(Kind::REKEY, rekey(&all, &before.known()), &before);
            assert_eq!(judge(&back, &writer.state, &late), Err(Refusal::VersionFell), "{office} {topic}");
            let named_no_more = writer.forged(writer.draft(Kind::REKEY, Vec::new(), &after), |entry| {
                entry.body = rekey(&[OfficeId(1), OfficeId(2), OfficeId(3)], &Known::NOTHING);
            });
            assert_eq!(judge(&named_no_more, &writer.state, &late), Err(Refusal::VersionFell), "{office} {topic}");
        }
    }
}

#[test]
fn a_message_under_an_epoch_that_its_own_directory_ended_is_refused() {
    let mut sample = district();
    let mut writer = Writer::new(STAYS, subtree());
    writer.say(&sample.directory()).unwrap();
    sample.amend_delegated(2, remove);
    let after = sample.directory();
    let cheat = writer.draft(Kind::MESSAGE, vec![4], &after);
    for directory in [&after, &latecomer(&sample)] {
        assert_eq!(judge(&cheat, &writer.state, directory), Err(Refusal::DeadEpoch));
    }
    let fell = writer.forged(writer.draft(Kind::REKEY, Vec::new(), &after), |entry| {
        entry.body = rekey(&[REMOVED, STAYS], &Known::from(Version(2)).with(UnitId(2), Version(2)));
    });
    assert_eq!(judge(&fell, &writer.state, &after), Err(Refusal::VersionFell), "an epoch for an older edition than its writer stands by");
}

#[test]
fn a_message_behind_a_withdrawal_or_a_move_of_the_subtree_needs_a_new_epoch() {
    let changes: [&dyn Fn(&mut Chart); 2] = [
        &|chart| {
            let version = chart.head.version;
            chart.delegations[0].withdrawn = Some(version);
        },
        &|chart| chart.units[1].parent = Some(UnitId(4)),
    ];
    for change in changes {
        let mut sample = district();
        sample.amend(|chart| chart.units[1].parent = Some(UnitId(3)));
        let mut writer = Writer::new(OfficeId(1), Topic::Unit(UnitId(3)));
        writer.say(&sample.directory()).unwrap();
        assert!(Rekey::decode(&writer.entries[0].body).unwrap().members().any(|office| office == REMOVED));
        let held = sample.trust.versions().subcharts[0];
        sample.amend(|chart| {
            change(chart);
            chart.delegations[0].kept = chart.delegations[0].withdrawn.map(|_| (held.1, held.2));
        });
        let cheat = writer.draft(Kind::MESSAGE, vec![4], &sample.directory());
        assert_eq!(judge(&cheat, &writer.state, &latecomer(&sample)), Err(Refusal::DeadEpoch));
        writer.say(&sample.directory()).unwrap();
        assert!(!Rekey::decode(&writer.entries[2].body).unwrap().members().any(|office| office == REMOVED));
        assert_eq!(replay(&writer.entries, &latecomer(&sample)).as_ref(), Ok(&writer.state));
    }
}

#[test]
fn keys_that_were_replaced_in_a_subtree_stay_verifiable_for_whoever_comes_late() {
    let mut sample = district();
    let mut first = Writer::new(REMOVED, subtree());
    first.say(&sample.directory()).unwrap();
    let new = signing("sign", 2_010);
    sample.amend_delegated(2, |sub| sub.offices[0].sign = new.public());
    let mut second = Writer { key: new.clone(), ..Writer::new(REMOVED, subtree()) };
    second.log.incarnation = Incarnation(8);
    second.say(&sample.directory()).unwrap();
    let late = latecomer(&sample);
    assert_eq!(replay(&first.entries, &late).as_ref(), Ok(&first.state));
    assert_eq!(replay(&second.entries, &late).as_ref(), Ok(&second.state));
    // The edition decides which key counts, and no other is tried.
    let old_key = first.draft(Kind::MESSAGE, vec![4], &sample.directory());
    assert_eq!(judge(&old_key, &first.state, &late), Err(Refusal::BadSignature));
    let mut back = Writer { key: new, ..Writer::new(REMOVED, Topic::District) };
    back.log.incarnation = Incarnation(9);
    let new_key = back.forged(back.draft(Kind::CHECKPOINT, vec![0], &sample.directory()), |entry| entry.header.delegated = Version(2));
    assert_eq!(judge(&new_key, &back.state, &late), Err(Refusal::BadSignature));
}

#[test]
fn an_entry_waits_for_the_edition_that_it_names_and_then_counts() {
    let mut sample = district();
    let early = sample.directory();
    let without = DistrictFile { subcharts: Vec::new(), ..sample.trust.to_file() };
    let nothing = Trust::from_file(None, &without).unwrap().directory();
    sample.amend_delegated(2, |sub| sub.offices[0].hosts.retain(|unit| *unit == UnitId(201)));
    for writer in [Writer::new(REMOVED, Topic::District), Writer::new(OfficeId(1), Topic::District)] {
        let mut writer = writer;
        writer.say(&sample.directory()).unwrap();
        for directory in [&early, &nothing] {
            assert_eq!(replay(&writer.entries, directory), Err(Refusal::Pending(early.version())), "{}", writer.log);
        }
        assert!(replay(&writer.entries, &latecomer(&sample)).is_ok());
    }
}

#[test]
fn editions_that_cannot_be_are_refused() {
    let sample = district();
    let directory = sample.directory();
    // An office of the chart that names an edition of its own, a unit that nobody delegated, an office that names none.
    let chart = Writer::new(OfficeId(1), Topic::District);
    let own = chart.forged(chart.draft(Kind::CHECKPOINT, vec![0], &directory), |entry| entry.header.delegated = Version(1));
    assert_eq!(judge(&own, &chart.state, &directory), Err(Refusal::UnknownOffice));
    let known = directory.known().with(UnitId(3), Version(1));
    let strange = chart.draft(Kind::REKEY, rekey(&epoch::members(&directory, &chart.log, &known), &known), &directory);
    assert_eq!(judge(&strange, &chart.state, &directory), Err(Refusal::WrongReaders));
    let sub = Writer::new(REMOVED, Topic::District);
    let none = sub.forged(sub.draft(Kind::CHECKPOINT, vec![0], &directory), |entry| entry.header.delegated = Version(0));
    assert_eq!(judge(&none, &sub.state, &directory), Err(Refusal::UnknownOffice));
    // Within a log the edition never falls.
    let mut sub = sub;
    sub.append(sub.draft(Kind::CHECKPOINT, vec![0], &directory), &directory).unwrap();
    let fell = sub.forged(sub.draft(Kind::CHECKPOINT, vec![0], &directory), |entry| entry.header.delegated = Version(1));
    assert_eq!(judge(&fell, &sub.state, &directory), Err(Refusal::VersionFell));
}

#[test]
fn offices_of_a_subtree_are_members_of_groups_and_topics_like_others() {
    let mut sample = district();
    sample.amend(|chart| chart.groups[0].offices.extend([REMOVED, STAYS]));
    let group = Topic::Group(chart_group(&sample));
    let directory = sample.directory();
    assert_eq!(directory.readers(group), [OfficeId(1), OfficeId(2), REMOVED, STAYS]);
    assert!(directory.topics_of(STAYS).contains(&group) && directory.may_write(STAYS, group));
    let mut writer = Writer::new(STAYS, group);
    writer.say(&directory).unwrap();
    sample.amend_delegated(2, remove);
    assert_eq!(sample.directory().readers(group), [OfficeId(1), OfficeId(2), STAYS], "it is in the group while it is listed");
    assert_eq!(replay(&writer.entries, &latecomer(&sample)).as_ref(), Ok(&writer.state));
    let cheat = writer.draft(Kind::MESSAGE, vec![4], &sample.directory());
    assert_eq!(judge(&cheat, &writer.state, &latecomer(&sample)), Err(Refusal::DeadEpoch));
}

fn chart_group(sample: &SampleDistrict) -> okrug_protocol::ids::GroupId {
    sample.trust.chart().doc().groups[0].id
}

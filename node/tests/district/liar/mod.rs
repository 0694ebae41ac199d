//! A member of the district that is hostile: a valid row in the chart, valid keys, its own program.
//!
//! Two real nodes with people, and a third office that is played here, on the real mesh. After each script the people
//! still talk, nothing they said is lost, the process is below 512 MiB, and the alarms are those that there must be.
//!
//! | script of a hostile member | test |
//! |---|---|
//! | two entries for one place | `stories::two_entries_for_one_place_are_seen_by_both…` |
//! | two stories that part long before their ends | `stories::two_stories_that_part_long_before…` |
//! | proofs of forks, forged and irrelevant, by the thousand | `forks::forged_proofs_by_the_thousand…` |
//! | entries of 1970, and not later than the one before | `stories::an_entry_from_1970…` |
//! | entries of the year 8000 | `stories::a_clock_of_the_year_8000…` |
//! | poison: cut, bent, a body that is none, a kind that is none | `stories::poisoned_entries…` |
//! | entries in others' names and places | `stories::entries_in_others_names…` |
//! | an epoch whose key opens for nobody | `stories::an_epoch_whose_key…` |
//! | keys asked for again and again | `stories::keys_asked_for_without_end…` |
//! | a flood of valid entries | `stories::a_flood_of_valid_entries…` |
//! | more than the quota | `quota::who_writes_more_than_the_quota…` |
//! | that our logs wait for the quota, again and again | `quota::what_a_neighbour_says_of_our_quota…` |
//! | a flood of flash | `stories::a_flood_of_flash…` |
//! | giant heads | `talk::giant_heads…` |
//! | withholding what it says it has | `talk::who_withholds…` |
//! | ranges that never end, a drop at a time | `talk::who_gives_a_drop_at_a_time…` |
//! | wrong answers | `talk::wrong_answers…` |
//! | a frontier without end | `talk::a_frontier_without_end…` |
//! | documents without end, old ones, others of one version | `talk::documents_without_end…` |
//! | greetings without end | `talk::greetings_without_end…` |
//! | receipts for what there never was, and for what will be | `talk::receipts_of_the_future…` |
//! | old checkpoints again, and new ones that say less | `talk::old_checkpoints_told_again…` |
//! | a second text signed in an honest office's place, with its stolen key | `forks::what_stands_where…` |
//! | rows of what is kept, without measure | `talk::rows_of_what_is_kept…` |
//! | asking without end, and for what is not for it | `talk::who_asks_without_end…` |
//! | gossip of junk, on wrong topics, a thousand times | `wire::gossip_of_junk…` |
//! | subscribing to everything | `wire::subscriptions_without_end…` |
//! | coming back after it was revoked | `wire::who_was_revoked…` |
//! | two nodes with one key | `wire::two_nodes_with_one_key…` |
//! | nonsense on any layer, a frame too long, a second stream, a frame cut in the middle | `mesh::hostile` |
//! | records of persons and roles that are not its own | `people_hostile` |
//!
//! The same, mixed and from seeds, is in the simulator: `protocol/tests/siege.rs`.

mod forks;
mod quota;
mod stories;
mod talk;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use okrug_node::mesh::{self, Admission, Config, Event, Handle, Source, Verdict};
use okrug_node::office::view::ChatId;
use okrug_protocol::clock::{Millis, Timestamp};
use okrug_protocol::codec;
use okrug_protocol::directory::Directory;
use okrug_protocol::entry::{Entry, Header, Kind, SUITE};
use okrug_protocol::exchange::{Ask, Frame, Item};
use okrug_protocol::frontier::HeadOf;
use okrug_protocol::ids::{EntryId, Epoch, Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId, Version};
use okrug_protocol::sample;
use okrug_protocol::sign::Signature;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::offices::{District, Official, until};

/// Where the people talk.
const UNIT: ChatId = ChatId::Unit(UnitId(2));
/// The office that is played here.
const LIAR: OfficeId = OfficeId(3);

/// Everybody whom the chart lists.
struct Listed(Arc<Directory>);

impl Admission for Listed {
    fn office_of(&self, peer: &[u8; 32]) -> Option<OfficeId> {
        self.0.offices().find(|office| office.peer.0 == *peer).map(|office| office.id)
    }

    fn peer_of(&self, office: OfficeId) -> Option<[u8; 32]> {
        self.0.member(office).map(|office| office.peer.0)
    }
}

type Answer = Box<dyn Fn(OfficeId, &Ask) -> Vec<Frame> + Send>;

/// The hostile member.
struct Liar {
    mesh: Handle,
    /// What it answers when it is asked.
    answer: Arc<Mutex<Answer>>,
    /// Frames that it heard.
    heard: Arc<Mutex<Vec<Frame>>>,
    /// Offices whose links are used without gossip.
    direct: Arc<Mutex<BTreeSet<OfficeId>>>,
    _guard: DropGuard,
}

impl Liar {
    /// Joins the mesh as the third office, linked to the two nodes.
    async fn join(district: &District) -> Self {
        let sample = district.sample();
        let directory = sample.directory();
        let config = Config::of(directory.district(), vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()]);
        let cancel = CancellationToken::new();
        let seed = sample.peer_keys[2].seed();
        let (mesh, mut events) = mesh::spawn(config, &seed, Arc::new(Listed(directory)), cancel.clone()).unwrap();
        let silent: Answer = Box::new(|_, _| Vec::new());
        let (answer, heard) = (Arc::new(Mutex::new(silent)), Arc::new(Mutex::new(Vec::new())));
        for office in [1, 2] {
            mesh.address(OfficeId(office), vec![district.address(office).await], Source::Bootstrap).await;
        }
        let linked: Arc<Mutex<BTreeSet<OfficeId>>> = Arc::default();
        let greeted = Arc::clone(&linked);
        let direct: Arc<Mutex<BTreeSet<OfficeId>>> = Arc::default();
        let (answered, listened, turned) = (Arc::clone(&answer), Arc::clone(&heard), Arc::clone(&direct));
        let liar = Self { mesh: mesh.clone(), answer: answered, heard: listened, direct: turned, _guard: cancel.drop_guard() };
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                match event {
                    Event::Frame { office, bytes } => {
                        greeted.lock().unwrap().insert(office);
                        let Ok(frame) = Frame::decode(&bytes) else { continue };
                        let answers: Vec<Frame> = match &frame {
                            Frame::Asks(asks) => asks.iter().flat_map(|ask| answer.lock().unwrap()(office, ask)).collect(),
                            _ => Vec::new(),
                        };
                        heard.lock().unwrap().push(frame);
                        for frame in answers {
                            // The link may be gone.
                            let _ = mesh.send(office, Precedence::Routine, Bytes::from(frame.encode())).await;
                        }
                    }
                    Event::Terms { office, terms } => {
                        let mut direct = direct.lock().unwrap();
                        if terms.direct {
                            direct.insert(office)
                        } else {
                            direct.remove(&office)
                        };
                    }
                    Event::Gossip { token, .. } => mesh.verdict(token, Verdict::Ignore).await,
                    _ => {}
                }
            }
        });
        // Both have spoken on the link that stands in the end, where both had called.
        until(|| linked.lock().unwrap().len() == 2 && [1, 2].iter().all(|office| district.links(*office).contains(&LIAR.0))).await;
        liar
    }

    fn answers(&self, answer: impl Fn(OfficeId, &Ask) -> Vec<Frame> + Send + 'static) {
        *self.answer.lock().unwrap() = Box::new(answer);
    }

    /// Answers what is asked of a log with one story at one office and another at the other.
    fn tells(&self, log: LogId, stories: BTreeMap<OfficeId, Vec<Vec<u8>>>) {
        self.answers(move |office, ask| {
            let Ask::Open { item: Item::Log(asked), from, .. } = ask else { return Vec::new() };
            let story = stories.get(&office).filter(|_| *asked == log).map(Vec::as_slice).unwrap_or_default();
            let from_index = usize::try_from(from - 1).unwrap().min(story.len());
            let entries = story[from_index..(from_index + 64).min(story.len())].to_vec();
            vec![Frame::Range { log: *asked, from: Seq(*from), entries, end: true }]
        });
    }

    async fn say(&self, office: u32, frame: &Frame) {
        // Who is fed up may have hung up.
        let _ = self.mesh.send(OfficeId(office), Precedence::Routine, Bytes::from(frame.encode())).await;
    }

    async fn say_to_both(&self, frame: &Frame) {
        for office in [1, 2] {
            self.say(office, frame).await;
        }
    }

    async fn gossip(&self, topic: Topic, entries: &[Vec<u8>]) {
        let mut bytes = vec![1];
        codec::encode_into(&entries.to_vec(), &mut bytes);
        self.mesh.publish(topic, Bytes::from(bytes)).await;
    }

    /// Asks whether the frames that it heard hold entries of a log.
    fn was_given(&self, wanted: impl Fn(&LogId) -> bool) -> bool {
        let heard = self.heard.lock().unwrap();
        heard.iter().any(|frame| matches!(frame, Frame::Range { log, entries, .. } if wanted(log) && !entries.is_empty()))
    }
}

/// A log of the hostile member.
fn own(topic: Topic, precedence: Precedence) -> LogId {
    LogId { office: LIAR, incarnation: Incarnation(0xbad), topic, precedence }
}

/// One story in a log: entries signed one behind the other, whatever they say.
#[derive(Clone)]
struct Story {
    log: LogId,
    entries: Vec<Vec<u8>>,
    previous: EntryId,
    time: Timestamp,
    epoch: Epoch,
}

impl Story {
    fn new(log: LogId) -> Self {
        Self { log, entries: Vec::new(), previous: EntryId::ZERO, time: Timestamp::at(now()), epoch: Epoch(0) }
    }

    fn head(&self) -> HeadOf {
        HeadOf { log: self.log, seq: Seq(u64::try_from(self.entries.len()).unwrap()), id: self.previous.into() }
    }

    /// Signs one more entry at a time; it is the head then.
    fn add_at(&mut self, district: &District, time: Timestamp, kind: Kind, body: Vec<u8>) -> Entry {
        self.epoch = if kind == Kind::REKEY { Epoch(self.epoch.0 + 1) } else { self.epoch };
        let header = Header {
            suite: SUITE,
            kind,
            log: self.log,
            seq: self.head().seq.next(),
            epoch: self.epoch,
            time,
            directory: Version(1),
            revocations: Version(0),
            body_len: u32::try_from(body.len()).unwrap(),
            delegated: Version(0),
        };
        let mut entry = Entry { header, signature: Signature([0; 64]), body, erased: None };
        let part = entry.signed_part(self.previous);
        entry.signature = part.sign(&district.sample().sign_keys[2]);
        (self.previous, self.time) = (part.id(), time);
        self.entries.push(entry.encode());
        entry
    }

    /// The same, a moment after the one before.
    fn add(&mut self, district: &District, kind: Kind, body: Vec<u8>) -> Entry {
        self.add_at(district, Timestamp(self.time.0 + 1), kind, body)
    }
}

/// The time of this machine.
fn now() -> Millis {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    Millis(u64::try_from(since.as_millis()).unwrap())
}

/// Two offices whose people talk, and the hostile one.
struct Scene {
    district: District,
    ann: Official,
    bob: Official,
    liar: Liar,
}

impl Scene {
    async fn begin() -> Self {
        Self::of(District::start_with(sample::district(3), 2, |_, _| ()).await).await
    }

    /// The same in a district that runs already.
    async fn of(district: District) -> Self {
        let (ann, bob) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await);
        ann.say(UNIT, "до").await;
        bob.reads(UNIT, &["до"]).await;
        let liar = Liar::join(&district).await;
        Self { district, ann, bob, liar }
    }

    /// How far an office holds a log.
    fn held(&self, at: u32, log: &LogId) -> Seq {
        self.district.ledger(at).head(log).map_or(Seq::ZERO, |head| head.seq)
    }

    /// Waits until both offices hold a log to its end.
    async fn both_hold(&self, head: HeadOf) {
        until(|| [1, 2].iter().all(|at| self.held(*at, &head.log) == head.seq)).await;
    }

    /// Tells both offices a story, by gossip and by the exchange: a link that seems long is used without gossip, as it may on a
    /// machine that is busy with other things.
    async fn spread(&self, story: &Story) {
        self.liar.tells(story.log, [1, 2].map(|office| (OfficeId(office), story.entries.clone())).into());
        self.liar.gossip(story.log.topic, &story.entries[story.entries.len() - 1..]).await;
        self.liar.say_to_both(&Frame::Heads { heads: vec![story.head()], done: true }).await;
    }

    /// Waits until both offices counted what the hostile one did wrong.
    async fn both_are_offended(&self) {
        until(|| [1, 2].iter().all(|at| self.offences(*at) > 0)).await;
    }

    /// The same of what was said by gossip alone: over a link that is used without it nobody hears that.
    async fn both_who_hear_gossip_are_offended(&self) {
        let deaf = |office: u32| self.liar.direct.lock().unwrap().contains(&OfficeId(office));
        until(|| [1, 2].iter().all(|at| self.offences(*at) > 0 || deaf(*at))).await;
    }

    fn offences(&self, at: u32) -> u64 {
        self.district.mesh_links(at).iter().filter(|link| link.office == LIAR).map(|link| link.offences).sum()
    }

    fn alarms(&self, at: u32) -> Vec<String> {
        self.district.status(at).alarms.into_iter().map(|alarm| alarm.code).collect()
    }

    /// What must hold after any script.
    async fn end(self, alarms: &[&str]) {
        until(|| alarms.iter().all(|code| [1, 2].iter().any(|at| self.alarms(*at).iter().any(|raised| raised == code)))).await;
        self.ann.say(UNIT, "после").await;
        self.bob.reads(UNIT, &["до", "после"]).await;
        self.bob.say(UNIT, "ответ").await;
        self.ann.reads(UNIT, &["до", "после", "ответ"]).await;
        for at in [1, 2] {
            let raised = self.alarms(at);
            assert!(raised.iter().all(|code| alarms.contains(&code.as_str())), "office {at}: {raised:?}");
        }
        let resident = resident_mib();
        assert!(resident < 512, "{resident} MiB");
        drop(self.liar);
        self.district.stop().await;
    }
}

/// What this process, two nodes and the hostile one in it, takes of memory.
fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).unwrap_or(0) / 1_024
}

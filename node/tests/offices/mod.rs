//! A district of engines in this process, each in a folder of its own, linked over loopback.

#![allow(dead_code, reason = "each suite uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::sync::Arc;
use std::time::Duration;

use okrug_node::documents::Documents;
use okrug_node::engine::{Declaration, Engine, Setup};
use okrug_node::home::{Home, Owner};
use okrug_node::keys::NodeKeys;
use okrug_node::mesh::{Multiaddr, Ration, Source};
use okrug_node::office::view::{
    Chat, ChatId, Deputy, Event, Me, Message, MessageId, NewDeputy, NewPerson, NodeStatus, Post, Posted, Trace, Tree,
};
use okrug_node::office::{EventStream, Handle, Missed, Pace, Part, Refused, SessionId};
use okrug_node::store::Limits;
use okrug_protocol::frontier::HeadOf;
use okrug_protocol::ids::{OfficeId, PersonId, Precedence, UnitId};
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::seal::SharedKey;
use okrug_protocol::trust::DistrictFile;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// How long anything may take before the test fails; no verdict depends on it being short.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const PASSWORD: &str = "длинный пароль";

pub(crate) struct District {
    sample: SampleDistrict,
    folders: Vec<TempDir>,
    running: Vec<Option<Engine>>,
    /// Offices are linked to those of their own island alone.
    islands: Vec<u32>,
    /// Links that an office declares thin when it is switched on next.
    thin: Vec<(u32, Declaration)>,
    pace: Pace,
}

/// How long receipts are collected in tests.
const QUICK: Pace = Pace { routine: Duration::from_millis(500), urgent: Duration::from_millis(100) };

impl District {
    pub(crate) async fn start(offices: u32) -> Self {
        Self::start_with(sample::district(offices), offices, |_, _| ()).await
    }

    /// Starts a district; `before` may change the file of documents that an office begins with.
    pub(crate) async fn start_with(sample: SampleDistrict, offices: u32, before: impl Fn(u32, &mut DistrictFile)) -> Self {
        Self::start_apart(sample, &vec![0; usize::try_from(offices).unwrap()], before).await
    }

    /// Starts a district whose offices are on islands, by number of the office.
    pub(crate) async fn start_apart(sample: SampleDistrict, islands: &[u32], before: impl Fn(u32, &mut DistrictFile)) -> Self {
        let offices = u32::try_from(islands.len()).unwrap();
        let folders: Vec<_> = (0..offices).map(|_| TempDir::new().unwrap()).collect();
        for (office, folder) in (1..).zip(&folders) {
            let mut file = sample.file.clone();
            before(office, &mut file);
            std::fs::create_dir_all(folder.path().join("documents")).unwrap();
            Documents::enter(&folder.path().join("documents"), &file.encode(), None).unwrap();
        }
        let running = (0..offices).map(|_| None).collect();
        let mut district = Self { sample, folders, running, islands: islands.to_vec(), thin: Vec::new(), pace: QUICK };
        for office in 1..=offices {
            district.switch_on(office).await;
        }
        district
    }

    /// Adds the next office of the district on an island, with the documents as they are.
    pub(crate) async fn add_office(&mut self, island: u32) {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir_all(folder.path().join("documents")).unwrap();
        Documents::enter(&folder.path().join("documents"), &self.sample.file.encode(), None).unwrap();
        self.folders.push(folder);
        self.running.push(None);
        self.islands.push(island);
        self.switch_on(u32::try_from(self.islands.len()).unwrap()).await;
    }

    fn index(office: u32) -> usize {
        usize::try_from(office).unwrap() - 1
    }

    fn engine(&self, office: u32) -> &Engine {
        self.running[Self::index(office)].as_ref().expect("the office runs")
    }

    /// Where an office keeps everything.
    pub(crate) fn folder(&self, office: u32) -> &std::path::Path {
        self.folders[Self::index(office)].path()
    }

    /// The way into an office.
    pub(crate) fn office(&self, office: u32) -> &Handle {
        &self.engine(office).office
    }

    pub(crate) async fn switch_on(&mut self, office: u32) {
        let at = Self::index(office);
        let thin = self.thin.iter().filter(|(at, _)| *at == office).map(|(_, declaration)| declaration.clone()).collect();
        let engine = open_with(self.folders[at].path(), &self.sample, office, thin, self.pace).await;
        self.running[at] = Some(engine);
        let mine = self.address(office).await;
        let near = |other: &u32| *other != office && self.islands[Self::index(*other)] == self.islands[at];
        for (other, engine) in (1..).zip(&self.running).filter(|(other, _)| near(other)) {
            if let Some(engine) = engine {
                engine.mesh.address(OfficeId(office), vec![mine.clone()], Source::Bootstrap).await;
                let theirs = self.address(other).await;
                self.engine(office).mesh.address(OfficeId(other), vec![theirs], Source::Bootstrap).await;
            }
        }
    }

    /// The documents and keys of all offices.
    pub(crate) fn sample(&self) -> &SampleDistrict {
        &self.sample
    }

    /// The same, for whoever signs while offices are switched off.
    pub(crate) fn sample_mut(&mut self) -> &mut SampleDistrict {
        &mut self.sample
    }

    /// Brings an office to another island.
    pub(crate) async fn join(&mut self, office: u32, island: u32) {
        self.islands[Self::index(office)] = island;
        let mine = self.address(office).await;
        for other in (1..=u32::try_from(self.islands.len()).unwrap()).filter(|other| *other != office) {
            let near = self.islands[Self::index(other)] == island;
            if let Some(engine) = self.running[Self::index(other)].as_ref().filter(|_| near) {
                engine.mesh.address(OfficeId(office), vec![mine.clone()], Source::Bootstrap).await;
                let theirs = self.address(other).await;
                self.engine(office).mesh.address(OfficeId(other), vec![theirs], Source::Bootstrap).await;
            }
        }
    }

    /// The ledger of an office, for whoever has got hold of it.
    pub(crate) fn ledger(&self, office: u32) -> &okrug_node::ledger::Handle {
        &self.engine(office).ledger
    }

    /// Lets an office carry so many bytes for others.
    pub(crate) fn carries(&self, office: u32, bytes: u64) {
        self.ledger(office).set_carrier_quota(bytes);
    }

    /// All that an office holds of another's logs, from their beginnings on where that is so.
    pub(crate) fn holds_from_beginning(&self, at: u32, head: &HeadOf) -> bool {
        let range = self.engine(at).store.range(&head.log, okrug_protocol::ids::Seq(1), head.seq, usize::MAX, usize::MAX).unwrap();
        u64::try_from(range.len()).unwrap() == head.seq.0
    }

    pub(crate) async fn address(&self, office: u32) -> Multiaddr {
        let mut listening = self.engine(office).mesh.listening();
        tokio::time::timeout(PATIENCE, listening.wait_for(|all| !all.is_empty())).await.unwrap().unwrap();
        listening.borrow()[0].clone()
    }

    pub(crate) fn status(&self, office: u32) -> NodeStatus {
        self.engine(office).office.status()
    }

    /// Lets offices that are switched on from now on collect routine receipts for so long.
    pub(crate) fn collects(&mut self, routine: Duration) {
        self.pace.routine = routine;
    }

    /// Declares a link thin; it holds from the office's next start on.
    pub(crate) fn declare(&mut self, office: u32, to: u32, ration: Ration) {
        self.thin.push((office, Declaration { office: OfficeId(to).to_string(), ration }));
    }

    pub(crate) async fn switch_off(&mut self, office: u32) {
        self.running[Self::index(office)].take().expect("the office runs").stop().await.unwrap();
    }

    pub(crate) async fn stop(mut self) {
        for office in self.running.drain(..).flatten() {
            office.stop().await.unwrap();
        }
    }

    /// What the authority signs next; `at` learns it from a file, the others from each other.
    #[allow(clippy::unused_async, reason = "whoever calls it waits for it, as for the other steps")]
    pub(crate) async fn publish(&mut self, at: u32, sign: impl FnOnce(&mut SampleDistrict)) {
        sign(&mut self.sample);
        self.engine(at).office.district_file(&self.sample.file.encode()).unwrap();
    }

    /// How far an office holds the logs of another.
    pub(crate) fn heads(&self, at: u32, of: u32) -> Vec<HeadOf> {
        self.engine(at).ledger.heads().into_iter().filter(|head| head.log.office == OfficeId(of)).collect()
    }

    /// Which offices an office is linked to.
    pub(crate) fn links(&self, at: u32) -> Vec<u32> {
        self.engine(at).mesh.links().into_iter().filter(|link| link.connected).map(|link| link.office.0).collect()
    }

    /// An office's links, as its mesh counts them.
    pub(crate) fn mesh_links(&self, at: u32) -> Vec<okrug_node::mesh::LinkStatus> {
        self.engine(at).mesh.links()
    }

    /// The identity of an entry that an office holds.
    pub(crate) fn entry_id(&self, at: u32, head: &HeadOf) -> okrug_protocol::ids::EntryId {
        self.engine(at).store.entry_id(&head.log, head.seq).unwrap().unwrap()
    }

    /// An entry that an office holds.
    pub(crate) fn entry(&self, at: u32, head: &HeadOf) -> okrug_protocol::entry::Entry {
        self.engine(at).store.entry(&head.log, head.seq).unwrap().unwrap().entry
    }

    /// Closes an office's links, or lets them stand again.
    pub(crate) async fn cut(&self, office: u32, cut: bool) {
        self.engine(office).cut(cut).await;
    }

    /// Lets an office be linked to these neighbours alone.
    pub(crate) async fn neighbours(&self, office: u32, near: &[u32]) {
        let offices = 1..=u32::try_from(self.islands.len()).unwrap();
        let apart = offices.filter(|other| *other != office && !near.contains(other)).map(OfficeId);
        self.engine(office).apart_from(apart).await;
    }

    pub(crate) async fn person(&self, office: u32, login: &str, unit: u32) -> Official {
        let new = NewPerson {
            login: login.to_owned(),
            password: PASSWORD.to_owned().into(),
            name: "Дежурный".to_owned(),
            position: "Оперативный дежурный".to_owned(),
            unit: UnitId(unit),
        };
        self.engine(office).office.add_person(new).await.unwrap();
        self.log_in(office, login).await
    }

    pub(crate) async fn log_in(&self, office: u32, login: &str) -> Official {
        let office = self.engine(office).office.clone();
        let session = office.login(login, PASSWORD).await.unwrap();
        let person = office.who(session).unwrap().person.id;
        Official { office, session, person }
    }

    /// Waits until an office has heard of a person of another.
    pub(crate) async fn knows(&self, office: u32, person: &Official) {
        let here = self.engine(office).office.clone();
        let session = here.login("ann", PASSWORD).await.unwrap();
        until(|| here.tree(session).unwrap().people.iter().any(|known| known.id == person.person)).await;
    }
}

/// Starts the node of an office in its folder.
pub(crate) async fn open(folder: &std::path::Path, sample: &SampleDistrict, office: u32) -> Engine {
    open_with(folder, sample, office, Vec::new(), QUICK).await
}

async fn open_with(folder: &std::path::Path, sample: &SampleDistrict, office: u32, thin: Vec<Declaration>, pace: Pace) -> Engine {
    let at = District::index(office);
    let key = |n: u8| SharedKey::from_bytes([n; 32]);
    let keys = NodeKeys {
        sign: sample.sign_keys[at].clone(),
        peer: sample.peer_keys[at].clone(),
        seal: sample.open_keys[at].clone(),
        // Each node has a key of its own: what opens at one does not at another.
        vault: key(10 + u8::try_from(office).unwrap()),
        at_rest: key(2),
    };
    let documents = Documents::open(&folder.join("documents")).unwrap().unwrap();
    let owner = Owner { district: documents.directory().district(), office: OfficeId(office) };
    let setup = Setup {
        office: OfficeId(office),
        home: Home::claim(folder, owner, &keys.at_rest).unwrap(),
        keys,
        documents: Arc::new(documents),
        listen: vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()],
        links: okrug_node::mesh::Links::default(),
        thin,
        ack_delay_ms: 200,
        pace,
        limits: Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 },
    };
    Engine::start(setup, CancellationToken::new()).await.unwrap()
}

pub(crate) struct Official {
    office: Handle,
    session: SessionId,
    pub(crate) person: PersonId,
}

impl Official {
    pub(crate) fn events(&self, after: Option<u64>) -> EventStream {
        self.office.events(self.session, after, Missed::Anew).unwrap()
    }

    /// Events of which every missed one is told, however many there were.
    pub(crate) fn all_events(&self, after: Option<u64>) -> EventStream {
        self.office.events(self.session, after, Missed::Whole).unwrap()
    }

    pub(crate) async fn post(&self, chat: ChatId, text: &str, client_id: &str) -> Posted {
        self.post_as(chat, text, client_id, Precedence::Routine).await
    }

    pub(crate) async fn post_as(&self, chat: ChatId, text: &str, client_id: &str, precedence: Precedence) -> Posted {
        let post = Post { client_id: client_id.parse().unwrap(), text: text.to_owned(), precedence, reply_to: None, on_behalf_of: None };
        self.office.post(self.session, chat, post).await.unwrap()
    }

    /// Sends what may be refused.
    pub(crate) async fn try_post(&self, chat: ChatId, post: Post) -> Result<Posted, Refused> {
        self.office.post(self.session, chat, post).await
    }

    /// Says something for a role or a person.
    pub(crate) async fn say_for(&self, chat: ChatId, text: &str, of: &str) -> Result<Message, Refused> {
        let id = okrug_protocol::digest::hash(b"test\0", &[text.as_bytes()]).short();
        let of = Some(of.parse().unwrap());
        let (client_id, text, precedence) = (id.parse().unwrap(), text.to_owned(), Precedence::Routine);
        let post = Post { client_id, text, precedence, reply_to: None, on_behalf_of: of };
        self.office.post(self.session, chat, post).await.map(|posted| posted.message)
    }

    /// Who one is, and for whom one may speak.
    pub(crate) fn who(&self) -> Me {
        self.office.who(self.session).unwrap()
    }

    /// Names one's own deputy.
    pub(crate) async fn name_deputy(&self, new: Option<NewDeputy>) -> Result<Option<Deputy>, Refused> {
        self.office.name_own_deputy(self.session, new).await
    }

    /// The last messages of a conversation; none when it is not there.
    pub(crate) fn messages(&self, chat: ChatId) -> Vec<Message> {
        self.office.history(self.session, chat, None, 200).map_or_else(|_| Vec::new(), |page| page.messages)
    }

    /// A conversation as a file of evidence.
    pub(crate) fn evidence(&self, chat: ChatId) -> Vec<u8> {
        self.office.evidence(self.session, chat, Part::default()).unwrap()
    }

    /// The tree.
    pub(crate) fn tree(&self) -> Tree {
        self.office.tree(self.session).unwrap()
    }

    pub(crate) async fn say(&self, chat: ChatId, text: &str) -> Message {
        let id = okrug_protocol::digest::hash(b"test\0", &[text.as_bytes()]).short();
        self.post(chat, text, &id).await.message
    }

    pub(crate) fn chats(&self) -> Vec<Chat> {
        self.office.chats(self.session).unwrap()
    }

    /// The movement of a message.
    pub(crate) fn trace(&self, id: &MessageId) -> Trace {
        self.office.trace(self.session, id).unwrap()
    }

    /// Reads a conversation up to a message.
    pub(crate) fn read(&self, message: &Message) {
        self.office.read(self.session, message.chat, message.cursor).unwrap();
    }

    /// Whether the session still stands.
    pub(crate) fn is_in(&self) -> bool {
        self.office.who(self.session).is_ok()
    }

    /// All texts of a conversation, oldest first; none when it is not there.
    pub(crate) fn history(&self, chat: ChatId) -> Vec<String> {
        let (mut texts, mut before) = (Vec::new(), None);
        while let Ok(page) = self.office.history(self.session, chat, before, 100) {
            texts.splice(0..0, page.messages.into_iter().map(|message| message.text));
            before = page.before;
            if before.is_none() {
                break;
            }
        }
        texts
    }

    /// Waits until a conversation has exactly these texts.
    pub(crate) async fn reads(&self, chat: ChatId, texts: &[&str]) {
        until(|| self.history(chat).len() >= texts.len()).await;
        assert_eq!(self.history(chat), texts);
    }
}

/// Waits until something is so.
pub(crate) async fn until(so: impl Fn() -> bool) {
    let waiting = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it did not come to be so");
}

/// Waits for an event.
pub(crate) async fn wait_for<T>(stream: &mut EventStream, wanted: impl Fn(Event) -> Option<T>) -> T {
    let waiting = async {
        loop {
            let (_, event) = stream.next().await.expect("the office runs");
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("no such event came")
}

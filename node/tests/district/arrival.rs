//! Whatever way entries take and in whatever order they come: every office shows the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use okrug_node::documents::Documents;
use okrug_node::home::{Home, Owner};
use okrug_node::ledger::{self, Data, Running, Verdict};
use okrug_node::office::view::{ChatId, Event, Message, NewPerson, Post};
use okrug_node::office::{self, EventStream, Missed, Office, OfficeKeys, Pace, SessionId};
use okrug_node::store::Limits;
use okrug_protocol::entry::Entry;
use okrug_protocol::ids::{OfficeId, Precedence, Seq, Topic, UnitId};
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::seal::SharedKey;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const PASSWORD: &str = "длинный пароль";
/// A unit that every office of the sample hosts.
const UNIT: UnitId = UnitId(2);
const CHATS: [ChatId; 2] = [ChatId::District, ChatId::Unit(UNIT)];

/// An office whose only way to others is this test.
struct Bureau {
    office: office::Handle,
    ledger: ledger::Handle,
    session: SessionId,
    running: Running,
    home: Home,
    stop: CancellationToken,
    tasks: TaskTracker,
    _folder: TempDir,
}

impl Bureau {
    async fn open(district: &SampleDistrict, number: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let documents = folder.path().join("documents");
        std::fs::create_dir_all(&documents).unwrap();
        let documents = Arc::new(Documents::enter(&documents, &district.file.encode(), None).unwrap());
        let at_rest = SharedKey::from_bytes([7; 32]);
        let home = Home::claim(folder.path(), Owner { district: district.id(), office: OfficeId(number) }, &at_rest).unwrap();
        let data = Data::open(&home, &at_rest, Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 }).unwrap();
        let me = usize::try_from(number - 1).unwrap();
        let (sign, seal) = (district.sign_keys[me].clone(), district.open_keys[me].clone());
        let keys = OfficeKeys { vault: SharedKey::from_bytes([8; 32]), sign, seal: vec![seal] };
        let office = Office::open(OfficeId(number), Arc::clone(&documents), data.store().clone(), keys).unwrap();
        let setup = ledger::Setup {
            office: OfficeId(number),
            sign: district.sign_keys[me].clone(),
            seal: district.open_keys[me].clone(),
            directory: documents.directory(),
            threads: 0,
        };
        let (ledger, running) = data.start(setup, office.filing()).unwrap();
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let office = office.start(ledger.clone(), Pace::default(), &tasks, stop.clone());
        let duty = NewPerson {
            login: "duty".to_owned(),
            password: PASSWORD.to_owned().into(),
            name: "Дежурный".to_owned(),
            position: "Оперативный дежурный".to_owned(),
            unit: UNIT,
        };
        office.add_person(duty).await.unwrap();
        let session = office.login("duty", PASSWORD).await.unwrap();
        Self { office, ledger, session, running, home, stop, tasks, _folder: folder }
    }

    async fn say(&self, chat: ChatId, text: &str, precedence: Precedence, reply_to: Option<&Message>) -> Message {
        let client_id = okrug_protocol::digest::hash(b"test\0", &[text.as_bytes()]).short().parse().unwrap();
        let post = Post { client_id, text: text.to_owned(), precedence, reply_to: reply_to.map(|message| message.id), on_behalf_of: None };
        self.office.post(self.session, chat, post).await.unwrap().message
    }

    /// All entries of this office's own logs, log by log.
    async fn entries(&self, own: OfficeId) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        for head in self.ledger.heads().into_iter().filter(|head| head.log.office == own) {
            all.extend(self.ledger.range(head.log, Seq(1), 1_000, 1 << 20).await.unwrap());
        }
        all
    }

    /// What somebody sees: of each message what it says, who said it, and what is known of it.
    fn shown(&self) -> Vec<String> {
        CHATS.iter().flat_map(|chat| self.office.history(self.session, *chat, None, 200).unwrap().messages).map(seen).collect()
    }

    fn events(&self) -> EventStream {
        self.office.events(self.session, None, Missed::Whole).unwrap()
    }

    async fn close(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.ledger.stop().await;
        let ended = self.running.ended().await;
        drop((self.office, self.ledger, self.home));
        ended.unwrap();
    }
}

/// A message without what is its reader's own: when it came, and whether they wrote it.
fn seen(message: Message) -> String {
    let Message { id, chat, author, kind, text, precedence, sent, reply_to, .. } = message;
    format!("{chat} {id} {} {} {kind:?} {text} {precedence} {sent:?} {reply_to:?}", author.id, author.name)
}

/// Two offices that talk to each other, with everything that belongs to it; what both have written.
async fn talk(district: &SampleDistrict) -> Vec<(OfficeId, Vec<u8>)> {
    let (a, b) = (Bureau::open(district, 1).await, Bureau::open(district, 2).await);
    for n in 0..6 {
        let chat = CHATS[n % 2];
        let precedence = [Precedence::Routine, Precedence::Urgent, Precedence::Flash][n % 3];
        let asked = a.say(chat, &format!("вопрос {n}"), precedence, None).await;
        b.ledger.accept(OfficeId(1), a.entries(OfficeId(1)).await, false).await;
        b.say(chat, &format!("ответ {n}"), Precedence::Routine, Some(&asked)).await;
    }
    let mut all = Vec::new();
    for (number, bureau) in [(1, &a), (2, &b)] {
        all.extend(bureau.entries(OfficeId(number)).await.into_iter().map(|entry| (OfficeId(number), entry)));
    }
    a.close().await;
    b.close().await;
    all
}

fn shuffle<T>(items: &mut [T], rng: &mut ChaCha20Rng) {
    for at in (1..items.len()).rev() {
        items.swap(at, below(at + 1, rng));
    }
}

fn below(bound: usize, rng: &mut ChaCha20Rng) -> usize {
    usize::try_from(rng.next_u64() % u64::try_from(bound).unwrap()).unwrap()
}

/// Offers entries in an order of chance, some of them twice, until all are held; every verdict on the way is one of
/// time alone.
async fn deliver(bureau: &Bureau, entries: &[(OfficeId, Vec<u8>)], rng: &mut ChaCha20Rng) {
    let mut left = entries.to_vec();
    while !left.is_empty() {
        shuffle(&mut left, rng);
        let mut refused = Vec::new();
        while !left.is_empty() {
            let piece: Vec<_> = left.drain(..left.len().min(1 + below(5, rng))).collect();
            let from = piece[0].0;
            let offered: Vec<_> = piece.iter().map(|(_, entry)| entry.clone()).collect();
            for (entry, verdict) in piece.into_iter().zip(bureau.ledger.accept(from, offered, below(2, rng) == 0).await) {
                assert!(verdict.is_held() || matches!(verdict, Verdict::Gap { .. }), "{verdict:?}");
                if !verdict.is_held() || below(4, rng) == 0 {
                    refused.push(entry);
                }
            }
        }
        left = refused;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_arrival_shows_the_same_timeline_and_each_message_once() {
    let district = sample::district(3);
    let entries = talk(&district).await;
    let mut first = None;
    for seed in 0..6 {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let reader = Bureau::open(&district, 3).await;
        let mut events = reader.events();
        deliver(&reader, &entries, &mut rng).await;
        let shown = reader.shown();
        assert_eq!(shown.len(), 12, "seed {seed}: {shown:#?}");
        let expected = first.get_or_insert_with(|| shown.clone());
        assert_eq!(&shown, expected, "seed {seed}");
        let last = reader.say(ChatId::District, "конец", Precedence::Routine, None).await.id;
        let mut told: BTreeMap<_, u32> = BTreeMap::new();
        while !told.contains_key(&last) {
            if let (_, Event::MessageNew(message)) = events.next().await.expect("the office runs") {
                *told.entry(message.id).or_default() += 1;
            }
        }
        assert_eq!((told.len(), told.values().max()), (13, Some(&1)), "seed {seed}: {told:?}");
        reader.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_unknown_says_is_shown_once_they_are_known_and_told_then() {
    let district = sample::district(3);
    let (writer, reader) = (Bureau::open(&district, 1).await, Bureau::open(&district, 3).await);
    let said = writer.say(ChatId::Unit(UNIT), "вода у моста", Precedence::Flash, None).await;
    let entries = writer.entries(OfficeId(1)).await;
    let (records, messages): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| Entry::decode(entry).unwrap().header.log.topic == Topic::District);
    reader.ledger.accept(OfficeId(1), messages, true).await;
    assert_eq!(reader.shown(), [""; 0], "nobody knows whose signature that is");
    // A stream that begins now has missed nothing, and is told of it when it is believed.
    let mut events = reader.events();
    reader.ledger.accept(OfficeId(1), records, false).await;
    assert_eq!(reader.shown().len(), 1);
    let told = loop {
        if let (_, Event::MessageNew(message)) = events.next().await.expect("the office runs") {
            break message;
        }
    };
    assert_eq!((told.id, told.text.as_str()), (said.id, "вода у моста"));
    writer.close().await;
    reader.close().await;
}

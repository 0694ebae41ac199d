//! Backups of offices that run, and what comes of them: after a fire, beside the office that still lives, on a new machine.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use okrug_node::backup::{BackupError, BackupLock, Reader, Restored, Scope, Source, Sums, look, restore};
use okrug_node::keys::{KeyFolder, Unlock};
use okrug_node::store::{Batch, Tree};
use okrug_protocol::vault::Cost;

use super::*;

const PHRASE: &str = "correct horse battery";

impl World {
    fn keys(&self, office: u32) -> NodeKeys {
        let at = usize::try_from(office).unwrap() - 1;
        NodeKeys {
            sign: self.sample.sign_keys[at].clone(),
            peer: self.sample.peer_keys[at].clone(),
            seal: self.sample.open_keys[at].clone(),
            vault: key(1),
            at_rest: key(2),
        }
    }

    /// What makes a backup of a life that runs.
    fn source(&self, life: usize) -> Source {
        let Life { office, folder, engine } = &self.lives[life];
        let documents = Documents::open(&folder.join("documents")).unwrap().unwrap();
        let owner = Owner { district: documents.directory().district(), office: OfficeId(*office) };
        Source::running(folder, owner, self.keys(*office), Arc::new(documents), engine.as_ref().unwrap().store.clone())
    }

    /// Makes one, and puts it into a file.
    fn back_up(&self, life: usize, scope: Scope) -> (PathBuf, Sums) {
        let source = self.source(life);
        let path = self.root.path().join(format!("{}.okbak", self.texts));
        let lock = BackupLock::at_cost(PHRASE, Cost::LEAST, &mut okrug_node::clock::rng());
        let forecast = source.forecast(scope).unwrap();
        let mut bytes = Vec::new();
        let (sums, len) = source.write(&lock, scope, forecast, &mut bytes).unwrap();
        assert_eq!(len, u64::try_from(bytes.len()).unwrap());
        assert!(forecast.bytes * 2 > len && len * 3 > forecast.bytes, "{forecast:?}, and it has {len} bytes");
        fs::write(&path, bytes).unwrap();
        (path, sums)
    }

    /// Restores one for office 1 into a new place.
    fn restore(&mut self, backup: &Path) -> usize {
        let folder = self.root.path().join(format!("life-{}", self.lives.len()));
        self.lives.push(Life { office: 1, folder: folder.clone(), engine: None });
        bring_back(backup, &folder).unwrap();
        self.lives.len() - 1
    }
}

fn bring_back(backup: &Path, to: &Path) -> Result<Restored, BackupError> {
    let reader = Reader::open(Cursor::new(fs::read(backup).unwrap()), backup, PHRASE)?;
    restore(reader, to, &Unlock::default(), |_| ())
}

/// An office is backed up while it writes and hears, goes on, and burns; what was restored is one with its neighbours again.
pub(crate) async fn after_a_fire(heard_after: bool) {
    let mut world = World::new();
    let (one, two, three) = (0, 1, 2);
    for life in [two, three, one] {
        world.start(life).await;
    }
    world.link(one, two).await;
    world.link(two, three).await;
    for life in [one, two, three] {
        world.say_some(life, 3).await;
    }
    world.heard(three, one).await;
    world.heard(two, one).await;
    world.heard(one, three).await;
    let before = world.incarnation(one);

    // It is written to while the backup is made.
    let ledger = world.engine(one).ledger.clone();
    let writing = tokio::spawn(async move {
        let mut written = Vec::new();
        for n in 0..40 {
            let plain = format!("meanwhile {n}").into_bytes();
            let draft = Draft { topic: EVERYBODY, precedence: Precedence::Routine, kind: Kind::MESSAGE, plain, tag: None };
            let at = ledger.write(draft).await.unwrap();
            written.push((format!("meanwhile {n}"), at.log, at.seq));
        }
        written
    });
    let (backup, sums) = tokio::task::block_in_place(|| world.back_up(one, Scope::All));
    world.acked.extend(writing.await.unwrap());
    assert!(sums.rows > 20 && sums.files >= 2 && sums.damaged == 0, "{sums:?}");
    world.heard(one, two).await;
    if !heard_after {
        world.engine(one).cut(true).await;
    }
    world.say_some(one, 4).await;
    if heard_after {
        world.heard(one, two).await;
    }
    world.stop(one).await;
    fs::remove_dir_all(&world.lives[one].folder).unwrap();

    let back = world.restore(&backup);
    let checked = Reader::open(fs::File::open(&backup).unwrap(), &backup, PHRASE).unwrap().check(|_| ()).unwrap();
    assert_eq!(checked, sums);
    world.start(back).await;
    let (after, alarms) = (world.incarnation(back), world.alarms(back));
    assert_ne!(after, before);
    assert!(alarms.iter().any(|alarm| matches!(alarm, Alarm::NotHere(_))) && alarms.contains(&Alarm::NewIncarnation(after)), "{alarms:?}");
    // What had been heard before is there at once, and it may write before it has met anybody.
    for (text, log, seq) in world.acked.iter().take(9) {
        let opened = world.engine(back).store.opened(world.sample.id(), log, *seq).unwrap();
        assert_eq!(opened.unwrap().1, text.as_bytes());
    }
    world.say_some(back, 2).await;
    world.link(back, two).await;
    world.converged().await;
    for life in [back, two, three] {
        world.look(life).await;
    }
    let district = world.sample.id();
    let held = |life: usize, log: &LogId, seq: Seq| world.engine(life).ledger.head(log).is_some_and(|head| head.seq >= seq);
    for (text, log, seq) in &world.acked {
        // What nobody heard and the backup does not have burned with the office.
        if heard_after || held(two, log, *seq) {
            for life in [back, two, three] {
                assert_eq!(world.engine(life).store.opened(district, log, *seq).unwrap().unwrap().1, text.as_bytes());
            }
        }
    }
    let lost = world.acked.iter().filter(|(_, log, seq)| !held(back, log, *seq)).count();
    assert!(if heard_after { lost == 0 } else { lost <= 4 }, "{lost} texts were lost");
    for life in [back, two, three] {
        assert!(!world.alarms(life).iter().any(|alarm| matches!(alarm, Alarm::Fork { .. })));
        world.stop(life).await;
    }
}

/// A backup is restored although the office that it is of still lives: no log forks, and both are told.
pub(crate) async fn beside_the_living() {
    let mut world = World::new();
    let (one, two, three) = (0, 1, 2);
    for life in [two, three, one] {
        world.start(life).await;
    }
    world.link(two, three).await;
    world.say_some(one, 2).await;
    let (backup, _) = tokio::task::block_in_place(|| world.back_up(one, Scope::All));
    let back = world.restore(&backup);
    world.start(back).await;
    assert_ne!(world.incarnation(back), world.incarnation(one));
    for life in [one, back] {
        world.say_some(life, 2).await;
    }
    world.link(one, two).await;
    world.link(back, three).await;
    world.converged().await;
    for life in [one, back] {
        world.say(life).await;
    }
    for life in [one, back] {
        until("it did not notice the other", || world.alarms(life).iter().any(|alarm| matches!(alarm, Alarm::WrittenElsewhere { .. })))
            .await;
    }
    world.converged().await;
    for life in 0..world.lives.len() {
        world.look(life).await;
        assert!(!world.alarms(life).iter().any(|alarm| matches!(alarm, Alarm::Fork { .. })));
        world.stop(life).await;
    }
}

/// The file of the keys alone, a new machine, two neighbours: all that was ever heard comes back, and the logins are there.
pub(crate) async fn from_the_keys_alone() {
    let mut world = World::new();
    let (one, two, three) = (0, 1, 2);
    for life in [two, three, one] {
        world.start(life).await;
    }
    world.link(one, two).await;
    world.link(two, three).await;
    let mut login = Batch::new();
    login.put(Tree::Accounts, b"login".to_vec(), b"vault".to_vec());
    world.engine(one).ledger.keep(login).await.unwrap();
    for life in [one, three] {
        world.say_some(life, 3).await;
    }
    world.heard(three, one).await;
    let (backup, sums) = tokio::task::block_in_place(|| world.back_up(one, Scope::Keys));
    assert_eq!(sums.rows, 1, "of the store it has the login alone");
    world.say_some(one, 3).await;
    world.heard(one, two).await;
    world.stop(one).await;
    fs::remove_dir_all(&world.lives[one].folder).unwrap();

    let back = world.restore(&backup);
    world.start(back).await;
    assert_eq!(world.engine(back).store.get(Tree::Accounts, b"login").unwrap().as_deref(), Some(b"vault".as_slice()));
    world.link(back, two).await;
    world.link(back, three).await;
    world.converged().await;
    for (text, log, seq) in &world.acked {
        assert_eq!(world.engine(back).store.opened(world.sample.id(), log, *seq).unwrap().unwrap().1, text.as_bytes());
    }
    // Should the store be lost once more, the login is in the journal.
    world.stop(back).await;
    fs::remove_dir_all(world.lives[back].folder.join("store")).unwrap();
    world.start(back).await;
    assert_eq!(world.engine(back).store.get(Tree::Accounts, b"login").unwrap().as_deref(), Some(b"vault".as_slice()));
    for life in [back, two, three] {
        world.stop(life).await;
    }
}

/// The program itself, on a new machine: what it brings, what it says, and that it goes on where it stopped.
pub(crate) async fn by_the_program() {
    let mut world = World::new();
    let (one, two, three) = (0, 1, 2);
    for life in [two, three, one] {
        world.start(life).await;
    }
    world.link(one, two).await;
    world.link(two, three).await;
    let mut login = Batch::new();
    login.put(Tree::Accounts, b"login".to_vec(), b"vault".to_vec());
    world.engine(one).ledger.keep(login).await.unwrap();
    for life in [one, three] {
        world.say_some(life, 20).await;
    }
    world.heard(three, one).await;
    world.heard(one, three).await;
    let (backup, _) = tokio::task::block_in_place(|| world.back_up(one, Scope::Keys));
    let before = world.incarnation(one);
    world.stop(one).await;
    let (data, phrase) = (world.root.path().join("new machine"), world.root.path().join("phrase"));
    fs::write(&phrase, PHRASE).unwrap();
    let mut known = Vec::new();
    for life in [two, three] {
        known.push(format!("office-{}={}", world.lives[life].office, world.address(life).await));
    }
    let rebuild = |keys: Option<&Path>, bootstrap: &str| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_okrug-node"));
        program.args(["rebuild", "--from-mesh", "--json", "--wait", "60", "--neighbours", "2", "--metrics", "off"]);
        program.args(["--listen", "/ip4/127.0.0.1/tcp/0", "--api", "127.0.0.1:0", "--log-filter", "warn", "--set", "discovery.mdns=false"]);
        program.arg("--set").arg(format!("discovery.bootstrap={bootstrap}")).arg("--data").arg(&data);
        if let Some(keys) = keys {
            program.arg("--keys").arg(keys).arg("--keys-passphrase-file").arg(&phrase);
        }
        program.env_remove("OKRUG_LANG").output().unwrap()
    };
    let bootstrap = known.join(",");
    let refused = tokio::task::block_in_place(|| rebuild(None, &bootstrap));
    assert_eq!(refused.status.code(), Some(22), "{refused:?}");
    for keys in [Some(backup.as_path()), None] {
        let rebuilt = tokio::task::block_in_place(|| rebuild(keys, &bootstrap));
        let out = String::from_utf8(rebuilt.stdout.clone()).unwrap();
        assert_eq!(rebuilt.status.code(), Some(0), "{rebuilt:?}");
        let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let summary = lines.last().unwrap();
        assert!(lines.iter().any(|line| line["type"] == "progress" && line["linked"] == 2), "{out}");
        assert_eq!(
            (summary["type"].as_str(), summary["logins"].as_u64(), summary["unopened"].as_u64()),
            (Some("summary"), Some(1), Some(0))
        );
        assert!(summary["own"].as_u64().unwrap() >= 21 && summary["entries"].as_u64().unwrap() >= 42, "{out}");
        assert_ne!(summary["incarnation"].as_u64().unwrap(), u64::from(before.0));
    }
    // It is one of them again, and reads all that was ever said.
    world.lives.push(Life { office: 1, folder: data, engine: None });
    let back = world.lives.len() - 1;
    let keys = KeyFolder::of(&world.lives[back].folder).open(&Unlock::default()).unwrap();
    assert_eq!((keys.at_rest.bytes(), keys.sign.public()), (key(2).bytes(), world.keys(1).sign.public()));
    world.start(back).await;
    for (text, log, seq) in &world.acked {
        assert_eq!(world.engine(back).store.opened(world.sample.id(), log, *seq).unwrap().unwrap().1, text.as_bytes());
    }
    for life in [back, two, three] {
        world.stop(life).await;
    }
}

/// Whatever is changed in a backup, and wherever, is noticed; and a restoration that was refused leaves nothing behind.
pub(crate) async fn tampered() {
    let mut world = World::new();
    world.start(0).await;
    world.say_some(0, 2).await;
    let (backup, _) = tokio::task::block_in_place(|| world.back_up(0, Scope::All));
    let (bytes, to) = (fs::read(&backup).unwrap(), world.root.path().join("to"));
    let bad = world.root.path().join("bad.okbak");
    let try_it = |changed: &[u8]| {
        fs::write(&bad, changed).unwrap();
        let refused = bring_back(&bad, &to).expect_err("it was changed");
        let left: Vec<_> = fs::read_dir(&to).map(|left| left.flatten().map(|left| left.file_name()).collect()).unwrap_or_default();
        assert!(left.is_empty(), "{refused}: {left:?} is left");
        refused
    };
    assert!(look(&backup).unwrap().whole.is_ok());
    let wrong = Reader::open(Cursor::new(bytes.clone()), &backup, "another passphrase").map(drop);
    assert!(matches!(wrong, Err(BackupError::WrongPassphrase)));
    // A disk: any byte, any end. No key is needed to see it.
    for at in (0..bytes.len()).step_by(61).chain(bytes.len() - 40..bytes.len()) {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        fs::write(&bad, &changed).unwrap();
        assert!(look(&bad).is_err() || look(&bad).unwrap().whole.is_err(), "byte {at}");
        fs::write(&bad, &bytes[..at]).unwrap();
        assert!(look(&bad).is_err() || look(&bad).unwrap().whole.is_err(), "cut at {at}");
    }
    // A forger, who mends the checksums: flips, and takes pieces out, moves them, cuts the file behind one.
    let pieces = pieces(&bytes);
    assert!(pieces.len() > 3);
    let (head, all) = bytes.split_at(pieces[0].0);
    for (begin, end) in &pieces {
        let mut changed = bytes.clone();
        changed[(begin + end) / 2] ^= 1;
        mend(&mut changed[*begin..*end]);
        assert!(matches!(try_it(&changed), BackupError::Damaged(_)));
    }
    let piece = |n: usize| &bytes[pieces[n].0..pieces[n].1];
    try_it(&[head, &all[pieces[1].0 - pieces[0].0..]].concat());
    try_it(&[head, piece(1), piece(0), &all[pieces[2].0 - pieces[0].0..]].concat());
    try_it(&[&bytes[..], b"more"].concat());
    let mut last = piece(1).to_vec();
    last[3] |= 0x80;
    mend(&mut last);
    try_it(&[head, piece(0), &last].concat());
    // Another office's name in clear: the pieces are bound to it.
    let mut changed = bytes.clone();
    let at = bytes.windows(8).position(|part| part == b"office-1").unwrap();
    changed[at + 7] = b'2';
    let body = head.len() - 4;
    let check = crc32c::crc32c(&changed[..body]);
    changed[body..head.len()].copy_from_slice(&check.to_le_bytes());
    assert!(matches!(try_it(&changed), BackupError::Damaged(_)));
    // And one that is whole goes into no directory in which something lies.
    fs::create_dir_all(&to).unwrap();
    fs::write(to.join("letter"), b"mine").unwrap();
    assert!(matches!(bring_back(&backup, &to), Err(BackupError::NotEmpty(_))));
    assert_eq!(fs::read(to.join("letter")).unwrap(), b"mine");
    fs::remove_file(to.join("letter")).unwrap();
    // What a restore left that was broken off is taken away by the next one, and nothing else is.
    for stop in [bytes.len() / 3, bytes.len() - 1] {
        let source = Ending { bytes: Cursor::new(bytes.clone()), stop: u64::try_from(stop).unwrap() };
        let reader = Reader::open(source, &backup, PHRASE).unwrap();
        let broken_off = catch_unwind(AssertUnwindSafe(|| restore(reader, &to, &Unlock::default(), |_| ())));
        assert!(broken_off.is_err() && fs::read_dir(&to).unwrap().count() > 1, "it left something");
    }
    fs::write(to.join("letter"), b"mine").unwrap();
    assert!(matches!(bring_back(&backup, &to), Err(BackupError::NotEmpty(_))));
    fs::remove_file(to.join("letter")).unwrap();
    bring_back(&backup, &to).unwrap();
    assert!(matches!(bring_back(&backup, &to), Err(BackupError::NotEmpty(_))), "what was restored stays");
    assert_eq!(KeyFolder::of(&to).open(&Unlock::default()).unwrap().sign.public(), world.keys(1).sign.public());
    world.stop(0).await;
}

/// A file whose reader ends, as a process does that is killed.
struct Ending {
    bytes: Cursor<Vec<u8>>,
    stop: u64,
}

impl Read for Ending {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        assert!(self.bytes.position() < self.stop, "killed");
        let most = into.len().min(256);
        self.bytes.read(&mut into[..most])
    }
}

/// Where the pieces lie.
fn pieces(bytes: &[u8]) -> Vec<(usize, usize)> {
    let number = |at: usize| usize::try_from(u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) & !(1 << 31)).unwrap();
    let mut at = 9 + 4 + number(9) + 4;
    let mut all = Vec::new();
    while at < bytes.len() {
        let end = at + 4 + number(at) + 4;
        all.push((at, end));
        at = end;
    }
    all
}

fn mend(piece: &mut [u8]) {
    let body = piece.len() - 4;
    let check = crc32c::crc32c(&piece[..body]);
    piece[body..].copy_from_slice(&check.to_le_bytes());
}

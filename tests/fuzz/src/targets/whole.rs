//! What a running office is given: bundles through the whole importer, files that are uploaded, requests as they come.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::LazyLock;
use std::time::Duration;

use okrug_node::office::Refused;
use okrug_protocol::bundle::{Head, Measure, Part, Reader, Record, SealedKey, Signed, Splitter, Writer};
use okrug_protocol::digest;
use okrug_protocol::entry::Entry;
use okrug_protocol::ids::{EntryId, Incarnation, LogId, Seq};
use okrug_protocol::seal::SharedKey;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::{FILED, Target, backups};
use crate::corpus::golden;
use crate::fixture::{district, sign_key};
use crate::live;

/// What the whole of an office may take while it reads one input, bytes: its store and its threads are in it.
const MOST: usize = 64 << 20;

pub(super) const TARGETS: &[Target] = &[
    Target::new("bundle_import", || vec![records().concat(), records()[..2].concat()], import).costs(4 * FILED).takes(MOST),
    Target::new("upload", uploads, upload).costs(4 * FILED).takes(MOST),
    Target::new("http", requests, |bytes| answered(bytes, Duration::from_millis(50)).is_some_and(|status| status != 400))
        .costs(2 * FILED)
        .takes(MOST),
];

const SALT: [u8; 32] = [0x5a; 32];

/// The records of a bundle that the second office made for the first.
fn records() -> &'static [Vec<u8>] {
    static RECORDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let (mut splitter, mut reader, mut read) = (Splitter::default(), None, Vec::new());
        splitter.push(&backups::MADE.1);
        while let Ok(Some(part)) = splitter.next_part() {
            match part {
                Part::Head(head) => {
                    let opened = head.boxes.iter().find_map(|sealed| sealed.open(&head.salt, &district().open_keys[0]).ok());
                    reader = Some(Reader::new(opened.expect("it is for the first office"), &head));
                }
                Part::Frame(index, frame) => reader.as_mut().expect("a head comes first").frame(index, &frame, &mut read),
            }
        }
        read.iter().map(Record::encode).collect()
    });
    &RECORDS
}

/// Takes a bundle of these records, signed by whom they name and sealed to this office, whatever they say.
fn import(bytes: &[u8]) -> bool {
    let file = sealed(&resigned(bytes));
    live::with(|live| {
        live.runtime.block_on(async {
            for looks in [true, false] {
                let mut taker = live.engine.office.take_bundle(looks);
                for piece in file.chunks(3_000) {
                    if let Err(refused) = taker.push(piece).await {
                        assert!(!matches!(refused, Refused::Stopping), "the office stops for a bundle");
                        return false;
                    }
                }
                match taker.finish().await {
                    Ok(report) => assert!(report.from.is_some() || !report.verified),
                    Err(Refused::Stopping) => panic!("the office stops for a bundle"),
                    Err(_) => return false,
                }
            }
            true
        })
    })
}

/// Records out of bytes; what is signed is signed anew, and every second input is about logs that nobody has seen.
fn resigned(bytes: &[u8]) -> Vec<Record> {
    let name = digest::hash(b"okrug/test/fuzz\0", &[bytes]);
    let fresh = name.0[0].is_multiple_of(2);
    let (mut rest, mut records, mut heads) = (bytes, Vec::new(), Vec::<(LogId, EntryId)>::new());
    while let Some(([_, a, b, c], _)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).unwrap_or(usize::MAX);
        let (record, after) = rest.split_at(rest.len().min(4 + length));
        rest = after;
        records.extend(match Record::decode(record) {
            Ok(Record::Header(said)) => Some(Record::Header(match sign_key(said.unchecked().from) {
                Some(key) => Signed::sign(said.unchecked().clone(), &SALT, key),
                None => said,
            })),
            Ok(Record::Holds(said)) => Some(Record::Holds(match sign_key(said.unchecked().office) {
                Some(key) => Signed::sign(said.unchecked().clone(), &SALT, key),
                None => said,
            })),
            Ok(Record::Entry(entry)) => Some(Record::Entry(signed(&entry, fresh.then_some(name.0[1]), &mut heads).unwrap_or(entry))),
            other => other.ok(),
        });
    }
    records
}

/// Signs an entry as the next of its log in this bundle.
fn signed(bytes: &[u8], fresh: Option<u8>, heads: &mut Vec<(LogId, EntryId)>) -> Option<Vec<u8>> {
    let mut entry = Entry::decode(bytes).ok()?;
    if let Some(fresh) = fresh {
        entry.header.log.incarnation = Incarnation(u32::from(fresh) + 1);
    }
    let log = entry.header.log;
    let before = heads.iter().position(|(known, _)| *known == log);
    let previous = before.filter(|_| entry.header.seq > Seq(1)).map_or(EntryId::ZERO, |at| heads[at].1);
    entry.signature = entry.signed_part(previous).sign(sign_key(log.office)?);
    let id = entry.id(previous);
    match before {
        Some(at) => heads[at].1 = id,
        None => heads.push((log, id)),
    }
    Some(entry.encode())
}

/// The file with these records, for this office.
fn sealed(records: &[Record]) -> Vec<u8> {
    let (key, mut rng) = (SharedKey::from_bytes([2; 32]), ChaCha20Rng::from_seed([6; 32]));
    let mut measure = Measure::default();
    records.iter().for_each(|record| measure.add_record(record));
    let own = SealedKey::seal(&key, &SALT, &district().open_keys[0].public(), &mut rng).expect("a good key");
    let head = Head::new(measure.shape(), SALT, vec![own]);
    let (mut writer, mut frames) = (Writer::new(key, &head, 0), Vec::new());
    for record in records {
        writer.push(record, &mut rng, &mut frames).expect("it was measured");
    }
    let mut file = head.encode();
    file.extend(frames.concat());
    let tail = writer.finish(&mut rng, |frame| {
        file.extend(frame);
        true
    });
    tail.expect("it was measured");
    file.extend(head.encode_tail());
    file
}

/// Where files and forms are sent: method, path, kind of the body.
const ROUTES: [(&str, &str, &str); 6] = [
    ("POST", "/api/v1/admin/district", FILE),
    ("POST", "/api/v1/admin/arrival", FILE),
    ("POST", "/api/v1/admin/tls", FILE),
    ("POST", "/api/v1/bundle/import?look=true", FILE),
    ("POST", "/api/v1/bundle/import", FILE),
    ("POST", "/enrol", "application/x-www-form-urlencoded"),
];
const FILE: &str = "application/octet-stream";

fn uploads() -> Vec<Vec<u8>> {
    let to = |route: u8, body: Vec<u8>| [vec![route], body].concat();
    let mut next = district().clone();
    next.amend(|_| {});
    vec![
        to(0, district().file.encode()),
        to(0, next.file.encode()),
        to(1, golden("transfer").remove(0)),
        to(2, b"okrug page certificate 1\noffice o1\nuntil 2027-11-27T10:00:00.000Z\n-----BEGIN CERTIFICATE-----\n".to_vec()),
        to(3, backups::MADE.1.clone()),
        to(4, sealed(&resigned(&records().concat()))),
        to(5, b"code=2345-6789-ABCD&login=dezhurny&password=%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C&lang=ru".to_vec()),
    ]
}

/// Sends a file or a form as the administrator's browser would: whatever it is, the node does not fail.
fn upload(bytes: &[u8]) -> bool {
    let (route, body) = bytes.split_first().map_or((0, bytes), |(route, body)| (usize::from(*route), body));
    let (method, path, kind) = ROUTES[route % ROUTES.len()];
    let head = live::with(|live| {
        let at = live.running.address;
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {at}\r\nauthorization: Bearer {}\r\nx-okrug: 1\r\norigin: http://{at}\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            live.access.token,
            body.len()
        )
    });
    answered(&[head.as_bytes(), body].concat(), LONG).is_some_and(|status| status < 300)
}

/// Requests as a client sends them who writes them by hand.
fn requests() -> Vec<Vec<u8>> {
    let texts = [
        "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n",
        "GET /api/v1/openapi.json HTTP/1.1\r\nhost: localhost\r\naccept-encoding: br;q=1.0, gzip;q=0.5\r\nif-none-match: \"a\"\r\nconnection: close\r\n\r\n",
        "POST /api/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\nx-okrug: 1\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
        "GET /api/v1/chat/u2?before=o1.77.u12.routine.5&limit=9 HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: okrug-office-1=7f\r\naccept-language: ru;q=0.3,en\r\nconnection: close\r\n\r\n",
        "POST /enrol HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\nconnection: close\r\n\r\n5\r\ncode=\r\n0\r\n\r\n",
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

/// Nobody waits so long; where somebody does, the office hangs.
const LONG: Duration = Duration::from_secs(120);

/// Sends bytes and reads what comes back; the status, when it is an answer.
fn answered(request: &[u8], patience: Duration) -> Option<u16> {
    let at = live::with(|live| live.running.address);
    let mut line = TcpStream::connect(at).expect("the node listens");
    let wait = |line: &TcpStream, time| line.set_read_timeout(Some(time)).expect("it is not zero");
    // Whoever has heard a whole head answers it, however busy the machine is; what follows the answer is not waited for as long.
    let is_whole = request.windows(4).any(|bytes| bytes == b"\r\n\r\n");
    wait(&line, if is_whole { 20 * patience } else { patience });
    // A node that has said why not need not hear the rest.
    let _ = line.write_all(request);
    let mut answer = vec![0; 1 << 12];
    let came = line.read(&mut answer).unwrap_or(0);
    answer.truncate(came);
    wait(&line, patience);
    if (&line).take(1 << 20).read_to_end(&mut answer).is_err() {
        // It waits for more, which there is not; a client that goes at once is not answered.
        wait(&line, LONG);
        let _ = line.shutdown(Shutdown::Write).and_then(|()| line.take(1 << 20).read_to_end(&mut answer).map(|_| ()));
    }
    let status = answer.strip_prefix(b"HTTP/1.1 ").or(answer.strip_prefix(b"HTTP/1.0 "))?;
    let status = std::str::from_utf8(status.get(..3)?).ok()?.parse().ok()?;
    assert!(status != 500, "the node failed: {}", String::from_utf8_lossy(&answer));
    Some(status)
}

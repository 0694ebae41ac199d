//! Broken requests by the thousand, from a seed: no answer says that the node failed, nothing panics, memory stays bounded,
//! and afterwards the node serves as before.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod served;

use std::sync::atomic::{AtomicUsize, Ordering};

use peak_alloc::PeakAlloc;
use served::client::{Answer, Client};
use served::writes::{self, Write};
use served::{Served, post_body};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// What a request may make the node hold besides the work on a password: the longest body, read and parsed, several times.
const MOST: usize = 16 << 20;
/// What the work on one password takes.
const PASSWORD: usize = 64 << 20;
/// Passwords that are worked on at once.
const AT_ONCE: usize = 2;

/// Connections that are begun and not finished: more than a flood from ten addresses gets.
const HALF_OPEN: usize = 700;
/// What each of them may hold.
const HALF_OPEN_BYTES: usize = 48 << 10;

/// The way to break a request that leaves it whole: another body, and its length.
const WHOLE: usize = 2;

/// Broken requests of a campaign.
const CASES: u64 = 4_000;

/// Numbers from a seed (SplitMix64).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Pieces that parsers of HTTP and JSON have stumbled over.
const PIECES: [&[u8]; 28] = [
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"\xc0\xaf",
    b"content-length: 5\r\n",
    b"content-length: -1\r\n",
    b"content-length: 18446744073709551615\r\n",
    b"transfer-encoding: chunked\r\n",
    b"transfer-encoding: gzip, chunked\r\n",
    b"transfer-encoding : chunked\r\n",
    b"ffffffffffffffff\r\n",
    b"0\r\n\r\nGET / HTTP/1.1\r\n",
    b"host: evil.example\r\n",
    b"expect: 100-continue\r\n",
    b"upgrade: h2c\r\nconnection: upgrade\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"last-event-id: 99999999999999999999\r\n",
    b"accept-language: \xd1\x8f\r\n",
    b"cookie: okrug-office-1=;;;==;okrug-office-1=\r\n",
    br#""\ud800""#,
    b"1e999",
    b"{\"client_id\":{\"client_id\":{\"client_id\":[",
    b"-0",
    b"/../../%00%2e%2e%2f",
    b"\xe2\x80\xae",
];

/// Somewhere in a request: anywhere, or where a parser begins something.
fn somewhere(request: &[u8], seeded: &mut Seeded) -> usize {
    let anywhere = seeded.below(request.len() + 1);
    if seeded.below(2) == 0 {
        return anywhere;
    }
    let begins = |byte: &u8| b"\n:,{\"/?&=".contains(byte);
    request[anywhere..].iter().position(begins).map_or(anywhere, |more| anywhere + more + 1)
}

/// Breaks a request somewhere, once to four times.
fn break_it(request: &mut Vec<u8>, seeded: &mut Seeded) {
    let times = if seeded.below(3) == 0 { 2 + seeded.below(3) } else { 1 };
    for _ in 0..times {
        let at = somewhere(request, seeded);
        match seeded.below(7) {
            0 => request.truncate(at),
            1 => drop(request.splice(at..at, seeded.one_of(&PIECES).iter().copied())),
            2 => {
                let to = (at + seeded.below(20)).min(request.len());
                drop(request.splice(at..to, seeded.one_of(&PIECES).iter().copied()));
            }
            3 => {
                let to = (at + seeded.below(40)).min(request.len());
                drop(request.drain(at..to));
            }
            4 => {
                let to = (at + seeded.below(200)).min(request.len());
                let again = request[at..to].repeat(seeded.below(8));
                drop(request.splice(at..at, again));
            }
            5 => drop(request.splice(at..at, vec![b'x'; seeded.below(5_000)])),
            _ => {
                if let Some(byte) = request.get_mut(at) {
                    *byte ^= 1 << seeded.below(8);
                }
            }
        }
    }
}

/// Breaks one line of the head: another value, twice, or gone. The rest stays as it was, so that it reaches whoever reads that line.
fn break_a_line(request: &[u8], seeded: &mut Seeded) -> Vec<u8> {
    let end = head_end(request);
    let mut lines: Vec<Vec<u8>> =
        request[..end].split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec()).collect();
    let at = seeded.below(lines.len());
    let name = lines[at].split(|byte| *byte == b':').next().unwrap_or_default().to_vec();
    match seeded.below(4) {
        0 => lines.insert(at, lines[at].clone()),
        1 if at > 0 => drop(lines.remove(at)),
        _ if at > 0 => {
            let piece = *seeded.one_of(&PIECES);
            lines[at] = [&name[..], b": ", piece].concat();
        }
        _ => {
            let split = seeded.below(lines[0].len());
            lines[0].splice(split..split, seeded.one_of(&PIECES).iter().copied());
        }
    }
    [&lines.join(&b"\r\n"[..]), &request[end..]].concat()
}

/// Breaks the body alone, and says how long it is by now.
fn break_the_body(request: &[u8], seeded: &mut Seeded) -> Vec<u8> {
    let end = head_end(request);
    let mut body = request[end + 4..].to_vec();
    break_it(&mut body, seeded);
    let head = String::from_utf8(request[..end].to_vec()).unwrap();
    let lines = head.split("\r\n").filter(|line| !line.starts_with("content-length"));
    let head = lines.fold(String::new(), |head, line| head + line + "\r\n");
    [format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes(), &body].concat()
}

fn head_end(request: &[u8]) -> usize {
    request.windows(4).position(|window| window == b"\r\n\r\n").unwrap()
}

/// An honest request for every route, each by somebody who may.
async fn honest(served: &Served, ann: &Client, cursor: &str) -> Vec<Vec<u8>> {
    let of_write = |write: &Write| {
        let client = write.honest(served, ann).with("connection", "close");
        let head = client.head(write.method, &write.path, &format!("content-length: {}\r\n", write.body.len()));
        [head.as_bytes(), &write.body].concat()
    };
    // Whoever ends the session ends the campaign: that request goes out unbroken elsewhere.
    let writes = writes::all(served, cursor).await.into_iter().filter(|write| write.method != "DELETE");
    let mut all: Vec<_> = writes.map(|write| of_write(&write)).collect();
    for (_, path) in writes::routes().into_iter().filter(|(method, _)| method == "GET") {
        let client = if path.contains("/admin/") { served.admin() } else { ann.clone() };
        let path = path.replace("{chat}", "u2") + "?limit=3&before=" + cursor;
        all.push(client.with("connection", "close").with("last-event-id", "1").head("GET", &path, "").into_bytes());
    }
    all
}

/// Says it, and waits for the first answer or the end. What may be half a request is said to be all there is: the node would
/// wait for the rest. But to hyper the end of what a client says is the end of the client: a request that is still being
/// worked on then gets no answer. Of 1,343 whole requests that were ended so, 264 were answered, which once made this
/// campaign look as if it hardly reached the handlers.
async fn first_answer(client: &Client, bytes: &[u8], is_whole: bool) -> Option<Answer> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = client.connect().await;
    let _ = stream.write_all(bytes).await;
    if !is_whole {
        let _ = stream.shutdown().await;
    }
    let mut heard = vec![0; 2_048];
    let read = tokio::time::timeout(served::PATIENCE, stream.read(&mut heard)).await.expect("an answer or the end");
    heard.truncate(read.unwrap_or(0));
    Answer::read(&heard)
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_requests_break_nothing() {
    let seed = std::env::var("OKRUG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_301);
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        default(info);
    }));
    let served = Served::start().await;
    let (ann, bob) = (served.browser("ann", 2).await, served.member("carol", 2).await);
    let said = ann.write("POST", "/api/v1/chat/u2/message", &post_body("first", "первое")).await.json();
    let requests = honest(&served, &ann, said["cursor"].as_str().unwrap()).await;
    assert!(requests.len() >= 13, "{}", requests.len());
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    // Of each way to break a request: how many, and how many were answered.
    let mut counts = [(0, 0); 3];
    for case in 0..CASES {
        let mut seeded = Seeded(seed ^ (case << 32));
        let mut request = seeded.one_of(&requests).clone();
        let way = seeded.below(3);
        match way {
            0 => break_it(&mut request, &mut seeded),
            1 => request = break_a_line(&request, &mut seeded),
            _ => request = break_the_body(&request, &mut seeded),
        }
        let answer = first_answer(&ann, &request, way == WHOLE).await;
        let (all, answers) = &mut counts[way];
        (*all, *answers) = (*all + 1, *answers + usize::from(answer.is_some()));
        if let Some(answer) = answer {
            assert!(answer.status < 500, "seed {seed}, case {case}: {answer:?} to {:?}", String::from_utf8_lossy(&request));
        }
    }
    let taken = MEMORY.peak_usage().saturating_sub(before);
    assert!(taken < AT_ONCE * PASSWORD + MOST, "{taken} bytes");
    assert_eq!(PANICS.load(Ordering::SeqCst), 0, "seed {seed}");
    let answers: usize = counts.iter().map(|(_, answers)| answers).sum();
    assert!(answers > usize::try_from(CASES / 2).unwrap(), "{counts:?}: the campaign hardly reaches the handlers");
    let (all, answers) = counts[WHOLE];
    assert!(answers > all / 10 * 9, "{counts:?}: whole requests are answered");
    let metrics = Client::new(served.metrics).get("/metrics").await;
    assert!(!metrics.text().contains("code=\"500\""), "{}", metrics.text());
    for path in ["/api/v1/session", "/api/v1/chat", "/api/v1/org/tree", "/api/v1/node/status"] {
        assert_eq!(bob.get(path).await.status, 200, "{path}");
    }
    assert_eq!(bob.write("POST", "/api/v1/chat/u2/message", &post_body("last", "последнее")).await.status, 201);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_without_end_take_bounded_memory() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let head =
        ann.with("x-okrug", "1").with("content-type", "application/json").head("POST", "/api/v1/read", "transfer-encoding: chunked\r\n");
    let mut endless = head.into_bytes();
    for _ in 0..512 {
        endless.extend_from_slice(b"10000\r\n");
        endless.extend_from_slice(&[b' '; 0x1_0000]);
        endless.extend_from_slice(b"\r\n");
    }
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let all = futures::future::join_all((0..8).map(|_| ann.raw(&endless))).await;
    let taken = MEMORY.peak_usage().saturating_sub(before);
    assert!(all.iter().flatten().all(|answer| answer.status == 413), "{all:?}");
    assert!(taken < MOST, "{taken} bytes for 8 times {} bytes", endless.len());
    assert_eq!(ann.get("/api/v1/session").await.status, 200);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_login_costs_the_node_as_much_as_a_known_one() {
    let served = Served::start().await;
    served.person("ann", 2).await;
    let mut taken = Vec::new();
    // Known, let go, and unknown.
    let gone = served.person("gone", 2).await.id;
    let path = format!("/api/v1/admin/person/{gone}/dismiss");
    let dismissed = served.admin().write("POST", &path, &serde_json::json!({ "reason": "по собственному желанию" })).await;
    assert_eq!(dismissed.status, 200, "{dismissed:?}");
    for login in ["ann", "gone", "nobody", "x"] {
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let body = serde_json::json!({ "login": login, "password": "не тот пароль" });
        assert_eq!(served.stranger().write("POST", "/api/v1/session", &body).await.code(), "wrong_login");
        taken.push(MEMORY.peak_usage().saturating_sub(before));
    }
    // The memory of Argon2 is its work: each of these filled it.
    assert!(taken.iter().all(|bytes| (PASSWORD..PASSWORD + MOST).contains(bytes)), "{taken:?}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_cannot_be_is_not_kept_in_memory() {
    let served = Served::start().await;
    let attempt = async |login: String| {
        let body = serde_json::json!({ "login": login, "password": "не тот пароль" });
        assert_eq!(served.stranger().write("POST", "/api/v1/session", &body).await.code(), "wrong_login");
    };
    attempt("first".to_owned()).await;
    let before = MEMORY.current_usage();
    for n in 0..4 {
        attempt(format!("{n}{}", "x".repeat(250_000))).await;
    }
    let kept = MEMORY.current_usage().saturating_sub(before);
    assert!(kept < 500_000, "{kept} bytes are remembered of a million");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_open_connections_cost_little_and_keep_nobody_from_an_answer() {
    use tokio::io::AsyncWriteExt;
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let body = ann.with("x-okrug", "1").with("content-type", "application/json");
    let halves = [
        String::new(),
        "GET /api/v1/chat HT".to_owned(),
        ann.head("GET", "/api/v1/chat", "x-slow: ").trim_end().to_owned(),
        body.head("POST", "/api/v1/read", "content-length: 100000\r\n"),
        body.head("POST", "/api/v1/read", "transfer-encoding: chunked\r\n") + "10000\r\n{",
    ];
    let before = MEMORY.current_usage();
    let mut open = Vec::new();
    for at in 0..HALF_OPEN {
        let mut stream = ann.connect().await;
        stream.write_all(halves[at % halves.len()].as_bytes()).await.unwrap();
        open.push(stream);
    }
    for path in ["/api/v1/session", "/api/v1/chat", "/healthz"] {
        assert!(ann.get(path).await.status < 300, "{path}");
    }
    assert_eq!(ann.write("POST", "/api/v1/chat/u2/message", &post_body("a", "всё равно")).await.status, 201);
    let held = MEMORY.current_usage().saturating_sub(before) / HALF_OPEN;
    assert!(held < HALF_OPEN_BYTES, "{held} bytes for each");
    // The last of them was still open then; a node that had closed it would have been asked for nothing.
    assert!(open.last().unwrap().try_read(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock));
    drop(open);
    served.stop().await;
}

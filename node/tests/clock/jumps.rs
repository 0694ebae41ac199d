//! A real node whose clock jumps, to 1970, to 2106, by a second, by fifty years, back again, and while it stands still: nothing is
//! deleted, nobody is locked out, messages keep their order, and the age of the documents is told as the clock has it.
//!
//! Fifty jumps; `OKRUG_CLOCK_JUMPS` says how many else.

use std::path::{Path, PathBuf};

use crate::served::{self, client::Client};
use crate::sessions::faker;
use crate::support::{Node, Place, enrolled, program};
use okrug_node::api::Access;
use okrug_node::rfc3339::Utc;
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::OfficeId;
use okrug_protocol::sample::{FRESH_MS, ISSUED};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use serde_json::{Value, json};

const JUMPS: usize = 50;
const CHAT: &str = "/api/v1/chat/u2/message";
const DAY_MS: u64 = 24 * 3_600_000;
/// A month after the documents were signed: they are fresh.
const BASE: Millis = Millis(ISSUED.0 + 31 * DAY_MS);
/// How far jumps go, forward or back.
const FAR: [u64; 9] =
    [1_000, 60_000, 3_600_000, DAY_MS, 70 * DAY_MS, 160 * DAY_MS, 365 * DAY_MS, 3_650 * DAY_MS, 50 * 36_525 * DAY_MS / 100];
/// Sessions outlive what is shorter.
const SHORT_MS: u64 = 20 * 60_000;

/// What the clock shows from a moment on.
#[derive(Debug, Clone, Copy)]
struct Shown {
    at: Millis,
    frozen: bool,
}

/// The jumps: those that everybody thinks of, then others, the same every time.
fn jumps(count: usize) -> Vec<Shown> {
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let known =
        [(86_400_000, false), (BASE.0, false), (4_294_967_300_000, false), (BASE.0, true), (0x7fff_ffff_u64 * 1_000 + 2_000, false)];
    let mut all: Vec<Shown> = known.map(|(at, frozen)| Shown { at: Millis(at), frozen }).to_vec();
    all.resize_with(count, || {
        let [far, back, frozen] = [rng.next_u32(), rng.next_u32(), rng.next_u32()];
        let far = FAR[usize::try_from(far).unwrap() % FAR.len()];
        let at = if back % 2 == 0 { BASE.plus(far) } else { Millis(BASE.0.saturating_sub(far).max(DAY_MS)) };
        Shown { at, frozen: frozen % 8 == 0 }
    });
    all
}

/// Sets the clock of the node at once, in one step.
fn set(place: &Place, shown: Shown) {
    let text = Utc(shown.at).to_string();
    let mark = if shown.frozen { "" } else { "@" };
    std::fs::write(place.path("next"), format!("{mark}{} {}", &text[..10], &text[11..19])).unwrap();
    std::fs::rename(place.path("next"), place.path("clock")).unwrap();
}

fn start(place: &Place, file: &Path) -> (Node, Client, Client) {
    let mut command = program();
    command.args(place.run_args(&["--district", &file.display().to_string()])).env("LD_PRELOAD", faker()).env("TZ", "UTC");
    command.env("FAKETIME_TIMESTAMP_FILE", place.path("clock")).env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    let node = place.started(&mut command);
    let access = Access::read(&place.path("data")).unwrap();
    let anybody = Client::new(access.url.strip_prefix("http://").unwrap().parse().unwrap());
    let admin = anybody.bearer(&access.token);
    (node, anybody, admin)
}

fn stop(node: Node) {
    node.signal("TERM");
    assert_eq!(node.ended().0, Some(0));
}

/// All texts of the conversation, oldest first.
async fn texts(session: &Client) -> Vec<String> {
    let (mut all, mut before) = (Vec::new(), String::new());
    loop {
        let page = session.get(&format!("{CHAT}?limit=200{before}")).await.json();
        let texts = page["messages"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap().to_owned());
        all.splice(0..0, texts);
        match page["before"].as_str() {
            Some(cursor) => before = format!("&before={cursor}"),
            None => return all,
        }
    }
}

/// The word for documents that were signed a month before the base and are promised anew after three.
fn freshness(now: Millis) -> &'static str {
    match now.0.max(ISSUED.0) - ISSUED.0 {
        age if age <= FRESH_MS => "fresh",
        age if age <= 2 * FRESH_MS => "stale",
        _ => "overdue",
    }
}

fn time(value: &Value) -> Millis {
    value.as_str().unwrap().parse::<Utc>().unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the program faketime"]
async fn a_clock_that_jumps_deletes_nothing_and_locks_nobody_out() {
    let count = std::env::var("OKRUG_CLOCK_JUMPS").map_or(JUMPS, |jumps| jumps.parse().unwrap());
    let (place, mut sample, _) = enrolled();
    // Nobody is at the other office: it is revoked, so that there is a list with an age.
    sample.revoke(&[OfficeId(2)], &[], &[]);
    let file = PathBuf::from(place.district_file(&sample));
    set(&place, Shown { at: BASE, frozen: false });
    let (mut node, mut anybody, mut admin) = start(&place, &file);
    let ann = json!({ "login": "ann", "password": served::PASSWORD, "name": "Дежурный", "position": "Дежурный", "unit": "u2" });
    assert_eq!(admin.write("POST", "/api/v1/admin/person", &ann).await.status, 201);

    let (mut said, mut before): (Vec<String>, Option<(Client, Millis)>) = (Vec::new(), None);
    let (mut outlived, mut entries) = (0, 0);
    for (n, shown) in jumps(count).into_iter().enumerate() {
        set(&place, shown);
        if n % 10 == 9 {
            stop(node);
            (node, anybody, admin) = start(&place, &file);
            before = None;
        }
        let status = admin.get("/api/v1/node/status").await.json();
        let now = time(&status["clock"]["now"]);
        assert!(now >= shown.at && now.since(shown.at) < 2 * 3_600_000, "{shown:?}: the node shows {}", Utc(now));
        assert_eq!(status["clock"]["plausible"], now >= okrug_node::clock::PLAUSIBLE_FROM, "{shown:?}");
        assert_eq!(status["documents"]["freshness"], freshness(now), "{shown:?}");
        assert_eq!(status["district"]["revocations"]["freshness"], freshness(now), "{shown:?}");
        assert_eq!((&status["documents"]["chart"], &status["documents"]["revocations"]), (&json!(2), &json!(1)));
        assert_eq!((&status["unopened"], &status["alarms"]), (&json!([]), &json!([])), "{shown:?}");
        let held = status["store"]["entries"].as_u64().unwrap();
        assert!(held >= entries, "{shown:?}: entries are gone");
        entries = held;
        // A clock that went back, or forward a little, ends no session; and whoever was sent away comes in again.
        if let Some((session, then)) = &before
            && now.since(*then) < SHORT_MS
        {
            assert_eq!(session.get("/api/v1/session").await.status, 200, "{shown:?} after {}", Utc(*then));
            outlived += 1;
        }
        let login = json!({ "login": "ann", "password": served::PASSWORD, "token": true });
        let answer = anybody.write("POST", "/api/v1/session", &login).await;
        let session = anybody.bearer(answer.json()["token"].as_str().unwrap_or_else(|| panic!("{shown:?}: {answer:?}")));
        let text = format!("сообщение {n}");
        let posted = session.write("POST", CHAT, &served::post_body(&format!("m{n}"), &text)).await;
        assert_eq!(posted.status, 201, "{shown:?}: {posted:?}");
        said.push(text);
        assert_eq!(texts(&session).await, said, "{shown:?}");
        before = Some((session, now));
    }
    assert!(outlived > count / 10, "sessions outlived {outlived} jumps only");
    set(&place, Shown { at: BASE, frozen: false });
    stop(node);
    let (node, _, admin) = start(&place, &file);
    let report = admin.get("/api/v1/audit/check").await.json();
    assert!(report["logs"].as_array().unwrap().iter().all(|log| log["broken"].is_null()), "{report}");
    eprintln!(
        "{count} jumps of the clock: {} messages in their order, {entries} entries, a session outlived {outlived} of them",
        said.len()
    );
    stop(node);
}

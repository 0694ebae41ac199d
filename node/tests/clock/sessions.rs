//! What ends a session by itself, shown by a real node whose clock a test moves.

use crate::served;
use std::path::PathBuf;

use crate::served::client::Client;
use crate::served::stream::Stream;
use crate::support::{enrolled, program};
use okrug_node::api::Access;
use serde_json::{Value, json};

const SESSION: &str = "/api/v1/session";

/// The library that fakes the time of a program with threads, wherever this system keeps it.
pub(crate) fn faker() -> PathBuf {
    let places = std::fs::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path().join("faketime/libfaketimeMT.so.1"));
    places.into_iter().find(|path| path.exists()).expect("the program faketime is installed")
}

async fn log_in(anybody: &Client) -> Client {
    let answer = anybody.write("POST", SESSION, &json!({ "login": "ann", "password": served::PASSWORD, "token": true })).await;
    anybody.bearer(answer.json()["token"].as_str().unwrap_or_else(|| panic!("{answer:?}")))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the program faketime"]
async fn a_session_ends_after_half_an_hour_unused_and_after_eight_hours_in_any_case() {
    let (place, _, file) = enrolled();
    let later = |offset: &str| std::fs::write(place.path("offset"), offset).unwrap();
    later("+0");
    let mut command = program();
    command.args(place.run_args(&["--district", &file])).env("LD_PRELOAD", faker()).env("FAKETIME_TIMESTAMP_FILE", place.path("offset"));
    // Only the clock on the wall moves, and at once.
    let node = place.started(command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1"));
    let access = Access::read(&place.path("data")).unwrap();
    let anybody = Client::new(access.url.strip_prefix("http://").unwrap().parse().unwrap());
    let ann: Value = json!({ "login": "ann", "password": served::PASSWORD, "name": "Дежурный", "position": "Дежурный", "unit": "u1" });
    assert_eq!(anybody.bearer(&access.token).write("POST", "/api/v1/admin/person", &ann).await.status, 201);

    let session = log_in(&anybody).await;
    for (offset, status) in [("+29m", 200), ("+58m", 200), ("+89m", 401), ("+0", 401)] {
        later(offset);
        assert_eq!(session.get(SESSION).await.status, status, "{offset}");
    }

    // However much it is used.
    let session = log_in(&anybody).await;
    let mut stream = Stream::open(&session).await;
    for minutes in (29..480).step_by(29).chain([479]) {
        later(&format!("+{minutes}m"));
        assert_eq!(session.get(SESSION).await.status, 200, "{minutes}");
    }
    later("+481m");
    while stream.next().await.is_some() {}
    assert_eq!(session.get(SESSION).await.code(), "not_logged_in");
    node.signal("TERM");
    assert_eq!(node.ended().0, Some(0));
}

//! The demo on real nodes: ready, obedient, and gone without a trace.

use std::net::TcpListener;

use crate::desk::Desk;
use crate::district::{Demo, next, signal};

#[test]
fn a_demo_shows_where_and_as_whom_to_log_in_obeys_words_and_leaves_nothing() {
    let mut demo = Demo::start(&["--offices", "2", "--people", "2"]);
    let offices = demo.shown["offices"].as_array().unwrap().clone();
    assert_eq!((&demo.shown["type"], offices.len()), (&"demo".into(), 2));
    for office in &offices {
        assert!(office["url"].as_str().unwrap().starts_with("http://127.0.0.1:"));
        let logins = office["logins"].as_array().unwrap();
        assert!(logins.len() == 2 && logins.iter().all(|login| login["login"].is_string() && login["password"].is_string()));
        assert!(std::path::Path::new(office["data"].as_str().unwrap()).is_dir());
    }
    for (word, event) in [("cut", "cut"), ("join", "joined")] {
        demo.tell(&format!("{word} khanty-mansiysk"));
        let heard = next(&mut demo.lines);
        assert_eq!((&heard["event"], &heard["office"]), (&event.into(), &"khanty-mansiysk".into()));
    }
    demo.tell("stop");
    assert_eq!(demo.ended(), Some(0));
}

#[test]
fn a_signal_ends_a_demo_cleanly() {
    let demo = Demo::start(&["--offices", "1", "--people", "1"]);
    signal(demo.child.id().into(), "-TERM");
    assert_eq!(demo.ended(), Some(0));
}

#[test]
fn a_node_that_ends_by_itself_is_named_and_ends_the_demo() {
    let demo = Demo::start(&["--offices", "2", "--people", "1"]);
    signal(demo.pids()[1], "-KILL");
    assert_eq!(demo.ended(), Some(1));
}

#[test]
fn a_port_in_use_and_too_many_offices_are_refused_before_anything_starts() {
    let desk = Desk::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, err) = desk.fails(&["demo", "--offices", "1", "--port", &port]);
    assert_eq!((code, err.contains(&format!("port {port} is in use"))), (11, true), "{err}");
    assert_eq!(desk.fails(&["demo", "--offices", "24"]).0, 2);
    assert_eq!(desk.fails(&["demo", "--cut", "10m"]).0, 2);
}

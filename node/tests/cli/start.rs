//! Start and stop of the real program.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::process::Stdio;

use crate::support::{enrolled, okrug_node, program};

#[test]
fn a_node_says_where_its_page_is_and_stops_cleanly() {
    let (place, _, file) = enrolled();
    for signal in ["TERM", "INT"] {
        let node = place.start(&["--district", &file]);
        assert!(node.line.starts_with("OK: the node runs, the page is at http://127.0.0.1:"), "{}", node.line);
        node.signal(signal);
        let (code, log) = node.ended();
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains("node_started") && log.contains("node_stopped"), "{log}");
    }
}

#[test]
fn after_the_first_start_the_district_is_known() {
    let (place, _, file) = enrolled();
    drop(place.start(&["--district", &file]));
    fs::remove_file(&file).unwrap();
    drop(place.start(&[]));
    drop(place.start(&["--district", &file]));
}

#[test]
fn systemd_hears_that_the_node_is_ready_alive_and_stopping() {
    let (place, _, file) = enrolled();
    let path = place.path("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let mut command = program();
    command.args(place.run_args(&["--district", &file])).env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "200000");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let hear = |wanted: &str| {
        let mut buffer = [0; 4_096];
        loop {
            let len = socket.recv(&mut buffer).unwrap();
            if String::from_utf8_lossy(&buffer[..len]).lines().any(|line| line == wanted) {
                return;
            }
        }
    };
    hear("READY=1");
    hear("WATCHDOG=1");
    hear("WATCHDOG=1");
    assert!(std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    hear("STOPPING=1");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn logs_are_json_when_asked_and_never_hold_a_secret() {
    let (place, _, file) = enrolled();
    let node = place.start(&["--district", &file, "--log", "json", "--log-filter", "trace"]);
    node.signal("TERM");
    let (code, log) = node.ended();
    assert_eq!(code, Some(0));
    let events: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.iter().any(|event| event["event"] == "node_started" && event["level"] == "INFO"));
    let master = fs::read_to_string(place.path("data/keys/master.key")).unwrap();
    assert!(!log.contains(master.trim()));
}

#[test]
fn a_healthcheck_knows_a_node_that_serves_from_one_that_does_not() {
    let (place, _, file) = enrolled();
    let healthcheck = || okrug_node(&["healthcheck", "--data", &place.data()]);
    healthcheck().expect(10, &["does not answer"]);
    let plain = place.start(&["--district", &file]);
    healthcheck().expect(0, &["the node answers at http://127.0.0.1:"]);
    drop(plain);
    healthcheck().expect(10, &["does not answer"]);
    let _sealed = place.start(&["--api", "0.0.0.0:0"]);
    healthcheck().expect(0, &["the node answers at https://127.0.0.1:"]);
}

#[test]
fn the_certificate_is_found_from_any_folder_though_the_data_directory_was_named_from_one() {
    let (place, _, file) = enrolled();
    let mut command = program();
    let args = ["run", "--data", "data", "--district", &file, "--api", "0.0.0.0:0"];
    let _node = place.started(command.args(args).current_dir(place.path("")));
    okrug_node(&["healthcheck", "--data", &place.data()]).expect(0, &["the node answers at https://127.0.0.1:"]);
}

#[test]
fn the_version_is_said_for_people_and_scripts() {
    okrug_node(&["version"]).expect(0, &["okrug-node 0."]);
    let object: serde_json::Value = serde_json::from_str(&okrug_node(&["version", "--json"]).out).unwrap();
    assert_eq!(object["data"], 1);
}

//! The configuration: what outranks what, and what is said of a mistake.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use okrug_node::config::{self, Config, Flag, Loaded, Origin, Sources, TlsMode};
use okrug_node::problem::{Exit, Problem};
use okrug_node::words::Lang;

/// A folder with a `node.toml` of this text.
fn folder(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("node.toml");
    fs::write(&file, text).unwrap();
    (dir, file)
}

fn sources(file: &Path) -> Sources {
    Sources { file: Some(file.to_owned()), ..Sources::default() }
}

fn load(text: &str) -> Result<Loaded, String> {
    let (_dir, file) = folder(text);
    sources(&file).load().map_err(|error| {
        let problem = Problem::from(error);
        assert_eq!(problem.exit, Exit::Usage);
        problem.text(Lang::En).replace(&file.display().to_string(), "node.toml")
    })
}

#[track_caller]
fn refused(text: &str, part: &str) {
    let message = load(text).unwrap_err();
    assert!(message.contains(part), "{message:?} lacks {part:?}");
}

fn flag(name: &str, value: &str) -> Flag {
    Flag { flag: format!("--{name}"), name: name.to_owned(), value: value.to_owned() }
}

#[test]
fn each_layer_outranks_the_one_before() {
    let (dir, file) = folder("[link]\nack_delay_ms = 1\nping_s = 10\n\n[api]\nlisten = \"127.0.0.1:1001\"\n[metrics]\nlisten = \"off\"\n");
    fs::create_dir(dir.path().join("node.d")).unwrap();
    fs::write(dir.path().join("node.d/20-late.toml"), "link.ping_s = 30\n").unwrap();
    fs::write(dir.path().join("node.d/10-early.toml"), "[link]\nping_s = 20\nack_delay_ms = 2\n").unwrap();
    fs::write(dir.path().join("node.d/ignored.txt"), "not toml at all").unwrap();
    let variables =
        BTreeMap::from([("OKRUG_NODE__LINK__ACK_DELAY_MS".to_owned(), "3".to_owned()), ("OKRUG_NODE__DATA".to_owned(), "/v".to_owned())]);
    let loaded = Sources { file: Some(file.clone()), variables, flags: vec![flag("data", "/f")] }.load().unwrap();
    assert_eq!(loaded.config.data, PathBuf::from("/f"));
    assert_eq!((loaded.config.link.ack_delay_ms, loaded.config.link.ping_s), (3, 30));
    assert_eq!(loaded.config.metrics.listen, None);
    assert_eq!(loaded.config.mesh, Config::default().mesh);
    assert_eq!(loaded.origin("data"), Origin::Flag("--data".to_owned()));
    assert_eq!(loaded.origin("link.ack_delay_ms"), Origin::Variable("OKRUG_NODE__LINK__ACK_DELAY_MS".to_owned()));
    assert_eq!(loaded.origin("link.ping_s"), Origin::File(dir.path().join("node.d/20-late.toml"), 1));
    assert_eq!(loaded.origin("api.listen"), Origin::File(file, 6));
    assert_eq!(loaded.origin("log.format"), Origin::Default);
}

#[test]
fn an_unknown_setting_is_refused_with_its_line_and_the_nearest_name() {
    refused(
        "\n[mesh]\nlisten = [\"/ip4/0.0.0.0/tcp/1\"]\nlisen = []\n",
        "node.toml:4: there is no setting mesh.lisen; did you mean mesh.listen?",
    );
    refused("[mehs]\nlisten = []\n", "node.toml:1: there is no setting mehs");
    refused("colour = \"green\"\n", "node.toml:1: there is no setting colour\n");
    refused("data = \"/x\"\nmdns = false\n", "node.toml:2: there is no setting mdns; did you mean discovery.mdns?");
}

#[test]
fn a_wrong_type_is_named_with_what_would_be_right() {
    refused(
        "[api]\nlisten = 7680\n",
        "node.toml:2: api.listen takes an address with a port, such as 127.0.0.1:7680 or [::1]:7680, not 7680",
    );
    refused("[discovery]\nmdns = \"yes\"\n", "node.toml:2: discovery.mdns takes true or false, not \"yes\"");
    refused("[link]\nping_s = 0\n", "link.ping_s takes a whole number from 1 to 3600, not 0");
    refused("[link]\nping_s = 1.5\n", "link.ping_s takes a whole number from 1 to 3600, not float");
    refused("[mesh]\nlisten = \"/ip4/0.0.0.0/tcp/1\"\n", "mesh.listen takes a list of addresses");
    refused("[mesh]\nlisten = [\"0.0.0.0:7600\"]\n", "mesh.listen takes a list of addresses");
    refused("data = [\"a\"]\n", "data takes a path, not [\"a\"]");
    refused("[data]\nx = 1\n", "data takes a path, not table");
}

#[test]
fn every_mistake_is_named_at_once() {
    let message = load("[api]\nlisten = 1\n[link]\nping = 2\n[log]\nformat = \"xml\"\n").unwrap_err();
    assert_eq!(message.matches("node.toml:").count(), 3, "{message}");
    assert!(message.contains("the node changed nothing"));
}

#[test]
fn what_is_no_toml_is_refused_with_its_line() {
    refused("data = \"/x\"\n[api\n", "node.toml:2: this is not TOML");
    refused("data = \"/x\"\ndata = \"/y\"\n", "node.toml:2: this is not TOML");
}

#[test]
fn a_missing_file_is_refused_only_when_it_was_named() {
    let dir = tempfile::tempdir().unwrap();
    let error = sources(&dir.path().join("none.toml")).load().unwrap_err();
    assert!(Problem::from(error).text(Lang::En).contains("none.toml cannot be read"));
    assert!(Sources { flags: vec![flag("data", &dir.path().display().to_string())], ..Sources::default() }.load().is_ok());
}

#[test]
fn the_file_in_the_data_directory_is_found_by_itself() {
    let (dir, _) = folder("[link]\nping_s = 77\n");
    let loaded = Sources { flags: vec![flag("data", &dir.path().display().to_string())], ..Sources::default() }.load().unwrap();
    assert_eq!(loaded.config.link.ping_s, 77);
}

#[test]
fn passwords_never_cross_a_network_in_clear() {
    refused("[api]\nlisten = \"0.0.0.0:443\"\ntls = \"off\"\n", "without TLS the page opens on this machine only");
    assert_eq!(load("[api]\nlisten = \"0.0.0.0:443\"\n").unwrap().config.api.tls, TlsMode::Auto);
    refused("[api]\nlisten = \"0.0.0.0:443\"\ntls_cert = \"a.pem\"\n", "set together or not at all");
    let loaded = load("[api]\nlisten = \"0.0.0.0:443\"\ntls_cert = \"a.pem\"\ntls_key = \"b.pem\"\n").unwrap();
    assert!(loaded.config.api.tls_cert.is_some_and(|path| path.is_absolute()));
}

#[test]
fn variables_and_flags_are_checked_as_files_are() {
    let variables = BTreeMap::from([("OKRUG_NODE__API__LISEN".to_owned(), "x".to_owned())]);
    let error = Sources { variables, ..Sources::default() }.load().unwrap_err();
    let text = Problem::from(error).text(Lang::En);
    assert!(text.contains("OKRUG_NODE__API__LISEN: there is no setting api.lisen; did you mean api.listen?"), "{text}");
    let error = Sources { flags: vec![flag("mesh.listen", "nowhere")], ..Sources::default() }.load().unwrap_err();
    assert!(Problem::from(error).text(Lang::En).contains("--mesh.listen: mesh.listen takes a list"));
}

#[test]
fn the_shown_configuration_reads_back_as_the_same() {
    let text = "data = \"/srv/okrug\"\n[mesh]\ncarrier_quota = \"2 GiB\"\n[discovery]\nbootstrap = [\"o3=/dns4/a.example/tcp/1\"]\n[link]\nbudgets = [\"yarensk=2000\"]\n";
    let loaded = load(text).unwrap();
    assert_eq!(load(&config::current(&loaded, false)).unwrap().config, loaded.config);
    assert_eq!(load(&config::current(&loaded, true)).unwrap().config, loaded.config);
    assert!(config::current(&loaded, true).contains("node.toml:1"));
}

#[test]
fn the_example_is_valid_and_uncommented_gives_the_defaults() {
    for lang in [Lang::Ru, Lang::En] {
        let example = config::example(lang);
        let (dir, file) = folder(&example);
        config::check(&file).unwrap();
        let live: String =
            example.lines().map(|line| format!("{}\n", line.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or(line))).collect();
        fs::write(&file, live).unwrap();
        let loaded = sources(&file).load().unwrap();
        assert_eq!(loaded.config, Config { language: lang, data: PathBuf::from("/var/lib/okrug"), ..Config::default() });
        drop(dir);
    }
}

#[test]
fn a_giant_file_is_not_read() {
    let (_dir, file) = folder("");
    fs::File::options().write(true).open(&file).unwrap().set_len(1 << 40).unwrap();
    assert!(config::check(&file).is_err());
}

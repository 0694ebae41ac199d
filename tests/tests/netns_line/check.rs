//! The test network's own lines, checked against programs that know nothing of them: ping and iperf3.

use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use okrug_tests::Network;
use okrug_tests::line::{End, Way};

/// Two places with a line between them and nothing else.
fn joined(way: Way) -> (Network, okrug_tests::line::Line, [String; 2], String) {
    let mut network = Network::of(0);
    let (here, there) = (network.join(&[]).0, network.join(&[]).0);
    let (line, [_, address]) = network.lay(0, 1, way);
    (network, line, [here, there], address.to_string())
}

fn inside(namespace: &str, words: &[&str]) -> Command {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", namespace]).args(words).stdin(Stdio::null());
    command
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// How many answers ping had, and their round trips in milliseconds: shortest, mean, longest.
fn ping(namespace: &str, words: &[&str]) -> (u32, Option<[f64; 3]>) {
    let told = text(&inside(namespace, &[&["ping", "-q", "-n"], words].concat()).output().unwrap());
    let received = told.split(", ").find_map(|part| part.strip_suffix(" received")).unwrap().parse().unwrap();
    let times = told.split("= ").nth(1).map(|times| times.split('/').take(3).map(|time| time.parse().unwrap()).collect::<Vec<f64>>());
    (received, times.and_then(|times| times.try_into().ok()))
}

#[test]
#[ignore = "needs root and network namespaces"]
fn ping_sees_the_delay_of_both_ways() {
    let (_network, line, [here, _], address) = joined(Way { delay: Duration::from_millis(150), ..Way::OPEN });
    let (received, times) = ping(&here, &["-c", "5", "-i", "0.2", &address]);
    let [shortest, mean, _] = times.unwrap();
    eprintln!("ping over 150 ms one way: {shortest} ms at least, {mean} ms on average");
    assert_eq!(received, 5);
    // Nothing is faster than the line; what it takes beyond depends on the machine, and is printed.
    assert!(shortest >= 300.0, "{shortest} ms");
    line.change(End::Here, |way| way.delay = Duration::from_millis(400));
    let (_, times) = ping(&here, &["-c", "2", "-i", "0.2", &address]);
    assert!(times.unwrap()[0] >= 550.0);
}

#[test]
#[ignore = "needs root and network namespaces"]
fn ping_misses_exactly_what_the_line_says_it_lost() {
    const SENT: u32 = 2_000;
    let (_network, line, [here, _], address) = joined(Way::OPEN);
    // Neighbours find each other first: a lost question for an address is asked again, and would be counted.
    assert_eq!(ping(&here, &["-c", "1", &address]).0, 1);
    line.change_both(|way| way.loss = 50_000);
    let (received, _) = ping(&here, &["-c", &SENT.to_string(), "-i", "0.002", "-W", "1", &address]);
    let lost = line.count(End::Here).noise + line.count(End::There).noise;
    eprintln!("5 % each way: {lost} of {SENT} lost by the line's count, {} by ping's", SENT - received);
    // The system may say something of its own meanwhile, and the line lose that too.
    let missed = u64::from(SENT - received);
    assert!(missed > 0 && missed <= lost && lost - missed <= 3, "{missed} missed, {lost} lost");
}

#[test]
#[ignore = "needs root and network namespaces"]
fn a_cut_in_one_direction_lets_the_other_through() {
    let (_network, line, [here, there], address) = joined(Way::OPEN);
    assert_eq!(ping(&here, &["-c", "1", &address]).0, 1);
    line.change(End::There, |way| way.cut = true);
    let before = line.count(End::Here);
    assert_eq!(ping(&here, &["-c", "2", "-i", "0.2", "-W", "1", &address]).0, 0);
    assert!(line.count(End::Here).packets >= before.packets + 2, "the questions got there");
    assert!(line.count(End::There).down >= 2, "the answers did not");
    line.change(End::There, |way| way.cut = false);
    assert_eq!(ping(&there, &["-c", "1", "10.82.0.1"]).0, 1);
}

/// A server of iperf3; gone when dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What iperf3 says that arrived, in bytes and bits a second.
fn iperf(here: &str, there: &str, address: &str, words: &[&str]) -> (f64, f64) {
    let server = inside(there, &["iperf3", "--server", "--one-off"]).stdout(Stdio::null()).spawn().unwrap();
    let _server = Server(server);
    let asked = [&["iperf3", "--json", "--client", address], words].concat();
    // The server listens when it answers.
    let told = (0..100).find_map(|_| {
        let told = text(&inside(here, &asked).output().unwrap());
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        let refused = told["error"].as_str().is_some_and(|error| error.contains("refused"));
        if refused {
            std::thread::sleep(Duration::from_millis(50))
        }
        (!refused).then_some(told)
    });
    let told = told.expect("iperf3 answers");
    let end = &told["end"];
    let sum = if end["sum_received"].is_object() { &end["sum_received"] } else { &end["sum"] };
    (sum["bytes"].as_f64().unwrap(), sum["bits_per_second"].as_f64().unwrap())
}

#[test]
#[ignore = "needs root and network namespaces"]
fn iperf_gets_the_rate_of_the_line_and_no_more() {
    let way = Way { rate: 512_000, delay: Duration::from_millis(20), ..Way::OPEN };
    let (_network, line, [here, there], address) = joined(Way { queue: 32_000, ..way });
    let (bytes, rate) = iperf(&here, &there, &address, &["--time", "5"]);
    let carried = line.count(End::Here).bytes;
    eprintln!(
        "iperf3 over TCP: {rate:.0} bit/s of 512,000 ({:.0} %); {carried} IP bytes carried for {bytes:.0} of its own",
        rate / 5_120.0
    );
    assert!(rate <= 512_000.0, "{rate} bit/s");
    #[allow(clippy::as_conversions, clippy::cast_precision_loss, reason = "a figure to compare with another program's")]
    let carried = carried as f64;
    assert!(carried >= bytes && carried <= bytes * 1.25 + 20_000.0, "{carried} IP bytes for {bytes}");
    let before = line.count(End::Here);
    let (bytes, _) = iperf(&here, &there, &address, &["--udp", "--bitrate", "2M", "--time", "3"]);
    let after = line.count(End::Here);
    eprintln!("iperf3 over UDP at four times the rate: {bytes:.0} bytes of it arrived, {} packets found no room", after.full - before.full);
    assert!(after.full > before.full, "what comes faster than the line finds no room");
}

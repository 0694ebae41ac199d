//! A node that slept through a thousand charters catches up over a thin line: 64 kbit/s each way, 600 ms there and back.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]
#![allow(clippy::print_stdout, reason = "what it costs is to be read")]

use std::collections::BTreeMap;

use okrug_protocol::charter::Charter;
use okrug_protocol::clock::Millis;
use okrug_protocol::document::{DocumentKind, Head};
use okrug_protocol::exchange::{Config, Edition, Editions, Exchange, Holdings, In, Out};
use okrug_protocol::ids::{OfficeId, Version};
use okrug_protocol::sample;
use okrug_protocol::trust::Trust;

const CHARTERS: u32 = 1_024;
const ONE_WAY_MS: u64 = 300;
const BYTES_PER_S: u64 = 8_000;
/// Length before the frame, and the headers of TCP and IP.
const AROUND: u64 = 44;

fn holdings(trust: &Trust) -> Holdings {
    let versions = trust.versions();
    let edition = |(version, hash): (Version, okrug_protocol::ids::Hash32)| Edition { version, hash: hash.into() };
    let told = Editions {
        charter: edition(versions.charter),
        chart: edition(versions.chart),
        bootstrap: edition(versions.bootstrap),
        ..Editions::NONE
    };
    Holdings::from(told)
}

/// Two offices, the line between them, and a clock that is moved by what happens.
struct World {
    trust: [Trust; 2],
    exchange: [Exchange; 2],
    now: u64,
    events: BTreeMap<(u64, u64), (usize, In)>,
    next: u64,
    /// When each direction of the line is free again, in microseconds.
    free: [u64; 2],
    bytes: [u64; 2],
    answers: u32,
}

impl World {
    fn new(trust: [Trust; 2]) -> Self {
        let exchange = [0, 1].map(|at| {
            let me = OfficeId(u32::try_from(at + 1).unwrap());
            Exchange::new(Config::of(me), trust[at].directory(), holdings(&trust[at]), [])
        });
        Self { trust, exchange, now: 1_000_000_000, events: BTreeMap::new(), next: 0, free: [0; 2], bytes: [0; 2], answers: 0 }
    }

    fn at(&mut self, time: u64, office: usize, input: In) {
        self.next += 1;
        self.events.insert((time, self.next), (office, input));
    }

    fn follow(&mut self, at: usize, out: Out) {
        let me = OfficeId(u32::try_from(at + 1).unwrap());
        match out {
            Out::Send { frame, .. } => {
                let size = u64::try_from(frame.len()).unwrap() + AROUND;
                self.bytes[at] += size;
                self.free[at] = self.free[at].max(self.now) + size * 1_000_000 / BYTES_PER_S;
                self.at(self.free[at] + ONE_WAY_MS * 1_000, 1 - at, In::Frame { peer: me, bytes: frame });
            }
            Out::LoadDocument { peer, kind, version, offset, max_bytes } => {
                let run = if kind == DocumentKind::Charter { self.trust[at].charters_from(version) } else { Vec::new() };
                let from = usize::try_from(offset).unwrap().min(run.len());
                let bytes = run[from..(from + max_bytes).min(run.len())].to_vec();
                let total = u32::try_from(run.len()).unwrap();
                self.at(self.now, at, In::DocumentLoaded { peer, kind, version, offset, total, bytes });
            }
            Out::Document { bytes, .. } => {
                self.answers += 1;
                self.trust[at].accept_charters(&bytes).unwrap();
                let held = holdings(&self.trust[at]);
                self.at(self.now, at, In::Documents(held));
            }
            Out::WakeAt(time) => self.at((time.0 * 1_000).max(self.now + 1), at, In::Tick),
            _ => {}
        }
    }

    /// Runs until the second office holds what the first does; gives how long that took, in milliseconds.
    fn run(&mut self) -> u64 {
        let began = self.now;
        let up = |peer| In::PeerUp { peer: OfficeId(peer), rtt_ms: Some(600) };
        self.at(began, 0, up(2));
        self.at(began, 1, up(1));
        while self.trust[1].charter().version() < self.trust[0].charter().version() {
            let ((time, _), (office, input)) = self.events.pop_first().expect("it goes on until all is there");
            self.now = time;
            let mut out = Vec::new();
            self.exchange[office].handle(input, Millis(time / 1_000), &mut out);
            out.into_iter().for_each(|out| self.follow(office, out));
        }
        (self.now - began) / 1_000
    }
}

#[test]
fn a_thousand_charters_come_in_few_answers_and_nearly_at_the_rate_of_the_line() {
    let mut sample = sample::district(2);
    let asleep = sample.trust.clone();
    for _ in 1..CHARTERS {
        let held = sample.trust.charter();
        let head = Head { district: sample.id(), version: held.version().next().unwrap(), previous: held.hash(), ..held.doc().head };
        let next = Charter { head, ..held.doc().clone() };
        let bytes = sample::signed(next, &[&sample.charter_keys[0], &sample.charter_keys[1]]).encode();
        sample.trust.accept_charter(&bytes).unwrap();
    }
    let mut world = World::new([sample.trust, asleep]);
    let took = world.run();
    let all: u64 = world.trust[0].charters().iter().skip(1).map(|held| u64::try_from(held.encode().len()).unwrap()).sum();
    let [down, up] = world.bytes;
    println!(
        "{} charters, {all} bytes: {} answers, {down} bytes down and {up} up, {} ms; one for each round trip would take {} ms",
        CHARTERS - 1,
        world.answers,
        took,
        u64::from(CHARTERS) * 2 * ONE_WAY_MS + all * 1_000 / BYTES_PER_S,
    );
    assert_eq!(world.trust[1].charters(), world.trust[0].charters());
    assert!(u64::from(world.answers) <= all / 32_768 + 1, "{} answers", world.answers);
    assert!(down < all * 103 / 100 + 4_096 && up < all / 50, "{down} down, {up} up");
    // By the line's own clock, which is no clock of this machine.
    assert!(took < all * 1_000 / BYTES_PER_S * 13 / 10 + 10_000, "{took} ms");
}

//! Partitions on real sockets: two LANs, bad lines between them, offices that are cut off and killed, by schedules from seeds.
//!
//! `OKRUG_SCHEDULES` is how many, `OKRUG_OFFICES` how many offices, `OKRUG_SEED` the first seed; each schedule is printed.

use std::collections::BTreeSet;
use std::time::Duration;

use okrug_tests::line::{End, Line, Way};
use okrug_tests::wait::within;
use okrug_tests::{District, Layout, Official};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use crate::number;

const ALL: &str = "Руководство";
/// How long the offices may take after the last fault, in looks of a fifth of a second.
const LOOKS: usize = 1_500;

/// What happens to the district.
#[derive(Debug, Clone, Copy)]
enum Fault {
    /// An office loses its LAN.
    Cut(usize),
    /// It has it again.
    Restore(usize),
    /// A line is cut in both directions.
    LineDown(usize),
    /// In one.
    OneWay(usize, bool),
    /// It goes up and down.
    Flaps(usize),
    /// It loses one packet in twenty.
    Loses(usize),
    /// It is as it was.
    LineUp(usize),
    /// A node is killed and started again.
    Kill(usize),
}

/// The faults of a seed, each followed by somebody who speaks.
fn schedule(seed: u64, offices: usize, lines: usize) -> Vec<(Fault, usize)> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = |below: usize| usize::try_from(rng.next_u32()).unwrap() % below;
    (0..5)
        .map(|_| {
            let (office, line) = (draw(offices), draw(lines));
            let fault = match draw(8) {
                0 => Fault::Cut(office),
                1 => Fault::Restore(office),
                2 => Fault::LineDown(line),
                3 => Fault::OneWay(line, draw(2) == 0),
                4 => Fault::Flaps(line),
                5 => Fault::Loses(line),
                6 => Fault::LineUp(line),
                _ => Fault::Kill(office),
            };
            (fault, draw(offices))
        })
        .collect()
}

/// A line as it is at best: 64 kbit/s, 50 ms, one packet in a hundred is lost.
fn way() -> Way {
    Way { delay: Duration::from_millis(50), loss: 10_000, ..Way::THIN }
}

struct World {
    district: District,
    lines: Vec<Line>,
    /// By office: where it finds those at the other end of its line.
    calls: Vec<Vec<String>>,
    people: Vec<Official>,
    chat: String,
    said: Vec<String>,
}

impl World {
    /// Half of the offices on one LAN, half on another; the first of each half and the last of each half have a line.
    async fn start(offices: usize) -> Self {
        let half = offices / 2;
        let lans = (0..offices).map(|office| vec![u8::from(office >= half)]).collect();
        let mut district = District::found(&Layout { lans, listed: vec![true; offices], mdns: false });
        let (mut lines, mut calls) = (Vec::new(), vec![Vec::new(); offices]);
        for (here, there) in [(0, half), (half - 1, offices - 1)] {
            let (line, addresses) = district.network().borrow_mut().lay(here, there, way());
            lines.push(line);
            for (office, other, address) in [(here, there, addresses[1]), (there, here, addresses[0])] {
                calls[office].push(format!("discovery.bootstrap={}=/ip4/{address}/tcp/7600", district.site(other).slug));
            }
        }
        for (office, call) in calls.iter().enumerate() {
            district.switch_on_with(office, call).await;
        }
        let mut people = Vec::new();
        for office in 0..offices {
            people.push(district.enrol(office, ALL).await);
        }
        let chat = district.unit(ALL);
        Self { district, lines, calls, people, chat, said: Vec::new() }
    }

    async fn strike(&mut self, fault: Fault) {
        match fault {
            Fault::Cut(office) => self.district.cut(office),
            Fault::Restore(office) => self.district.restore(office),
            Fault::LineDown(line) => self.lines[line].change_both(|way| way.cut = true),
            Fault::OneWay(line, here) => {
                self.lines[line].change(if here { End::Here } else { End::There }, |way| way.cut = true);
            }
            Fault::Flaps(line) => {
                self.lines[line].change_both(|way| way.flaps = Some((Duration::from_millis(700), Duration::from_millis(300))));
            }
            Fault::Loses(line) => self.lines[line].change_both(|way| way.loss = 50_000),
            Fault::LineUp(line) => self.lines[line].change_both(|it| *it = way()),
            Fault::Kill(office) => {
                self.district.kill(office).await;
                self.district.switch_on_with(office, &self.calls[office].clone()).await;
                self.people[office].log_in().await;
            }
        }
    }

    fn heal(&self) {
        (0..self.people.len()).for_each(|office| self.district.restore(office));
        self.lines.iter().for_each(|line| line.change_both(|it| *it = way()));
    }

    /// Waits until everybody has everything, once each, in one order.
    async fn converge(&self, seed: u64) {
        let wanted: BTreeSet<&str> = self.said.iter().map(String::as_str).collect();
        let mut lacking = Vec::new();
        for _ in 0..LOOKS {
            lacking.clear();
            for (office, official) in self.people.iter().enumerate() {
                let texts = official.texts(&self.chat).await;
                let held: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
                assert_eq!(texts.len(), held.len(), "seed {seed}: office {office} shows something twice");
                if held != wanted {
                    lacking.push((office, wanted.difference(&held).count()));
                }
            }
            if lacking.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert!(lacking.is_empty(), "seed {seed}: offices and how much they lack: {lacking:?}");
        let first = self.people[0].texts(&self.chat).await;
        for official in &self.people[1..] {
            assert_eq!(official.texts(&self.chat).await, first, "seed {seed}: another order");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root and network namespaces"]
async fn after_any_schedule_of_faults_everybody_has_everything_once_and_in_one_order() {
    let (count, offices, first) = (number("OKRUG_SCHEDULES", 10), number("OKRUG_OFFICES", 6), number("OKRUG_SEED", 1));
    let offices = usize::try_from(offices).unwrap();
    let mut world = World::start(offices).await;
    for seed in first..first + count {
        let schedule = schedule(seed, offices, world.lines.len());
        eprintln!("schedule {seed}: {schedule:?}");
        for (step, (fault, speaker)) in schedule.into_iter().enumerate() {
            world.strike(fault).await;
            let text = format!("{seed}/{step}");
            let (chat, official) = (world.chat.clone(), world.people[speaker].clone());
            within("somebody speaks", official.say(&chat, &text)).await;
            world.said.push(text);
        }
        world.heal();
        world.converge(seed).await;
    }
    eprintln!(
        "ROW | Partitions on real sockets | {count} schedules of {offices} offices, seeds from {first} | all converged, 0 of {} lost, 0 twice",
        world.said.len()
    );
}

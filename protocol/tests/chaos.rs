//! Districts to which everything happens at once: whatever the seed, everything arrives everywhere,
//! nobody is accused, and then there is silence.
//!
//! `OKRUG_SEEDS=1000 cargo test -p okrug-protocol --features sim --test chaos` tries more of them.

use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::{OfficeId, Precedence, Topic, UnitId, Version};
use okrug_protocol::sim::{LinkPlan, Plan, Report, Sim, Topology};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

const UNIT: Topic = Topic::Unit(UnitId(1));
const HOUR: u64 = 3_600_000;

struct Chaos {
    rng: ChaCha8Rng,
    sim: Sim,
    offices: u32,
    off: Vec<OfficeId>,
    chart: u32,
}

impl Chaos {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let offices = 3 + rng.next_u32() % 8;
        let topologies = [Topology::Mesh, Topology::Line, Topology::Star, Topology::Ring, Topology::Random { degree: 4 }];
        let links = [LinkPlan::LAN, LinkPlan::WAN, LinkPlan::THIN, LinkPlan { rate_is_known: false, ..LinkPlan::THIN }];
        let plan = Plan::new(seed, offices, one(&mut rng, &topologies)).over(one(&mut rng, &links));
        let mut sim = Sim::new(plan.gossip(one(&mut rng, &[None, Some(0), Some(30), Some(90)])));
        sim.readers(UNIT, (1..=offices).map(OfficeId));
        Self { rng, sim, offices, off: Vec::new(), chart: 0 }
    }

    fn pick(&mut self, n: u32) -> u32 {
        self.rng.next_u32() % n
    }

    fn office(&mut self) -> OfficeId {
        OfficeId(1 + self.pick(self.offices))
    }

    fn strike(&mut self) {
        let (office, other) = (self.office(), self.office());
        let on = !self.off.contains(&office);
        match self.pick(12) {
            0..=4 if on => {
                let topic = [Topic::District, UNIT][usize::from(self.pick(2) > 0)];
                let precedence = one(&mut self.rng, &Precedence::ALL);
                let needs = if self.pick(5) == 0 { Version(self.chart) } else { Version(0) };
                let (count, len) = (1 + self.pick(20), 100 + self.pick(2_000));
                self.sim.write_under(office, topic, precedence, count, usize::try_from(len).expect("small"), needs);
            }
            5 => self.sim.cut(office, other),
            6 => self.sim.heal_all(),
            7 if on => {
                self.sim.switch_off(office);
                self.off.push(office);
            }
            8 => {
                if let Some(office) = self.off.pop() {
                    self.sim.switch_on(office);
                }
            }
            9 if on => self.sim.restart_unnoticed(office),
            10 => {
                let half: Vec<OfficeId> = (1..=1 + self.pick(self.offices - 1)).map(OfficeId).collect();
                self.sim.split(&half);
            }
            11 if on => {
                self.chart += 1;
                let len = 100 + self.pick(40_000);
                self.sim.publish(office, DocumentKind::Chart, Version(self.chart), usize::try_from(len).expect("small"));
            }
            _ => {}
        }
        let most = if self.pick(3) == 0 { 20_000 } else { 500 };
        let pause = self.pick(most);
        self.sim.run(u64::from(pause));
    }

    fn calm(&mut self) {
        for office in std::mem::take(&mut self.off) {
            self.sim.switch_on(office);
        }
        self.sim.heal_all();
    }
}

fn one<T: Copy>(rng: &mut ChaCha8Rng, of: &[T]) -> T {
    of[usize::try_from(rng.next_u32()).expect("fits") % of.len()]
}

#[test]
fn after_any_chaos_everything_is_everywhere_nobody_is_accused_and_all_fall_silent() {
    let seeds = std::env::var("OKRUG_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(24);
    for seed in 0..seeds {
        let mut chaos = Chaos::new(seed);
        for _ in 0..60 {
            chaos.strike();
        }
        chaos.calm();
        let settled = chaos.sim.settle(HOUR).is_some();
        let lacking: Vec<_> = (1..=chaos.offices).map(|o| chaos.sim.lacking(OfficeId(o))).collect();
        assert!(settled, "seed {seed}: {lacking:?}");
        chaos.sim.run(HOUR);
        let before = chaos.sim.report();
        chaos.sim.run(10 * HOUR);
        let after = chaos.sim.report();
        assert_eq!(before, Report { time_ms: before.time_ms, ..after }, "seed {seed}: still talking");
        assert_eq!(after.misbehaved, 0, "seed {seed}");
        assert!(after.duplicates <= after.delivered / 4, "seed {seed}: {} of {} fetched twice", after.duplicates, after.delivered);
    }
}

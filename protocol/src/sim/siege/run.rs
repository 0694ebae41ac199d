//! One siege, from a seed.

use std::collections::BTreeMap;

use super::checks::Broken;
use super::lies::Lie;
use super::world::{Event, World};
use crate::document::DocumentKind;
use crate::exchange::In;
use crate::ids::{OfficeId, Precedence, Topic, UnitId};

/// Strikes before there is calm.
const STRIKES: u32 = 50;
/// How long honest offices may take afterwards to have everything, in milliseconds of virtual time.
const CALM_MS: u64 = 3_600_000;

/// What a siege came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Siege {
    /// How many sieges are summed up here.
    pub seeds: u64,
    /// Offices.
    pub offices: u64,
    /// Those of them that lied.
    pub liars: u64,
    /// Entries that honest offices wrote.
    pub written: u64,
    /// Entries that offices took from others.
    pub delivered: u64,
    /// Lies told beside bent answers.
    pub lies: BTreeMap<Lie, u64>,
    /// Broken rules that were noticed.
    pub strikes: u64,
    /// Forks that honest offices hold the proof of.
    pub proofs: u64,
    /// Pairs of honest neighbours with two stories of a log of which one alone holds the proof.
    pub one_sided: u64,
    /// Crashes.
    pub crashes: u64,
    /// Clocks that were set.
    pub clocks: u64,
    /// Editions of documents that were signed meanwhile.
    pub documents: u64,
    /// Sticks full of old entries, one of them bent, that were put in twice.
    pub sticks: u64,
    /// Frames that honest offices sent.
    pub frames: u64,
    /// The most memory that one exchange kept at a time, in bytes.
    pub memory: usize,
    /// The most that was under way at a time.
    pub queue: u64,
    /// How often an honest office accused an honest one.
    pub accused: u64,
    /// The first of those accusations.
    pub accusation: Option<String>,
}

impl Siege {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (lie, count) in other.lies {
            *self.lies.entry(lie).or_insert(0) += count;
        }
        self.seeds += other.seeds;
        self.offices += other.offices;
        self.liars += other.liars;
        self.written += other.written;
        self.delivered += other.delivered;
        self.strikes += other.strikes;
        self.proofs += other.proofs;
        self.one_sided += other.one_sided;
        self.crashes += other.crashes;
        self.clocks += other.clocks;
        self.documents += other.documents;
        self.sticks += other.sticks;
        self.frames += other.frames;
        self.memory = self.memory.max(other.memory);
        self.queue = self.queue.max(other.queue);
        self.accused += other.accused;
        self.accusation = self.accusation.or(other.accusation);
        self
    }
}

/// Runs the siege of a seed.
///
/// # Errors
/// An invariant was broken.
pub fn siege(seed: u64) -> Result<Siege, Broken> {
    let mut world = World::new(seed);
    for _ in 0..STRIKES {
        world.strike();
    }
    world.calm();
    world.check()?;
    world.check_alone()?;
    Ok(world.siege)
}

impl World {
    fn strike(&mut self) {
        let at = self.draw(self.members.len());
        match self.draw(16) {
            0..=4 => self.speak(at),
            5..=8 => self.all_lie(),
            9 => {
                let other = self.draw(self.members.len());
                self.cut(at, other);
            }
            10 => self.heal_all(),
            11 => {
                self.siege.crashes += 1;
                self.switch_off(at);
            }
            12 => (0..self.members.len()).for_each(|at| self.switch_on(at)),
            13 => {
                self.siege.clocks += 1;
                let years = [0, 0, 1, -1, 50, -50][self.draw(6)];
                self.members[at].skew_ms = years * 365 * 86_400_000;
            }
            14 => self.amend(at),
            _ => {
                let side = 1 + self.draw(self.members.len() - 1);
                let crossing = self.edges.clone().into_iter().filter(|(a, b)| (*a < side) != (*b < side));
                crossing.for_each(|(a, b)| self.cut(a, b));
            }
        }
        let most = [200, 200, 3_000, 30_000][self.draw(4)];
        let pause = self.draw(most);
        self.run(u64::try_from(pause).expect("small"));
    }

    fn speak(&mut self, at: usize) {
        if !self.is_honest(at) || !self.members[at].is_on() {
            return;
        }
        // In a ring only what all want finds its way.
        let other = OfficeId(u32::try_from(1 + self.draw(self.members.len())).expect("small"));
        let topics = [Topic::District, Topic::Unit(UnitId(1)), Topic::Unit(UnitId(3)), Topic::Unit(UnitId(4)), Topic::Inbox(other)];
        let topic = topics[if self.is_mesh { self.draw(5) } else { self.draw(2) }];
        let precedence = Precedence::ALL[self.draw(3)];
        let life = self.members[at].life;
        for after in 0..1 + self.draw(6) {
            self.at(u64::try_from(after).expect("small"), Event::Say { at, life, topic, precedence });
        }
    }

    fn all_lie(&mut self) {
        for at in 0..self.members.len() {
            if self.members[at].is_on() {
                self.lie(at);
            }
        }
    }

    /// The authority signs another edition of the chart and gives it to one office.
    fn amend(&mut self, at: usize) {
        let bytes = self.authority.amend(|_| {});
        self.siege.documents += 1;
        if self.learn(at, DocumentKind::Chart, &bytes) {
            let member = &self.members[at];
            let (holdings, directory) = (member.holdings(), member.directory());
            self.input(at, In::Documents(holdings));
            self.input(at, In::Interest(directory));
        }
    }

    /// Everybody is on and joined, clocks are right again, and only lying goes on.
    fn calm(&mut self) {
        self.is_rough = false;
        self.members.iter_mut().for_each(|member| member.skew_ms = 0);
        (0..self.members.len()).for_each(|at| self.switch_on(at));
        self.heal_all();
        // The newest documents reach somebody honest by hand, should all who have them lie.
        let at = self.honest()[0];
        let newest = self.authority.trust.envelopes(DocumentKind::Chart, crate::ids::Version(0)).pop();
        let taken = newest.is_some_and(|bytes| self.learn(at, DocumentKind::Chart, &bytes));
        if taken {
            let member = &self.members[at];
            let (holdings, directory) = (member.holdings(), member.directory());
            self.input(at, In::Documents(holdings));
            self.input(at, In::Interest(directory));
        }
        self.settle_down();
        // Long enough for the proofs of forks, and then for what was told of them last: whoever gives nothing is waited for as
        // long as that too.
        self.run(120_000);
        self.settle_down();
    }

    /// Lets time pass until all that is honest has all, for an hour at most.
    fn settle_down(&mut self) {
        let end = self.now_ms + CALM_MS;
        while self.now_ms < end && (self.missing().is_some() || self.behind().is_some()) {
            self.all_lie();
            self.run(5_000);
        }
    }
}

//! What a simulated district looks like.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_core::RngCore;

use crate::exchange::Config;
use crate::ids::OfficeId;

/// Who is joined to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topology {
    /// Everybody to everybody.
    Mesh,
    /// One after the other.
    Line,
    /// All to the first.
    Star,
    /// A line whose ends are joined.
    Ring,
    /// A ring with chords, so that every office has about so many neighbours.
    Random {
        /// Neighbours of an office on average; 2 is a ring.
        degree: u32,
    },
}

/// What a link is like, in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkPlan {
    /// From sending to arriving, in milliseconds.
    pub latency_ms: u64,
    /// What it carries; `None` when that does not matter.
    pub bytes_per_s: Option<u64>,
    /// Whether the offices know the rate, or have to find out.
    pub rate_is_known: bool,
    /// Whether live entries go with the exchange, and gossip is not used.
    pub direct: bool,
    /// What the layers below add to a frame.
    pub overhead: usize,
}

impl LinkPlan {
    /// A link inside an office building: 1 ms, no limit.
    pub const LAN: Self = Self { latency_ms: 1, bytes_per_s: None, rate_is_known: false, direct: false, overhead: 34 };
    /// A link between towns: 20 ms, 10 Mbit/s.
    pub const WAN: Self = Self { latency_ms: 20, bytes_per_s: Some(1_250_000), ..Self::LAN };
    /// A modem: 100 ms, 64 kbit/s, and the offices were told so.
    pub const THIN: Self = Self { latency_ms: 100, bytes_per_s: Some(8_000), rate_is_known: true, ..Self::LAN };
    /// A line to a branch office as a node uses it: 300 ms, 64 kbit/s, without gossip.
    pub const BRANCH: Self = Self { latency_ms: 300, rate_is_known: false, direct: true, ..Self::THIN };
}

/// Gossip beside the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gossip {
    /// Of a hundred messages, so many are lost on a link.
    pub loss_percent: u32,
}

/// A district to be simulated.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides everything that chance decides.
    pub seed: u64,
    /// Offices, numbered from 1.
    pub offices: u32,
    /// Who is joined to whom.
    pub topology: Topology,
    /// What every link is like.
    pub link: LinkPlan,
    /// `None` leaves everything to the exchange.
    pub gossip: Option<Gossip>,
    /// See [`Config::ack_delay_ms`].
    pub ack_delay_ms: u64,
}

impl Plan {
    /// A district with everybody's links up, on a LAN, with gossip that loses nothing.
    #[must_use]
    pub fn new(seed: u64, offices: u32, topology: Topology) -> Self {
        Self {
            seed,
            offices,
            topology,
            link: LinkPlan::LAN,
            gossip: Some(Gossip { loss_percent: 0 }),
            ack_delay_ms: Config::DEFAULT_ACK_DELAY_MS,
        }
    }

    /// The same with other links.
    #[must_use]
    pub fn over(self, link: LinkPlan) -> Self {
        Self { link, ..self }
    }

    /// The same with a gossip that loses so many of a hundred messages, or with none.
    #[must_use]
    pub fn gossip(self, loss_percent: Option<u32>) -> Self {
        Self { gossip: loss_percent.map(|loss_percent| Gossip { loss_percent }), ..self }
    }

    /// The offices.
    pub fn all(&self) -> impl Iterator<Item = OfficeId> + use<> {
        (1..=self.offices).map(OfficeId)
    }

    /// The links, each once.
    pub(super) fn edges(&self, rng: &mut ChaCha8Rng) -> BTreeSet<(OfficeId, OfficeId)> {
        let n = self.offices;
        let ring = (1..=n).map(|i| (i, i % n + 1));
        let pairs: Vec<(u32, u32)> = match self.topology {
            Topology::Mesh => (1..=n).flat_map(|a| (a + 1..=n).map(move |b| (a, b))).collect(),
            Topology::Line => (1..n).map(|i| (i, i + 1)).collect(),
            Topology::Star => (2..=n).map(|i| (1, i)).collect(),
            Topology::Ring => ring.collect(),
            Topology::Random { degree } => {
                let chords = n.saturating_mul(degree.saturating_sub(2)) / 2;
                let any = (0..chords).map(|_| (rng.next_u32() % n + 1, rng.next_u32() % n + 1));
                ring.chain(any.collect::<Vec<_>>()).collect()
            }
        };
        let real = pairs.into_iter().filter(|(a, b)| a != b);
        real.map(|(a, b)| (OfficeId(a.min(b)), OfficeId(a.max(b)))).collect()
    }
}

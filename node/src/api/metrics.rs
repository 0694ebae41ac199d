//! What a monitoring system may know: numbers, with the names of offices and words of ours as labels.
//!
//! Never a person, a conversation or a message: labels are read by many, and kept for years.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::streams::Streams;
use crate::mesh::{Brought, LinkStatus};
use crate::office::Handle;
use crate::office::view::{Link, NodeStatus};

/// Tells how the links stand, and what they counted.
pub type Links = Arc<dyn Fn() -> Vec<LinkStatus> + Send + Sync>;

/// Tells how many handshakes ended because the directory lists no such peer.
pub type Strangers = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The media type of the answer.
pub(crate) const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends of the classes of request durations, in seconds.
const DURATIONS: [f64; 9] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

/// Upper ends of the classes of how late an event is told, in seconds: close enough together to tell a hundredth from a half.
const DELAYS: [f64; 20] =
    [0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
    code: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Office {
    office: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Direction {
    office: String,
    direction: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Way {
    way: &'static str,
}

/// All metrics of the node.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Route, Histogram, fn() -> Histogram>,
    delays: Histogram,
}

impl Metrics {
    pub(crate) fn new(office: Handle, links: Links, strangers: Strangers, streams: Streams) -> Self {
        let mut registry = Registry::default();
        let build = [("version", env!("CARGO_PKG_VERSION")), ("commit", option_env!("OKRUG_COMMIT").unwrap_or("unknown"))];
        registry.register("okrug_build", "Which program this is", Info::new(build.to_vec()));
        let requests: Family<Route, Histogram, fn() -> Histogram> = Family::new_with_constructor(|| Histogram::new(DURATIONS));
        registry.register("okrug_http_request_duration_seconds", "Time to the head of the answer", requests.clone());
        let delays = Histogram::new(DELAYS);
        registry.register("okrug_sse_delay_seconds", "From what happened to its event on the way to a client", delays.clone());
        registry.register_collector(Box::new(State { office, links, strangers, streams }));
        Self { registry, requests, delays }
    }

    /// Counts a request; `route` is a pattern of ours, never a path that somebody typed.
    pub(crate) fn request(&self, route: &str, code: u16, took: Duration) {
        self.requests.get_or_create(&Route { route: route.to_owned(), code }).observe(took.as_secs_f64());
    }

    /// Counts an event that is handed on so long after it happened.
    pub(crate) fn told(&self, late: Duration) {
        self.delays.observe(late.as_secs_f64());
    }

    /// The text for a collector.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        text::encode(&mut text, &self.registry).expect("writing to a string does not fail");
        text
    }
}

/// What is looked up when somebody asks.
struct State {
    office: Handle,
    links: Links,
    strangers: Strangers,
    streams: Streams,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("state of the node")
    }
}

impl Collector for State {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let status = self.office.status();
        let one = |encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64| {
            ConstGauge::new(value).encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)
        };
        let since = status.clock.now.0 / 1_000 - status.uptime_s.min(status.clock.now.0 / 1_000);
        one(&mut encoder, "okrug_up_since_timestamp_seconds", "When the node started", since)?;
        one(&mut encoder, "okrug_sse_clients", "Open streams of events", count(self.streams.count()))?;
        one(&mut encoder, "okrug_org_version", "Version of the chart", status.documents.chart.into())?;
        if let Some(list) = &status.district.revocations {
            one(&mut encoder, "okrug_revocation_age_seconds", "Since the newest list of revocations was signed", list.age_s)?;
        }
        one(&mut encoder, "okrug_queue_messages", "Messages that no other office holds", status.queue.messages)?;
        one(&mut encoder, "okrug_queue_oldest_seconds", "Age of the oldest of them", status.queue.oldest_s.unwrap_or(0))?;
        one(&mut encoder, "okrug_store_entries", "Entries in the store", status.store.entries)?;
        one(&mut encoder, "okrug_store_bytes", "Bytes of the store on disk", status.store.bytes)?;
        if let Some(last) = status.backup {
            one(&mut encoder, "okrug_backup_last_success_timestamp_seconds", "When the last whole backup was made", last.made.0 / 1_000)?;
        }
        if let Some(carried) = &status.carried {
            one(&mut encoder, "okrug_carried_bytes", "Bytes of entries that are carried for others", carried.bytes)?;
            one(&mut encoder, "okrug_carried_quota_bytes", "Bytes that are carried at most", carried.quota)?;
            let help = "Entries that were given up before all their readers had them";
            ConstCounter::new(carried.given_up).encode(encoder.encode_descriptor(
                "okrug_carried_given_up",
                help,
                None,
                MetricType::Counter,
            )?)?;
        }
        self.arrivals(&mut encoder)?;
        let help = "Handshakes with peers that the directory does not list";
        ConstCounter::new((self.strangers)()).encode(encoder.encode_descriptor("okrug_strangers", help, None, MetricType::Counter)?)?;
        one(&mut encoder, "okrug_alarms", "What should not be: see the node's status", count(status.alarms.len()))?;
        peers(&mut encoder, &status)?;
        self.links(&mut encoder, &status)
    }
}

impl State {
    fn arrivals(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let (arrivals, help) = (self.office.arrivals(), "Entries of other offices that were taken, by the way they came");
        let mut family = encoder.encode_descriptor("okrug_entries_taken", help, None, MetricType::Counter)?;
        for (way, count) in [("gossip", arrivals.gossip), ("exchange", arrivals.exchange), ("bundle", arrivals.bundle)] {
            ConstCounter::new(count).encode(family.encode_family(&Way { way })?)?;
        }
        Ok(())
    }

    fn links(&self, encoder: &mut DescriptorEncoder<'_>, status: &NodeStatus) -> Result<(), fmt::Error> {
        let slug = |office| status.peers.iter().find(|peer| peer.office == office).map(|peer| peer.slug.clone());
        let links: Vec<_> = (self.links)().into_iter().filter_map(|link| Some((slug(link.office)?, link))).collect();
        let mut family = encoder.encode_descriptor("okrug_link_bytes", "Bytes over a link since the start", None, MetricType::Counter)?;
        for (office, link) in &links {
            for (direction, bytes) in [("in", link.bytes_in), ("out", link.bytes_out)] {
                let labels = Direction { office: office.clone(), direction };
                ConstCounter::new(bytes).encode(family.encode_family(&labels)?)?;
            }
        }
        let entries: fn(&Brought) -> u64 = |brought| brought.entries;
        let brought = [
            ("okrug_exchange_entries", "Entries that an office brought over the exchange and that were taken", entries),
            ("okrug_exchange_entry_bytes", "Their bytes", |brought| brought.bytes),
            ("okrug_exchange_known", "Entries that an office brought over the exchange and that were here already", |brought| {
                brought.known
            }),
        ];
        for (name, help, of) in brought {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for (office, link) in &links {
                ConstCounter::new(of(&link.brought)).encode(family.encode_family(&Office { office: office.clone() })?)?;
            }
        }
        let help = "Bytes a second that a link carried when there was always something to send";
        let mut family = encoder.encode_descriptor("okrug_link_rate_bytes", help, None, MetricType::Gauge)?;
        for (office, rate) in links.iter().filter_map(|(office, link)| Some((office, link.rate?))) {
            ConstGauge::new(rate).encode(family.encode_family(&Office { office: office.clone() })?)?;
        }
        let help = "How often an office broke a rule of the mesh since the start";
        let mut family = encoder.encode_descriptor("okrug_peer_offences", help, None, MetricType::Counter)?;
        for (office, link) in links {
            ConstCounter::new(link.offences).encode(family.encode_family(&Office { office })?)?;
        }
        Ok(())
    }
}

fn peers(encoder: &mut DescriptorEncoder<'_>, status: &NodeStatus) -> Result<(), fmt::Error> {
    let labelled = |slug: &String| Office { office: slug.clone() };
    let mut up = encoder.encode_descriptor("okrug_peer_up", "Whether the link to an office stands", None, MetricType::Gauge)?;
    for peer in &status.peers {
        ConstGauge::new(u64::from(peer.link == Link::Up)).encode(up.encode_family(&labelled(&peer.slug))?)?;
    }
    let help = "When anything was last heard from an office";
    let mut seen = encoder.encode_descriptor("okrug_peer_last_seen_timestamp_seconds", help, None, MetricType::Gauge)?;
    for (peer, time) in status.peers.iter().filter_map(|peer| Some((peer, peer.last_contact?))) {
        ConstGauge::new(time.0 / 1_000).encode(seen.encode_family(&labelled(&peer.slug))?)?;
    }
    let help = "The last measured round trip to an office";
    let mut rtt = encoder.encode_descriptor("okrug_peer_rtt_seconds", help, None, MetricType::Gauge)?;
    for (peer, ms) in status.peers.iter().filter_map(|peer| Some((peer, peer.rtt_ms?))) {
        ConstGauge::new(f64::from(ms) / 1_000.0).encode(rtt.encode_family(&labelled(&peer.slug))?)?;
    }
    Ok(())
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

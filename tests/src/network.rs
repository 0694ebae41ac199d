//! A network of networks: every office in a namespace of its own, joined to the others by bridges.
//!
//! The bridges stand in a namespace of their own, so that nothing of the machine's network is touched and nothing of
//! it reaches the offices.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use okrug::cluster::ip;

use crate::line::{Line, Way};

/// Namespaces of one process are counted, so that two districts of one test do not meet.
static NEXT: AtomicU32 = AtomicU32::new(0);
/// So are the devices of its lines, which begin in the machine's own namespace.
static LAID: AtomicU32 = AtomicU32::new(0);

/// Bridges, and the namespaces at them; gone when dropped.
#[derive(Debug)]
pub struct Network {
    bridges: Namespace,
    places: Vec<Place>,
    /// Bridges that have a second one for the half that is split off.
    halves: BTreeSet<u8>,
    /// How many lines were laid.
    lines: u8,
}

/// A namespace at one bridge or several.
#[derive(Debug)]
struct Place {
    namespace: Namespace,
    lans: Vec<u8>,
}

/// A named namespace; gone when dropped.
#[derive(Debug)]
struct Namespace(String);

impl Network {
    /// Makes bridges, as many as asked for.
    #[must_use]
    pub fn of(lans: u8) -> Self {
        sweep();
        let network = Self { bridges: Namespace::make(), places: Vec::new(), halves: BTreeSet::new(), lines: 0 };
        (0..lans).for_each(|lan| network.add_bridge(&bridge(lan)));
        network
    }

    /// Makes a namespace with an interface at each of these bridges; its name, and its address at each.
    pub fn join(&mut self, lans: &[u8]) -> (String, Vec<Ipv4Addr>) {
        let index = self.places.len();
        let namespace = Namespace::make();
        run(&["-n", &namespace.0, "link", "set", "lo", "up"]);
        let mut addresses = Vec::new();
        for lan in lans {
            let (here, there, address) = (format!("lan{lan}"), port(index, *lan), address(*lan, index));
            run(&["-n", &self.bridges.0, "link", "add", &there, "type", "veth", "peer", "name", &here, "netns", &namespace.0]);
            run(&["-n", &self.bridges.0, "link", "set", &there, "master", &bridge(*lan), "up"]);
            run(&["-n", &namespace.0, "address", "add", &format!("{address}/24"), "broadcast", "+", "dev", &here]);
            run(&["-n", &namespace.0, "link", "set", &here, "up"]);
            addresses.push(address);
        }
        let name = namespace.0.clone();
        self.places.push(Place { namespace, lans: lans.to_vec() });
        (name, addresses)
    }

    /// Joins two places by a line of their own; it is there until it is dropped. The address of each on it.
    pub fn lay(&mut self, here: usize, there: usize, way: Way) -> (Line, [Ipv4Addr; 2]) {
        let number = self.lines;
        self.lines += 1;
        let laid = LAID.fetch_add(1, Ordering::Relaxed);
        let device = |end| format!("ok{}{end}{laid}", std::process::id());
        let line = Line::between(&device('a'), &device('b'), way, number.into()).unwrap();
        let addresses = [Ipv4Addr::new(10, 82, number, 1), Ipv4Addr::new(10, 82, number, 2)];
        let hardware = ["02:6f:6b:00:00:01", "02:6f:6b:00:00:02"];
        for (end, device, place) in [(0, device('a'), here), (1, device('b'), there)] {
            let (namespace, name) = (&self.places[place].namespace.0, format!("line{number}"));
            run(&["link", "set", &device, "netns", namespace, "name", &name, "address", hardware[end]]);
            run(&["-n", namespace, "address", "add", &format!("{}/24", addresses[end]), "broadcast", "+", "dev", &name]);
            run(&["-n", namespace, "link", "set", &name, "up"]);
            // Who routes over a long line knows its other end and asks nobody for it.
            let other = addresses[1 - end].to_string();
            run(&["-n", namespace, "neighbour", "replace", &other, "lladdr", hardware[1 - end], "nud", "permanent", "dev", &name]);
        }
        (line, addresses)
    }

    /// Gives a place at the first bridge one more address.
    pub fn address(&self, place: usize, address: &str) {
        run(&["-n", &self.places[place].namespace.0, "address", "add", &format!("{address}/24"), "dev", "lan0"]);
    }

    /// Cuts all lines of a place, where they come into the bridges.
    pub fn cut(&self, place: usize) {
        self.set(place, "down");
    }

    /// Restores all lines of a place.
    pub fn restore(&self, place: usize) {
        self.set(place, "up");
    }

    /// Takes the lines of a place out of its machine.
    pub fn unplug(&self, place: usize) {
        self.set_inside(place, "down");
    }

    /// Plugs them in again. What the system would still have said for processes that have ended meanwhile is
    /// forgotten, as if the machine itself had gone.
    pub fn plug_in(&self, place: usize) {
        run(&["netns", "exec", &self.places[place].namespace.0, "ss", "--kill", "--tcp", "--all"]);
        self.set_inside(place, "up");
    }

    fn set_inside(&self, place: usize, state: &str) {
        let Place { namespace, lans } = &self.places[place];
        for lan in lans {
            run(&["-n", &namespace.0, "link", "set", &format!("lan{lan}"), state]);
        }
    }

    fn set(&self, place: usize, state: &str) {
        for lan in &self.places[place].lans {
            run(&["-n", &self.bridges.0, "link", "set", &port(place, *lan), state]);
        }
    }

    /// Parts these places from the others of their bridges; among themselves they go on.
    ///
    /// Connections between the two halves end, as they do in an outage that is long: over those that outlive a short
    /// one the system itself brings all that was written meanwhile.
    pub fn split(&mut self, places: &[usize]) {
        for place in places {
            for lan in self.places[*place].lans.clone() {
                if self.halves.insert(lan) {
                    self.add_bridge(&half(lan));
                }
                run(&["-n", &self.bridges.0, "link", "set", &port(*place, lan), "master", &half(lan)]);
            }
        }
        let others = || (0..self.places.len()).filter(|other| !places.contains(other));
        for (here, there) in places.iter().flat_map(|place| others().map(move |other| (*place, other))) {
            self.end_connections(here, there);
            self.end_connections(there, here);
        }
    }

    /// Ends the connections of one place with another, on this side alone.
    fn end_connections(&self, here: usize, there: usize) {
        let Place { namespace, .. } = &self.places[here];
        for lan in &self.places[there].lans {
            run(&["netns", "exec", &namespace.0, "ss", "--kill", "--tcp", "dst", &address(*lan, there).to_string()]);
        }
    }

    /// Ends all connections of a place with places beyond it.
    pub fn end_all_connections(&self, place: usize) {
        let Place { namespace, .. } = &self.places[place];
        run(&["netns", "exec", &namespace.0, "ss", "--kill", "--tcp", "dst", "10.0.0.0/8"]);
    }

    /// Joins everybody again.
    pub fn heal(&self) {
        for (index, place) in self.places.iter().enumerate() {
            for lan in &place.lans {
                run(&["-n", &self.bridges.0, "link", "set", &port(index, *lan), "master", &bridge(*lan)]);
            }
        }
    }

    /// How many places there are.
    #[must_use]
    pub fn places(&self) -> usize {
        self.places.len()
    }

    fn add_bridge(&self, name: &str) {
        // Without snooping nobody decides who wants to hear multicast: everybody does.
        run(&["-n", &self.bridges.0, "link", "add", name, "type", "bridge", "mcast_snooping", "0"]);
        run(&["-n", &self.bridges.0, "link", "set", name, "up"]);
    }
}

impl Namespace {
    fn make() -> Self {
        let name = format!("okrug-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        run(&["netns", "add", &name]);
        Self(name)
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // A namespace takes its interfaces with it; the other ends of its lines go with them.
        let _ = ip(&["netns", "delete", &self.0]);
    }
}

/// Removes what processes that were killed have left.
fn sweep() {
    let Ok(names) = std::fs::read_dir("/run/netns") else { return };
    for name in names.filter_map(|entry| entry.ok()?.file_name().into_string().ok()) {
        let process = name.strip_prefix("okrug-").and_then(|rest| rest.split('-').next()).and_then(|id| id.parse::<u32>().ok());
        if process.is_some_and(|id| !Path::new("/proc").join(id.to_string()).exists()) {
            let _ = ip(&["netns", "delete", &name]);
        }
    }
}

fn bridge(lan: u8) -> String {
    format!("bridge{lan}")
}

fn half(lan: u8) -> String {
    format!("half{lan}")
}

fn port(place: usize, lan: u8) -> String {
    format!("p{place}l{lan}")
}

fn address(lan: u8, place: usize) -> Ipv4Addr {
    Ipv4Addr::new(10, 81, lan, u8::try_from(place + 1).unwrap())
}

fn run(args: &[&str]) {
    ip(args).unwrap();
}

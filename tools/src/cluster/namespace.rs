//! Network namespaces: a node on a network of its own, and a link whose bytes can be counted.

use std::fs::File;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::Command;
use std::thread;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::problem::{Exit, FileError, Problem};
use crate::words::said;

/// Where named namespaces are.
const NAMED: &str = "/run/netns";

/// Does something inside a network namespace, or where we are when none is named.
///
/// A thread enters the namespace and ends; sockets and processes that it made stay there.
///
/// # Errors
/// When the namespace cannot be entered.
pub fn inside<T: Send>(namespace: Option<&str>, act: impl FnOnce() -> T + Send) -> Result<T, Problem> {
    let Some(name) = namespace else { return Ok(act()) };
    let path = Path::new(NAMED).join(name);
    let file = File::open(&path).map_err(FileError::at(&path))?;
    thread::scope(|scope| {
        let entered = scope.spawn(|| {
            move_into_link_name_space(file.as_fd(), Some(LinkNameSpaceType::Network)).map_err(|e| FileError::at(&path)(e.into()))?;
            Ok(act())
        });
        entered.join().expect("what is done inside does not panic")
    })
}

/// Two networks and one link between them; gone when dropped.
#[derive(Debug)]
pub struct Pair {
    names: [String; 2],
}

/// What went over a link, seen from one end, both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes of frames.
    pub bytes: u64,
    /// Frames.
    pub packets: u64,
}

impl Traffic {
    /// Bytes of IP packets: frames without their Ethernet headers.
    #[must_use]
    pub fn ip_bytes(&self) -> u64 {
        self.bytes.saturating_sub(14 * self.packets)
    }
}

/// Not a word of `ip` itself, which would take `link` for one of its own.
const DEVICE: &str = "wire0";

impl Pair {
    /// Makes both networks and the link.
    ///
    /// # Errors
    /// Without the right to, or without the program `ip`.
    pub fn make() -> Result<Self, Problem> {
        if !rustix::process::geteuid().is_root() {
            return Err(Problem::new(
                "needs_root",
                Exit::NotPermitted,
                said!("сетевые пространства может создать только root: пропущено", "only root can make network namespaces: skipped"),
            ));
        }
        let id = std::process::id();
        let pair = Self { names: [format!("okrug-{id}-a"), format!("okrug-{id}-b")] };
        let [a, b] = &pair.names;
        ip(&["netns", "add", a])?;
        ip(&["netns", "add", b])?;
        ip(&["link", "add", DEVICE, "netns", a, "type", "veth", "peer", "name", DEVICE, "netns", b])?;
        for (i, name) in pair.names.iter().enumerate() {
            pair.quiet(i)?;
            ip(&["-n", name, "address", "add", &format!("{}/24", Self::address(i)), "dev", DEVICE])?;
            // One packet, one header, so that the count is that of a real line.
            ip(&["-n", name, "link", "set", DEVICE, "gso_max_segs", "1"])?;
            ip(&["-n", name, "link", "set", DEVICE, "up"])?;
            ip(&["-n", name, "link", "set", "lo", "up"])?;
        }
        pair.acquaint()?;
        Ok(pair)
    }

    /// The names of the namespaces.
    #[must_use]
    pub fn names(&self) -> &[String; 2] {
        &self.names
    }

    /// The address at one end.
    #[must_use]
    pub fn address(end: usize) -> std::net::Ipv4Addr {
        let last = if end == 0 { 1 } else { 2 };
        std::net::Ipv4Addr::new(10, 77, 0, last)
    }

    /// What went over the link so far.
    ///
    /// # Errors
    /// When the counters cannot be read.
    pub fn traffic(&self) -> Result<Traffic, Problem> {
        let path = Path::new("/proc/thread-self/net/dev");
        let text = inside(Some(&self.names[0]), || std::fs::read_to_string(path))?.map_err(FileError::at(path))?;
        let line = text.lines().find_map(|line| line.trim().strip_prefix(&format!("{DEVICE}:"))).unwrap_or_default();
        let numbers: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
        Ok(Traffic { bytes: at(0) + at(8), packets: at(1) + at(9) })
    }

    /// No IPv6, whose neighbours talk to each other even when nobody has anything to say.
    fn quiet(&self, end: usize) -> Result<(), Problem> {
        let path = Path::new("/proc/sys/net/ipv6/conf/all/disable_ipv6");
        let written = inside(Some(&self.names[end]), || if path.exists() { std::fs::write(path, "1") } else { Ok(()) })?;
        Ok(written.map_err(FileError::at(path))?)
    }

    /// Each end knows the other's hardware address, so that nobody has to ask for it.
    fn acquaint(&self) -> Result<(), Problem> {
        for (here, there) in [(0, 1), (1, 0)] {
            let path = Path::new("/sys/class/net").join(DEVICE).join("address");
            let name = &self.names[there];
            let output = Command::new("ip").args(["netns", "exec", name, "cat"]).arg(&path).output().map_err(FileError::at(&path))?;
            let hardware = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            let address = Self::address(there).to_string();
            ip(&["-n", &self.names[here], "neigh", "replace", &address, "lladdr", &hardware, "dev", DEVICE, "nud", "permanent"])?;
        }
        Ok(())
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for name in &self.names {
            // What is not there need not be removed.
            let _ = ip(&["netns", "delete", name]);
        }
    }
}

/// Runs the program `ip`.
///
/// # Errors
/// Its own words.
pub fn ip(args: &[&str]) -> Result<(), Problem> {
    let output = Command::new("ip").args(args).output().map_err(FileError::at(Path::new("ip")))?;
    if output.status.success() {
        return Ok(());
    }
    let (args, words) = (args.join(" "), String::from_utf8_lossy(&output.stderr).trim().to_owned());
    Err(Problem::new("ip", Exit::Failed, said!("ip {args}: {words}", "ip {args}: {words}")))
}

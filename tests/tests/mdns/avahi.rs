//! Avahi on a machine of its own: its daemon, a message bus for it alone, and its tools.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use okrug::cluster::inside;
use okrug_tests::until;
use tempfile::TempDir;

/// What Okrug's nodes are called on a LAN.
pub(crate) const SERVICE: &str = "_okrug._tcp";

/// A running Avahi; gone when dropped.
pub(crate) struct Avahi {
    // Dropped in this order: who speaks, then what they speak through.
    published: Vec<Process>,
    daemon: Process,
    _bus: Process,
    namespace: String,
    root: TempDir,
}

/// Killed when dropped.
struct Process(Child);

/// A service that Avahi has found and resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) address: String,
    pub(crate) port: String,
    /// Sorted.
    pub(crate) text: Vec<String>,
}

impl Avahi {
    /// Starts it in a namespace that has an interface `lan0`.
    pub(crate) async fn start(namespace: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let bus = root.path().join("bus.conf");
        std::fs::write(&bus, bus_config(&socket(root.path()))).unwrap();
        let mut command = Command::new("dbus-daemon");
        command.arg("--config-file").arg(&bus).args(["--nofork", "--nopidfile"]);
        let bus = Process(command.spawn().unwrap());
        until("the message bus is there", async || socket(root.path()).exists().then_some(())).await;
        std::fs::write(root.path().join("avahi.conf"), CONFIG).unwrap();
        let daemon = daemon(namespace, root.path());
        let avahi = Self { published: Vec::new(), daemon, _bus: bus, namespace: namespace.to_owned(), root };
        avahi.answers().await;
        avahi
    }

    /// All instances of Okrug's service that it knows on the LAN.
    pub(crate) fn browse(&self) -> Vec<Found> {
        let output = self.tool("avahi-browse").args(["--parsable", "--resolve", "--terminate", SERVICE]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().filter_map(Found::parse).collect()
    }

    /// Announces an instance of Okrug's service at its own address, until it is dropped or vanishes.
    pub(crate) async fn publish(&mut self, name: &str, port: u16, text: &[String]) {
        let mut command = self.tool("avahi-publish");
        command.args(["--service", name, SERVICE, &port.to_string()]).args(text).stderr(Stdio::null());
        self.published.push(Process(command.spawn().unwrap()));
        until(&format!("{name} is announced"), async || self.browse().iter().any(|found| found.name == name).then_some(())).await;
    }

    /// Is gone as if by a power cut, with all that it announced and without a goodbye.
    pub(crate) async fn vanish_and_return(&mut self) {
        self.daemon.0.kill().unwrap();
        self.daemon.0.wait().unwrap();
        self.published.clear();
        self.daemon = daemon(&self.namespace, self.root.path());
        self.answers().await;
    }

    async fn answers(&self) {
        until("avahi answers", async || {
            let status = self.tool("avahi-browse").args(["--terminate", SERVICE]).stderr(Stdio::null()).status().unwrap();
            status.success().then_some(())
        })
        .await;
    }

    fn tool(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", address(self.root.path())).stdin(Stdio::null());
        command
    }
}

impl Found {
    /// Reads a line of `avahi-browse --parsable`; `None` when it is not about a resolved instance.
    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.strip_prefix('=')?.split(';').collect();
        let [_, _interface, _version, name, _service, _domain, host, address, port, text] = fields[..] else { return None };
        let [name, host, address, port] = [name, host, address, port].map(str::to_owned);
        let mut text: Vec<String> = text.split(' ').map(|word| word.trim_matches('"').to_owned()).collect();
        text.sort();
        Some(Self { name, host, address, port, text })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended need not be killed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const CONFIG: &str = "[server]\nhost-name=neighbour\nallow-interfaces=lan0\nuse-ipv6=no\n[publish]\npublish-workstation=no\n";

/// Its files in `/run` are its own, so that it does not meet one that runs on this machine.
fn daemon(namespace: &str, root: &Path) -> Process {
    let script = "mount -t tmpfs tmpfs /run && exec avahi-daemon --no-drop-root --no-chroot --no-rlimits -f \"$0\"";
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", script]).arg(root.join("avahi.conf"));
    command.env("DBUS_SYSTEM_BUS_ADDRESS", address(root)).stdin(Stdio::null()).stderr(Stdio::null());
    Process(inside(Some(namespace), || command.spawn()).unwrap().unwrap())
}

fn socket(root: &Path) -> PathBuf {
    root.join("bus")
}

fn address(root: &Path) -> String {
    format!("unix:path={}", socket(root).display())
}

/// Everybody who reaches it may say everything: nobody else does.
fn bus_config(socket: &Path) -> String {
    format!(
        "<busconfig><type>system</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\
         <policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/><allow send_type=\"method_call\"/>\
         <allow send_destination=\"*\"/><allow receive_sender=\"*\"/></policy></busconfig>",
        socket.display()
    )
}

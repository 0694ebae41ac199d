//! A machine and somebody at its terminal.
//!
//! Its network is a namespace. `/var/lib` and `/media` are folders of its own, the memory stick in
//! `/media/usb` is the same for all. Commands run on a terminal, so that they can ask, and are answered.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// What is answered to whatever is asked: as passphrase and as password.
const ANSWER: &str = "correct horse battery\n";
/// Longer than the longest wait of a command.
const PATIENCE: Duration = Duration::from_secs(60);
/// Makes the folders of the machine and runs the command that follows.
const ENTER: &str = "mount --bind \"$0/lib\" /var/lib && mount -t tmpfs none /media && mkdir /media/usb && \
    mount --bind \"$1\" /media/usb && shift && exec \"$@\"";

/// A machine.
#[derive(Debug)]
pub struct Machine {
    name: String,
    namespace: String,
    folder: PathBuf,
    stick: PathBuf,
    exports: Vec<String>,
    running: Vec<Child>,
}

impl Machine {
    /// A machine in its namespace, with its disk in a folder and the stick in another.
    ///
    /// # Panics
    /// When the folders cannot be made.
    #[must_use]
    pub fn new(name: &str, namespace: String, folder: PathBuf, stick: &Path) -> Self {
        std::fs::create_dir_all(folder.join("home")).unwrap();
        std::fs::create_dir_all(folder.join("lib")).unwrap();
        Self { name: name.to_owned(), namespace, folder, stick: stick.to_owned(), exports: Vec::new(), running: Vec::new() }
    }

    /// Types a command and gives back what it printed, which is no more than its last line may need.
    ///
    /// A line of `export` stays for the commands after it; `okrug-node run` goes on until the machine is dropped.
    ///
    /// # Errors
    /// What was printed, when the command failed.
    ///
    /// # Panics
    /// When nothing can be run here at all.
    pub fn types(&mut self, command: &str) -> Result<String, String> {
        if command.starts_with("export ") {
            self.exports.push(command.to_owned());
            return Ok(String::new());
        }
        if command.starts_with("okrug-node run") {
            return self.starts(command);
        }
        let mut child = self.terminal(command).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // More answers than anything asks for; those left over are never read.
        let _ = child.stdin.take().expect("piped").write_all(ANSWER.repeat(16).as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).replace('\r', "") + &String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(text) } else { Err(format!("{}: {command}: {}: {text}", self.name, output.status)) }
    }

    /// Starts what goes on, and waits until it says that it does.
    fn starts(&mut self, command: &str) -> Result<String, String> {
        let log = std::fs::File::create(self.folder.join("node.log")).unwrap();
        let mut child = self.enter(&["sh", "-c", &self.script(&format!("exec {command}"))]);
        let mut child = child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        self.running.push(child);
        let (said, lines) = mpsc::sync_channel(64);
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| said.send(line)));
        lines.recv_timeout(PATIENCE).map_err(|_| {
            let log = std::fs::read_to_string(self.folder.join("node.log")).unwrap_or_default();
            format!("{}: {command} says nothing: {log}", self.name)
        })
    }

    /// The command on a terminal.
    fn terminal(&self, command: &str) -> Command {
        let script = self.folder.join("typed.sh");
        std::fs::write(&script, self.script(command)).unwrap();
        let typed = format!("sh '{}'", script.display());
        self.enter(&["script", "--quiet", "--return", "--command", &typed, "/dev/null"])
    }

    fn script(&self, command: &str) -> String {
        format!("{}\n{command}\n", self.exports.join("\n"))
    }

    /// A program inside the machine.
    fn enter(&self, program: &[&str]) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace, "unshare", "--mount", "sh", "-c", ENTER]);
        command.arg(&self.folder).arg(&self.stick).args(program).current_dir(self.folder.join("home"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = vec![crate::programs::folder().to_owned()];
        folders.extend(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(folders).unwrap()).env("LANG", "C.UTF-8");
        for name in ["LC_ALL", "LC_MESSAGES", "OKRUG_LANG", "OKRUG_DIR", "OKRUG_NODE", "OKRUG_NODE_CONFIG"] {
            command.env_remove(name);
        }
        command
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        for child in &mut self.running {
            // What has ended by itself cannot be ended again.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

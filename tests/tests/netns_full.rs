//! A full disk under a real node: refused in words, read all the same, and good again when there is room.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use okrug_node::disk::free_bytes;
use okrug_tests::{District, Layout, official::fresh, until};

const ALL: &str = "Руководство";
const MIB: u64 = 1 << 20;

/// A small disk over the data directory of an office; what lay there lies on it.
struct Disk {
    at: PathBuf,
}

impl Disk {
    fn under(data: &Path, mib: u64) -> Self {
        let aside = data.with_extension("aside");
        fs::rename(data, &aside).unwrap();
        fs::create_dir(data).unwrap();
        let size = format!("size={mib}m");
        run(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(data));
        run(Command::new("cp").arg("-a").arg(aside.join(".")).arg(data));
        Self { at: data.to_owned() }
    }

    fn ballast(&self) -> PathBuf {
        self.at.join("ballast")
    }

    /// Fills it until only `bytes` are free.
    fn leave(&self, bytes: u64) {
        let free = free_bytes(&self.at).unwrap();
        let mut file = fs::OpenOptions::new().create(true).append(true).open(self.ballast()).unwrap();
        file.write_all(&vec![0; usize::try_from(free.saturating_sub(bytes)).unwrap()]).unwrap();
    }

    fn empty(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).status();
    }
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_node_with_a_full_disk_refuses_in_words_reads_and_recovers() {
    let mut district = District::found(&Layout::one_lan(2));
    let disk = Disk::under(&district.site(0).data, 64);
    let limits =
        [("reserve", MIB), ("min_free", 4 * MIB), ("min_free_foreign", 8 * MIB)].map(|(name, bytes)| format!("store.{name}={bytes}"));
    district.switch_on_with(0, &limits).await;
    district.switch_on(1).await;
    let unit = district.unit(ALL);
    let (mut here, there) = (district.enrol(0, ALL).await, district.enrol(1, ALL).await);
    district.linked(&here, &[1]).await;
    here.say(&unit, "есть место").await;
    there.reads(&unit, 1).await;

    disk.leave(MIB);
    let (client_id, text) = (fresh(), "нет места");
    let answer = here.post(&unit, text, &client_id).await;
    let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((answer.status, problem["code"].as_str()), (507, Some("no_space")), "{problem}");
    for said in ["title", "detail", "hint"] {
        assert!(problem[said].as_str().is_some_and(|words| !words.is_empty()), "{said}: {problem}");
    }
    there.say(&unit, "от соседа").await;
    assert_eq!(here.texts(&unit).await, ["есть место"]);

    // It starts as well, and is no other than before.
    district.switch_off(0).await;
    disk.leave(MIB);
    district.switch_on_with(0, &limits).await;
    here.log_in().await;
    district.linked(&here, &[1]).await;
    assert_eq!(here.texts(&unit).await, ["есть место"]);
    assert_eq!(here.post(&unit, text, &client_id).await.status, 507);

    disk.empty();
    assert_eq!(here.post(&unit, text, &client_id).await.status, 201);
    let texts = here.reads(&unit, 3).await;
    assert!(["есть место", "от соседа", text].iter().all(|wanted| texts.iter().any(|text| text == wanted)), "{texts:?}");
    until("both have the same", async || (there.texts(&unit).await == here.texts(&unit).await).then_some(())).await;
}

//! What the figures were measured on, and of what.

use std::fs;
use std::path::Path;
use std::process::Command;

use nozzle_tests::root;
use serde::{Deserialize, Serialize};

use crate::peers;

/// The machine, and the versions of all that was measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's model.
    pub cpu: String,
    /// Cores that this process may use.
    pub cores: usize,
    /// The day, UTC.
    pub date: String,
    /// The commit, and whether the tree differed from it.
    pub commit: String,
    /// `rustc --version`.
    pub rustc: String,
    /// Python's version, where it took part.
    pub python: Option<String>,
    /// Node's version, where it took part.
    pub node: Option<String>,
}

impl Machine {
    /// This one, this tree, now.
    pub fn this() -> Self {
        let changed = said("git", &["status", "--porcelain", "--untracked-files=no"]);
        let changed = if changed.is_empty() { "" } else { ", changed" };
        Self {
            cpu: cpu(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            date: said("date", &["-u", "+%F"]),
            commit: said("git", &["rev-parse", "--short", "HEAD"]) + changed,
            rustc: said("rustc", &["--version"]),
            python: peers::python().as_deref().and_then(peers::version),
            node: peers::node().as_deref().and_then(peers::version).map(|version| format!("Node {version}")),
        }
    }
}

fn cpu() -> String {
    let info = fs::read_to_string(Path::new("/proc/cpuinfo")).unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.to_owned())
}

/// What a program says; nothing where it is absent.
fn said(program: &str, arguments: &[&str]) -> String {
    let ran = Command::new(program).args(arguments).current_dir(root()).output();
    ran.map_or_else(|_| String::new(), |ran| String::from_utf8_lossy(&ran.stdout).trim().to_owned())
}

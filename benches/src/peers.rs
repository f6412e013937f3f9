//! Who is measured side by side on the same events: Nozzle, its native twin, and what a user would otherwise run.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use flatten_dynamodb::FlattenDynamodb;
use nozzle_sdk::testing;
use nozzle_tests::root;

use crate::pipelines::Pipeline;
use crate::record::SETTINGS;
use crate::times::Times;
use crate::{idiomatic, native};

/// Nozzle as it ships.
pub const NOZZLE: &str = "nozzle";
/// The same plugin without the sandbox.
pub const TWIN: &str = "native twin";
/// `aws_lambda_events` and `serde_json::Value`.
pub const RUST: &str = "Rust, serde_json";
/// Written by hand for Node.
pub const NODE: &str = "Node";
/// Written by hand for Python.
pub const PYTHON: &str = "Python";
/// With boto3's `TypeDeserializer`.
pub const BOTO3: &str = "Python, boto3";

/// One of them.
#[expect(missing_debug_implementations, reason = "a closure has nothing to show")]
pub struct Peer {
    /// Its name in tables and charts.
    pub name: &'static str,
    place: Place,
}

/// An event's bytes to its response's.
type Respond = dyn Fn(&[u8]) -> Vec<u8>;

enum Place {
    /// A function of this process.
    Here(Box<Respond>),
    /// A program that takes the event's file and seconds, and tells the response and its own times.
    Process(Vec<PathBuf>),
}

/// All that this machine can run, Nozzle first. Of the others it says that they are skipped.
///
/// # Errors
///
/// When Nozzle's own pipeline does not load.
pub fn all() -> anyhow::Result<Vec<Peer>> {
    let pipeline = Pipeline::one()?;
    let transform = pipeline.load()?;
    let plugin: FlattenDynamodb = testing::configure(SETTINGS).map_err(anyhow::Error::msg)?;
    let sandboxed = move |event: &[u8]| transform.run(event, None).expect("the event is one").response;
    let mut peers = vec![
        Peer::here(NOZZLE, sandboxed),
        Peer::here(TWIN, move |event| native::respond(&plugin, event)),
        Peer::here(RUST, idiomatic::respond),
    ];
    let folder = root().join("benches/peers");
    if let Some(node) = node() {
        peers.push(Peer::process(NODE, vec![node, folder.join("node/harness.mjs")]));
    }
    if let Some(python) = python() {
        for (name, module) in [(PYTHON, "handler"), (BOTO3, "boto3_handler")] {
            let harness = folder.join("python/harness.py");
            peers.push(Peer::process(name, vec![python.clone(), harness, module.into()]));
        }
    }
    Ok(peers)
}

impl Peer {
    fn here(name: &'static str, respond: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Self {
        Self { name, place: Place::Here(Box::new(respond)) }
    }

    fn process(name: &'static str, command: Vec<PathBuf>) -> Self {
        Self { name, place: Place::Process(command) }
    }

    /// Its response to `event`.
    ///
    /// # Errors
    ///
    /// When its program fails.
    pub fn respond(&self, event: &[u8]) -> anyhow::Result<Vec<u8>> {
        match &self.place {
            Place::Here(respond) => Ok(respond(event)),
            Place::Process(command) => Ok(run(command, event, Duration::ZERO).context(self.name)?.0),
        }
    }

    /// Its times over `event` for this long, warm.
    ///
    /// # Errors
    ///
    /// When its program fails.
    pub fn times(&self, event: &[u8], time: Duration) -> anyhow::Result<Times> {
        match &self.place {
            Place::Here(respond) => Ok(Times::of(time, || drop(respond(event)))),
            Place::Process(command) => Ok(run(command, event, time).context(self.name)?.1),
        }
    }
}

fn run(command: &[PathBuf], event: &[u8], time: Duration) -> anyhow::Result<(Vec<u8>, Times)> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(&file, event)?;
    let mut process = Command::new(&command[0]);
    process.args(&command[1..]).arg(file.path()).arg(time.as_secs_f64().to_string());
    let ran = process.stderr(Stdio::inherit()).output()?;
    ensure!(ran.status.success(), "{process:?} failed");
    let (response, times) = text(&ran.stdout)?.split_once('\n').context("no times were told")?;
    let mut collected = Times::default();
    for time in times.lines() {
        collected.add(Duration::from_nanos(time.parse()?));
    }
    Ok((response.as_bytes().to_owned(), collected))
}

fn text(bytes: &[u8]) -> anyhow::Result<&str> {
    std::str::from_utf8(bytes).context("the output is text")
}

/// Node, where it is installed.
pub fn node() -> Option<PathBuf> {
    found("node".into(), "the Node handler (hint: install node)")
}

/// The Python that `make bench-tools` has set up.
pub fn python() -> Option<PathBuf> {
    let running = std::env::current_exe().ok()?;
    let python = running.ancestors().nth(2)?.join("venv-bench/bin/python");
    found(python, "the Python handlers (hint: make bench-tools, with python3 and PyPI)")
}

fn found(program: PathBuf, what: &str) -> Option<PathBuf> {
    let runs = version(&program).is_some();
    if !runs {
        crate::skipped(what);
    }
    runs.then_some(program)
}

/// What a program says of its version.
pub fn version(program: &std::path::Path) -> Option<String> {
    let ran = Command::new(program).arg("--version").output().ok()?;
    ran.status.success().then(|| String::from_utf8_lossy(&ran.stdout).trim().to_owned())
}

//! What Nozzle sets out to reach, and how far the measured figures are from it.

use crate::function::{ONE_PLUGIN, THREE_PLUGINS};
use crate::peers;
use crate::results::Results;

/// One figure and its bound.
#[derive(Debug)]
pub struct Target {
    /// What is measured.
    pub what: &'static str,
    /// The bound.
    pub bound: Bound,
    /// The unit of both, as it is written behind the number.
    pub unit: &'static str,
    /// The figure, where what it takes is on this machine.
    pub measured: Option<f64>,
}

/// On which side of it a figure has to be.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// Below or on it.
    AtMost(f64),
    /// Above or on it.
    AtLeast(f64),
}

impl Target {
    fn at_most(what: &'static str, most: f64, unit: &'static str, measured: impl Into<Option<f64>>) -> Self {
        Self { what, bound: Bound::AtMost(most), unit, measured: measured.into() }
    }

    fn at_least(what: &'static str, least: f64, measured: Option<f64>) -> Self {
        Self { what, bound: Bound::AtLeast(least), unit: "x", measured }
    }

    /// Met, or by how much not.
    pub fn verdict(&self) -> String {
        let Some(measured) = self.measured else { return "not measured".to_owned() };
        let (bound, far, side) = match self.bound {
            Bound::AtMost(most) => (most, measured - most, "over"),
            Bound::AtLeast(least) => (least, least - measured, "short"),
        };
        if far <= 0.0 { "met".to_owned() } else { format!("{:.0} % {side}", 100.0 * far / bound) }
    }
}

const MIB: f64 = (1 << 20) as f64;

/// All of them.
pub fn of(results: &Results) -> Vec<Target> {
    [path(results), http(results), at_rest(results)].into_iter().flatten().collect()
}

/// Of the library call.
fn path(results: &Results) -> Vec<Target> {
    let nozzle = results.record_ns(peers::NOZZLE);
    let times_nozzle = |name| Some(results.record_ns(name)? / nozzle?);
    let times_twin = results.record_ns(peers::TWIN).and_then(|twin| Some(nozzle? / twin));
    let micros = nozzle.map(|ns| ns / 1e3);
    let boundary = results.boundary.echo_ns - results.boundary.envelope_ns;
    vec![
        Target::at_most("whole path, one plugin, a record", 1.0, "us", micros),
        Target::at_most("whole path, over the native twin", 1.8, "x", times_twin),
        Target::at_least("idiomatic native Rust, over Nozzle", 4.5, times_nozzle(peers::RUST)),
        Target::at_least("Node, over Nozzle", 5.0, times_nozzle(peers::NODE)),
        Target::at_least("Python, over Nozzle", 12.0, times_nozzle(peers::PYTHON)),
        Target::at_most("boundary: no-op plugin over the envelope, 1 KiB", 250.0, "ns", boundary),
        Target::at_most("growth: a record at 10,000 over one at 100", 1.1, "x", growth(results)),
    ]
}

fn growth(results: &Results) -> Option<f64> {
    let at = |records| results.growth.iter().find(|growth| growth.records == records);
    Some(at(10_000)?.one_ns / at(100)?.one_ns)
}

/// Of the process behind the Runtime API.
fn http(results: &Results) -> Vec<Target> {
    let function = |name: &str| results.lambda_loop.iter().find(|function| function.name == name);
    let (one, three) = (function(ONE_PLUGIN), function(THREE_PLUGINS));
    let a_record = |function: Option<&crate::results::LambdaLoop>| Some(function?.record_ns / 1e3);
    let python = a_record(function(peers::PYTHON)).and_then(|python| Some(python / a_record(one)?));
    let started = |name: &str| results.cold_start.iter().find(|start| start.name == name);
    let start = |name| Some(started(name)?.time.p50 as f64 / 1e6);
    let nozzle = start(THREE_PLUGINS);
    let boto3 = start(peers::BOTO3).and_then(|python| Some(python / nozzle?));
    let invocation = three.map(|three| three.invocation);
    let p50 = invocation.map(|times| times.p50 as f64 / 1e3);
    let p99 = invocation.map(|times| times.p99 as f64 / 1e3);
    vec![
        Target::at_most("over HTTP, one plugin, a record of 1,000", 1.8, "us", a_record(one)),
        Target::at_least("over HTTP, the Python process over Nozzle", 8.0, python),
        Target::at_most("over HTTP, three plugins, a record of 1,000", 3.0, "us", a_record(three)),
        Target::at_most("over HTTP, three plugins, 3 records, p50", 150.0, "us", p50),
        Target::at_most("over HTTP, three plugins, 3 records, p99", 300.0, "us", p99),
        Target::at_most("cold start to the first response, three plugins", 10.0, "ms", nozzle),
        Target::at_least("cold start, Python with boto3 over Nozzle", 10.0, boto3),
    ]
}

/// Of memory and files.
fn at_rest(results: &Results) -> Vec<Target> {
    let footprint = &results.footprint;
    let largest = footprint.plugins.iter().map(|plugin| plugin.bytes).max();
    let megabytes = footprint.bootstrap.map(|bytes| bytes as f64 / 1e6);
    vec![
        Target::at_most(
            "peak memory, 6-MB event, three plugins",
            48.0,
            "MiB",
            footprint.peak_memory as f64 / MIB,
        ),
        Target::at_most("bootstrap, stripped", 10.0, "MB", megabytes),
        Target::at_most("the largest plugin's wasm", 200.0, "KB", largest.map(|bytes| bytes as f64 / 1e3)),
    ]
}

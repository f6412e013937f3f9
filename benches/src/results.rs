//! What `make bench` measured: `benches/results.json`, from which all figures in text are made.

use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::times::Percentiles;
use crate::{Effort, boundary, cold_start, footprint, growth, lambda_loop, subjects, whole_path};

/// One run's figures.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Results {
    /// Where and of what they were measured.
    pub machine: Machine,
    /// The event's bytes to the response's bytes, by who transforms: library calls, or in the peer's own process.
    pub whole_path: Vec<WholePath>,
    /// One record through one plugin, by plugin and size.
    pub sized: Vec<BySize>,
    /// What a record takes within batches of 1,000, by the number of plugins.
    pub record: Vec<Record>,
    /// The no-op plugin on records of 1 KiB.
    pub boundary: Boundary,
    /// By the size of the batch.
    pub growth: Vec<Growth>,
    /// Over HTTP, by function.
    pub lambda_loop: Vec<LambdaLoop>,
    /// From the start of the process to its first response, by function.
    pub cold_start: Vec<ColdStart>,
    /// Memory and sizes.
    pub footprint: Footprint,
}

/// One peer on the whole path.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WholePath {
    /// Who.
    pub name: String,
    /// Nanoseconds a record, batches of 1,000: the middle batch.
    pub record_ns: f64,
    /// An invocation of 3 records.
    pub invocation: Percentiles,
}

/// One record of one size through one plugin, without the wire edge.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BySize {
    /// The plugin.
    pub plugin: String,
    /// The record's size.
    pub bytes: usize,
    /// In the modes of [`subjects::MODES`].
    pub times: [Percentiles; 3],
}

/// A record's own time, from decoding to its answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// Plugins that it passes.
    pub plugins: usize,
    /// Its time.
    pub time: Percentiles,
}

/// Nanoseconds a record of 1 KiB, batches of 1,000.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Boundary {
    /// Through a plugin that returns its input.
    pub echo_ns: f64,
    /// Through the wire edge alone.
    pub envelope_ns: f64,
}

/// Nanoseconds a record in batches of one size.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Growth {
    /// Records a batch.
    pub records: usize,
    /// With one plugin.
    pub one_ns: f64,
    /// With three plugins.
    pub three_ns: f64,
}

/// One function on a local Runtime API.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LambdaLoop {
    /// Which.
    pub name: String,
    /// Nanoseconds a record at 1,000 records: from event to event, the middle round trip.
    pub record_ns: f64,
    /// An invocation of 3 records, from the first byte of the event to the last byte of the answer.
    pub invocation: Percentiles,
}

/// One function's starts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ColdStart {
    /// Which.
    pub name: String,
    /// From before the process exists to the last byte of its first answer.
    pub time: Percentiles,
}

/// Bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Footprint {
    /// Most resident memory of the bootstrap for an event of `event_bytes` through three plugins.
    pub peak_memory: u64,
    /// That event.
    pub event_bytes: u64,
    /// The bootstrap without symbols, where there is a `strip`.
    pub bootstrap: Option<u64>,
    /// Each ready plugin's wasm.
    pub plugins: Vec<PluginSize>,
}

/// One plugin's size.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PluginSize {
    /// Which.
    pub name: String,
    /// Bytes of wasm.
    pub bytes: u64,
}

impl Results {
    /// Measures all of it.
    ///
    /// # Errors
    ///
    /// When something that is there does not run, or makes other rows than the rest.
    pub fn measure(effort: Effort) -> anyhow::Result<Self> {
        Ok(Self {
            machine: Machine::this(),
            whole_path: whole_path::measure(effort)?,
            sized: subjects::measure(effort)?,
            record: growth::records(effort)?,
            boundary: boundary::measure(effort)?,
            growth: growth::measure(effort)?,
            lambda_loop: lambda_loop::measure(effort)?,
            cold_start: cold_start::measure(effort)?,
            footprint: footprint::measure()?,
        })
    }

    /// What a record takes a peer, in nanoseconds.
    pub fn record_ns(&self, peer: &str) -> Option<f64> {
        self.whole_path.iter().find(|there| there.name == peer).map(|there| there.record_ns)
    }
}

//! What `nozzle bench` has found: the object that --json prints and --save keeps.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use nozzle_runtime::telemetry::Times;
use nozzle_runtime::{Description, Summary, Transform, Usage, artefact};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::machine::Machine;
use super::{Shares, Timed};
use crate::{files, show};

/// The figures of one bench.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// The version of the Nozzle that measured.
    pub(super) nozzle: String,
    pub(super) machine: Machine,
    pub(super) input: Records,
    /// What became of the input's records.
    pub(super) outcome: Outcome,
    pub(super) measured: Measured,
    pub(super) records_per_second: f64,
    /// Payload bytes, 10^6 a second.
    pub(super) mb_per_second: f64,
    /// An event's time, over its records.
    pub(super) ns_per_record: f64,
    /// From the record's decoding to its answer.
    pub(super) record_ns: Latency,
    /// From the event's bytes to the response's.
    pub(super) event_ns: Latency,
    /// What is no plugin's part of a record's time: reading the event, base64, writing the response.
    pub(super) edge_ns_per_record: f64,
    /// Instructions of all plugins.
    pub(super) fuel_per_record: f64,
    /// In pipeline order.
    pub(super) plugins: Vec<PluginCost>,
}

/// What was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Records {
    pub(super) events: u64,
    pub(super) records: u64,
    pub(super) payload_bytes: u64,
    /// SHA-256 of the events, by which two benches know that they ran the same.
    pub(super) sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(super) delivered: u64,
    pub(super) dropped: u64,
    pub(super) failed: u64,
    /// By plugin and code.
    pub(super) failures: Value,
}

/// How it was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Measured {
    pub(super) warm_up_ms: u64,
    /// The time in which events were answered.
    pub(super) time_ms: u64,
    pub(super) events: u64,
    pub(super) records: u64,
    /// Whether plugins had their deadlines and limits: always.
    pub(super) limits: bool,
}

/// Times in nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Latency {
    pub(super) mean: u64,
    pub(super) p50: u64,
    pub(super) p99: u64,
    pub(super) p999: u64,
    pub(super) max: u64,
}

/// What one plugin costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PluginCost {
    pub(super) plugin: String,
    pub(super) version: String,
    /// Rows of the input that it was called with.
    pub(super) rows: u64,
    pub(super) ns_per_record: Split,
    /// Instructions, as wasmtime counts them: the same on every machine.
    pub(super) fuel_per_record: f64,
    /// Instructions before an instance's first row: once a batch.
    pub(super) fuel_of_start: f64,
    /// The most linear memory of an instance, in bytes.
    pub(super) memory_bytes: u64,
}

/// A plugin's part of a record's time, in nanoseconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Split {
    /// Instantiation and `configure`, which an event pays once.
    pub(super) start: f64,
    /// Lifting, lowering and entering.
    pub(super) boundary: f64,
    pub(super) guest: f64,
    /// Host functions, and what of memory's moves and growth wasm leaves to the host.
    pub(super) host: f64,
}

impl Records {
    fn of(events: &[Vec<u8>], first: &Summary) -> Self {
        Self {
            events: events.len() as u64,
            records: first.records,
            payload_bytes: first.bytes_in,
            sha256: artefact::sha256(&events.concat()),
        }
    }
}

impl Outcome {
    fn of(first: &Summary) -> Self {
        let Summary { delivered, dropped, failed, .. } = *first;
        Self { delivered, dropped, failed, failures: show::named(&first.failures, "code") }
    }
}

impl Measured {
    fn of(warm_up: Duration, Timed { total, count, .. }: &Timed) -> Self {
        Self {
            warm_up_ms: warm_up.as_millis() as u64,
            time_ms: total.duration.as_millis() as u64,
            events: *count,
            records: total.records,
            limits: true,
        }
    }
}

impl PluginCost {
    /// What was seen of a plugin: `timed` records were split, `counted` ones had their instructions counted.
    fn of(told: &Description, usage: &Usage, fuel: &Usage, timed: u64, counted: u64) -> Self {
        Self {
            plugin: told.name.to_string(),
            version: told.version.clone(),
            rows: fuel.rows,
            ns_per_record: Split::of(usage, timed),
            fuel_per_record: ratio(fuel.fuel, counted),
            fuel_of_start: ratio(fuel.fuel_of_start, fuel.instances),
            memory_bytes: fuel.memory as u64,
        }
    }
}

impl Split {
    fn of(usage: &Usage, records: u64) -> Self {
        let Usage { start, boundary, guest, host, .. } = usage;
        let [start, boundary, guest, host] = [start, boundary, guest, host].map(|time| each(*time, records));
        Self { start, boundary, guest, host }
    }

    pub(crate) fn sum(&self) -> f64 {
        self.start + self.boundary + self.guest + self.host
    }
}

impl From<&Times> for Latency {
    fn from(times: &Times) -> Self {
        let ns = |time: Duration| time.as_nanos() as u64;
        let at = |share| ns(times.quantile(share));
        Self { mean: ns(times.mean()), p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1.0) }
    }
}

impl Report {
    pub(crate) fn new(
        events: &[Vec<u8>],
        transform: &Transform,
        warm_up: Duration,
        timed: &Timed,
        shares: &Shares,
        fuel: &[Usage],
    ) -> Self {
        let Timed { first, total, .. } = timed;
        let busy = total.duration.as_secs_f64();
        let plugins = transform.plugins().zip(&shares.plugins).zip(fuel);
        let cost = |((told, usage), fuel)| PluginCost::of(told, usage, fuel, shares.records, first.records);
        Self {
            nozzle: env!("CARGO_PKG_VERSION").to_owned(),
            machine: Machine::this(),
            input: Records::of(events, first),
            outcome: Outcome::of(first),
            measured: Measured::of(warm_up, timed),
            records_per_second: (total.records as f64 / busy).round(),
            mb_per_second: tenths(total.bytes_in as f64 / busy / 1e6),
            ns_per_record: each(total.duration, total.records),
            record_ns: (&total.record_times).into(),
            event_ns: (&timed.events).into(),
            edge_ns_per_record: each(shares.edge, shares.records),
            fuel_per_record: ratio(fuel.iter().map(|usage| usage.fuel).sum(), first.records),
            plugins: plugins.map(cost).collect(),
        }
    }

    pub(crate) fn save(&self, file: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        files::write(file, text.as_bytes())
    }

    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let text = files::read(file)?;
        serde_json::from_slice(&text)
            .with_context(|| format!("`{}` is not what `nozzle bench --save` writes", file.display()))
    }
}

fn each(time: Duration, records: u64) -> f64 {
    tenths(time.as_nanos() as f64 / records as f64)
}

fn ratio(all: u64, of: u64) -> f64 {
    tenths(all as f64 / of.max(1) as f64)
}

/// One digit behind the point says enough, and is read back from JSON as it was.
fn tenths(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}

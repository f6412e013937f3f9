//! What an invocation tells about itself: counts, times, reports of failures, and what plugins logged.
//!
//! Nothing is printed here: the binaries decide how. Values of a payload are never part of it.

mod line;
mod metrics;
mod times;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::limits::{DISTINCT_REASONS, LOG_BYTES_PER_BATCH, REPORTS_PER_CODE};
use crate::tables::Lookups;
use crate::{Answer, Failure, Seen, artefact};
pub use line::{ColdStart, Line};
pub use times::Times;

/// The figures of one batch, or of several added up.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// The name of the Firehose stream, where the event tells it.
    pub stream: Option<String>,
    /// Records of the event.
    pub records: u64,
    /// Records answered `Ok`.
    pub delivered: u64,
    /// Records answered `Dropped`.
    pub dropped: u64,
    /// Records answered `ProcessingFailed`.
    pub failed: u64,
    /// Rows delivered, error rows included.
    pub rows: u64,
    /// Rows that failed beside good ones and were delivered as error rows.
    pub error_rows: u64,
    /// How often a plugin died or broke the contract, its deadlines aside.
    pub traps: u64,
    /// How often a plugin was stopped at its deadline.
    pub deadline_kills: u64,
    /// Bytes of the payloads, decoded.
    pub bytes_in: u64,
    /// Bytes delivered, before base64.
    pub bytes_out: u64,
    /// Bytes of the response's JSON text.
    pub response_bytes: u64,
    /// From the event's bytes to the response's.
    pub duration: Duration,
    /// How long each record took, from decoding to its answer.
    pub record_times: Times,
    /// Rows dropped, by plugin and reason.
    pub drops: BTreeMap<(Arc<str>, String), u64>,
    /// Records failed, by plugin (empty at the edge) and code.
    pub failures: BTreeMap<(Arc<str>, String), u64>,
    /// Rows that failed in a plugin with `on_failure = "pass"` and went on as they were, by plugin and code.
    pub passed: BTreeMap<(Arc<str>, String), u64>,
    /// What plugins counted, by plugin and counter.
    pub counters: BTreeMap<(Arc<str>, String), u64>,
    /// The reference tables in use.
    pub tables: Vec<TableUse>,
    /// Newer versions of tables that were taken in before the first record, or refused.
    pub refreshes: Vec<Refresh>,
    /// The first failures of each plugin and code.
    pub reports: Vec<Report>,
    /// What plugins logged, each line with the index of its record.
    pub logs: Vec<(usize, LogLine)>,
    /// Bytes of log text that were over the limits.
    pub log_bytes_cut: u64,
    log_bytes: usize,
}

/// What a batch has used of a reference table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableUse {
    /// The table's name.
    pub name: String,
    /// The version in use: the first 12 hexadecimal digits of its SHA-256.
    pub version: String,
    /// Its rows.
    pub rows: usize,
    /// How long ago it was last known to be the newest version; of a packaged copy, when it was made.
    pub age: Duration,
    /// Whether newer versions are looked for: nozzle.toml gives it a `refresh`.
    pub refreshes: bool,
    /// How often plugins asked it.
    pub lookups: Lookups,
}

/// A look for a newer version of a table that did not find things as they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    /// The table's name.
    pub table: String,
    /// The version that is in use from now on, or why the old one still is.
    pub result: Result<String, String>,
}

/// One failed record, for the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The `recordId` as JSON text.
    pub record_id: String,
    /// SHA-256 of the record's bytes as Firehose holds them, in hexadecimal; none when they could not be decoded. It joins
    /// the report to Firehose's error object, which carries no record id.
    pub sha256: Option<String>,
    /// What went wrong.
    pub failure: Failure,
    /// The version of the plugin in which it did.
    pub version: Option<String>,
    /// The beginning of the record, where nozzle.toml says `log_values = true`.
    pub excerpt: Option<String>,
}

/// One line that a plugin logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters.
    pub level: Level,
    /// The plugin.
    pub plugin: Arc<str>,
    /// The text.
    pub message: String,
    /// How many bytes of text were cut off here.
    pub cut: usize,
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the five usual levels")]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// Counts one more of a kind; kinds over the limit count as `other`. Gives how many there are now.
fn count(counts: &mut BTreeMap<(Arc<str>, String), u64>, plugin: Arc<str>, what: String) -> u64 {
    let mut key = (plugin, what);
    if counts.len() >= DISTINCT_REASONS && !counts.contains_key(&key) {
        key.1 = "other".to_owned();
    }
    let count = counts.entry(key).or_default();
    *count += 1;
    *count
}

impl Summary {
    /// A batch that begins with these tables.
    pub(crate) fn of_tables(tables: Vec<TableUse>, refreshes: Vec<Refresh>) -> Self {
        Self { tables, refreshes, ..Self::default() }
    }

    /// Notes one answered record. Gives the report of one that failed, as far as failures are reported.
    pub(crate) fn note(&mut self, seen: &Seen<'_>) -> Option<&mut Report> {
        self.records += 1;
        self.bytes_in += seen.payload.len() as u64;
        self.record_times.record(seen.time);
        match seen.answer {
            Answer::Ok(delivery) => {
                self.delivered += 1;
                self.rows += delivery.rows as u64;
                self.bytes_out += delivery.data.len() as u64;
            }
            Answer::Dropped { .. } => self.dropped += 1,
            Answer::ProcessingFailed(failure) => return self.note_failure(seen, failure),
        }
        None
    }

    fn note_failure(&mut self, seen: &Seen<'_>, failure: &Failure) -> Option<&mut Report> {
        self.failed += 1;
        let plugin = failure.plugin.clone().unwrap_or_default();
        let count = count(&mut self.failures, plugin, failure.code.to_string());
        if count > REPORTS_PER_CODE {
            return None;
        }
        // What fails at the record's edge has not been decoded.
        let undecoded = failure.code.starts_with("record.");
        let sha256 = (!undecoded).then(|| artefact::sha256(seen.payload));
        let (record_id, failure) = (seen.record_id.to_owned(), failure.clone());
        self.reports.push(Report { record_id, sha256, failure, version: None, excerpt: None });
        self.reports.last_mut()
    }

    /// Notes what a plugin did not survive, or what broke the contract, whatever becomes of the row. That it said so of a row
    /// (`plugin.failed/..`) is neither.
    pub(crate) fn note_death(&mut self, failure: &Failure) {
        match &*failure.code {
            "plugin.deadline" => self.deadline_kills += 1,
            code if code.starts_with("plugin.") && !code.starts_with("plugin.failed/") => self.traps += 1,
            _ => {}
        }
    }

    /// Notes one row that a plugin dropped.
    pub(crate) fn note_drop(&mut self, plugin: Arc<str>, reason: Option<String>) {
        count(&mut self.drops, plugin, reason.unwrap_or_default());
    }

    /// Notes one row that failed and went on as it was.
    pub(crate) fn note_passed(&mut self, plugin: &Arc<str>, failure: &Failure) {
        count(&mut self.passed, plugin.clone(), failure.code.to_string());
    }

    /// Takes over what a plugin logged about record `index`, as far as the batch's limit goes.
    pub(crate) fn note_logs(&mut self, index: usize, lines: &mut Vec<LogLine>) {
        for line in lines.drain(..) {
            self.log_bytes_cut += line.cut as u64;
            self.log_bytes += line.message.len();
            if self.log_bytes > LOG_BYTES_PER_BATCH {
                self.log_bytes_cut += line.message.len() as u64;
            } else {
                self.logs.push((index, line));
            }
        }
    }

    /// Takes over what an instance counted in its life.
    pub(crate) fn note_counters(&mut self, plugin: &Arc<str>, counters: &[String], counted: &[u64]) {
        for (counter, n) in counters.iter().zip(counted).filter(|(_, n)| **n > 0) {
            *self.counters.entry((plugin.clone(), counter.clone())).or_default() += n;
        }
    }

    pub(crate) fn note_lookups(&mut self, lookups: &[Lookups]) {
        for (table, lookups) in self.tables.iter_mut().zip(lookups) {
            table.lookups.add(*lookups);
        }
    }

    /// Adds the figures of another batch. Reports, logs and refreshes stay with their batch; of tables the later one's
    /// version and age are kept.
    pub fn add(&mut self, other: &Self) {
        self.stream = self.stream.take().or_else(|| other.stream.clone());
        self.records += other.records;
        self.delivered += other.delivered;
        self.dropped += other.dropped;
        self.failed += other.failed;
        self.rows += other.rows;
        self.error_rows += other.error_rows;
        self.traps += other.traps;
        self.deadline_kills += other.deadline_kills;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        self.response_bytes += other.response_bytes;
        self.duration += other.duration;
        self.log_bytes_cut += other.log_bytes_cut;
        self.record_times.add(&other.record_times);
        let before = std::mem::replace(&mut self.tables, other.tables.clone());
        self.note_lookups(&before.iter().map(|table| table.lookups).collect::<Vec<_>>());
        for (into, from) in [
            (&mut self.drops, &other.drops),
            (&mut self.failures, &other.failures),
            (&mut self.passed, &other.passed),
            (&mut self.counters, &other.counters),
        ] {
            for (key, n) in from {
                *into.entry(key.clone()).or_default() += n;
            }
        }
    }
}

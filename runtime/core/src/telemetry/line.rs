//! The line that closes an invocation: its metrics, and the fields with which their cause is looked for.
//!
//! CloudWatch Logs Insights joins names by points, and asks for backticks around a name with a hyphen or a slash. So what is
//! told apart by plugin and code stands in objects with one member a kind:
//! ``stats sum(`failures.flatten-dynamodb/plugin.trap`) by bin(1h)``. It finds the first 200 fields of a line, so what is
//! asked for most stands first.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

use super::metrics::{Metadata, Metrics};
use super::{Summary, TableUse};
use crate::{Description, StartTimes};

/// Entries of one object of the line; of more, what is left out is counted. CloudWatch takes lines of 256 KB at most, and a
/// pipeline may have any number of plugins with 64 counters each.
const ENTRIES: usize = 100;

/// The digits of a SHA-256 that stand for it.
const SUM_DIGITS: usize = 12;

/// What the line tells.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The level that it is written at, `INFO` if nothing asks for another.
    pub level: &'a str,
    /// When it is written.
    pub time: SystemTime,
    /// The id of the invocation.
    pub request_id: &'a str,
    /// The id of its X-Ray trace, where there is a trace.
    pub xray_trace_id: Option<&'a str>,
    /// What happened.
    pub summary: &'a Summary,
    /// SHA-256 of the bootstrap, where the package tells it.
    pub bootstrap_sha256: Option<&'a str>,
    /// The plugins of the pipeline, in their order.
    pub plugins: &'a [&'a Description],
    /// How long the start took, on the first line behind it.
    pub cold_start: Option<ColdStart>,
}

/// How long a start took, in all and phase by phase, in microseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ColdStart {
    /// All phases together.
    pub load_us: u64,
    /// Reading the configuration.
    pub config_us: u64,
    /// [`StartTimes::engine`].
    pub engine_us: u64,
    /// [`StartTimes::tables`].
    pub tables_us: u64,
    /// [`StartTimes::code`].
    pub code_us: u64,
    /// [`StartTimes::plugins`].
    pub plugins_us: u64,
}

impl ColdStart {
    /// A start that took so long to read the configuration, and so long for the rest.
    pub fn of(config: Duration, StartTimes { engine, tables, code, plugins }: StartTimes) -> Self {
        let us = |time: Duration| time.as_micros() as u64;
        Self {
            load_us: us(config + engine + tables + code + plugins),
            config_us: us(config),
            engine_us: us(engine),
            tables_us: us(tables),
            code_us: us(code),
            plugins_us: us(plugins),
        }
    }
}

impl Line<'_> {
    /// The line as JSON, closed by a newline.
    pub fn text(&self) -> String {
        let mut text =
            serde_json::to_string(&Root::of(self)).unwrap_or_else(|_| unreachable!("all keys are strings"));
        text.push('\n');
        text
    }
}

/// The line as it is written.
#[derive(Serialize)]
struct Root<'a> {
    timestamp: String,
    level: &'a str,
    message: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    xray_trace_id: Option<&'a str>,
    #[serde(flatten)]
    metrics: Metrics<'a>,
    traps: u64,
    deadline_kills: u64,
    rows: u64,
    error_rows: u64,
    bytes_out: u64,
    response_bytes: u64,
    duration_us: u64,
    #[serde(skip_serializing_if = "is_zero")]
    log_bytes_cut: u64,
    #[serde(skip_serializing_if = "is_zero")]
    entries_cut: usize,
    nozzle: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bootstrap: Option<&'a str>,
    plugins: Entries<PluginEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cold_start: Option<ColdStart>,
    #[serde(skip_serializing_if = "Entries::is_empty")]
    failures: Entries<u64>,
    #[serde(skip_serializing_if = "Entries::is_empty")]
    drops: Entries<u64>,
    #[serde(skip_serializing_if = "Entries::is_empty")]
    passed: Entries<u64>,
    #[serde(skip_serializing_if = "Entries::is_empty")]
    tables: Entries<TableEntry<'a>>,
    #[serde(skip_serializing_if = "Entries::is_empty")]
    counters: Entries<u64>,
    #[serde(rename = "_aws")]
    metadata: Metadata,
}

#[derive(Serialize)]
struct PluginEntry<'a> {
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
}

#[derive(Serialize)]
struct TableEntry<'a> {
    version: &'a str,
    age_s: u64,
    lookups: u64,
    misses: u64,
}

impl<'a> Root<'a> {
    fn of(line: &Line<'a>) -> Self {
        let summary = line.summary;
        let metrics = Metrics::of(summary);
        let since_1970 = line.time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let metadata = metrics.metadata(since_1970.as_millis() as u64);
        let mut root = Self {
            timestamp: humantime::format_rfc3339_micros(line.time).to_string(),
            level: line.level,
            message: "answered",
            request_id: line.request_id,
            xray_trace_id: line.xray_trace_id,
            metrics,
            traps: summary.traps,
            deadline_kills: summary.deadline_kills,
            rows: summary.rows,
            error_rows: summary.error_rows,
            bytes_out: summary.bytes_out,
            response_bytes: summary.response_bytes,
            duration_us: summary.duration.as_micros() as u64,
            log_bytes_cut: summary.log_bytes_cut,
            entries_cut: 0,
            nozzle: env!("CARGO_PKG_VERSION"),
            bootstrap: line.bootstrap_sha256.and_then(short),
            plugins: Entries::of(line.plugins.iter().map(|described| plugin(described))),
            cold_start: line.cold_start,
            failures: kinds(&summary.failures),
            drops: kinds(&summary.drops),
            passed: kinds(&summary.passed),
            tables: Entries::of(summary.tables.iter().map(table)),
            counters: kinds(&summary.counters),
            metadata,
        };
        root.entries_cut = root.all_entries_cut();
        root
    }

    fn all_entries_cut(&self) -> usize {
        let kinds = [&self.failures, &self.drops, &self.passed, &self.counters];
        kinds.iter().map(|kinds| kinds.cut).sum::<usize>() + self.plugins.cut + self.tables.cut
    }
}

fn is_zero<T: Default + PartialEq>(n: &T) -> bool {
    *n == T::default()
}

/// The digits of a sum that stand for it.
fn short(sum: &str) -> Option<&str> {
    sum.get(..SUM_DIGITS)
}

fn plugin(described: &Description) -> (String, PluginEntry<'_>) {
    let sha256 = described.wasm_sha256.as_deref().and_then(short);
    (described.name.to_string(), PluginEntry { version: &described.version, sha256 })
}

fn table(table: &TableUse) -> (String, TableEntry<'_>) {
    let TableUse { name, version, age, lookups, .. } = table;
    (
        name.clone(),
        TableEntry { version, age_s: age.as_secs(), lookups: lookups.asked, misses: lookups.missed },
    )
}

/// Counts under `plugin/what`. What happened at the edge has no plugin, and a drop may have no reason: then the other stands
/// alone.
fn kinds(counts: &BTreeMap<(Arc<str>, String), u64>) -> Entries<u64> {
    Entries::of(counts.iter().map(|((plugin, what), n)| {
        let slash = if plugin.is_empty() || what.is_empty() { "" } else { "/" };
        (format!("{plugin}{slash}{what}"), *n)
    }))
}

/// An object of the line.
struct Entries<V> {
    kept: Vec<(String, V)>,
    /// How many are over the limit.
    cut: usize,
}

impl<V> Entries<V> {
    fn of(all: impl ExactSizeIterator<Item = (String, V)>) -> Self {
        let cut = all.len().saturating_sub(ENTRIES);
        Self { kept: all.take(ENTRIES).collect(), cut }
    }

    fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

impl<V: Serialize> Serialize for Entries<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.kept.iter().map(|(name, value)| (name, value)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::tables::Lookups;

    fn line_of(summary: &Summary, plugins: &[&Description]) -> Value {
        let line = Line {
            level: "INFO",
            time: UNIX_EPOCH + Duration::from_millis(1_767_225_600_123),
            request_id: "r",
            xray_trace_id: None,
            summary,
            bootstrap_sha256: None,
            plugins,
            cold_start: None,
        };
        let text = line.text();
        assert!(text.len() < 256_000, "CloudWatch takes 256 KB, this is {}", text.len());
        serde_json::from_str(&text).unwrap()
    }

    fn counted(plugin: &str, what: &str) -> ((Arc<str>, String), u64) {
        ((plugin.into(), what.to_owned()), 3)
    }

    fn table_of(name: &str, age: u64, refreshes: bool) -> TableUse {
        let lookups = Lookups { asked: 9, missed: 4 };
        let age = Duration::from_secs(age);
        TableUse {
            name: name.to_owned(),
            version: "2a95066aad4b".to_owned(),
            rows: 1,
            age,
            refreshes,
            lookups,
        }
    }

    #[test]
    fn what_is_told_apart_stands_under_plugin_and_kind() {
        let summary = Summary {
            failures: [counted("", "record.no-data"), counted("a", "plugin.trap")].into(),
            drops: [counted("filter", ""), counted("filter#2", "too-old")].into(),
            ..Summary::default()
        };
        let line = line_of(&summary, &[]);
        assert_eq!(line["failures"], json!({ "record.no-data": 3, "a/plugin.trap": 3 }));
        assert_eq!(line["drops"], json!({ "filter": 3, "filter#2/too-old": 3 }));
        assert_eq!(line["timestamp"], "2026-01-01T00:00:00.123000Z");
        assert_eq!(line["_aws"]["Timestamp"], 1_767_225_600_123_u64);
        assert!(line.get("passed").is_none() && line.get("entries_cut").is_none(), "{line}");
    }

    #[test]
    fn tables_have_metrics_where_they_tell_something() {
        let mut summary = Summary { tables: vec![table_of("for-ever", 900, false)], ..Summary::default() };
        let line = line_of(&summary, &[]);
        assert_eq!((&line["LookupsMissed"], line.get("TableAge")), (&json!(4), None));
        summary.tables.extend([table_of("old", 70, true), table_of("new", 5, true)]);
        let line = line_of(&summary, &[]);
        assert_eq!((&line["LookupsMissed"], &line["TableAge"]), (&json!(12), &json!(70)));
        assert_eq!(
            line["tables"]["old"],
            json!({ "version": "2a95066aad4b", "age_s": 70, "lookups": 9, "misses": 4 })
        );
        summary.records = 1;
        let line = line_of(&summary, &[]);
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().map(Vec::len), Some(10));
    }

    #[test]
    fn no_plugin_makes_the_line_too_long() {
        let long = |n: usize| format!("{n:064}");
        let described = |n| Description {
            name: long(n).into(),
            // Each of its characters takes six in JSON.
            version: "\u{1}".repeat(64),
            summary: String::new(),
            settings_schema: String::new(),
            counters: Arc::new([]),
            wasm_sha256: Some("0".repeat(64)),
        };
        let plugins: Vec<Description> = (0..300).map(described).collect();
        let kinds: BTreeMap<_, _> = (0..300 * 64)
            .map(|n| ((long(n % 300).into(), format!("plugin.failed/{}", long(n))), u64::MAX))
            .collect();
        let (failures, drops, passed) = (kinds.clone(), kinds.clone(), kinds.clone());
        let tables = (0..300).map(|n| table_of(&long(n), n as u64, true)).collect();
        let summary = Summary { failures, drops, passed, counters: kinds, tables, ..Summary::default() };
        let line = line_of(&summary, &plugins.iter().collect::<Vec<_>>());
        assert_eq!(line["counters"].as_object().map(serde_json::Map::len), Some(ENTRIES));
        assert_eq!(line["entries_cut"], 4 * (300 * 64 - 100) + 2 * 200);
    }
}

//! The metrics of an invocation, in CloudWatch's embedded metric format.
//!
//! CloudWatch takes them out of the log line in whose root they stand:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.
//! Each costs money in every month in which it is sent, so there are ten, and the stream is the only dimension. What is told
//! apart by plugin and code stands beside them as fields of the line.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::Summary;
use crate::firehose::RESPONSE_BUDGET;

/// The namespace of all metrics.
const NAMESPACE: &str = "Nozzle";

/// The one dimension: the same name as that of Firehose's own metrics, so that both stand in one chart.
const DIMENSION: &str = "DeliveryStreamName";

/// The dimension's value where the event names no stream.
const UNKNOWN: &str = "unknown";

/// The metrics of one invocation.
#[derive(Debug)]
pub(super) struct Metrics<'a> {
    stream: &'a str,
    metrics: Vec<Metric>,
}

/// One metric with its value.
#[derive(Debug, Clone, Copy)]
struct Metric {
    name: &'static str,
    /// One of CloudWatch's own words.
    unit: &'static str,
    value: Value,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
enum Value {
    Whole(u64),
    Part(f64),
}

impl<'a> Metrics<'a> {
    pub(super) fn of(summary: &'a Summary) -> Self {
        let count = |name, value| Metric { name, unit: "Count", value: Value::Whole(value) };
        let mut metrics = vec![
            count("RecordsIn", summary.records),
            count("RecordsDelivered", summary.delivered),
            count("RecordsDropped", summary.dropped),
            count("RecordsFailed", summary.failed),
            Metric { name: "BytesIn", unit: "Bytes", value: Value::Whole(summary.bytes_in) },
            Metric { name: "ResponseBudgetUsed", unit: "Percent", value: Value::Part(budget_used(summary)) },
        ];
        // No record has no time, and zeros would lower a percentile.
        if summary.records > 0 {
            metrics.extend([
                record_time(summary, "RecordTimeP50", 0.5),
                record_time(summary, "RecordTimeP99", 0.99),
            ]);
        }
        if !summary.tables.is_empty() {
            let missed = summary.tables.iter().map(|table| table.lookups.missed).sum();
            metrics.push(count("LookupsMissed", missed));
        }
        // A table that never changes has no age to worry about.
        let refreshing = summary.tables.iter().filter(|table| table.refreshes);
        if let Some(age) = refreshing.map(|table| table.age.as_secs()).max() {
            metrics.push(Metric { name: "TableAge", unit: "Seconds", value: Value::Whole(age) });
        }
        Self { stream: summary.stream.as_deref().unwrap_or(UNKNOWN), metrics }
    }

    /// What tells CloudWatch which members of the line's root are metrics: the value of `_aws`. `timestamp` is in milliseconds
    /// since 1970.
    pub(super) fn metadata(&self, timestamp: u64) -> Metadata {
        let definition = |metric: &Metric| Definition { name: metric.name, unit: metric.unit };
        let metrics = self.metrics.iter().map(definition).collect();
        let directive = Directive { namespace: NAMESPACE, dimensions: [[DIMENSION]], metrics };
        Metadata { timestamp, cloud_watch_metrics: [directive] }
    }
}

/// As members of the line's root: the dimension, then each metric.
impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry(DIMENSION, self.stream)?;
        for Metric { name, value, .. } in &self.metrics {
            members.serialize_entry(name, value)?;
        }
        members.end()
    }
}

/// The share of Lambda's limit that the response takes, in percent, to three digits behind the point.
fn budget_used(summary: &Summary) -> f64 {
    let percent = 100.0 * summary.response_bytes as f64 / RESPONSE_BUDGET as f64;
    (percent * 1000.0).round() / 1000.0
}

fn record_time(summary: &Summary, name: &'static str, share: f64) -> Metric {
    let time = summary.record_times.quantile(share);
    Metric { name, unit: "Microseconds", value: Value::Part(time.as_nanos() as f64 / 1000.0) }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Metadata {
    timestamp: u64,
    cloud_watch_metrics: [Directive; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive {
    namespace: &'static str,
    dimensions: [[&'static str; 1]; 1],
    metrics: Vec<Definition>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

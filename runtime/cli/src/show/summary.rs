//! The closing figures of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use nozzle_runtime::Summary;
use nozzle_runtime::limits::REPORTS_PER_CODE;
use nozzle_runtime::telemetry::TableUse;
use owo_colors::OwoColorize as _;
use serde_json::{Value, json};

use super::{line, pretty};

/// How often each thing happened, by the plugin and what it was.
type Counts = BTreeMap<(Arc<str>, String), u64>;

/// The closing figures: on standard error for people, on standard output as JSON.
pub(crate) fn summary(total: &Summary, json: bool) -> anyhow::Result<()> {
    if json {
        return line(json!({ "summary": summary_json(total) }));
    }
    let Summary { records, delivered, dropped, failed, rows, bytes_in, bytes_out, .. } = total;
    anstream::eprintln!(
        "{records} records: {} delivered ({rows} rows), {} dropped, {} failed",
        delivered.green(),
        dropped.yellow(),
        failed.red()
    );
    let time = |share| pretty(total.record_times.quantile(share));
    anstream::eprintln!(
        "time per record: mean {}, p50 {}, p99 {}; {bytes_in} bytes in, {bytes_out} out",
        pretty(mean(total)),
        time(0.5),
        time(0.99)
    );
    counts("failed", &total.failures);
    ways_out(total);
    counts("dropped rows", &total.drops);
    counts("passed on", &total.passed);
    counts("counted", &total.counters);
    total.tables.iter().for_each(table_line);
    if total.failures.values().any(|n| *n > REPORTS_PER_CODE) {
        anstream::eprintln!(
            "  only the first {REPORTS_PER_CODE} of each failure in a batch are reported in full"
        );
    }
    Ok(())
}

/// What to do about failures that have their cause in limits.
fn ways_out(total: &Summary) {
    let codes: BTreeSet<&str> = total.failures.keys().map(|(_, code)| &**code).collect();
    for (code, way) in codes.into_iter().filter_map(|code| Some((code, way_out(code)?))) {
        anstream::eprintln!("  hint: {code}: {way}");
    }
}

fn way_out(code: &str) -> Option<&'static str> {
    Some(match code {
        "plugin.deadline" => {
            "is there a loop without an end? What is slow may have more: `deadline` of its [[plugin]]"
        }
        "plugin.memory" => {
            "does it keep what it has read? What needs more may have more: `memory` of its [[plugin]]"
        }
        "plugin.output-too-large" => {
            "does it repeat itself? `output` of its [[plugin]] allows more, up to what a response holds, 4.7 MB"
        }
        "plugin.stack" => "does it call itself without an end, or once a level of a deep document?",
        "response.over-budget" => "lower the buffer hint of the stream; `nozzle check --input` tells how far",
        _ => return None,
    })
}

fn table_line(table: &TableUse) {
    let TableUse { name, version, rows, lookups, .. } = table;
    anstream::eprintln!(
        "  table {name} ({rows} rows, version {version}): {} lookups, {} missed",
        lookups.asked,
        lookups.missed
    );
}

pub(crate) fn counts(title: &str, counts: &Counts) {
    for ((plugin, what), n) in counts {
        let place = if plugin.is_empty() { String::new() } else { format!("{plugin}  ") };
        anstream::eprintln!("  {title}: {n}  {place}{what}");
    }
}

fn mean(total: &Summary) -> Duration {
    u32::try_from(total.records)
        .ok()
        .and_then(|records| total.duration.checked_div(records))
        .unwrap_or_default()
}

fn summary_json(total: &Summary) -> Value {
    let ns = |share| total.record_times.quantile(share).as_nanos() as u64;
    json!({
        "records": total.records,
        "delivered": total.delivered,
        "dropped": total.dropped,
        "failed": total.failed,
        "rows": total.rows,
        "errorRows": total.error_rows,
        "bytesIn": total.bytes_in,
        "bytesOut": total.bytes_out,
        "responseBytes": total.response_bytes,
        "durationNs": total.duration.as_nanos() as u64,
        "recordNs": { "p50": ns(0.5), "p99": ns(0.99), "p999": ns(0.999) },
        "failures": named(&total.failures, "code"),
        "drops": named(&total.drops, "reason"),
        "passed": named(&total.passed, "code"),
        "counters": named(&total.counters, "counter"),
        "tables": total.tables.iter().map(table_json).collect::<Vec<_>>(),
    })
}

fn table_json(table: &TableUse) -> Value {
    json!({
        "table": table.name,
        "version": table.version,
        "rows": table.rows,
        "ageS": table.age.as_secs(),
        "lookups": table.lookups.asked,
        "misses": table.lookups.missed,
    })
}

pub(crate) fn named(counts: &Counts, key: &str) -> Value {
    let counts = counts.iter();
    counts.map(|((plugin, what), n)| json!({ "plugin": &**plugin, key: what, "count": n })).collect()
}

//! What stands in the function's log. Field names are meant to last: queries and metrics are built on them.

use std::path::Path;
use std::time::Duration;

use nozzle_runtime::telemetry::{Level, LogLine, Refresh, Report, TableUse};
use nozzle_runtime::{InvocationError, StartTimes, Summary, Transform};
use tracing::{debug, error, info, trace, warn};

/// What plugins say of their settings, and one line: what was loaded, and how long that took, phase by phase. `config_time` is that
/// of reading the configuration.
pub(crate) fn started(transform: &Transform, config: &Path, config_time: Duration) {
    let plugins: Vec<String> =
        transform.plugins().map(|plugin| format!("{} {}", plugin.name, plugin.version)).collect();
    for line in transform.said() {
        logged(None, None, line);
    }
    let StartTimes { engine, tables, code, plugins: start } = transform.start_times();
    let us = |time: Duration| time.as_micros() as u64;
    info!(
        nozzle = env!("CARGO_PKG_VERSION"),
        config = %config.display(),
        plugins = plugins.join(", "),
        load_us = us(config_time + engine + tables + code + start),
        config_us = us(config_time),
        engine_us = us(engine),
        tables_us = us(tables),
        code_us = us(code),
        plugins_us = us(start),
        "started"
    );
}

/// What plugins logged, a report of each failure, and one summary line.
pub(crate) fn answered(request_id: &str, summary: &Summary) {
    for (record, line) in &summary.logs {
        logged(Some(request_id), Some(*record), line);
    }
    for report in &summary.reports {
        reported(request_id, report);
    }
    for refresh in &summary.refreshes {
        refreshed(request_id, refresh);
    }
    let time = |share| summary.record_times.quantile(share).as_nanos() as u64;
    info!(
        request_id,
        records = summary.records,
        delivered = summary.delivered,
        dropped = summary.dropped,
        failed = summary.failed,
        rows = summary.rows,
        error_rows = summary.error_rows,
        bytes_in = summary.bytes_in,
        bytes_out = summary.bytes_out,
        response_bytes = summary.response_bytes,
        duration_us = summary.duration.as_micros() as u64,
        record_p50_ns = time(0.5),
        record_p99_ns = time(0.99),
        failures = counts(&summary.failures),
        drops = counts(&summary.drops),
        passed = counts(&summary.passed),
        counters = counts(&summary.counters),
        tables = tables(&summary.tables),
        log_bytes_cut = summary.log_bytes_cut,
        "answered"
    );
}

/// A line that a plugin logged, about a record or, at the start, about its settings.
fn logged(request_id: Option<&str>, record: Option<usize>, line: &LogLine) {
    let (plugin, message) = (&*line.plugin, line.message.as_str());
    match line.level {
        Level::Trace => trace!(request_id, plugin, record, message),
        Level::Debug => debug!(request_id, plugin, record, message),
        Level::Info => info!(request_id, plugin, record, message),
        Level::Warn => warn!(request_id, plugin, record, message),
        Level::Error => error!(request_id, plugin, record, message),
    }
}

fn reported(request_id: &str, report: &Report) {
    let failure = &report.failure;
    let trap = failure.trap.as_deref();
    warn!(
        request_id,
        record_id = report.record_id.trim_matches('"'),
        sha256 = report.sha256.as_deref(),
        code = &*failure.code,
        plugin = failure.plugin.as_deref(),
        version = report.version.as_deref(),
        path = failure.path.as_deref(),
        reason = failure.reason,
        panic = trap.and_then(|trap| trap.message.as_deref()),
        location = trap.and_then(|trap| trap.location.as_deref()),
        function = trap.and_then(|trap| trap.function.as_deref()),
        backtrace = trap.map(|trap| trap.backtrace.join(" < ")),
        memory_bytes = trap.map(|trap| trap.memory as u64),
        time_us = trap.map(|trap| trap.time.as_micros() as u64),
        excerpt = report.excerpt.as_deref(),
        "record failed"
    );
}

/// A newer version of a reference table, in use from this batch on, or why it is not.
fn refreshed(request_id: &str, Refresh { table, result }: &Refresh) {
    match result {
        Ok(version) => info!(request_id, table, version, "table refreshed"),
        Err(problem) => {
            let error = problem.replace("\n  ", "; ");
            warn!(request_id, table, error, "table not refreshed");
        }
    }
}

/// An invocation without an answer.
pub(crate) fn failed(request_id: &str, error: &InvocationError) {
    error!(request_id, code = error.code(), error = %error, "invocation failed");
}

/// `plugin/what=n plugin/what=n`: flat, so that it stays one field.
fn counts<'a>(counts: impl IntoIterator<Item = (&'a (std::sync::Arc<str>, String), &'a u64)>) -> String {
    let texts: Vec<String> =
        counts.into_iter().map(|((plugin, what), n)| format!("{plugin}/{what}={n}")).collect();
    texts.join(" ")
}

/// `table/version=v table/age_s=n table/lookups=n table/misses=n ...`, one field as well.
fn tables(tables: &[TableUse]) -> String {
    let text = |table: &TableUse| {
        let TableUse { name, version, age, lookups, .. } = table;
        let (age, asked, missed) = (age.as_secs(), lookups.asked, lookups.missed);
        format!("{name}/version={version} {name}/age_s={age} {name}/lookups={asked} {name}/misses={missed}")
    };
    tables.iter().map(text).collect::<Vec<_>>().join(" ")
}

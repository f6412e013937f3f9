//! What stands in the function's log. Field names are meant to last: queries, metrics and alarms are built on them.
//!
//! Every line of Nozzle has a `message` out of the few of this crate; no plugin can write another. In JSON, all fields stand
//! in the root of the line, beside the `timestamp` and `level` by which Lambda filters lines.

#[cfg(feature = "s3")]
pub(crate) mod objects;

use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use lambda_runtime::Context;
use lambda_runtime::tracing::subscriber;
use lambda_runtime::tracing::subscriber::filter::LevelFilter;
use nozzle_runtime::environment::Logging;
use nozzle_runtime::telemetry::{ColdStart, Level, Line, LogLine, Refresh, Report};
use nozzle_runtime::{Description, Summary, Transform};
use tracing::{debug, error, info, trace, warn};

use crate::one_line;

/// What the lines of all invocations share.
pub(crate) struct Log<'a> {
    /// The level of summary lines.
    level: &'static str,
    bootstrap_sha256: Option<&'a str>,
    plugins: Vec<&'a Description>,
    /// Until the first summary line.
    cold_start: Mutex<Option<ColdStart>>,
}

/// By what the lines of one invocation are found.
#[derive(Clone, Copy)]
pub(crate) struct Ids<'a> {
    request_id: &'a str,
    xray_trace_id: Option<&'a str>,
}

impl<'a> Ids<'a> {
    pub(crate) fn of(context: &'a Context) -> Self {
        let xray_trace_id = context.xray_trace_id.as_deref().and_then(sampled);
        Self { request_id: &context.request_id, xray_trace_id }
    }
}

/// The id in X-Ray's header, `Root=..;Parent=..;Sampled=1`, if there is a trace to be found by it.
fn sampled(header: &str) -> Option<&str> {
    let mut parts = header.split(';').map(str::trim);
    let root = parts.clone().find_map(|part| part.strip_prefix("Root="))?;
    parts.any(|part| part == "Sampled=1").then_some(root)
}

/// Opens the log. In text, CloudWatch's own time stands beside a line.
pub(crate) fn open(logging: &Logging) {
    let level = match &*logging.level {
        "FATAL" => LevelFilter::OFF,
        level => level.parse().unwrap_or(LevelFilter::INFO),
    };
    let lines = subscriber::fmt().with_target(false).with_max_level(level);
    if logging.json {
        let lines = lines.json().flatten_event(true);
        lines.with_current_span(false).with_span_list(false).init();
    } else {
        lines.without_time().init();
    }
}

/// What plugins say of their settings, and one line: what was loaded, and how long that took, phase by phase.
pub(crate) fn started(transform: &Transform, config: &Path, cold_start: &ColdStart) {
    let plugins: Vec<String> =
        transform.plugins().map(|plugin| format!("{} {}", plugin.name, plugin.version)).collect();
    for line in transform.said() {
        logged(None, None, line);
    }
    let ColdStart { load_us, config_us, engine_us, tables_us, code_us, plugins_us } = *cold_start;
    info!(
        nozzle = env!("CARGO_PKG_VERSION"),
        config = %config.display(),
        plugins = plugins.join(", "),
        load_us,
        config_us,
        engine_us,
        tables_us,
        code_us,
        plugins_us,
        "started"
    );
}

impl<'a> Log<'a> {
    /// The log of a function that has started so.
    pub(crate) fn new(logging: &Logging, transform: &'a Transform, cold_start: ColdStart) -> Self {
        let (level, plugins) = (summary_level(&logging.level), transform.plugins().collect());
        let bootstrap_sha256 = transform.bootstrap_sha256();
        Self { level, bootstrap_sha256, plugins, cold_start: Mutex::new(Some(cold_start)) }
    }

    /// What plugins logged, a report of each failure, and one summary line with the metrics.
    pub(crate) fn answered(&self, ids: Ids<'_>, summary: &Summary) {
        for (record, line) in &summary.logs {
            logged(Some(ids), Some(*record), line);
        }
        for report in &summary.reports {
            reported(ids, report);
        }
        for refresh in &summary.refreshes {
            refreshed(ids, refresh);
        }
        let cold_start = self.cold_start.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Ids { request_id, xray_trace_id } = ids;
        let line = Line {
            level: self.level,
            time: SystemTime::now(),
            request_id,
            xray_trace_id,
            summary,
            bootstrap_sha256: self.bootstrap_sha256,
            plugins: &self.plugins,
            cold_start,
        };
        // In one piece, as Lambda makes an event of each line. There is nobody to tell that nobody listens.
        let _ = std::io::stdout().write_all(line.text().as_bytes());
    }
}

/// The level of summary lines: metrics come with them whatever is to be logged, and Lambda lets no line below its level pass.
/// Without a level a line would count as INFO.
fn summary_level(least: &str) -> &'static str {
    match least {
        "WARN" => "WARN",
        "ERROR" => "ERROR",
        "FATAL" => "FATAL",
        _ => "INFO",
    }
}

/// A line that a plugin logged, about a record or, at the start, about its settings.
///
/// Its words are no `message`: those of text lines are written as they are, and a newline in them would begin a line of the
/// plugin's own making, metrics for example.
fn logged(ids: Option<Ids<'_>>, record: Option<usize>, line: &LogLine) {
    let request_id = ids.map(|ids| ids.request_id);
    let xray_trace_id = ids.and_then(|ids| ids.xray_trace_id);
    let (plugin, text) = (&*line.plugin, line.message.as_str());
    match line.level {
        Level::Trace => trace!(request_id, xray_trace_id, plugin, record, text, "plugin said"),
        Level::Debug => debug!(request_id, xray_trace_id, plugin, record, text, "plugin said"),
        Level::Info => info!(request_id, xray_trace_id, plugin, record, text, "plugin said"),
        Level::Warn => warn!(request_id, xray_trace_id, plugin, record, text, "plugin said"),
        Level::Error => error!(request_id, xray_trace_id, plugin, record, text, "plugin said"),
    }
}

fn reported(ids: Ids<'_>, report: &Report) {
    let Ids { request_id, xray_trace_id } = ids;
    let failure = &report.failure;
    let trap = failure.trap.as_deref();
    warn!(
        request_id,
        xray_trace_id,
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
fn refreshed(ids: Ids<'_>, Refresh { table, result }: &Refresh) {
    let Ids { request_id, xray_trace_id } = ids;
    match result {
        Ok(version) => info!(request_id, xray_trace_id, table, version, "table refreshed"),
        Err(problem) => {
            let error = one_line(problem);
            warn!(request_id, xray_trace_id, table, error, "table not refreshed");
        }
    }
}

/// An invocation without an answer. It has no metrics: how many records it would have had is not known, and Lambda counts it
/// among the function's `Errors`.
pub(crate) fn failed(Ids { request_id, xray_trace_id }: Ids<'_>, code: &str, error: &str) {
    error!(request_id, xray_trace_id, code, error, "invocation failed");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_named_where_one_is_kept() {
        let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
        assert_eq!(sampled(&format!("{root};Parent=53995c3f42cd8ad8;Sampled=1")), Some(&root[5..]));
        assert_eq!(sampled(&format!("{root};Parent=53995c3f42cd8ad8;Sampled=0")), None);
        assert_eq!(sampled(root), None);
        assert_eq!(sampled("Sampled=1"), None);
    }
}

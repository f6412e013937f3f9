//! What plugins log, and how they died: on standard error.

use nozzle_runtime::telemetry::{Level, LogLine, Refresh, Report};
use nozzle_runtime::{Summary, Transform, Trap};
use owo_colors::OwoColorize as _;

use super::failure::failure_line;
use super::{mebibytes, pretty};

/// What a batch leaves for standard error: plugins' log lines, and backtraces of those that died.
pub(crate) fn notes(summary: &Summary) {
    for Refresh { table, result } in &summary.refreshes {
        match result {
            Ok(version) => anstream::eprintln!("{} table {table}: now of version {version}", "info".blue()),
            Err(problem) => {
                anstream::eprintln!("{} table {table} stays as it is: {problem}", "warn".yellow());
            }
        }
    }
    for (record, line) in &summary.logs {
        let record = format!(", record {record}");
        logged(line, &record);
    }
    for report in &summary.reports {
        if let Some(trap) = &report.failure.trap {
            anstream::eprintln!("{} {}", "trap".red(), failure_line(&report.failure));
            trap_lines(report, trap);
        }
    }
}

/// What plugins say of their settings when they are configured.
pub(crate) fn said(transform: &Transform) {
    transform.said().for_each(|line| logged(line, ""));
}

/// A line that a plugin logged about a record, or about its settings.
fn logged(line: &LogLine, record: &str) {
    let level = level(line.level);
    let level = match line.level {
        Level::Trace | Level::Debug => level.dimmed().to_string(),
        Level::Info => level.blue().to_string(),
        Level::Warn => level.yellow().to_string(),
        Level::Error => level.red().to_string(),
    };
    anstream::eprintln!("{level} {}{record}: {}", line.plugin, line.message);
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Trace | Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

/// A line that a plugin logged, without colour.
pub(crate) fn log_line(line: &LogLine) -> String {
    format!("{} {}: {}", level(line.level), line.plugin, line.message)
}

/// What the Lambda's log says of a dead plugin, for people.
fn trap_lines(report: &Report, trap: &Trap) {
    let plugin = report.failure.plugin.as_deref().unwrap_or_default();
    let (version, record) = (report.version.as_deref().unwrap_or_default(), &report.record_id);
    let sha256 = report.sha256.as_deref().unwrap_or_default();
    anstream::eprintln!("       plugin {plugin} {version}, record {record}, sha256 {sha256}");
    let memory = mebibytes(trap.memory as u64);
    anstream::eprintln!("       {memory} of memory, after {}", pretty(trap.time));
    for frame in &trap.backtrace {
        anstream::eprintln!("       at {frame}");
    }
    if trap.message.as_ref().is_some_and(|message| message.contains("this platform")) {
        anstream::eprintln!("       hint: {NO_PLATFORM}");
    }
}

/// What std panics about in wasm32-unknown-unknown: `time not implemented on this platform`.
const NO_PLATFORM: &str = "a plugin has no clock, files, network, threads or randomness; a record knows when it \
                           arrived: `record.arrival_time_ms()`";

//! What the user sees: records before and after, failures with their reasons, the summary.

use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use nozzle_runtime::firehose::to_base64;
use nozzle_runtime::limits::REPORTS_PER_CODE;
use nozzle_runtime::telemetry::{Level, LogLine, Refresh, Report, TableUse};
use nozzle_runtime::{Answer, Delivery, Description, Failure, Route, Seen, Summary, Transform, Trap};
use owo_colors::OwoColorize as _;
use serde_json::{Value, json};

use crate::schema::Sample;

/// What is shown of a record as it came, in characters.
const BEFORE: usize = 1000;

/// Writes to standard output. A reader who has seen enough is no error.
pub(crate) fn output(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = anstream::stdout();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("failed to write the standard output"),
    }
}

/// Writes a line to standard output.
pub(crate) fn line(line: impl Display) -> anyhow::Result<()> {
    output(format!("{line}\n").as_bytes())
}

/// The records of one batch, written as they are answered.
pub(crate) struct Records {
    json: bool,
    number: u64,
    text: String,
}

impl Records {
    /// `before` records have been shown already.
    pub(crate) fn new(json: bool, before: u64) -> Self {
        Self { json, number: before, text: String::new() }
    }

    /// Adds one record.
    pub(crate) fn record(&mut self, seen: &Seen<'_>) {
        self.number += 1;
        let _ = if self.json { writeln!(self.text, "{}", as_json(seen)) } else { self.as_text(seen) };
    }

    /// Writes what has been added to standard output.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        output(self.text.as_bytes())
    }

    fn as_text(&mut self, seen: &Seen<'_>) -> std::fmt::Result {
        write!(self.text, "{} {}", self.number, Shown::of(seen))
    }
}

/// One record as people see it.
#[derive(PartialEq)]
pub(crate) struct Shown {
    /// What became of it.
    head: String,
    /// As it came.
    before: String,
    rows: Vec<String>,
}

impl Shown {
    pub(crate) fn of(seen: &Seen<'_>) -> Self {
        let (head, rows) = match seen.answer {
            Answer::Ok(delivery) => {
                let rows = String::from_utf8_lossy(&delivery.data).lines().map(str::to_owned).collect();
                (format!("{}{}", "Ok".green(), destination(delivery)), rows)
            }
            Answer::Dropped { plugin, reason } => {
                let reason = reason.as_deref().map(|reason| format!(" {reason}")).unwrap_or_default();
                (format!("{}  {plugin}{reason}", "Dropped".yellow()), Vec::new())
            }
            Answer::ProcessingFailed(failure) => {
                (format!("{}  {}", "ProcessingFailed".red(), failure_line(failure)), Vec::new())
            }
        };
        Self { head, before: before(seen.payload), rows }
    }

    /// What it became, on one line.
    fn after(&self) -> String {
        if self.rows.is_empty() { self.head.clone() } else { self.rows.join(" ") }
    }
}

impl Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.head)?;
        writeln!(f, "{}", format!("  - {}", self.before).dimmed())?;
        self.rows.iter().try_for_each(|row| writeln!(f, "  + {row}"))
    }
}

/// Records that are as before, beside those that have changed: more are only counted.
const UNCHANGED: usize = 20;

/// The records of one more run: those that have changed first, each with what it was.
pub(crate) fn again(before: Option<&[Shown]>, now: &[Shown]) -> anyhow::Result<()> {
    let was = |at: usize| before.map(|before| before.get(at));
    let has_changed = |at: &usize| was(*at).is_some_and(|was| was != Some(&now[*at]));
    let (changed, same): (Vec<usize>, Vec<usize>) = (0..now.len()).partition(has_changed);
    let mut text = String::new();
    for at in &changed {
        let _ = write!(text, "{} {} {}", "~".cyan().bold(), at + 1, now[*at]);
        if let Some(was) = was(*at).flatten() {
            let _ = writeln!(text, "{}", format!("  < {}", was.after()).dimmed());
        }
    }
    let shown = if before.is_some() { UNCHANGED } else { same.len() };
    for at in same.iter().take(shown) {
        let _ = write!(text, "{} {}", at + 1, now[*at]);
    }
    if same.len() > shown {
        let _ = writeln!(text, "{} more are as before", same.len() - shown);
    }
    output(text.as_bytes())?;
    if before.is_some() {
        anstream::eprintln!("{} of {} records have changed", changed.len().cyan(), now.len());
    }
    Ok(())
}

/// What `nozzle run --watch` says when it waits.
pub(crate) fn watching(time: Duration, files: usize) {
    anstream::eprintln!(
        "{}",
        format!("done in {}, watching {files} files; Ctrl-C ends", pretty(time)).dimmed()
    );
}

/// What `nozzle run --watch` runs again for.
pub(crate) fn changed(file: &Path) {
    let file = file.strip_prefix(".").unwrap_or(file);
    anstream::eprintln!("\n{} {}", "changed:".cyan(), file.display());
}

/// A record as it came: one line, the end of a long one cut off.
fn before(payload: &[u8]) -> String {
    beginning(payload, BEFORE)
}

/// The first characters of a record, on one line.
pub(crate) fn beginning(payload: &[u8], characters: usize) -> String {
    if payload.is_empty() {
        return "(no bytes)".to_owned();
    }
    let text = String::from_utf8_lossy(payload);
    let line: String = text.chars().take(characters).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(characters).is_some() { format!("{line}... ({} bytes)", payload.len()) } else { line }
}

fn destination(delivery: &Delivery) -> String {
    let mut text = if delivery.rows == 1 { String::new() } else { format!("  {} rows", delivery.rows) };
    for (name, value) in &delivery.partition_keys {
        let _ = write!(text, "  {name}={value}");
    }
    if let Some(route) = &delivery.route {
        let _ = write!(text, "  {} {}.{}", route.operation.name(), route.database, route.table);
    }
    text
}

/// What went wrong with a record, and where.
pub(crate) fn failure_line(failure: &Failure) -> String {
    let plugin = failure.plugin.as_deref().map(|plugin| format!("{plugin}: ")).unwrap_or_default();
    let path = failure.path.as_deref().map(|path| format!("`{path}`: ")).unwrap_or_default();
    let death = failure.trap.as_deref().map(death).unwrap_or_default();
    format!("{}  {plugin}{path}{}{death}", failure.code, failure.reason)
}

/// `: index out of bounds (src/lib.rs:12:5)`; the function where the place is not in the author's source.
fn death(trap: &Trap) -> String {
    let panic = trap.message.as_ref().zip(trap.location.as_ref());
    let panic = panic.map(|(message, location)| format!(": {message} ({location})")).unwrap_or_default();
    let function = trap.function.as_ref().map(|function| format!(" in `{function}`")).unwrap_or_default();
    panic + &function
}

/// The record as `nozzle run --json` prints it.
fn as_json(seen: &Seen<'_>) -> Value {
    let mut record = json!({ "recordId": serde_json::from_str::<Value>(seen.record_id).unwrap_or_default() });
    match seen.answer {
        Answer::Ok(delivery) => {
            record["result"] = "Ok".into();
            match std::str::from_utf8(&delivery.data) {
                Ok(text) => record["data"] = text.into(),
                Err(_) => record["dataBase64"] = to_base64(&delivery.data).into(),
            }
            record["partitionKeys"] =
                delivery.partition_keys.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            record["route"] = delivery.route.as_ref().map(route_json).into();
        }
        Answer::Dropped { plugin, reason } => {
            record["result"] = "Dropped".into();
            record["drop"] = json!({ "plugin": &**plugin, "reason": reason });
        }
        Answer::ProcessingFailed(failure) => {
            record["result"] = "ProcessingFailed".into();
            record["failure"] = failure_json(failure);
        }
    }
    record
}

pub(crate) fn route_json(route: &Route) -> Value {
    json!({ "database": route.database, "table": route.table, "operation": route.operation.name() })
}

fn failure_json(failure: &Failure) -> Value {
    let mut json = json!({
        "code": failure.code,
        "plugin": failure.plugin.as_deref(),
        "path": failure.path,
        "reason": failure.reason,
    });
    if let Some(trap) = &failure.trap {
        json["trap"] = trap_json(trap);
    }
    json
}

pub(crate) fn trap_json(trap: &Trap) -> Value {
    json!({
        "panic": trap.message,
        "location": trap.location,
        "function": trap.function,
        "backtrace": trap.backtrace,
        "memoryBytes": trap.memory,
        "timeNs": trap.time.as_nanos() as u64,
    })
}

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
    let memory = trap.memory as f64 / f64::from(1 << 20);
    anstream::eprintln!("       {memory:.1} MiB of memory, after {}", pretty(trap.time));
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

pub(crate) fn counts<'a>(
    title: &str,
    counts: impl IntoIterator<Item = (&'a (std::sync::Arc<str>, String), &'a u64)>,
) {
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

/// Three digits are enough for people: `1.23µs`, `45.6ms`.
pub(crate) fn pretty(time: Duration) -> String {
    let nanos = time.as_nanos() as f64;
    let digits = if nanos < 1.0 { 0 } else { nanos.log10() as i32 };
    let unit = 10f64.powi((digits - 2).max(0));
    format!("{:?}", Duration::from_nanos(((nanos / unit).round() * unit) as u64))
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

pub(crate) fn named<'a>(
    counts: impl IntoIterator<Item = (&'a (std::sync::Arc<str>, String), &'a u64)>,
    key: &str,
) -> Value {
    counts
        .into_iter()
        .map(|((plugin, what), n)| json!({ "plugin": &**plugin, key: what, "count": n }))
        .collect()
}

/// A plugin as it describes itself.
pub(crate) fn plugin_json(told: &Description) -> Value {
    json!({
        "name": &*told.name,
        "version": told.version,
        "summary": told.summary,
        "counters": &*told.counters,
        "settings": schema(told),
    })
}

/// The settings' schema; as a string where the plugin's text is not JSON.
pub(crate) fn schema(description: &Description) -> Value {
    let text = &description.settings_schema;
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()))
}

/// What became of a sample's records.
pub(crate) fn sample(sample: &Sample) {
    let Summary { records, rows, dropped, failed, .. } = sample.total;
    let columns = sample.columns.len();
    anstream::eprintln!(
        "{columns} columns in {rows} rows of {records} records: {} dropped, {} failed",
        dropped.yellow(),
        failed.red()
    );
    counts("failed", &sample.total.failures);
    counts("counted", &sample.total.counters);
    if sample.strange > 0 {
        trouble(&format!("{} records have a row that is no JSON object", sample.strange));
    }
    if sample.routes.len() > 1 {
        let routes: Vec<&str> = sample.routes.iter().map(String::as_str).collect();
        note(&format!("rows go to several tables, and these are the columns of all: {}", routes.join(", ")));
    }
}

/// `1 case`, `2 cases`.
pub(crate) fn plural(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// What somebody should look at.
pub(crate) fn note(text: &str) {
    anstream::eprintln!("{} {text}", "note:".yellow());
}

/// What stands in the way, where there may be more of it.
pub(crate) fn trouble(text: &str) {
    anstream::eprintln!("{} {text}", "error:".red().bold());
}

/// The one place where an error is printed.
pub(crate) fn error(error: &anyhow::Error) {
    anstream::eprintln!("{} {error:#}", "error:".red().bold());
}

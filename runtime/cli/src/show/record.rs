//! Records before and after.

use std::fmt::{self, Display, Write as _};

use nozzle_runtime::firehose::to_base64;
use nozzle_runtime::{Answer, Delivery, Route, Seen};
use owo_colors::OwoColorize as _;
use serde_json::{Value, json};

use super::failure::{failure_json, failure_line};
use super::output;

/// What is shown of a record as it came, in characters.
const BEFORE: usize = 1000;

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
        let _ = match self.json {
            true => writeln!(self.text, "{}", as_json(seen)),
            false => write!(self.text, "{} {}", self.number, Shown::of(seen)),
        };
    }

    /// Writes what has been added to standard output.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        output(self.text.as_bytes())
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
        Self { head, before: beginning(seen.payload, BEFORE), rows }
    }

    /// What it became, on one line.
    pub(super) fn after(&self) -> String {
        if self.rows.is_empty() { self.head.clone() } else { self.rows.join(" ") }
    }
}

impl Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.head)?;
        writeln!(f, "{}", format!("  - {}", self.before).dimmed())?;
        self.rows.iter().try_for_each(|row| writeln!(f, "  + {row}"))
    }
}

/// A record as it came: one line, the end of a long one cut off.
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
            record["partitionKeys"] = delivery.partition_keys.iter().cloned().collect();
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

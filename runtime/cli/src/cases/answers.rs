//! What became of a case's records, as `expected.jsonl` holds it.

use std::fmt::Write as _;

use nozzle_runtime::{Answer, Delivery, Failure, Summary};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::show;

/// A line for each record, and one for what plugins counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    pub(super) records: Vec<String>,
    /// None where nothing was counted.
    pub(super) counters: Option<String>,
}

const COUNTERS: &str = r#"{"counters":"#;

impl Answers {
    /// Reads what [`text`](Self::text) writes.
    pub(super) fn parse(text: &str) -> Self {
        let mut records: Vec<String> = text.lines().map(str::to_owned).collect();
        let counters = records.pop_if(|line| line.starts_with(COUNTERS));
        Self { records, counters }
    }

    pub(super) fn text(&self) -> String {
        self.records.iter().chain(&self.counters).fold(String::new(), |text, line| text + line + "\n")
    }

    /// Adds the answer to the next record.
    pub(super) fn push(&mut self, answer: &Answer) {
        self.records.push(match answer {
            Answer::Ok(delivery) => delivered(delivery),
            Answer::Dropped { plugin, reason } => {
                json!({ "result": "Dropped", "plugin": &**plugin, "reason": reason }).to_string()
            }
            Answer::ProcessingFailed(failure) => failed(failure),
        });
    }

    /// Adds what was counted.
    pub(super) fn count(&mut self, summary: &Summary) {
        let mut plugins = Map::new();
        for ((plugin, counter), n) in &summary.counters {
            plugins.entry(&**plugin).or_insert_with(|| json!({}))[counter] = (*n).into();
        }
        self.counters = (!plugins.is_empty()).then(|| format!("{COUNTERS}{}}}", Value::from(plugins)));
    }
}

fn delivered(delivery: &Delivery) -> String {
    let text = String::from_utf8_lossy(&delivery.data);
    let rows: Vec<String> = text.lines().map(row).collect();
    let keys = delivery.partition_keys.iter().cloned().collect();
    ok(&rows, &keys, delivery.route.as_ref().map(show::route_json))
}

/// Rows stand as they are, so that a number or an escape that is written otherwise is a difference.
pub(super) fn ok(rows: &[String], partition_keys: &Value, route: Option<Value>) -> String {
    let mut line = format!(r#"{{"result":"Ok","rows":[{}]"#, rows.join(","));
    if *partition_keys != json!({}) {
        let _ = write!(line, r#","partitionKeys":{partition_keys}"#);
    }
    if let Some(route) = route {
        let _ = write!(line, r#","route":{route}"#);
    }
    line + "}"
}

/// JSON stands as it is, anything else as a string.
pub(super) fn row(text: &str) -> String {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => text.to_owned(),
        Err(_) => Value::from(text).to_string(),
    }
}

fn failed(failure: &Failure) -> String {
    let mut json = json!({ "result": "ProcessingFailed", "code": failure.code });
    if let Some(path) = &failure.path {
        json["path"] = path.as_str().into();
    }
    json["reason"] = failure.reason.as_str().into();
    json.to_string()
}

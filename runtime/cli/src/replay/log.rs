//! The function's log: which plugin gave a record up, and why. Firehose's error objects say `Lambda.ProcessingFailedStatus` of them all.

use std::collections::HashMap;

use anyhow::Context as _;
use nozzle_objects::{Format, Records, Source};
use nozzle_runtime::artefact;
use serde::Deserialize;
use serde_json::Value;

/// What the log says of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, Deserialize)]
pub(crate) struct Was {
    /// The plugin; none at the edge.
    pub(crate) plugin: Option<String>,
    /// Its code.
    pub(crate) code: String,
}

/// All that logs say, by the SHA-256 of the record. Of several words about the same bytes the last one holds.
#[derive(Debug, Default)]
pub(crate) struct Log(HashMap<String, Was>);

/// A line of the log about a record. `runtime/lambda/src/log.rs` writes it.
#[derive(Deserialize)]
struct Entry {
    message: String,
    sha256: String,
    #[serde(flatten)]
    was: Was,
}

/// What such a line has in it.
const FAILED: &str = "record failed";

impl Log {
    /// Reads log files, gzip or not: JSON lines, with or without a time in front, or what AWS's command line makes of them, such as
    /// `aws logs filter-log-events`.
    pub(crate) fn read(source: &Source, files: &[String]) -> anyhow::Result<Self> {
        let mut log = Self::default();
        for file in files {
            for object in source.list(file)? {
                let unread = || format!("failed to read the log `{}`", object.name);
                let mut records =
                    Records::open(source.open(&object)?, Format::Auto, None).with_context(unread)?;
                let mut text = Vec::new();
                while records.read(&mut text).with_context(unread)? {
                    log.take(&String::from_utf8_lossy(&text));
                }
            }
        }
        Ok(log)
    }

    /// What it says of a record.
    pub(crate) fn of(&self, record: &[u8]) -> Option<&Was> {
        (!self.0.is_empty()).then(|| self.0.get(&artefact::sha256(record))).flatten()
    }

    /// Takes a line, or a document. What is none of Nozzle's lines is passed over.
    fn take(&mut self, text: &str) {
        if let Some(begin) = text.find('{').filter(|_| text.contains(FAILED))
            && let Ok(value) = serde_json::from_str(&text[begin..])
        {
            self.take_value(value);
        }
    }

    /// Looks for lines in a document, and in the texts that are in it.
    fn take_value(&mut self, value: Value) {
        match value {
            Value::String(text) => self.take(&text),
            Value::Array(values) => values.into_iter().for_each(|value| self.take_value(value)),
            Value::Object(members) => match Entry::deserialize(Value::Object(members.clone())) {
                Ok(Entry { message, sha256, was }) if message == FAILED => {
                    self.0.insert(sha256, was);
                }
                _ => members.into_iter().for_each(|(_, value)| self.take_value(value)),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_found_wherever_cloudwatch_puts_it() {
        let line = json!({
            "timestamp": "2026-11-22T04:00:00Z", "level": "WARN", "message": "record failed", "record_id": "1",
            "sha256": artefact::sha256(b"hi"), "code": "plugin.failed/not-json", "plugin": "flatten", "reason": "r"
        });
        let filtered =
            json!({"events": [{"logStreamName": "s", "message": line.to_string(), "timestamp": 1}]});
        let insights = json!({"results": [[{"field": "@message", "value": line.to_string()}]]});
        for text in [
            line.to_string(),
            format!("2026-11-22T04:00:00.000Z {line}"),
            format!("2026-11-22T04:00:00 2026/11/22/[1]abc {line}\n"),
            filtered.to_string(),
            serde_json::to_string_pretty(&insights).unwrap(),
        ] {
            let mut log = Log::default();
            log.take(&text);
            let was = Was { plugin: Some("flatten".into()), code: "plugin.failed/not-json".into() };
            assert_eq!((log.of(b"hi"), log.of(b"ho")), (Some(&was), None), "{text}");
        }
    }

    #[test]
    fn other_lines_say_nothing() {
        let mut log = Log::default();
        for text in [
            "START RequestId: 1",
            "{\"message\":\"plugin said\",\"text\":\"record failed\"}",
            "{record failed",
        ] {
            log.take(text);
        }
        assert!(log.0.is_empty());
    }
}

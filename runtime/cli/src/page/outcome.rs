//! What became of a record, as the page shows it.

use std::time::Duration;

use nozzle_local::{Judged, Verdict};
use nozzle_runtime::firehose::to_base64;
use nozzle_runtime::{Answer, Route, Seen, Trap};
use serde_json::{Map, Value, json};

use super::kept::Entry;
use crate::show;

/// Delivered.
const OK: &str = "Ok";
/// Left out by a plugin.
pub(super) const DROPPED: &str = "Dropped";
/// Not transformed.
pub(super) const FAILED: &str = "ProcessingFailed";
/// Transformed, but given up by Firehose itself.
pub(super) const UNDELIVERED: &str = "Undelivered";
/// What a record can come to.
pub(super) const OUTCOMES: [&str; 4] = [OK, DROPPED, FAILED, UNDELIVERED];
/// Rows that failed in a plugin, and went on as they were.
pub(super) const PASSED: &str = "Passed";

/// How a record ended, and why.
#[derive(Clone, Copy)]
pub(super) struct Fate<'a> {
    pub(super) outcome: &'static str,
    pub(super) plugin: Option<&'a str>,
    pub(super) code: Option<&'a str>,
    path: Option<&'a str>,
    reason: Option<&'a str>,
    trap: Option<&'a Trap>,
}

impl<'a> Fate<'a> {
    /// Nothing is to be told of it.
    pub(super) const OK: Fate<'static> =
        Fate { outcome: OK, plugin: None, code: None, path: None, reason: None, trap: None };

    /// What a pipeline says.
    pub(super) fn of_answer(answer: &'a Answer) -> Self {
        match answer {
            Answer::Ok(_) => Self::OK,
            Answer::Dropped { plugin, reason } => {
                Self { outcome: DROPPED, plugin: Some(plugin), code: reason.as_deref(), ..Self::OK }
            }
            Answer::ProcessingFailed(failure) => Self {
                outcome: FAILED,
                plugin: failure.plugin.as_deref(),
                code: Some(&failure.code),
                path: failure.path.as_deref(),
                reason: Some(&failure.reason),
                trap: failure.trap.as_deref(),
            },
        }
    }

    /// What Firehose makes of a response.
    pub(super) fn of_verdict(verdict: &'a Verdict) -> Self {
        match verdict {
            Verdict::Ok { .. } => Self::OK,
            Verdict::Dropped => Self { outcome: DROPPED, ..Self::OK },
            Verdict::Failed(failure) => Self { outcome: FAILED, ..Self::undelivered(failure) },
        }
    }

    /// What Firehose itself could not do.
    pub(super) fn undelivered(failure: &'a nozzle_local::Failure) -> Self {
        let (code, reason) = (Some(&*failure.code), Some(&*failure.message));
        Self { outcome: UNDELIVERED, code, reason, ..Self::OK }
    }
}

/// The outcome of a record that is kept.
pub(super) fn of_entry(entry: &Entry) -> Value {
    let Judged { record, verdict, told, .. } = entry.judged();
    let told = told.as_ref();
    let route = told.and_then(|told| match told.answer.as_deref() {
        Some(Answer::Ok(delivery)) => delivery.route.as_ref(),
        _ => None,
    });
    let none = Map::new();
    let keys = match verdict {
        Verdict::Ok { partition_keys, .. } => partition_keys,
        Verdict::Dropped | Verdict::Failed(_) => &none,
    };
    let time = told.map(|told| told.time);
    as_json(entry.fate(), (&record.data, entry.after()), keys, route, time)
}

/// The outcome of a record that is tried.
pub(super) fn of_seen(seen: &Seen<'_>) -> Value {
    let (data, keys, route) = match seen.answer {
        Answer::Ok(delivery) => {
            let keys =
                delivery.partition_keys.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
            (&delivery.data[..], keys.collect(), delivery.route.as_ref())
        }
        _ => (&[][..], Map::new(), None),
    };
    as_json(Fate::of_answer(seen.answer), (seen.payload, data), &keys, route, Some(seen.time))
}

fn as_json(
    fate: Fate<'_>,
    (before, after): (&[u8], &[u8]),
    keys: &Map<String, Value>,
    route: Option<&Route>,
    time: Option<Duration>,
) -> Value {
    json!({
        "outcome": fate.outcome,
        "plugin": fate.plugin,
        "code": fate.code,
        "path": fate.path,
        "reason": fate.reason,
        "trap": fate.trap.map(show::trap_json),
        "before": text(before),
        "after": rows(after),
        "partitionKeys": keys,
        "route": route.map(show::route_json),
        "timeNs": time.map(|time| time.as_nanos() as u64),
    })
}

/// The rows of what is delivered for a record.
fn rows(data: &[u8]) -> Vec<Value> {
    match std::str::from_utf8(data) {
        Ok(rows) => rows.lines().map(|row| json!({ "text": row })).collect(),
        Err(_) => vec![text(data)],
    }
}

/// Bytes as text, or as base64 where they are none.
fn text(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "text": text }),
        Err(_) => json!({ "base64": to_base64(bytes), "bytes": bytes.len() }),
    }
}

//! The figures of one stream, added up since `nozzle dev` has started.

use std::collections::{BTreeMap, VecDeque};

use nozzle_local::{Transformed, What};
use nozzle_runtime::Summary;
use nozzle_runtime::firehose::RESPONSE_BUDGET;
use nozzle_runtime::telemetry::Times;
use serde_json::{Value, json};

use super::histogram;
use super::outcome::{DROPPED, FAILED, PASSED, UNDELIVERED};
use super::seconds::{Seconds, Through};
use crate::show;

/// Objects and troubles that are shown, each.
const LAST: usize = 20;

/// What is known of a stream.
#[derive(Default)]
pub(super) struct Figures {
    /// What its pipeline tells, added up; nothing of a program.
    pub(super) total: Summary,
    records: usize,
    ok: usize,
    dropped: usize,
    failed: usize,
    bytes_in: usize,
    bytes_out: usize,
    batches: u64,
    attempts: u64,
    /// Of the invocations that judged a batch.
    times: Times,
    last_response: usize,
    largest_response: usize,
    /// Records by outcome and Firehose's code, where no pipeline tells more of them.
    codes: BTreeMap<(&'static str, String), u64>,
    seconds: Seconds,
    objects: VecDeque<Value>,
    troubles: VecDeque<Value>,
}

impl Figures {
    /// Takes down what happened at `now_ms`.
    pub(super) fn note(&mut self, what: &What, now_ms: u64) {
        match what {
            What::Transformed(batch) => self.note_batch(batch, now_ms),
            What::GivenUp { failure, .. } => {
                *self.codes.entry((UNDELIVERED, failure.code.clone())).or_default() += 1;
            }
            What::Delivered { object, records, bytes, errors } => {
                let object = json!({ "key": object, "records": records, "bytes": bytes, "errors": errors, "at": now_ms });
                keep(&mut self.objects, object);
                if self.batches == 0 {
                    self.note_untransformed(*records, *bytes, *errors, now_ms);
                }
            }
            What::Trouble { message } => self.trouble(message, now_ms),
        }
    }

    fn note_batch(&mut self, batch: &Transformed, now_ms: u64) {
        let Transformed { records, ok, dropped, failed, bytes_in, bytes_out, .. } = batch;
        let through = Through { records: *records, failed: failed.values().sum(), bytes: *bytes_in };
        self.records += records;
        self.ok += ok;
        self.dropped += dropped;
        self.failed += through.failed;
        self.bytes_in += bytes_in;
        self.bytes_out += bytes_out;
        self.batches += 1;
        self.attempts += u64::from(batch.attempts);
        self.times.record(batch.time);
        self.last_response = batch.response_bytes.unwrap_or_default();
        self.largest_response = self.largest_response.max(self.last_response);
        self.seconds.add(now_ms, through);
        batch.problems.iter().for_each(|problem| self.trouble(problem, now_ms));
        match &batch.summary {
            Some(summary) => self.total.add(summary),
            None => self.note_codes(*dropped, failed),
        }
    }

    fn note_codes(&mut self, dropped: usize, failed: &BTreeMap<String, usize>) {
        if dropped > 0 {
            *self.codes.entry((DROPPED, String::new())).or_default() += dropped as u64;
        }
        for (code, n) in failed {
            *self.codes.entry((FAILED, code.clone())).or_default() += *n as u64;
        }
    }

    /// Records of a stream without a transform are counted when they are in an object.
    fn note_untransformed(&mut self, records: usize, bytes: usize, errors: bool, now_ms: u64) {
        self.records += records;
        self.bytes_in += bytes;
        self.bytes_out += bytes;
        *(if errors { &mut self.failed } else { &mut self.ok }) += records;
        let failed = if errors { records } else { 0 };
        self.seconds.add(now_ms, Through { records, failed, bytes });
    }

    fn trouble(&mut self, message: &str, now_ms: u64) {
        keep(&mut self.troubles, json!({ "message": message, "at": now_ms }));
    }

    /// As the page is told of them, but for what the stream itself knows.
    pub(super) fn as_json(&self, now_ms: u64) -> Value {
        json!({
            "totals": {
                "records": self.records,
                "ok": self.ok,
                "dropped": self.dropped,
                "failed": self.failed,
                // What a program delivers, or nobody transforms, is a row a record.
                "rows": if self.total.records > 0 { self.total.rows } else { self.ok as u64 },
                "bytesIn": self.bytes_in,
                "bytesOut": self.bytes_out,
                "invocations": self.batches,
                "attempts": self.attempts,
            },
            "seconds": self.seconds.as_json(now_ms),
            "outcomes": self.outcomes(),
            "counters": show::named(&self.total.counters, "counter"),
            "recordTimes": histogram::as_json(&self.total.record_times),
            "invocationTimes": histogram::as_json(&self.times),
            "response": {
                "last": self.last_response,
                "largest": self.largest_response,
                "budget": RESPONSE_BUDGET,
            },
            "objects": self.objects,
            "troubles": self.troubles,
        })
    }

    /// What is not simply delivered, the most of it first.
    fn outcomes(&self) -> Vec<Value> {
        let Summary { failures, drops, passed, .. } = &self.total;
        let told = [(FAILED, failures), (DROPPED, drops), (PASSED, passed)].into_iter().flat_map(
            |(outcome, counts)| {
                counts.iter().map(move |((plugin, code), n)| (outcome, &**plugin, &**code, *n))
            },
        );
        let others = self.codes.iter().map(|((outcome, code), n)| (*outcome, "", &**code, *n));
        let mut all: Vec<_> = told.chain(others).collect();
        all.sort_by_key(|(.., n)| std::cmp::Reverse(*n));
        let as_json = |(outcome, plugin, code, n)| json!({ "outcome": outcome, "plugin": plugin, "code": code, "count": n });
        all.into_iter().map(as_json).collect()
    }
}

/// Puts one before the others, and forgets the last.
fn keep(last: &mut VecDeque<Value>, one: Value) {
    last.push_front(one);
    last.truncate(LAST);
}

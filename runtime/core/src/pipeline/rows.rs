//! The rows of one record, joined in its delivery: Firehose takes one answer a record.

use std::sync::Arc;

use crate::config::{Output, RowsPerRecord};
use crate::firehose::to_base64;
use crate::host::wit;
use crate::limits::PARTITION_KEYS;
use crate::{Answer, Delivery, Failure, Route, Summary};

/// A row between two plugins.
pub(super) struct Row<'a> {
    pub(super) data: &'a [u8],
    pub(super) metadata: Metadata,
    /// Whether no plugin has delivered it: every one that met it failed and passed it on.
    pub(super) untouched: bool,
}

/// What goes with a row beside its bytes.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Metadata {
    partition_keys: Vec<(String, String)>,
    route: Option<Route>,
}

/// What one record has become so far.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) delivery: Delivery,
    /// Good rows; error rows do not count.
    good: usize,
    error_rows: u64,
    first_failure: Option<Failure>,
    /// The plugin and the reason of each row dropped.
    pub(super) drops: Vec<(Arc<str>, Option<String>)>,
}

impl Metadata {
    /// Keys of a later plugin replace earlier ones of the same name; the last route set wins.
    pub(super) fn merged(&self, partition_keys: Vec<(String, String)>, route: Option<wit::Route>) -> Self {
        let mut merged = self.clone();
        for (name, value) in partition_keys {
            match merged.partition_keys.iter_mut().find(|(other, _)| *other == name) {
                Some(there) => there.1 = value,
                None => merged.partition_keys.push((name, value)),
            }
        }
        merged.route = route.map(Route::from).or(merged.route);
        merged
    }
}

impl Joined {
    /// Nothing yet, to be joined in this buffer.
    pub(super) fn within(mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        Self { delivery: Delivery { data: buffer, ..Delivery::default() }, ..Self::default() }
    }

    /// The answer, once all rows are there. What is delivered is moved out.
    pub(super) fn answer(&mut self) -> Answer {
        if self.good == 0
            && let Some(failure) = self.first_failure.take()
        {
            return Answer::ProcessingFailed(failure);
        }
        match self.drops.last() {
            Some((plugin, reason)) if self.delivery.rows == 0 => {
                Answer::Dropped { plugin: plugin.clone(), reason: reason.clone() }
            }
            _ => Answer::Ok(std::mem::take(&mut self.delivery)),
        }
    }

    /// Counts dropped rows and error rows, once the answer is known to fit.
    pub(super) fn note(&mut self, summary: &mut Summary) {
        summary.error_rows += self.error_rows;
        self.drops.drain(..).for_each(|(plugin, reason)| summary.note_drop(plugin, reason));
    }

    /// Adds a good row. Rows of one record share its partition keys and route, and Iceberg takes one row a record.
    pub(super) fn push(&mut self, row: Row<'_>, output: Output) -> Result<(), Failure> {
        let Metadata { partition_keys, route } = row.metadata;
        if partition_keys.len() > PARTITION_KEYS {
            return Err(too_many_partition_keys());
        }
        let there = &mut self.delivery;
        if self.good == 0 {
            (there.partition_keys, there.route) = (partition_keys, route);
        } else if !same_keys(&there.partition_keys, &partition_keys) {
            let reason = "its rows differ in their partition keys";
            return Err(Failure::at_edge("response.mixed-partition-keys", reason));
        } else if there.route != route {
            return Err(Failure::at_edge("response.mixed-routes", "its rows differ in their route"));
        } else if route.is_some() || output.rows_per_record == RowsPerRecord::One {
            return Err(Failure::at_edge("response.many-rows", "the output takes one row a record"));
        }
        self.good += 1;
        self.append(row.data, output.newline && !row.untouched);
        Ok(())
    }

    /// Adds what is known of a bad row, so that the good rows beside it can be delivered.
    pub(super) fn push_error(&mut self, row: &[u8], failure: Failure, output: Output) {
        let (name, raw) = match std::str::from_utf8(row) {
            Ok(text) => ("_raw", text.to_owned()),
            Err(_) => ("_raw_base64", to_base64(row)),
        };
        let error = serde_json::json!({
            "_error": { "code": failure.code, "plugin": failure.plugin.as_deref(), "path": failure.path, "reason": failure.reason },
            name: raw,
        });
        self.append(error.to_string().as_bytes(), output.newline);
        self.error_rows += 1;
        self.first_failure.get_or_insert(failure);
    }

    fn append(&mut self, row: &[u8], newline: bool) {
        self.delivery.rows += 1;
        self.delivery.data.extend_from_slice(row);
        if newline && !row.ends_with(b"\n") {
            self.delivery.data.push(b'\n');
        }
    }
}

fn same_keys(one: &[(String, String)], other: &[(String, String)]) -> bool {
    one.len() == other.len() && one.iter().all(|key| other.contains(key))
}

pub(super) fn too_many_partition_keys() -> Failure {
    let reason = format!("Firehose takes {PARTITION_KEYS} of a record");
    Failure::at_edge("response.too-many-partition-keys", reason)
}

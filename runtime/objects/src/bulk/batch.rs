//! A batch: records that the pipeline answers together, and what they have become.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use nozzle_runtime::firehose::{EventWriter, Metadata, Source, record_bytes};
use nozzle_runtime::{Answer, Delivery, Route, Seen};

use super::names::ERRORS;
use super::{Bulk, BulkError, errors};
use crate::Failure;
use crate::keys::{Keys, not_placed};
use crate::prefix::Filling;

/// What a batch takes up in an event, in bytes: as much as Firehose's own buffer hint for a function.
const EVENT: usize = 1 << 20;

/// Failures that may be none of the record's: the response of its batch had no room for it, or the machine was busy with something else
/// while a plugin had it.
const OF_THE_MOMENT: [&str; 3] = ["response.over-budget", "plugin.deadline", "plugin.start"];

/// How often such a record is asked about alone. Endless loops fail each time, and cost their deadline each time.
const ALONE: u32 = 2;

/// Records, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    /// Where each record ends.
    ends: Vec<usize>,
    event_bytes: usize,
}

/// What the records of a batch have become, in their order.
#[derive(Default)]
pub(super) struct Answered {
    pub(super) records: u64,
    pub(super) dropped: u64,
    pub(super) delivered: Vec<Delivered>,
    pub(super) failed: Vec<Failed>,
    /// The bytes of all that is delivered.
    data: Vec<u8>,
}

/// A record of which rows came.
pub(super) struct Delivered {
    /// The record's place in its batch.
    pub(super) number: usize,
    /// The folder of its rows.
    pub(super) partition: Arc<str>,
    pub(super) rows: u64,
    data: Range<usize>,
}

/// A record of which none came.
pub(super) struct Failed {
    /// The record's place in its batch.
    pub(super) number: usize,
    pub(super) code: String,
    /// Its line in the error object.
    pub(super) line: Vec<u8>,
}

impl Batch {
    pub(super) fn push(&mut self, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        self.ends.push(self.bytes.len());
        self.event_bytes += record_bytes(record.len());
    }

    pub(super) fn is_full(&self) -> bool {
        self.event_bytes >= EVENT
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn record(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[number]]
    }
}

impl Answered {
    /// The rows of a record, as the pipeline has made them.
    pub(super) fn data(&self, delivered: &Delivered) -> &[u8] {
        &self.data[delivered.data.clone()]
    }
}

/// Takes batches of one object through the pipeline.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a> {
    pub(super) bulk: &'a Bulk,
    /// The time of the object's records.
    pub(super) time_ms: u64,
}

impl Pass<'_> {
    /// Takes a batch through the pipeline. A record that fails by what is around it goes again, alone.
    pub(super) fn answer(&self, batch: &Batch) -> Result<Answered, BulkError> {
        let mut answered = Answered { records: batch.ends.len() as u64, ..Answered::default() };
        let unsure = self.ask(batch, 0..batch.ends.len(), true, &mut answered)?;
        for &number in &unsure {
            for left in (0..ALONE).rev() {
                if self.ask(batch, number..number + 1, left > 0, &mut answered)?.is_empty() {
                    break;
                }
            }
        }
        if !unsure.is_empty() {
            answered.delivered.sort_by_key(|delivered| delivered.number);
            answered.failed.sort_by_key(|failed| failed.number);
        }
        Ok(answered)
    }

    /// With `again`, gives those records that are to be asked about again.
    fn ask(
        &self,
        batch: &Batch,
        numbers: Range<usize>,
        again: bool,
        answered: &mut Answered,
    ) -> Result<Vec<usize>, BulkError> {
        let mut event = EventWriter::new(Source::Direct);
        let metadata = Metadata { arrival_time_ms: Some(self.time_ms), ..Metadata::default() };
        numbers.clone().for_each(|number| event.push_with(batch.record(number), &metadata));
        let (mut next, mut unsure, mut last) = (numbers, Vec::new(), Last::default());
        let mut watch = |seen: Seen<'_>| {
            let number = next.next().expect("each record is answered once");
            match seen.answer {
                Answer::ProcessingFailed(failure) if again && OF_THE_MOMENT.contains(&&*failure.code) => {
                    unsure.push(number);
                }
                answer => self.note(number, seen.payload, answer, &mut last, answered),
            }
        };
        self.bulk.transform.run_watched(&event.finish(), None, Some(&mut watch))?;
        Ok(unsure)
    }

    fn note(&self, number: usize, record: &[u8], answer: &Answer, last: &mut Last, answered: &mut Answered) {
        let delivery = match answer {
            Answer::Ok(delivery) => delivery,
            Answer::Dropped { .. } => {
                answered.dropped += 1;
                return;
            }
            Answer::ProcessingFailed(failure) => {
                return self.fail(number, record, errors::in_pipeline(failure), answered);
            }
        };
        match self.partition_after(delivery, last) {
            Ok(partition) => {
                let start = answered.data.len();
                answered.data.extend_from_slice(&delivery.data);
                let (rows, data) = (delivery.rows as u64, start..answered.data.len());
                answered.delivered.push(Delivered { number, partition, rows, data });
            }
            Err(failure) => self.fail(number, record, failure, answered),
        }
    }

    fn fail(&self, number: usize, record: &[u8], failure: Failure, answered: &mut Answered) {
        let line = errors::line(record, &failure, self.time_ms);
        answered.failed.push(Failed { number, code: failure.code, line });
    }

    /// The partition of a record's rows. One behind the other, records often have the same keys.
    fn partition_after(&self, delivery: &Delivery, last: &mut Last) -> Result<Arc<str>, Failure> {
        let has_query = self.bulk.output.ask.is_some();
        if let Some(partition) = &last.partition
            && !has_query
            && last.keys == delivery.partition_keys
            && last.route == delivery.route
        {
            return Ok(Arc::clone(partition));
        }
        let partition: Arc<str> = self.partition(delivery)?.into();
        *last = Last {
            keys: delivery.partition_keys.clone(),
            route: delivery.route.clone(),
            partition: Some(Arc::clone(&partition)),
        };
        Ok(partition)
    }

    /// The folder of a record's rows, as it is put: partitions that would be one folder are one.
    fn partition(&self, delivery: &Delivery) -> Result<String, Failure> {
        let Bulk { output, place, .. } = self.bulk;
        let of_query = match &output.ask {
            Some(ask) => ask(&delivery.data)?,
            None => BTreeMap::new(),
        };
        let keys = Keys::of(&output.prefix, &keys_of(delivery), &of_query)?;
        let filling = Filling { oldest_ms: self.time_ms, keys: Some(&keys), error: None };
        let folder = place.name(&output.prefix.fill_alone(filling));
        match folder == ERRORS {
            true => Err(not_placed(&format!("`{ERRORS}` is the folder of failed records"))),
            false => Ok(folder),
        }
    }
}

/// The keys of the last record, and where they led.
#[derive(Default)]
struct Last {
    keys: Vec<(String, String)>,
    route: Option<Route>,
    partition: Option<Arc<str>>,
}

/// The keys that plugins set. Rows for Iceberg tables have `database`, `table` and `operation` too, so that a prefix can keep them apart.
fn keys_of(delivery: &Delivery) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    if let Some(Route { database, table, operation }) = &delivery.route {
        let route = [("database", database.as_str()), ("table", table), ("operation", operation.name())];
        keys.extend(route.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    keys.extend(delivery.partition_keys.iter().cloned());
    keys
}

//! The event, as Firehose sends it.

use nozzle_runtime::firehose::{self, Envelope, EventWriter, RESPONSE_BUDGET, record_bytes};

use crate::Record;
use crate::arn;
use crate::config::{Source, StreamConfig};

/// What an event has beside its records, in bytes: more than that.
const HEAD: usize = 1 << 10;

/// What `kinesisRecordMetadata` has beside the partition key, in bytes: more than that.
const KINESIS: usize = 300;

/// What a byte of a text may become in JSON: a control character is six.
const CHARACTER: usize = 6;

/// How many of these records fit an event that Lambda takes, at least one. Records that are small and many do not: an event has some
/// 200 bytes of each beside its data. How Firehose cuts batches then is not documented.
pub(crate) fn fitting(records: &[Record]) -> usize {
    let mut left = RESPONSE_BUDGET - HEAD;
    let fits = |record: &&Record| {
        let key = record.metadata.partition_key.as_ref().map_or(0, |key| KINESIS + CHARACTER * key.len());
        let size = record_bytes(record.data.len()) + key;
        left.checked_sub(size).inspect(|rest| left = *rest).is_some()
    };
    records.iter().take_while(fits).count().max(1)
}

/// The ids of a batch's records, in their order, as they look at AWS: 56 and 6 digits with Direct PUT, 160 characters with a Kinesis
/// stream. No two of them are the same.
pub(super) fn ids(source: &Source, records: &[Record]) -> Vec<String> {
    let id = |(place, record): (usize, &Record)| match source {
        Source::DirectPut => format!("{}{:06}", sequence(record), record.id.part),
        Source::Kinesis(_) => {
            let shard = record.metadata.shard_id.as_deref().unwrap_or("shardId-000000000000");
            let number = record.metadata.sequence_number.clone().unwrap_or_else(|| sequence(record));
            format!("{shard}{number:0>128}{place:012}")
        }
    };
    records.iter().enumerate().map(id).collect()
}

/// A number as long as Kinesis's, by the order in which the stream accepted its records.
fn sequence(record: &Record) -> String {
    format!("49600000000000000000{:036}", record.id.accepted)
}

/// An event of these records, under an `invocationId` of its own.
pub(super) fn write(stream: &StreamConfig, ids: &[String], records: &[Record]) -> Vec<u8> {
    let (source, source_arn) = match &stream.source {
        Source::DirectPut => (firehose::Source::Direct, None),
        Source::Kinesis(kinesis) => (firehose::Source::Kinesis, Some(arn::of_kinesis(&kinesis.stream))),
    };
    let mut event = EventWriter::within(&Envelope {
        invocation_id: &uuid::Uuid::new_v4().to_string(),
        stream_arn: &arn::of_stream(&stream.name),
        region: arn::REGION,
        source,
        source_arn: source_arn.as_deref(),
    });
    for (id, record) in ids.iter().zip(records) {
        event.push_as(id, &record.data, &record.metadata);
    }
    event.finish()
}

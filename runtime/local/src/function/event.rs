//! The event, as Firehose sends it.

use nozzle_runtime::firehose::{self, Envelope, EventWriter};

use crate::Record;
use crate::config::{Source, StreamConfig};
use crate::stream::ACCOUNT;

/// The region of everything local.
const REGION: &str = "us-east-1";

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
        Source::Kinesis(kinesis) => {
            let arn = format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{}", kinesis.stream);
            (firehose::Source::Kinesis, Some(arn))
        }
    };
    let mut event = EventWriter::within(&Envelope {
        invocation_id: &uuid::Uuid::new_v4().to_string(),
        stream_arn: &format!("arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{}", stream.name),
        region: REGION,
        source,
        source_arn: source_arn.as_deref(),
    });
    for (id, record) in ids.iter().zip(records) {
        event.push_as(id, &record.data, &record.metadata);
    }
    event.finish()
}

//! What `aws kinesis get-records` prints.

use anyhow::Context as _;
use nozzle_runtime::firehose::{EventWriter, Metadata, Source, from_base64};
use serde::Deserialize;

/// The whole document.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KinesisRecords {
    records: Vec<KinesisRecord>,
}

/// One of its records.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KinesisRecord {
    data: String,
    partition_key: String,
    sequence_number: String,
}

/// Records of a Kinesis stream as one event, with the partition keys and sequence numbers that they have there.
pub(super) fn event(document: &[u8]) -> anyhow::Result<Vec<u8>> {
    let records: KinesisRecords =
        serde_json::from_slice(document).context("the input is not what `aws kinesis get-records` prints")?;
    let mut event = EventWriter::new(Source::Kinesis);
    for record in records.records {
        let payload = from_base64(&record.data).context("the `Data` of a Kinesis record is not base64")?;
        let metadata = Metadata {
            partition_key: Some(record.partition_key),
            sequence_number: Some(record.sequence_number),
            ..Metadata::default()
        };
        event.push_with(&payload, &metadata);
    }
    Ok(event.finish())
}

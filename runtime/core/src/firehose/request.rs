//! Events in the shape that Firehose sends, for everything that plays Firehose: the CLI, tests and benches.

use base64::Engine as _;
use base64::engine::Simd;

use super::{Source, base64_engine};

/// Writes one event, record by record.
///
/// ```
/// use nozzle_runtime::firehose::{Event, EventWriter, Source};
///
/// let mut event = EventWriter::new(Source::Kinesis);
/// event.push(br#"{"orderid":"1"}"#);
/// let text = event.finish();
/// assert_eq!(Event::parse(&text).unwrap().records.len(), 1);
/// ```
#[derive(Debug)]
pub struct EventWriter {
    source: Source,
    text: String,
    records: usize,
    base64: Simd,
}

/// 2026-01-01T00:00:00Z: written events are the same on every run.
const ARRIVAL_MS: u64 = 1_767_225_600_000;

impl EventWriter {
    /// Opens an event of a stream with this source.
    pub fn new(source: Source) -> Self {
        let origin = match source {
            Source::Direct => "",
            Source::Kinesis => {
                r#""sourceKinesisStreamArn":"arn:aws:kinesis:us-east-1:123456789012:stream/local","#
            }
            Source::Msk => r#""sourceMSKArn":"arn:aws:kafka:us-east-1:123456789012:cluster/local/1","#,
        };
        let text = format!(
            r#"{{"invocationId":"00000000-0000-4000-8000-000000000000",{origin}"deliveryStreamArn":"arn:aws:firehose:us-east-1:123456789012:deliverystream/local","region":"us-east-1","records":["#
        );
        Self { source, text, records: 0, base64: base64_engine() }
    }

    /// Adds a record with this payload, under a made-up partition key and sequence number.
    pub fn push(&mut self, payload: &[u8]) {
        let number = self.records;
        self.push_from(payload, &number.to_string(), &format!("49600000000000000000{number:036}"));
    }

    /// Adds a record with this payload, as it stood in a Kinesis stream.
    pub fn push_from(&mut self, payload: &[u8], partition_key: &str, sequence: &str) {
        let number = self.records;
        let arrival = ARRIVAL_MS + number as u64;
        let comma = if number == 0 { "" } else { "," };
        let key = if self.source == Source::Msk { "kafkaRecordValue" } else { "data" };
        self.text.push_str(&format!(
            r#"{comma}{{"recordId":"{sequence}{number:06}","approximateArrivalTimestamp":{arrival},"{key}":""#
        ));
        self.base64.encode_string(payload, &mut self.text);
        self.text.push('"');
        match self.source {
            Source::Direct => {}
            Source::Kinesis => {
                let partition_key = serde_json::Value::from(partition_key);
                self.text.push_str(&format!(
                    r#","kinesisRecordMetadata":{{"shardId":"shardId-000000000000","partitionKey":{partition_key},"approximateArrivalTimestamp":{arrival},"sequenceNumber":"{sequence}","subsequenceNumber":0}}"#
                ));
            }
            Source::Msk => self.text.push_str(&format!(
                r#","mskRecordMetadata":{{"offset":"{number}","partitionId":"0","approximateArrivalTimestamp":{arrival}}}"#
            )),
        }
        self.text.push('}');
        self.records += 1;
    }

    /// How many records it holds.
    pub fn records(&self) -> usize {
        self.records
    }

    /// How long the event's text is so far, in bytes.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Closes the event.
    pub fn finish(mut self) -> Vec<u8> {
        self.text.push_str("]}");
        self.text.into_bytes()
    }
}

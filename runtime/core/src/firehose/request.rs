//! Events in the shape that Firehose sends, for everything that plays Firehose: the CLI, tests and benches.

use base64::Engine as _;
use base64::engine::Simd;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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

/// What an event says of a record beside its bytes, by the keys under which plugins ask for it. What is none is made up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Metadata {
    /// When Firehose received the record, milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrival_time_ms: Option<u64>,
    /// Of a Kinesis source: the record's partition key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// Of a Kinesis source: its shard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard_id: Option<String>,
    /// Of a Kinesis source: its sequence number, which is a part of its `recordId` too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence_number: Option<String>,
    /// Of a Kinesis source: its place among those aggregated under one sequence number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subsequence_number: Option<u64>,
    /// Of an MSK source: its partition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_id: Option<String>,
    /// Of an MSK source: its offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<String>,
}

impl Metadata {
    fn kinesis(&self, number: usize, arrival: u64, sequence: &str) -> Value {
        json!({
            "shardId": self.shard_id.as_deref().unwrap_or("shardId-000000000000"),
            "partitionKey": self.partition_key.clone().unwrap_or_else(|| number.to_string()),
            "approximateArrivalTimestamp": arrival,
            "sequenceNumber": sequence,
            "subsequenceNumber": self.subsequence_number.unwrap_or_default(),
        })
    }

    fn msk(&self, number: usize, arrival: u64) -> Value {
        json!({
            "offset": self.offset.clone().unwrap_or_else(|| number.to_string()),
            "partitionId": self.partition_id.as_deref().unwrap_or("0"),
            "approximateArrivalTimestamp": arrival,
        })
    }
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

    /// Adds a record with this payload; all else that the event says of it is made up.
    pub fn push(&mut self, payload: &[u8]) {
        self.push_with(payload, &Metadata::default());
    }

    /// Adds a record with this payload, of which the event says this.
    pub fn push_with(&mut self, payload: &[u8], metadata: &Metadata) {
        let number = self.records;
        let arrival = metadata.arrival_time_ms.unwrap_or(ARRIVAL_MS + number as u64);
        let made_up = || format!("49600000000000000000{number:036}");
        let sequence = metadata.sequence_number.clone().unwrap_or_else(made_up);
        let comma = if number == 0 { "" } else { "," };
        let key = if self.source == Source::Msk { "kafkaRecordValue" } else { "data" };
        self.text.push_str(&format!(
            r#"{comma}{{"recordId":"{sequence}{number:06}","approximateArrivalTimestamp":{arrival},"{key}":""#
        ));
        self.base64.encode_string(payload, &mut self.text);
        self.text.push('"');
        let said = match self.source {
            Source::Direct => None,
            Source::Kinesis => Some(("kinesisRecordMetadata", metadata.kinesis(number, arrival, &sequence))),
            Source::Msk => Some(("mskRecordMetadata", metadata.msk(number, arrival))),
        };
        if let Some((key, said)) = said {
            self.text.push_str(&format!(r#","{key}":{said}"#));
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

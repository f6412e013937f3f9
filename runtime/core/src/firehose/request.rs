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
    fn kinesis(&self, number: usize, arrival: u64) -> Value {
        json!({
            "shardId": self.shard_id.as_deref().unwrap_or("shardId-000000000000"),
            "partitionKey": self.partition_key.clone().unwrap_or_else(|| number.to_string()),
            "approximateArrivalTimestamp": arrival,
            "sequenceNumber": self.sequence_number.clone().unwrap_or_else(|| made_up_sequence(number)),
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

/// What an event says of itself, beside its records. [`EventWriter::new`] makes all of it up.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// Another one for each invocation.
    pub invocation_id: &'a str,
    /// The Firehose stream.
    pub stream_arn: &'a str,
    /// Its region.
    pub region: &'a str,
    /// What its records come from.
    pub source: Source,
    /// The Kinesis stream or the MSK cluster that they come from; none for Direct PUT.
    pub source_arn: Option<&'a str>,
}

impl Envelope<'_> {
    /// The event's text up to its first record, its members in the order in which Firehose has them.
    fn head(&self) -> String {
        let source_key = match self.source {
            Source::Direct => None,
            Source::Kinesis => Some("sourceKinesisStreamArn"),
            Source::Msk => Some("sourceMSKArn"),
        };
        let mut head = format!(r#"{{"invocationId":{}"#, json!(self.invocation_id));
        if let (Some(key), Some(arn)) = (source_key, self.source_arn) {
            head.push_str(&format!(r#","{key}":{}"#, json!(arn)));
        }
        let (stream, region) = (json!(self.stream_arn), json!(self.region));
        head.push_str(&format!(r#","deliveryStreamArn":{stream},"region":{region},"records":["#));
        head
    }
}

/// As long as those of Kinesis: 56 digits.
fn made_up_sequence(number: usize) -> String {
    format!("49600000000000000000{number:036}")
}

/// 2026-01-01T00:00:00Z: written events are the same on every run.
const ARRIVAL_MS: u64 = 1_767_225_600_000;

impl EventWriter {
    /// Opens an event of a stream with this source; all else that it says of itself is made up.
    pub fn new(source: Source) -> Self {
        Self::within(&Envelope {
            invocation_id: "00000000-0000-4000-8000-000000000000",
            stream_arn: "arn:aws:firehose:us-east-1:123456789012:deliverystream/local",
            region: "us-east-1",
            source,
            source_arn: match source {
                Source::Direct => None,
                Source::Kinesis => Some("arn:aws:kinesis:us-east-1:123456789012:stream/local"),
                Source::Msk => Some("arn:aws:kafka:us-east-1:123456789012:cluster/local/1"),
            },
        })
    }

    /// Opens an event that says this of itself.
    pub fn within(envelope: &Envelope<'_>) -> Self {
        Self { source: envelope.source, text: envelope.head(), records: 0, base64: base64_engine() }
    }

    /// Adds a record with this payload; all else that the event says of it is made up.
    pub fn push(&mut self, payload: &[u8]) {
        self.push_with(payload, &Metadata::default());
    }

    /// Adds a record with this payload, of which the event says this; its id is made up.
    pub fn push_with(&mut self, payload: &[u8], metadata: &Metadata) {
        let number = self.records;
        let id = match &metadata.sequence_number {
            Some(sequence) => format!("{sequence}{number:06}"),
            None => format!("{}{number:06}", made_up_sequence(number)),
        };
        self.push_as(&id, payload, metadata);
    }

    /// Adds a record under this id, with this payload, of which the event says this. No other record of the event may have the id.
    pub fn push_as(&mut self, id: &str, payload: &[u8], metadata: &Metadata) {
        let number = self.records;
        let arrival = metadata.arrival_time_ms.unwrap_or(ARRIVAL_MS + number as u64);
        let comma = if number == 0 { "" } else { "," };
        let key = if self.source == Source::Msk { "kafkaRecordValue" } else { "data" };
        let id = json!(id);
        self.text.push_str(&format!(
            r#"{comma}{{"recordId":{id},"approximateArrivalTimestamp":{arrival},"{key}":""#
        ));
        self.base64.encode_string(payload, &mut self.text);
        self.text.push('"');
        let said = match self.source {
            Source::Direct => None,
            Source::Kinesis => Some(("kinesisRecordMetadata", metadata.kinesis(number, arrival))),
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

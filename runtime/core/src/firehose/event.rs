//! The request: a borrowed view of the event that Firehose sends.
//!
//! Ids and payloads are spans of the request's text; a payload is decoded when its turn comes, into a buffer that the
//! caller reuses. Unknown members are ignored, members may stand in any order.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::Simd;
use hashbrown::HashMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Source, base64_engine};
use crate::{Failure, InvocationError};

/// One batch of records, as Firehose sends it.
#[derive(Debug)]
pub struct Event<'a> {
    /// The name of the Firehose stream, from `deliveryStreamArn`; none where that holds no name that a stream can have.
    pub stream: Option<&'a str>,
    /// Where the records come from.
    pub source: Source,
    /// The records, in the order of the event.
    pub records: Vec<Record<'a>>,
    base64: Simd,
}

/// One record of the batch.
#[derive(Debug)]
pub struct Record<'a> {
    /// The `recordId` as raw JSON text, quotes included: it is echoed byte for byte.
    pub id: &'a str,
    /// When Firehose received the record: raw JSON text, a number of milliseconds.
    pub arrival: Option<&'a str>,
    /// `kinesisRecordMetadata` or `mskRecordMetadata` as raw JSON text. Parsed only when a plugin asks.
    pub metadata: Option<&'a str>,
    /// Whether the payload stands under `kafkaRecordValue`; the answer's data goes under the same key.
    pub kafka: bool,
    /// Whether another record of the batch has the same id.
    pub repeated: bool,
    payload: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawEvent<'a> {
    #[serde(borrow)]
    delivery_stream_arn: Option<&'a RawValue>,
    #[serde(borrow)]
    source_kinesis_stream_arn: Option<&'a RawValue>,
    #[serde(borrow, rename = "sourceMSKArn")]
    source_msk_arn: Option<&'a RawValue>,
    #[serde(borrow)]
    records: Vec<RawRecord<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRecord<'a> {
    #[serde(borrow)]
    record_id: Option<&'a RawValue>,
    #[serde(borrow)]
    approximate_arrival_timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    kafka_record_value: Option<&'a RawValue>,
    #[serde(borrow)]
    kinesis_record_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    msk_record_metadata: Option<&'a RawValue>,
}

impl<'a> Event<'a> {
    /// Reads the event's text.
    ///
    /// # Errors
    ///
    /// When it is not JSON, has no `records`, or holds a record without a `recordId` that is a string: no answer could
    /// then be trusted. Whatever else is wrong with a record is that record's failure, found by [`Event::decode`].
    pub fn parse(text: &'a [u8]) -> Result<Self, InvocationError> {
        // Checked as a whole: serde_json would check each of the spans that it hands out.
        let raw: RawEvent<'a> = match simdutf8::basic::from_utf8(text) {
            Ok(text) => serde_json::from_str(text)?,
            Err(_) => serde_json::from_slice(text)?,
        };
        let source = match (raw.source_msk_arn, raw.source_kinesis_stream_arn) {
            (Some(_), _) => Source::Msk,
            (None, Some(_)) => Source::Kinesis,
            (None, None) => Source::Direct,
        };
        let records =
            raw.records.into_iter().enumerate().map(|(index, record)| record.resolve(index, source));
        let mut records = records.collect::<Result<Vec<_>, _>>()?;
        mark_repeated(&mut records);
        let stream = raw.delivery_stream_arn.and_then(|arn| stream_name(arn.get()));
        Ok(Self { stream, source, records, base64: base64_engine() })
    }

    /// The payload of a record of this event, decoded into `buffer`, whose old content goes.
    ///
    /// # Errors
    ///
    /// `record.duplicate-id`, `record.no-data` or `record.not-base64`.
    pub fn decode<'b>(&self, record: &Record<'a>, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], Failure> {
        if record.repeated {
            return Err(Failure::at_edge(
                "record.duplicate-id",
                "another record of the batch has the same id",
            ));
        }
        let payload =
            record.payload.ok_or_else(|| Failure::at_edge("record.no-data", "the record carries no data"))?;
        let written = inner(payload.get()).ok_or_else(not_base64)?;
        // The buffer only grows, so that it is not filled with zeros for each record.
        let most = base64::decoded_len_estimate(written.len());
        buffer.resize(buffer.len().max(most), 0);
        let decoded = self.base64.decode_slice(written, buffer).ok();
        // Base64 has no backslash, so that escapes are looked for only where it cannot be read.
        let decoded = decoded.or_else(|| {
            let text = json_string(payload.get()).filter(|text| matches!(text, Cow::Owned(_)))?;
            self.base64.decode_slice(text.as_bytes(), buffer).ok()
        });
        decoded.map(|len| &buffer[..len]).ok_or_else(not_base64)
    }
}

impl<'a> RawRecord<'a> {
    fn resolve(self, index: usize, source: Source) -> Result<Record<'a>, InvocationError> {
        let id = self.record_id.map(RawValue::get).filter(|id| id.starts_with('"'));
        let kafka = self.kafka_record_value.is_some() || (source == Source::Msk && self.data.is_none());
        Ok(Record {
            id: id.ok_or(InvocationError::RecordId { index })?,
            arrival: self.approximate_arrival_timestamp.map(RawValue::get),
            metadata: self.kinesis_record_metadata.or(self.msk_record_metadata).map(RawValue::get),
            kafka,
            repeated: false,
            payload: if kafka { self.kafka_record_value } else { self.data },
        })
    }
}

/// The name at the end of a Firehose stream's ARN. It goes where names of metrics go, so that it must be one:
/// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html>
fn stream_name(arn: &str) -> Option<&str> {
    let (_, name) = inner(arn)?.rsplit_once(":deliverystream/")?;
    let is_part = |c: u8| c.is_ascii_alphanumeric() || b"_.-".contains(&c);
    ((1..=64).contains(&name.len()) && name.bytes().all(is_part)).then_some(name)
}

/// Two texts may spell one id (`"a"` and `"\u0061"`), so ids are compared as the strings that they mean.
fn mark_repeated(records: &mut [Record<'_>]) {
    let mut first_seen: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(records.len());
    let mut repeated = Vec::new();
    for (index, record) in records.iter().enumerate() {
        let id = json_string(record.id).unwrap_or(Cow::Borrowed(record.id));
        if let Some(first) = first_seen.insert(id, index) {
            repeated.extend([first, index]);
        }
    }
    for index in repeated {
        records[index].repeated = true;
    }
}

/// What stands between the quotes of a JSON string; `None` for any other JSON value.
fn inner(raw: &str) -> Option<&str> {
    raw.strip_prefix('"')?.strip_suffix('"')
}

/// What a JSON string means; borrowed unless it has escapes. `None` for any other JSON value.
fn json_string(raw: &str) -> Option<Cow<'_, str>> {
    let inner = inner(raw)?;
    if inner.contains('\\') {
        serde_json::from_str(raw).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

fn not_base64() -> Failure {
    Failure::at_edge("record.not-base64", "the record's data is not standard base64")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(record: &str) -> Result<Vec<u8>, String> {
        let text = format!(r#"{{"records":[{record}]}}"#);
        let event = Event::parse(text.as_bytes()).unwrap();
        let mut buffer = vec![1, 2, 3];
        let payload = event.decode(&event.records[0], &mut buffer);
        payload.map(<[u8]>::to_vec).map_err(|failure| failure.code.into_owned())
    }

    #[test]
    fn base64_is_read_with_and_without_padding_and_with_json_escapes() {
        assert_eq!(decoded(r#"{"recordId":"1","data":"aGk="}"#).unwrap(), b"hi");
        assert_eq!(decoded(r#"{"recordId":"1","data":"aGk"}"#).unwrap(), b"hi");
        assert_eq!(decoded(r#"{"recordId":"1","data":"\/\/\/\/"}"#).unwrap(), [255, 255, 255]);
        assert_eq!(decoded(r#"{"recordId":"1","data":""}"#).unwrap(), b"");
        assert_eq!(decoded(r#"{"recordId":"1","kafkaRecordValue":"aGk="}"#).unwrap(), b"hi");
    }

    #[test]
    fn what_is_wrong_with_a_payload_fails_that_record() {
        for (record, code) in [
            (r#"{"recordId":"1"}"#, "record.no-data"),
            (r#"{"recordId":"1","data":null}"#, "record.no-data"),
            (r#"{"recordId":"1","data":"a_-="}"#, "record.not-base64"),
            (r#"{"recordId":"1","data":"aGk=\n"}"#, "record.not-base64"),
            (r#"{"recordId":"1","data":17}"#, "record.not-base64"),
        ] {
            assert_eq!(decoded(record).unwrap_err(), code, "{record}");
        }
    }

    #[test]
    fn the_streams_name_is_the_end_of_its_arn() {
        let long = format!(r#""arn:aws:firehose:us-east-1:1:deliverystream/{}""#, "s".repeat(65));
        for (arn, name) in [
            (
                r#""arn:aws:firehose:us-east-1:123456789012:deliverystream/orders_v1.2-eu""#,
                Some("orders_v1.2-eu"),
            ),
            (r#""arn:aws-cn:firehose:cn-north-1:1:deliverystream/o""#, Some("o")),
            (r#""arn:aws:firehose:us-east-1:1:deliverystream/""#, None),
            (r#""arn:aws:firehose:us-east-1:1:deliverystream/a b""#, None),
            (r#""arn:aws:firehose:us-east-1:1:deliverystream/a\"b""#, None),
            (r#""orders""#, None),
            ("null", None),
            ("17", None),
            (r#"{"a":":deliverystream/x"}"#, None),
            (&long, None),
        ] {
            let text = format!(r#"{{"deliveryStreamArn":{arn},"records":[]}}"#);
            assert_eq!(Event::parse(text.as_bytes()).unwrap().stream, name, "{arn}");
        }
        assert_eq!(Event::parse(br#"{"records":[]}"#).unwrap().stream, None);
    }

    #[test]
    fn every_occurrence_of_a_repeated_id_is_marked() {
        let text =
            r#"{"records":[{"recordId":"a"},{"recordId":"b"},{"recordId":"\u0061"},{"recordId":"a"}]}"#;
        let event = Event::parse(text.as_bytes()).unwrap();
        let repeated: Vec<bool> = event.records.iter().map(|record| record.repeated).collect();
        assert_eq!(repeated, [true, false, true, true]);
    }

    #[test]
    fn a_record_without_a_string_id_is_an_invocation_error() {
        for record in [r#"{"data":""}"#, r#"{"recordId":7}"#, r#"{"recordId":null}"#] {
            let text = format!(r#"{{"records":[{{"recordId":"ok"}},{record}]}}"#);
            let error = Event::parse(text.as_bytes()).unwrap_err();
            assert!(matches!(error, InvocationError::RecordId { index: 1 }), "{record}: {error}");
        }
    }
}

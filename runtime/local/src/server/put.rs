//! `PutRecord` and `PutRecordBatch`.
//!
//! <https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html>: up to 500 records or 4 MiB in a batch, up to
//! 1,000 KiB in a record before base64.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use nozzle_runtime::firehose::from_base64;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::constraints::Constraints;
use super::operation::members;
use super::refusal::Refusal;
use super::throttle::Throttle;
use crate::Arrival;
use crate::config::Source;
use crate::record::LONGEST;
use crate::stream::Stream;

/// The most records of a batch.
const MAX_RECORDS: usize = 500;
/// The most bytes of a batch's records.
const MAX_BATCH: usize = 4 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutRecord<'a> {
    #[serde(borrow)]
    delivery_stream_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    record: Option<Record<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutRecordBatch<'a> {
    #[serde(borrow)]
    delivery_stream_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    records: Option<Vec<Record<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record<'a> {
    #[serde(borrow)]
    data: Option<Cow<'a, str>>,
}

/// Accepts one record.
pub(super) fn record(streams: &[Arc<Stream>], body: &[u8]) -> Result<Value, Refusal> {
    let PutRecord { delivery_stream_name, record } = members(body)?;
    let mut constraints = Constraints::default();
    let name = named(&mut constraints, delivery_stream_name);
    constraints.not_null("record", record.as_ref());
    let data = record.map(|record| data(&mut constraints, "record.data", record)).transpose()?;
    constraints.check()?;
    accept(streams, &name, data)?;
    Ok(json!({ "RecordId": record_id(), "Encrypted": false }))
}

/// Accepts some records: all of them but those that are throttled, or none.
pub(super) fn batch(streams: &[Arc<Stream>], throttle: &Throttle, body: &[u8]) -> Result<Value, Refusal> {
    let PutRecordBatch { delivery_stream_name, records } = members(body)?;
    let mut constraints = Constraints::default();
    let name = named(&mut constraints, delivery_stream_name);
    constraints.not_null("records", records.as_ref());
    let records = records.map(|records| all_data(&mut constraints, records)).transpose()?.unwrap_or_default();
    constraints.check()?;
    if records.iter().map(Bytes::len).sum::<usize>() > MAX_BATCH {
        return Err(Refusal::new("InvalidArgumentException", "Records size exceeds 4 MB limit"));
    }
    let refused: Vec<bool> = records.iter().map(|_| throttle.refuses()).collect();
    let accepted =
        records.into_iter().zip(&refused).filter(|(_, refused)| !**refused).map(|(record, _)| record);
    accept(streams, &name, accepted)?;
    let failed = refused.iter().filter(|refused| **refused).count();
    let responses: Vec<Value> = refused.into_iter().map(response).collect();
    Ok(json!({ "FailedPutCount": failed, "Encrypted": false, "RequestResponses": responses }))
}

/// What becomes of an entry, in Firehose's words.
fn response(refused: bool) -> Value {
    if refused {
        json!({ "ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down." })
    } else {
        json!({ "RecordId": record_id() })
    }
}

fn named(constraints: &mut Constraints, name: Option<Cow<'_, str>>) -> String {
    constraints.not_null("deliveryStreamName", name.as_ref());
    let name = name.map(Cow::into_owned);
    if let Some(name) = &name {
        constraints.stream_name("deliveryStreamName", name);
    }
    name.unwrap_or_default()
}

fn all_data(constraints: &mut Constraints, records: Vec<Record<'_>>) -> Result<Vec<Bytes>, Refusal> {
    constraints.length("records", records.len(), (1, MAX_RECORDS));
    let numbered = records.into_iter().enumerate();
    // AWS counts members from 1.
    numbered.map(|(n, record)| data(constraints, &format!("records.{}.member.data", n + 1), record)).collect()
}

fn data(constraints: &mut Constraints, place: &str, record: Record<'_>) -> Result<Bytes, Refusal> {
    constraints.not_null(place, record.data.as_ref());
    let data = from_base64(&record.data.unwrap_or_default());
    let data =
        data.ok_or_else(|| Refusal::new("SerializationException", format!("{place} is not base64")))?;
    constraints.length(place, data.len(), (0, LONGEST));
    Ok(data.into())
}

fn accept(
    streams: &[Arc<Stream>],
    name: &str,
    records: impl IntoIterator<Item = Bytes>,
) -> Result<(), Refusal> {
    let stream = super::find(streams, name)?;
    if matches!(stream.config().source, Source::Kinesis(_)) {
        return Err(Refusal::new(
            "InvalidArgumentException",
            "This operation is not permitted on KinesisStreamAsSource delivery stream type.",
        ));
    }
    stream
        .accept(&Arrival::now(records), &[])
        .map_err(|error| Refusal::new("ServiceUnavailableException", format!("the journal: {error}")))
}

/// What a client may keep of a record. Firehose's own says nothing either, and stands nowhere else.
fn record_id() -> String {
    Uuid::new_v4().simple().to_string()
}

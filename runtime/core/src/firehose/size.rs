//! What records and answers take up in an event and in a response, for those who plan batches.

use super::response::{encoded, metadata};
use crate::Answer;

/// The longest `recordId` that was seen of Firehose, in bytes: that of a Kinesis stream.
const RECORD_ID: usize = 160;

/// A record in an event, in bytes of JSON text, by the bytes of its payload.
pub fn record_bytes(payload: usize) -> usize {
    r#"{"recordId":"","approximateArrivalTimestamp":1700000000000,"data":""},"#.len()
        + RECORD_ID
        + encoded(payload)
}

/// An answer in a response, in bytes of JSON text: with the longest of results, whatever its own is.
pub fn answer_bytes(answer: &Answer) -> usize {
    let data = if let Answer::Ok(delivery) = answer { delivery.data.len() } else { 0 };
    let envelope = r#"{"recordId":"","result":"ProcessingFailed","data":""},"#.len();
    envelope + RECORD_ID + encoded(data) + metadata(answer).len()
}

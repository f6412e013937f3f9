//! Lambda's limit on a response, counted in exact bytes while the response is written; and about what records and answers
//! take up, for those who plan batches.

use super::response::{self, encoded, metadata};
use super::{Event, Record};
use crate::{Answer, InvocationError};

/// What Lambda lets a function return: 6 MiB and 100 bytes of JSON text. One byte more is a function error, which
/// Firehose retries and then counts against every record of the batch.
pub const RESPONSE_BUDGET: usize = 6_291_556;

/// What one response may take up, with room kept for the smallest answer to each record still to come.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) bytes: usize,
    /// What the smallest answers to the records not yet answered need, commas included.
    pub(super) reserved: usize,
}

impl Budget {
    /// The budget of the response to `event`.
    ///
    /// # Errors
    ///
    /// When not even `ProcessingFailed` for each record fits.
    pub(super) fn of(event: &Event<'_>, bytes: usize) -> Result<Self, InvocationError> {
        let reserved: usize = event.records.iter().map(response::smallest).sum();
        let needed = reserved + response::FRAME;
        if needed > bytes {
            return Err(InvocationError::TooManyRecords {
                records: event.records.len(),
                needed,
                budget: bytes,
            });
        }
        Ok(Self { bytes, reserved })
    }

    /// Frees what was kept for `record`, which is answered now.
    pub(super) fn free(&mut self, record: &Record<'_>) {
        self.reserved -= response::smallest(record);
    }

    /// Whether a response that will have so many bytes, once it is closed, leaves room for the records behind.
    pub(super) fn allows(&self, closed: usize) -> bool {
        closed + self.reserved <= self.bytes
    }
}

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

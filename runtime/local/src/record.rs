//! Records on their way through a stream.

use bytes::Bytes;
use nozzle_runtime::firehose::Metadata;

use crate::clock::now_ms;

/// The longest record that Firehose takes, in bytes. <https://docs.aws.amazon.com/firehose/latest/APIReference/API_Record.html>
pub(crate) const LONGEST: usize = 1_024_000;

/// A record as its source handed it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Its bytes.
    pub(crate) data: Bytes,
    /// What is known of it beside them. The time of arrival always is.
    pub(crate) metadata: Metadata,
}

impl Arrival {
    /// Records that arrive now.
    pub(crate) fn now(records: impl IntoIterator<Item = Bytes>) -> Vec<Self> {
        let metadata = Metadata { arrival_time_ms: Some(now_ms()), ..Metadata::default() };
        records.into_iter().map(|data| Self { data, metadata: metadata.clone() }).collect()
    }
}

/// Which record of a stream: the number that it was accepted under, and its place among those that it was split into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    /// Counted up from 0 over the life of the stream, across restarts.
    pub accepted: u64,
    /// 0 for one that was not split.
    pub part: u32,
}

/// One record of a stream, as the function is asked about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Which one it is.
    pub id: RecordId,
    /// Its bytes: those that arrived, or a part of them where the stream splits records.
    pub data: Bytes,
    /// What is known of it beside them.
    pub metadata: Metadata,
}

impl Record {
    /// When it arrived, in milliseconds since 1970.
    pub(crate) fn arrived_ms(&self) -> u64 {
        self.metadata.arrival_time_ms.unwrap_or_default()
    }
}

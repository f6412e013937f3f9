//! What an input is, told by how it begins.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

/// What the input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Told by the first line
    Auto,
    /// One Firehose event
    Event,
    /// One JSON document a line; blank lines are skipped
    Jsonl,
    /// Any text, one record a line
    Lines,
    /// CSV, one record a row: newlines within quotes are a part of it
    Csv,
    /// Firehose's error objects, as they lie under the error prefix
    Errors,
    /// The output of `aws kinesis get-records`
    Kinesis,
}

impl Format {
    /// Whether the input is one document, to be read whole.
    pub(super) fn is_whole(self) -> bool {
        matches!(self, Self::Event | Self::Kinesis)
    }

    /// Whether an empty line is a record.
    pub(super) fn keeps_blank(self) -> bool {
        matches!(self, Self::Lines | Self::Csv)
    }

    /// The format of an input that begins with this line, or with this document over several lines. `None` for documents
    /// over several lines that are none of Firehose's or Kinesis's.
    pub(super) fn of(first: &[u8], over_lines: bool) -> Option<Self> {
        if serde_json::from_slice::<IgnoredAny>(first).is_err() {
            let begins_whole = serde_json::Deserializer::from_slice(first).into_iter::<IgnoredAny>().next();
            return if over_lines && matches!(begins_whole, Some(Ok(_))) { None } else { Some(Self::Lines) };
        }
        if is::<Event>(first) {
            return Some(Self::Event);
        }
        if is::<KinesisRecords>(first) {
            return Some(Self::Kinesis);
        }
        if over_lines {
            return None;
        }
        Some(if is::<ErrorObject>(first) { Self::Errors } else { Self::Jsonl })
    }
}

fn is<T: DeserializeOwned>(document: &[u8]) -> bool {
    serde_json::from_slice::<T>(document).is_ok()
}

/// A Firehose event, as far as it takes to know one.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "records")]
    _records: Vec<EventRecord>,
}

#[derive(Deserialize)]
struct EventRecord {
    #[serde(rename = "recordId")]
    _id: IgnoredAny,
}

/// A line of an error object: AWS writes `errorCode`, and `lastErrorCode` where format conversion failed.
#[derive(Deserialize)]
pub(super) struct ErrorObject {
    #[serde(rename = "rawData")]
    pub(super) raw_data: String,
    #[serde(rename = "errorCode", alias = "lastErrorCode", alias = "ErrorCode")]
    _code: IgnoredAny,
}

/// What `aws kinesis get-records` prints.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KinesisRecords {
    pub(super) records: Vec<KinesisRecord>,
}

/// One of its records.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KinesisRecord {
    pub(super) data: String,
    pub(super) partition_key: String,
    pub(super) sequence_number: String,
}

//! What an input is, told by how it begins.

use nozzle_objects::records::{self, is_error_object};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::kinesis::KinesisRecords;

/// What the input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Told by the first line
    Auto,
    /// One Firehose event
    Event,
    /// One JSON document a line; blank lines are skipped
    Jsonl,
    /// JSON documents one behind the other, over several lines or with nothing between them, as in a source backup
    Json,
    /// Any text, one record a line
    Lines,
    /// CSV, one record a row: newlines within quotes are a part of it
    Csv,
    /// Firehose's error objects, as they lie under the error prefix
    Errors,
    /// Lines of a DynamoDB export, as the records that Kinesis would have had of the changes
    #[value(name = "dynamodb")]
    DynamoDb,
    /// The output of `aws kinesis get-records`
    Kinesis,
}

impl Format {
    /// How its records are read; `None` where the input is one document, to be read whole.
    pub(super) fn of_records(self) -> Option<records::Format> {
        match self {
            Self::Event | Self::Kinesis => None,
            Self::Auto => Some(records::Format::Auto),
            // A record may hold several documents, and to try one as it would be put, it stands on a line.
            Self::Jsonl => Some(records::Format::Lines),
            Self::Json => Some(records::Format::Json),
            Self::Lines => Some(records::Format::Lines),
            Self::Csv => Some(records::Format::Csv),
            Self::Errors => Some(records::Format::Errors),
            Self::DynamoDb => Some(records::Format::DynamoDb),
        }
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
        Some(if is_error_object(first) { Self::Errors } else { Self::Jsonl })
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

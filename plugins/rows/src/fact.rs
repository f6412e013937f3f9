//! What added columns are filled from.

use std::borrow::Cow;

use nozzle_sdk::cdc::Change;
use nozzle_sdk::time::Timestamp;
use nozzle_sdk::{Output, Record, json};

/// A fact about a row that is not in its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// When Firehose received the record.
    ArrivalTime,
    /// The record's place in its Kinesis source.
    SourceSequence,
    /// What happened, in the record's own words.
    EventName,
    /// What happened, in the words of all sources.
    Op,
    /// When the change was made.
    CreatedAt,
    /// The change's place among the others of its source.
    Sequence,
    /// The shape of the change record.
    Source,
    /// The database that was changed.
    Database,
    /// The schema of the table.
    Schema,
    /// The table that was changed.
    Table,
}

/// Where a fact is asked.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The record in hand.
    pub record: &'a Record,
    /// The change, or the plain row, in it.
    pub change: &'a Change<'a>,
}

impl Fact {
    /// The fact as JSON text, null where it is not known.
    #[must_use]
    pub fn text(self, origin: &Origin<'_>, output: &Output) -> String {
        let mut text = Vec::new();
        self.write(origin, output, &mut text);
        String::from_utf8(text).expect("JSON text is UTF-8")
    }

    /// Appends the fact as JSON text, null where it is not known.
    pub(crate) fn write(self, origin: &Origin<'_>, output: &Output, out: &mut Vec<u8>) {
        let Origin { record, change } = *origin;
        let text = match self {
            Fact::ArrivalTime => return write_time(arrival_time(record), output, out),
            Fact::CreatedAt => return write_time(change.at, output, out),
            Fact::SourceSequence => source_sequence(record).map(Cow::Owned),
            Fact::Sequence => change.sequence.as_ref().map(|place| place.to_string().into()),
            Fact::Op => Some(change.op.name().into()),
            Fact::Source => Some(change.source.name().into()),
            Fact::EventName => change.event.as_deref().map(Cow::Borrowed),
            Fact::Table => change.table().map(Cow::Borrowed),
            Fact::Schema => change.schema.as_deref().map(Cow::Borrowed),
            Fact::Database => change.database.as_deref().map(Cow::Borrowed),
        };
        match text {
            Some(text) => json::write_string(out, &text),
            None => out.extend_from_slice(b"null"),
        }
    }
}

fn write_time(time: Option<Timestamp>, output: &Output, out: &mut Vec<u8>) {
    match time {
        Some(time) => output.write_time(time, out),
        None => out.extend_from_slice(b"null"),
    }
}

fn arrival_time(record: &Record) -> Option<Timestamp> {
    record.arrival_time_ms()?.checked_mul(1000).map(Timestamp::from_micros)
}

/// Kinesis counts in 56 digits; the number of records that a producer packs into one fits 10. With zeros in
/// front, text sorts as numbers do.
fn source_sequence(record: &Record) -> Option<String> {
    let subsequence = record.subsequence_number().filter(|number| !number.is_empty());
    Some(format!("{:0>56}-{:0>10}", record.sequence_number()?, subsequence.unwrap_or_default()))
}

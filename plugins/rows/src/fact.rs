//! What added columns are filled from.

use nozzle_sdk::cdc::Change;
use nozzle_sdk::time::Timestamp;
use nozzle_sdk::{Output, Record};

use crate::scalar::Scalar;

/// A fact about a row that is not in its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// When Firehose received the record.
    ArrivalTime,
    /// The record's place in its Kinesis source.
    SourceSequence,
    /// The change's place in its DynamoDB stream.
    ChangeSequence,
    /// The table that was changed.
    Table,
}

/// Where a fact is asked.
#[derive(Debug)]
pub struct Origin<'a> {
    /// The record in hand.
    pub record: &'a Record,
    /// The change, where the document is one.
    pub change: &'a Change<'a>,
}

impl Fact {
    /// The fact, null where it is not known.
    pub fn value(self, origin: &Origin<'_>, output: &Output) -> Scalar<'static> {
        let text = match self {
            Fact::ArrivalTime => return arrival_time(origin.record, output).unwrap_or(Scalar::Null),
            Fact::SourceSequence => source_sequence(origin.record),
            Fact::ChangeSequence => origin.change.sequence.as_ref().map(ToString::to_string),
            Fact::Table => origin.change.table.as_deref().map(str::to_owned),
        };
        text.map_or(Scalar::Null, |text| Scalar::Text(text.into()))
    }
}

/// A string or a number, as the output wants times.
fn arrival_time(record: &Record, output: &Output) -> Option<Scalar<'static>> {
    let micros = record.arrival_time_ms()?.checked_mul(1000)?;
    Some(Scalar::of_json(output.time(Timestamp::from_micros(micros))))
}

/// Kinesis counts in 56 digits; the number of records that a producer packs into one fits 10. With zeros in
/// front, text sorts as numbers do.
fn source_sequence(record: &Record) -> Option<String> {
    let subsequence = record.subsequence_number().filter(|number| !number.is_empty());
    Some(format!("{:0>56}-{:0>10}", record.sequence_number()?, subsequence.unwrap_or_default()))
}

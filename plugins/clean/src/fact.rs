//! What added columns are filled from.

use nozzle_sdk::Record;
use nozzle_sdk::dynamodb::Change;
use nozzle_sdk::time::Timestamp;

use crate::scalar::Scalar;

/// A fact about a row that is not in its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fact {
    ArrivalTime,
    SourceSequence,
    ChangeSequence,
    Table,
}

/// Where a fact is asked.
#[derive(Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) record: &'a Record,
    pub(crate) change: Option<&'a Change<'a>>,
}

impl Fact {
    /// The fact, null where it is not known.
    pub(crate) fn value(self, origin: &Origin<'_>) -> Scalar<'static> {
        let text = match self {
            Fact::ArrivalTime => arrival_time(origin.record),
            Fact::SourceSequence => source_sequence(origin.record),
            Fact::ChangeSequence => origin.change.and_then(change_sequence),
            Fact::Table => origin.change.and_then(|change| change.table.as_deref()).map(str::to_owned),
        };
        text.map_or(Scalar::Null, |text| Scalar::Text(text.into()))
    }
}

fn arrival_time(record: &Record) -> Option<String> {
    let micros = record.arrival_time_ms()?.checked_mul(1000)?;
    Some(Timestamp::from_micros(micros).to_string())
}

/// Kinesis counts in 56 digits; the number of records that a producer packs into one fits 10. With zeros in
/// front, text sorts as numbers do.
fn source_sequence(record: &Record) -> Option<String> {
    let subsequence = record.subsequence_number().filter(|number| !number.is_empty());
    Some(format!("{:0>56}-{:0>10}", record.sequence_number()?, subsequence.unwrap_or_default()))
}

/// DynamoDB Streams count in 21 to 40 digits:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html>.
fn change_sequence(change: &Change<'_>) -> Option<String> {
    change.sequence_number.as_deref().map(|number| format!("{number:0>40}"))
}

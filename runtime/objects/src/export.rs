//! Exports of DynamoDB tables to S3.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html>

/// What an export's manifest says of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The table's name.
    pub table: String,
    /// The table's region.
    pub region: String,
    /// The time of a full export's records, in microseconds since 1970.
    pub time_us: u64,
}

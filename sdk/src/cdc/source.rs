//! Where change records come from.

/// The shape of a change record, told by what made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// DynamoDB Streams, through an EventBridge pipe or as an event of a Lambda.
    DynamodbStreams,
    /// Kinesis Data Streams for DynamoDB.
    DynamodbKinesis,
    /// An export of a DynamoDB table to S3, full or incremental.
    DynamodbExport,
    /// Debezium's envelope, bare or beside its schema, and what is made in its likeness such as Aurora DSQL's.
    Debezium,
    /// A row that Debezium's `ExtractNewRecordState` took out of its envelope, with columns such as `__op`.
    DebeziumRow,
    /// AWS Database Migration Service.
    Dms,
    /// A row of plain JSON. It is no change record, and is taken only where settings say so.
    Row,
}

impl Source {
    /// The name that columns show, such as `dynamodb-streams`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Source::DynamodbStreams => "dynamodb-streams",
            Source::DynamodbKinesis => "dynamodb-kinesis",
            Source::DynamodbExport => "dynamodb-export",
            Source::Debezium => "debezium",
            Source::DebeziumRow => "debezium-row",
            Source::Dms => "dms",
            Source::Row => "row",
        }
    }
}

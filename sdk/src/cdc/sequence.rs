//! Where a change stands among the others of its source.

use std::borrow::Cow;
use std::fmt;

/// A change's place in the log of its source. It shows as text of a fixed width, so that text sorts as the changes
/// were made:
///
/// | source | shown |
/// |---|---|
/// | DynamoDB Streams | the sequence number in 40 digits |
/// | Debezium for PostgreSQL (`lsn`), Oracle (`scn`) | the number in 20 digits |
/// | Debezium for MySQL | the log file's name, the position in 20 digits and the row in 10: `binlog.000003-00…0154-0000000000` |
/// | Debezium for SQL Server | the change's LSN as it is written, and the serial number of the event in 10 digits |
/// | AWS DMS with transaction details | the transaction in 20 digits and the record within it in 10 |
///
/// Places in different logs, such as those of two tables or shards, do not compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence<'a> {
    /// The name of a log file, or another text that has a fixed width of its own.
    pub(super) log: Option<Cow<'a, str>>,
    /// Digits, and how many there are at most.
    pub(super) count: (Cow<'a, str>, usize),
    /// The same within that.
    pub(super) within: Option<(Cow<'a, str>, usize)>,
}

/// The digits of DynamoDB's sequence numbers:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html>.
pub(super) const DYNAMODB_DIGITS: usize = 40;
/// The digits of the largest 64-bit number.
pub(super) const LONG_DIGITS: usize = 20;
/// The digits of the largest 32-bit number.
pub(super) const SHORT_DIGITS: usize = 10;

impl fmt::Display for Sequence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(log) = &self.log {
            write!(f, "{log}-")?;
        }
        let (digits, width) = &self.count;
        write!(f, "{digits:0>width$}")?;
        match &self.within {
            Some((digits, width)) => write!(f, "-{digits:0>width$}"),
            None => Ok(()),
        }
    }
}

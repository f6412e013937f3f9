//! What a change record says has happened.

use serde::Deserialize;

/// What happened to a row. Settings name it in lower case; `INSERT`, `MODIFY` and `REMOVE` are taken as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Op {
    /// It was put in.
    #[serde(alias = "INSERT")]
    Insert,
    /// It was changed.
    #[serde(alias = "MODIFY")]
    Update,
    /// It was deleted, by somebody or because its time to live was over.
    #[serde(alias = "REMOVE")]
    Delete,
    /// Nothing: it was read as it stands, in a snapshot, a full load or a full export.
    Read,
    /// It was put in or changed; the record does not say which.
    Upsert,
    /// All rows of the table were deleted. The record is about no single row.
    Truncate,
    /// The application wrote a message into the database's log. The record is about no row.
    Message,
    /// The table itself changed, or the task that reads it says something. The record is about no row.
    Control,
    /// The mark that Debezium sends behind a delete, for Kafka's compaction. It tells nothing of its own.
    Tombstone,
}

impl Op {
    /// The name that settings and columns show: `insert`, `update`, `delete` and so on.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Op::Insert => "insert",
            Op::Update => "update",
            Op::Delete => "delete",
            Op::Read => "read",
            Op::Upsert => "upsert",
            Op::Truncate => "truncate",
            Op::Message => "message",
            Op::Control => "control",
            Op::Tombstone => "tombstone",
        }
    }

    /// Whether a record of this kind shows a row.
    #[must_use]
    pub fn has_row(self) -> bool {
        matches!(self, Op::Insert | Op::Update | Op::Delete | Op::Read | Op::Upsert)
    }
}
